/** A document as its bytes, and as a text of one character for each byte. */
export interface XmlText {
  xml: string;
  bytes: Buffer;
  /** Some bytes are not ASCII. */
  isWide: boolean;
}

const ENTITIES: Record<string, string | undefined> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * The text between two places, a copy of its own: a part of the document would keep all of it in memory. Undefined when
 * an entity in it is not one of XML's own.
 */
export function textOf(
  { bytes, isWide }: Pick<XmlText, 'bytes' | 'isWide'>,
  start: number,
  end: number,
): string | undefined {
  if (start === end) return '';
  const text = isWide ? bytes.toString('utf8', start, end) : bytes.toString('latin1', start, end);
  const decoded = text.includes('&') ? unescaped(text) : text;
  // As the SDK has it: an empty line is nothing.
  return decoded?.includes('\n') === true && decoded.trim() === '' ? '' : decoded;
}

function unescaped(text: string): string | undefined {
  let isKnown = true;
  const decoded = text.replace(
    /&(?:([a-z]+)|#(\d{2,5})|#x([0-9a-f]{2,4}));|&/giu,
    (_, name: string | undefined, decimal: string | undefined, hex: string | undefined) => {
      const character = characterOf(name, decimal, hex);
      isKnown &&= character !== undefined;
      return character ?? '';
    },
  );
  return isKnown ? decoded : undefined;
}

function characterOf(
  name: string | undefined,
  decimal: string | undefined,
  hex: string | undefined,
): string | undefined {
  if (name !== undefined) return ENTITIES[name];
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  return code >= 0x20 && code < 0xd800 ? String.fromCharCode(code) : undefined;
}
