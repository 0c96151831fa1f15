import type http from 'node:http';
import type { Bodies } from './bodies.ts';
import { sendPieces } from './send.ts';
import type { State } from './state.ts';
import { Refusal } from './xml.ts';

const TYPES: Record<string, string> = { jpg: 'image/jpeg', tif: 'image/tiff', txt: 'text/plain' };

interface Found {
  size: number;
  etag: string;
  modifiedAt: Date;
  versionId?: string;
  /** Undefined where it was sent by a client: what is sent is not kept. */
  index?: number;
}

/** GetObject and HeadObject (Amazon S3 API Reference). @throws Refusal */
export async function sendObject(
  { state, bodies, bandwidth }: { state: State; bodies: Bodies; bandwidth: number | undefined },
  { key, query }: { key: string; query: URLSearchParams },
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const found = find(state, bodies, key, query.get('versionId'));
  if (found === undefined) throw new Refusal(404, query.has('versionId') ? 'NoSuchVersion' : 'NoSuchKey');
  const etag = `"${found.etag}"`;
  const { headers } = request;
  if (!agrees(headers['if-match'], etag, true)) throw new Refusal(412, 'PreconditionFailed');
  if (agrees(headers['if-none-match'], etag, false)) {
    response.writeHead(304, { etag }).end();
    return;
  }
  const parts = found.index === undefined ? undefined : bodies.parts(found.index);
  const part = partOf(query.get('partNumber'), parts, found.size);
  const { start, end } = part ?? rangeOf(headers.range, found.size);
  const isPart = part !== undefined || (headers.range !== undefined && found.size > 0);
  if (request.method === 'GET' && found.index === undefined && end > start)
    throw new Refusal(501, 'NotImplemented', 'What is sent to this server is counted, and not kept.');
  response.writeHead(isPart ? 206 : 200, {
    'content-type': TYPES[key.slice(key.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
    'content-length': end - start,
    ...(isPart && { 'content-range': `bytes ${start}-${end - 1}/${found.size}` }),
    'accept-ranges': 'bytes',
    'last-modified': found.modifiedAt.toUTCString(),
    etag,
    ...(found.versionId !== undefined && { 'x-amz-version-id': found.versionId }),
    ...(part !== undefined && parts !== undefined && { 'x-amz-mp-parts-count': parts.count }),
  });
  const { index } = found;
  if (request.method === 'HEAD' || index === undefined || end === start) response.end();
  else await sendPieces(response, piecesOf(bodies, index, start, end), bandwidth);
}

function* piecesOf(bodies: Bodies, index: number, start: number, end: number): Generator<Buffer> {
  for (let at = start; at < end;) {
    const piece = bodies.piece(index, at, end);
    yield piece;
    at += piece.length;
  }
}

function find(state: State, bodies: Bodies, key: string, versionId: string | null): Found | undefined {
  const sent = state.sent.get(key);
  if (sent !== undefined) return sent;
  const index = state.keys.indexOf(key);
  if (index === -1) return undefined;
  const version = versionId === null ? state.newest(index) : state.versionOf(index, versionId);
  if (version === -1) return undefined;
  return {
    index,
    size: bodies.size(index),
    etag: bodies.etag(index),
    modifiedAt: bodies.modifiedAt(index),
    ...(state.isVersioned && { versionId: state.versionId(index, version) }),
  };
}

function agrees(header: string | undefined, etag: string, unlessGiven: boolean): boolean {
  if (header === undefined) return unlessGiven;
  return header.split(',').some((one) => [etag, etag.slice(1, -1), '*'].includes(one.trim()));
}

/** @throws Refusal */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if ((first === '' && last === '') || size === 0) return { start: 0, end: size };
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  if (start >= end) throw new Refusal(416, 'InvalidRange');
  return { start, end };
}

/** @throws Refusal */
function partOf(
  asked: string | null,
  parts: { count: number; bytes: number } | undefined,
  size: number,
): { start: number; end: number } | undefined {
  if (asked === null) return undefined;
  const number = Number(asked);
  const count = parts?.count ?? 1;
  if (!(number >= 1 && number <= count)) throw new Refusal(416, 'InvalidPartNumber');
  const start = (number - 1) * (parts?.bytes ?? 0);
  return { start, end: parts === undefined ? size : Math.min(size, start + parts.bytes) };
}
