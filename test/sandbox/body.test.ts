import { createHash, createHmac } from 'node:crypto';
import { Agent } from 'node:http';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type ChecksumAlgorithm,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { decodeChunked } from '#sandbox/auth/chunked.ts';
import { createChecksum } from '#sandbox/checksums.ts';
import { clientFor, send, sendSigned, sharedSandbox, sign, xmlText, type Answer } from './support.ts';

const shared = sharedSandbox();

const summary = ({ status, body }: Answer) => [status, xmlText(body, 'Code')];
const md5 = (text: string) => createHash('md5').update(text).digest('base64');

describe('what a request claims about its body', () => {
  test('is checked before anything is stored', async () => {
    const path = `/${await shared.bucket()}/k`;
    const { sandbox } = shared;
    const put = (headers: Record<string, string>, payloadHash?: string) =>
      sendSigned(sandbox, {
        method: 'PUT',
        path,
        body: 'content',
        headers,
        ...(payloadHash !== undefined && { payloadHash }),
      });
    expect(summary(await put({}, createHash('sha256').update('other').digest('hex')))).toEqual([
      400,
      'XAmzContentSHA256Mismatch',
    ]);
    expect(summary(await put({ 'content-md5': md5('other') }))).toEqual([400, 'BadDigest']);
    expect(summary(await put({ 'content-md5': 'none' }))).toEqual([400, 'InvalidDigest']);
    expect(summary(await put({ 'x-amz-checksum-crc32': 'AAAAAA==' }))).toEqual([400, 'BadDigest']);
    expect(summary(await put({ 'x-amz-checksum-sha256': 'AAAAAA==' }))).toEqual([400, 'BadDigest']);
    expect(summary(await sendSigned(sandbox, { path }))).toEqual([404, 'NoSuchKey']);
    expect((await put({ 'content-md5': md5('content') })).status).toBe(200);
    expect((await put({}, 'UNSIGNED-PAYLOAD')).status).toBe(200);
  });

  test('holds for every checksum of the SDK, and is given back when asked for', async () => {
    const Bucket = await shared.bucket();
    const s3 = clientFor(shared.sandbox, { responseChecksumValidation: 'WHEN_SUPPORTED' });
    const algorithms: ChecksumAlgorithm[] = ['CRC32', 'CRC32C', 'SHA1', 'SHA256'];
    for (const ChecksumAlgorithm of algorithms) {
      const put = await s3.send(
        new PutObjectCommand({ Bucket, Key: ChecksumAlgorithm, Body: 'content', ChecksumAlgorithm }),
      );
      const name = `Checksum${ChecksumAlgorithm}` as const;
      expect(put).toHaveProperty(name);
      const got = await s3.send(
        new GetObjectCommand({ Bucket, Key: ChecksumAlgorithm, ChecksumMode: 'ENABLED' }),
      );
      expect(got).toHaveProperty(name, put[name]);
      expect(await got.Body?.transformToString()).toBe('content');
    }
    const part = await s3.send(
      new GetObjectCommand({ Bucket, Key: 'SHA256', ChecksumMode: 'ENABLED', Range: 'bytes=0-1' }),
    );
    expect(part).not.toHaveProperty('ChecksumSHA256', expect.anything());
  });

  test('needs a length', async () => {
    const path = `/${await shared.bucket()}/k`;
    const headers = { 'transfer-encoding': 'chunked' };
    const answer = await sendSigned(shared.sandbox, {
      method: 'PUT',
      path,
      headers,
      body: 'x',
      payloadHash: 'UNSIGNED-PAYLOAD',
    });
    expect(summary(answer)).toEqual([411, 'MissingContentLength']);
  });

  test('may come after 100 Continue, which somebody who is refused never gets', async () => {
    const bucket = await shared.bucket();
    const input = {
      method: 'PUT',
      path: `/${bucket}/k`,
      headers: { expect: '100-continue', 'content-length': '1' },
      body: 'x',
    };
    expect((await sendSigned(shared.sandbox, input)).status).toBe(200);
    const refused = await sendSigned(shared.sandbox, { ...input, secretAccessKey: 'guessed' });
    expect(summary(refused)).toEqual([403, 'SignatureDoesNotMatch']);
    expect(refused.headers.connection).toBe('close');
  });
});

test('a body that is refused half-way does not stand before the next request', async () => {
  const path = `/${await shared.bucket()}/k`;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => {
    agent.destroy();
  });
  const body = Buffer.alloc(5_000_000, 'x');
  const headers = { 'x-amz-decoded-content-length': '5', 'content-length': String(body.length) };
  const payloadHash = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
  for (let round = 0; round < 3; round++) {
    const refused = await sendSigned(shared.sandbox, {
      method: 'PUT',
      path,
      headers,
      body,
      payloadHash,
      agent,
    });
    expect(summary(refused)).toEqual([400, 'InvalidRequest']);
    expect((await sendSigned(shared.sandbox, { path: '/', agent })).status).toBe(200);
  }
});

