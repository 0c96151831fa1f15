import { createHash } from 'node:crypto';
import { S3Error } from '../errors.ts';
import { sameSignature, sha256Hex, sign } from './sigv4.ts';

/** What the signatures of chunks are made with. */
export interface ChunkSigning {
  key: Buffer;
  timestamp: string;
  scope: string;
  /** The request's own signature, which the first chunk's follows. */
  seed: string;
}

export interface ChunkedOptions {
  /** Undefined: the chunks are not signed. */
  signing: ChunkSigning | undefined;
  /** Whether headers follow the last chunk. */
  trailer: boolean;
  onTrailer: (name: string, value: string) => void;
}

const LONGEST_LINE = 16 * 1024;
const EMPTY_HASH = sha256Hex('');

/**
 * Takes the bytes out of an `aws-chunked` body. A chunk's bytes are passed on before its signature, which stands before
 * them but covers them, can be checked: keep nothing until the end is reached.
 * Source: Amazon S3 API Reference, "Signature Calculations: Transferring Payload in Multiple Chunks", and "Including
 * Trailing Headers".
 *
 * @throws S3Error SignatureDoesNotMatch, IncompleteBody, or InvalidRequest for a frame that cannot be read.
 */
export async function* decodeChunked(
  source: AsyncIterable<Buffer>,
  options: ChunkedOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const bytes = new ByteSource(source);
  try {
    yield* decode(bytes, options);
  } finally {
    await bytes.close();
  }
}

async function* decode(
  bytes: ByteSource,
  { signing, trailer, onTrailer }: ChunkedOptions,
): AsyncGenerator<Buffer, void, undefined> {
  let previous = signing?.seed ?? '';
  const checkSignature = (provided: string | undefined, kind: string, ...hashes: string[]) => {
    if (signing === undefined) return;
    const text = [`AWS4-HMAC-SHA256-${kind}`, signing.timestamp, signing.scope, previous, ...hashes].join(
      '\n',
    );
    const expected = sign(signing.key, text);
    if (!sameSignature(expected, provided ?? '')) throw new S3Error('SignatureDoesNotMatch');
    previous = expected;
  };
  for (;;) {
    const { size, signature } = parseChunkHead(await bytes.line());
    const hash = signing === undefined ? undefined : createHash('sha256');
    for (let left = size; left > 0;) {
      const piece = await bytes.take(left);
      left -= piece.length;
      hash?.update(piece);
      yield piece;
    }
    checkSignature(signature, 'PAYLOAD', EMPTY_HASH, hash?.digest('hex') ?? '');
    if (size === 0) break;
    if ((await bytes.line()) !== '') throw unreadable();
  }
  if (!trailer) return;
  let signed = '';
  let signature: string | undefined;
  for (let line = await bytes.lineOrEnd(); line !== ''; line = await bytes.lineOrEnd()) {
    const at = line.indexOf(':');
    const name = line.slice(0, at).trim().toLowerCase();
    const value = line.slice(at + 1).trim();
    if (at < 1) throw unreadable();
    if (name === 'x-amz-trailer-signature') {
      signature = value;
      continue;
    }
    signed += `${name}:${value}\n`;
    onTrailer(name, value);
  }
  checkSignature(signature, 'TRAILER', sha256Hex(signed));
}

function parseChunkHead(line: string): { size: number; signature: string | undefined } {
  const match = /^([0-9a-f]{1,10})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(line.trim());
  if (match === null) throw unreadable();
  return { size: parseInt(match[1] ?? '', 16), signature: match[2] };
}

function unreadable(): S3Error {
  return new S3Error('InvalidRequest', {
    message: 'The body is not in the aws-chunked encoding that was announced.',
  });
}

/** Bytes that arrive in pieces of any size, read as lines and lengths. */
class ByteSource {
  readonly #iterator: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#iterator = source[Symbol.asyncIterator]();
  }

  /** At most `length` bytes, at least one. @throws S3Error IncompleteBody */
  async take(length: number): Promise<Buffer> {
    if (this.#rest.length === 0 && !(await this.#pull())) throw new S3Error('IncompleteBody');
    const piece = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return piece;
  }

  /** Up to the next CRLF. @throws S3Error IncompleteBody */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf('\r\n');
      if (end !== -1) {
        const line = this.#rest.toString('latin1', 0, end);
        this.#rest = this.#rest.subarray(end + 2);
        return line;
      }
      if (this.#rest.length > LONGEST_LINE) throw unreadable();
      if (!(await this.#pull())) throw new S3Error('IncompleteBody');
    }
  }

  /** The same, but the end of the body is an empty line: not every client writes it. */
  async lineOrEnd(): Promise<string> {
    if (this.#rest.length === 0 && !(await this.#pull())) return '';
    return this.line();
  }

  /** Lets go of the source, wherever it stands. */
  async close(): Promise<void> {
    await this.#iterator.return?.();
  }

  async #pull(): Promise<boolean> {
    const step = await this.#iterator.next();
    if (step.done === true) return false;
    this.#rest = this.#rest.length === 0 ? step.value : Buffer.concat([this.#rest, step.value]);
    return true;
  }
}
