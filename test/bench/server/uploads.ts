import { createHash, hash, randomUUID } from 'node:crypto';
import type http from 'node:http';
import type { Answer } from './send.ts';
import type { Sent, State } from './state.ts';
import { document, escaped, Refusal, unescaped } from './xml.ts';

/** PutObject and UploadPart (Amazon S3 API Reference): the bytes are counted and dropped. @throws Refusal */
export async function receive(
  state: State,
  { key, query }: { key: string; query: URLSearchParams },
  request: http.IncomingMessage,
): Promise<Answer> {
  const { headers } = request;
  if (
    headers['x-amz-copy-source'] !== undefined ||
    header(request, 'x-amz-content-sha256').startsWith('STREAMING-')
  )
    throw new Refusal(501, 'NotImplemented', 'This server takes plain bodies only.');
  const sent = await digested(request);
  const wanted = header(request, 'content-md5');
  if (wanted !== '' && wanted !== sent.digest.toString('base64')) throw new Refusal(400, 'BadDigest');
  const uploadId = query.get('uploadId');
  if (uploadId === null) {
    state.sent.set(key, sent);
  } else {
    const number = Number(query.get('partNumber'));
    if (!(number >= 1 && number <= 10_000)) throw new Refusal(400, 'InvalidArgument');
    uploadOf(state, uploadId, key).parts.set(number, sent);
  }
  return { headers: { etag: `"${sent.etag}"` } };
}

/** CreateMultipartUpload. */
export function begin(state: State, key: string): Answer {
  const uploadId = randomUUID();
  state.uploads.set(uploadId, { key, parts: new Map() });
  const fields = `<Bucket>bench</Bucket><Key>${escaped(key)}</Key><UploadId>${uploadId}</UploadId>`;
  return { body: document('InitiateMultipartUploadResult', fields) };
}

/** CompleteMultipartUpload. @throws Refusal */
export function complete(state: State, { key, uploadId }: UploadRef, body: string): Answer {
  const upload = uploadOf(state, uploadId, key);
  const parts = [...body.matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, text = '']) => {
    const number = Number(/<PartNumber>(\d+)<\/PartNumber>/.exec(text)?.[1]);
    const etag = unescaped(/<ETag>(.*?)<\/ETag>/.exec(text)?.[1] ?? '').replaceAll('"', '');
    const part = upload.parts.get(number);
    if (part === undefined || part.etag !== etag) throw new Refusal(400, 'InvalidPart');
    return part;
  });
  if (parts.length === 0) throw new Refusal(400, 'MalformedXML');
  const etag = `${hash('md5', Buffer.concat(parts.map(({ digest }) => digest)), 'hex')}-${parts.length}`;
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  state.sent.set(key, { size, etag, modifiedAt: new Date() });
  state.uploads.delete(uploadId);
  const fields = `<Location>/bench</Location><Bucket>bench</Bucket><Key>${escaped(key)}</Key><ETag>&quot;${etag}&quot;</ETag>`;
  return { body: document('CompleteMultipartUploadResult', fields) };
}

/** AbortMultipartUpload. @throws Refusal */
export function abort(state: State, { key, uploadId }: UploadRef): Answer {
  uploadOf(state, uploadId, key);
  state.uploads.delete(uploadId);
  return { status: 204 };
}

/** ListParts, all on one page. @throws Refusal */
export function listParts(state: State, { key, uploadId }: UploadRef): Answer {
  const { parts } = uploadOf(state, uploadId, key);
  const rows = [...parts]
    .sort(([a], [b]) => a - b)
    .map(
      ([number, { size, etag, modifiedAt }]) =>
        `<Part><PartNumber>${number}</PartNumber><LastModified>${modifiedAt.toISOString()}</LastModified>` +
        `<ETag>&quot;${etag}&quot;</ETag><Size>${size}</Size></Part>`,
    );
  const fields = `<Bucket>bench</Bucket><Key>${escaped(key)}</Key><UploadId>${uploadId}</UploadId>`;
  return { body: document('ListPartsResult', `${fields}<IsTruncated>false</IsTruncated>${rows.join('')}`) };
}

/** ListMultipartUploads, all on one page. */
export function listUploads(state: State): Answer {
  const rows = [...state.uploads].map(
    ([uploadId, { key }]) =>
      `<Upload><Key>${escaped(key)}</Key><UploadId>${uploadId}</UploadId><Initiated>2024-01-01T00:00:00.000Z</Initiated></Upload>`,
  );
  return {
    body: document(
      'ListMultipartUploadsResult',
      `<Bucket>bench</Bucket><IsTruncated>false</IsTruncated>${rows.join('')}`,
    ),
  };
}

/** A request's whole body, as text. */
export async function bodyOf(request: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

interface UploadRef {
  key: string;
  uploadId: string;
}

function uploadOf(state: State, uploadId: string, key: string) {
  const upload = state.uploads.get(uploadId);
  if (upload?.key !== key) throw new Refusal(404, 'NoSuchUpload');
  return upload;
}

async function digested(request: http.IncomingMessage): Promise<Sent & { digest: Buffer }> {
  const md5 = createHash('md5');
  let size = 0;
  for await (const chunk of request) {
    md5.update(chunk as Buffer);
    size += (chunk as Buffer).length;
  }
  const digest = md5.digest();
  return { size, digest, etag: digest.toString('hex'), modifiedAt: new Date() };
}

function header(request: http.IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}
