import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { decodeChunked } from './auth/chunked.ts';
import type { Payload } from './auth/verify.ts';
import { algorithmOfHeader, createChecksum, type Checksum, type ChecksumAlgorithm } from './checksums.ts';
import { S3Error } from './errors.ts';
import type { Limits } from './limits.ts';
import type { Headers } from './request.ts';
import { parseXml, type XmlNode } from './xml.ts';

export interface RequestBody {
  /** Bytes that the request promises, without any framing; undefined when it does not say. */
  readonly length: number | undefined;
  /** Whether the request carries something to check the body by: Content-MD5 or a checksum. */
  readonly hasDigest: boolean;
  /**
   * The body's bytes, once. Everything that the request claims about them is checked at their end: keep nothing until
   * the loop has ended.
   *
   * @throws S3Error XAmzContentSHA256Mismatch, BadDigest, IncompleteBody, SignatureDoesNotMatch
   */
  chunks(): AsyncGenerator<Buffer, void, undefined>;
  /** The whole body as XML. @throws S3Error MaxMessageLengthExceeded, MalformedXML, MissingRequestBodyError */
  xml(root: string): Promise<XmlNode>;
  /** After the end: the MD5 of all bytes. */
  md5(): Buffer;
  /** After the end: the checksum that the client gave and that held. */
  checksum(): readonly [algorithm: ChecksumAlgorithm, value: string] | undefined;
}

export interface BodyOptions {
  payload: Payload;
  headers: Headers;
  limits: Limits;
  /** Content encodings that are undone: what comes out is what counts for digests. */
  unpacks: readonly 'gzip'[];
  /** Called before the first byte is read, for a client that waits for `100 Continue`. */
  onStart: () => void;
  /** Sees how many bytes have come so far, framing and all; what it throws ends the body. */
  onReceived?: ((bytes: number) => void) | undefined;
}

/** @throws S3Error InvalidDigest, InvalidRequest when the headers about the body make no sense. */
export function openBody(message: IncomingMessage, options: BodyOptions): RequestBody {
  const { payload, headers, limits, unpacks, onStart, onReceived } = options;
  const isPacked = unpacks.some((encoding) => headers.get('content-encoding')?.includes(encoding) === true);
  const contentMd5 = readContentMd5(headers);
  const declared = readDeclared(headers);
  let md5: Buffer | undefined;
  let held: readonly [ChecksumAlgorithm, string] | undefined;

  async function* received(): AsyncGenerator<Buffer, void, undefined> {
    onStart();
    // Left early by an error, the request must stay: its answer goes the same way.
    let bytes = 0;
    const source: AsyncIterable<unknown> = message.iterator({ destroyOnReturn: false });
    for await (const chunk of source) {
      if (!Buffer.isBuffer(chunk)) throw new TypeError('A request gives bytes.');
      bytes += chunk.length;
      onReceived?.(bytes);
      yield chunk;
    }
  }
  const body: RequestBody = {
    length: lengthOf(headers, payload),
    hasDigest: contentMd5 !== undefined || declared !== undefined || headers.has('x-amz-checksum-crc64nvme'),
    async *chunks() {
      const md5Hash = createHash('md5');
      const sha256 = payload.type === 'sha256' ? createHash('sha256') : undefined;
      const checksum: Checksum | undefined = declared && createChecksum(declared.algorithm);
      let expected = declared?.value;
      let size = 0;
      const source =
        payload.type === 'aws-chunked'
          ? decodeChunked(received(), {
              ...payload,
              onTrailer: (name, value) => {
                if (declared !== undefined && name === `x-amz-checksum-${declared.algorithm}`)
                  expected = value;
              },
            })
          : received();
      async function* sent(): AsyncGenerator<Buffer, void, undefined> {
        for await (const chunk of source) {
          sha256?.update(chunk);
          size += chunk.length;
          yield chunk;
        }
      }
      for await (const chunk of isPacked ? unpack(sent()) : sent()) {
        md5Hash.update(chunk);
        checksum?.update(chunk);
        yield chunk;
      }
      md5 = md5Hash.digest();
      if (body.length !== undefined && size !== body.length) throw new S3Error('IncompleteBody');
      if (payload.type === 'sha256') checkSha256(payload.hex, sha256?.digest('hex') ?? '');
      if (contentMd5 !== undefined && !md5.equals(contentMd5)) {
        throw new S3Error('BadDigest', {
          message: 'The Content-MD5 you specified did not match what we received.',
          fields: { ExpectedDigest: contentMd5.toString('hex'), CalculatedDigest: md5.toString('base64') },
        });
      }
      if (declared === undefined || checksum === undefined) return;
      const computed = checksum.digest();
      if (expected !== computed) {
        throw new S3Error('BadDigest', {
          message: `The ${declared.algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
        });
      }
      held = [declared.algorithm, computed];
    },
    async xml(root) {
      const chunks: Buffer[] = [];
      let size = 0;
      if ((body.length ?? 0) > limits.xmlBytes) throw new S3Error('MaxMessageLengthExceeded');
      for await (const chunk of body.chunks()) {
        size += chunk.length;
        if (size > limits.xmlBytes) throw new S3Error('MaxMessageLengthExceeded');
        chunks.push(chunk);
      }
      if (size === 0) throw new S3Error('MissingRequestBodyError');
      return parseXml(Buffer.concat(chunks), root);
    },
    md5: () => md5 ?? Buffer.alloc(16),
    checksum: () => held,
  };
  return body;
}

/** @throws S3Error BadDigest for what is not packed as it says. */
async function* unpack(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  const gunzip = createGunzip();
  const fed = pipeline(source, gunzip).catch(() => {});
  try {
    for await (const chunk of gunzip) if (Buffer.isBuffer(chunk)) yield chunk;
  } catch (error) {
    if (error instanceof S3Error) throw error;
    throw new S3Error('BadDigest', { message: 'The body is not encoded as its Content-Encoding says.' });
  } finally {
    await fed;
  }
}

function checkSha256(claimed: string, computed: string): void {
  if (claimed === computed) return;
  throw new S3Error('XAmzContentSHA256Mismatch', {
    fields: { ClientComputedContentSHA256: claimed, S3ComputedContentSHA256: computed },
  });
}

function lengthOf(headers: Headers, payload: Payload): number | undefined {
  const name = payload.type === 'aws-chunked' ? 'x-amz-decoded-content-length' : 'content-length';
  const value = headers.get(name);
  if (value !== undefined && /^\d+$/.test(value)) return Number(value);
  if (payload.type === 'aws-chunked') throw new S3Error('MissingContentLength');
  return headers.has('transfer-encoding') ? undefined : 0;
}

function readContentMd5(headers: Headers): Buffer | undefined {
  const value = headers.get('content-md5');
  if (value === undefined) return undefined;
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length !== 16 || bytes.toString('base64') !== value) throw new S3Error('InvalidDigest');
  return bytes;
}

/** The checksum that the headers carry, or that they announce for the trailer. */
function readDeclared(
  headers: Headers,
): { algorithm: ChecksumAlgorithm; value: string | undefined } | undefined {
  for (const [name, value] of headers) {
    const algorithm = algorithmOfHeader(name);
    if (algorithm !== undefined) return { algorithm, value };
  }
  const algorithm = algorithmOfHeader(headers.get('x-amz-trailer')?.trim().toLowerCase() ?? '');
  return algorithm && { algorithm, value: undefined };
}
