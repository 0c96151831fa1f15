/** The server answered with success, but with another document than was asked for. */
export class WrongDocumentError extends Error {
  override readonly name = 'WrongDocumentError';
  /** The root element that came; `''` when there is none. */
  readonly root: string;
  /** Nothing came at all. */
  readonly isEmpty: boolean;

  constructor(root: string, isEmpty: boolean) {
    super(`unexpected document ${root}`);
    this.root = root;
    this.isEmpty = isEmpty;
  }
}

/** What the root of a JSON document is called here. */
export const JSON_ROOT = '{';

const MOST_OF_HEAD = 2048;
/** The first element, behind the byte order mark, the declaration, comments and a DOCTYPE. */
const ROOT = /^\uFEFF?(?:\s|<\?[^]*?\?>|<!--[^]*?-->|<![^>]*>)*<(?:[\w.-]+:)?([\w.-]+)/u;

/** The name of a document's root element, `{` for JSON, `''` for anything else. */
export function rootOf(text: string): string {
  if (/^\uFEFF?\s*\{/u.test(text)) return JSON_ROOT;
  return ROOT.exec(text.slice(0, MOST_OF_HEAD))?.[1] ?? '';
}

/**
 * Reads an answer before the SDK does, and gives its text; `''` for a refusal. An error that comes with a status of success (AWS, HCP:
 * CompleteMultipartUpload, CopyObject, which begin to answer before they know how it ends) is given on as the error
 * that it is.
 * @throws WrongDocumentError when its root is another one
 */
export async function readDocument(response: unknown, root: string): Promise<string> {
  if (!isResponse(response) || response.statusCode < 200 || response.statusCode >= 300) return '';
  const bytes = await collect(response.body);
  response.body = bytes;
  const text = bytes.toString('utf8');
  const found = rootOf(text);
  if (found === 'Error') response.statusCode = 500;
  else if (found !== root) throw new WrongDocumentError(found, text.trim() === '');
  return text;
}

interface Response {
  statusCode: number;
  body?: unknown;
}

function isResponse(response: unknown): response is Response {
  return typeof response === 'object' && response !== null && 'statusCode' in response;
}

async function collect(body: unknown): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.length);
  const chunks: Buffer[] = [];
  if (isIterable(body)) for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function isIterable(body: unknown): body is AsyncIterable<Buffer> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}