describe('an aws-chunked body', () => {
  const content = 'chunk one, chunk two';

  /** Frames `content` by hand; `tamper` changes it after the signatures were made. */
  async function put(
    type: string,
    options: { trailer?: string; tamper?: (body: string) => string; length?: number } = {},
  ) {
    const path = `/${await shared.bucket()}/k`;
    const headers = {
      'content-encoding': 'aws-chunked,gzip',
      'x-amz-decoded-content-length': String(options.length ?? content.length),
      ...(options.trailer !== undefined && { 'x-amz-trailer': 'x-amz-checksum-crc32' }),
    };
    const signed = sign(shared.sandbox, { method: 'PUT', path, headers, payloadHash: type });
    const isSigned = type.includes('HMAC');
    let previous = signed.seed;
    const next = (kind: string, ...hashes: string[]) => {
      const text = [`AWS4-HMAC-SHA256-${kind}`, signed.timestamp, signed.scope, previous, ...hashes].join(
        '\n',
      );
      previous = createHmac('sha256', signed.key).update(text).digest('hex');
      return previous;
    };
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    const frame = (chunk: string) =>
      chunk.length.toString(16) +
      (isSigned ? `;chunk-signature=${next('PAYLOAD', sha256(''), sha256(chunk))}` : '') +
      '\r\n';
    let body =
      [content.slice(0, 9), content.slice(9)].map((chunk) => `${frame(chunk)}${chunk}\r\n`).join('') +
      frame('');
    if (options.trailer !== undefined) {
      const trailer = `x-amz-checksum-crc32:${options.trailer}`;
      body += `${trailer}\r\n`;
      if (isSigned) body += `x-amz-trailer-signature:${next('TRAILER', sha256(`${trailer}\n`))}\r\n`;
    }
    body = (options.tamper ?? ((same) => same))(`${body}\r\n`);
    const answer = await send(shared.sandbox, { method: 'PUT', path, headers: signed.headers, body });
    return { answer, stored: await sendSigned(shared.sandbox, { path }) };
  }

  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(content));
  const trailer = crc.toString('base64');

  test('is stored without its frames, signed or not, with or without a trailer', async () => {
    const forms: Parameters<typeof put>[] = [
      ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD'],
      ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', { trailer }],
      ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', { trailer }],
    ];
    for (const form of forms) {
      const { answer, stored } = await put(...form);
      expect([answer.status, answer.body]).toEqual([200, '']);
      expect([stored.body, stored.headers['content-encoding']]).toEqual([content, 'gzip']);
    }
  });

  test('is refused when a byte, a signature, the trailer or the length is wrong, and then nothing is stored', async () => {
    const signed = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
    const cases: [string, ...Parameters<typeof put>][] = [
      ['SignatureDoesNotMatch', signed, { tamper: (body) => body.replace('two', 'too') }],
      [
        'SignatureDoesNotMatch',
        signed,
        { tamper: (body) => body.replace(/0;chunk-signature=\w/, '0;chunk-signature=') },
      ],
      [
        'SignatureDoesNotMatch',
        `${signed}-TRAILER`,
        { trailer, tamper: (body) => body.replace(/signature:./, 'signature:') },
      ],
      ['BadDigest', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', { trailer: 'AAAAAA==' }],
      ['IncompleteBody', signed, { length: content.length + 1 }],
      [
        'InvalidRequest',
        'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        { trailer, tamper: () => 'no frame at all\r\n' },
      ],
      [
        'IncompleteBody',
        'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        { trailer, tamper: (body) => body.slice(0, 8) },
      ],
    ];
    for (const [code, ...form] of cases) {
      const { answer, stored } = await put(...form);
      const found = xmlText(answer.body, 'Code');
      // A signature that lost a digit is no frame at all.
      expect([code, 'InvalidRequest']).toContain(found);
      expect(stored.status).toBe(404);
    }
  });

  test('of the SDK, from a stream, is stored', async () => {
    const Bucket = await shared.bucket();
    const s3 = clientFor(shared.sandbox, { requestChecksumCalculation: 'WHEN_SUPPORTED' });
    const Body = Readable.from([Buffer.from('a'.repeat(100_000)), Buffer.from('b')]);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body, ContentLength: 100_001 }));
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    expect([head.ContentLength, head.ContentEncoding]).toEqual([100_001, undefined]);
  });

  test('comes out the same however the network cuts it', async () => {
    const piece = fc.uint8Array({ maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        async (pieces, cuts) => {
          const chunks = pieces.filter((bytes) => bytes.length > 0);
          const framed = Buffer.concat([
            ...chunks.flatMap((bytes) => [
              Buffer.from(`${bytes.length.toString(16)}\r\n`),
              bytes,
              Buffer.from('\r\n'),
            ]),
            Buffer.from('0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n'),
          ]);
          async function* network() {
            const at = [0, ...cuts.map((cut) => cut % framed.length), framed.length].sort((a, b) => a - b);
            for (const [i, start] of at.entries()) yield framed.subarray(start, at[i + 1] ?? start);
          }
          const trailers: string[] = [];
          const decoded: Buffer[] = [];
          const onTrailer = (name: string, value: string) => trailers.push(`${name}=${value}`);
          for await (const bytes of decodeChunked(network(), {
            signing: undefined,
            trailer: true,
            onTrailer,
          })) {
            decoded.push(bytes);
          }
          expect(Buffer.concat(decoded).equals(Buffer.concat(chunks))).toBe(true);
          expect(trailers).toEqual(['x-amz-checksum-crc32=AAAA']);
        },
      ),
    );
  });
});

test('CRC-32C is that of its standard', () => {
  const checksum = createChecksum('crc32c');
  checksum.update(Buffer.from('1234'));
  checksum.update(Buffer.from('56789'));
  expect(Buffer.from(checksum.digest(), 'base64').toString('hex')).toBe('e3069283');
});
