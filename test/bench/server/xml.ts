const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
const CHARACTERS = Object.fromEntries(Object.entries(ENTITIES).map(([char, entity]) => [entity, char]));

/** A document as S3 sends it. */
export function document(name: string, content: string): string {
  return `${HEAD}<${name} ${NAMESPACE}>${content}</${name}>`;
}

/** What `document` puts ahead of a content that is sent in pieces, and after it. */
export function around(name: string): { head: string; foot: string } {
  return { head: `${HEAD}<${name} ${NAMESPACE}>`, foot: `</${name}>` };
}

export function escaped(text: string): string {
  return /[&<>"']/.test(text) ? text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? '') : text;
}

/** What was escaped by name or by number. */
export function unescaped(text: string): string {
  return text.replaceAll(
    /&(?:#x([\da-f]+)|#(\d+)|\w+);/gi,
    (entity, hex: string | undefined, decimal: string | undefined) => {
      if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
      return decimal === undefined ? (CHARACTERS[entity] ?? entity) : String.fromCodePoint(Number(decimal));
    },
  );
}

/** As `encoding-type=url` has it. */
export function urlEncoded(text: string): string {
  if (/^[\w./-]*$/.test(text)) return text;
  return encodeURIComponent(text)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+')
    .replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A key as it stands in a document, encoded or not. */
export function keyText(key: string, isEncoded: boolean): string {
  return isEncoded ? urlEncoded(key) : escaped(key);
}

/** Answers as S3 does to what it refuses. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string = code) {
    super(message);
    this.status = status;
    this.code = code;
  }

  get body(): string {
    return `${HEAD}<Error><Code>${this.code}</Code><Message>${escaped(this.message)}</Message><RequestId>bench</RequestId></Error>`;
  }
}
