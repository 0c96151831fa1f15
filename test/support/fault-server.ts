import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export interface SeenRequest {
  method: string;
  /** As it came: path and query, still encoded. */
  url: string;
  path: string;
  query: URLSearchParams;
  headers: http.IncomingHttpHeaders;
  /** What has come of its body until now. */
  body: () => Buffer;
}

export type Answer = (
  request: SeenRequest,
  response: http.ServerResponse,
  /** From 1, over all requests. */
  count: number,
) => unknown;

export interface FaultServer {
  endpoint: string;
  requests: SeenRequest[];
  /** Connections that are open now, and the most that were at once. */
  sockets: { open: number; most: number };
  close(): Promise<void>;
}

/** A server on loopback that answers just as a test tells it to: the wire's bad days, which no real server has on call. */
export async function startFaultServer(
  answer: Answer,
  tls?: { key: string; cert: string },
): Promise<FaultServer> {
  const requests: SeenRequest[] = [];
  const sockets = { open: 0, most: 0 };
  const live = new Set<Socket>();
  const listener: http.RequestListener = (incoming, response) => {
    const url = incoming.url ?? '';
    const at = url.indexOf('?');
    const chunks: Buffer[] = [];
    const seen: SeenRequest = {
      method: incoming.method ?? '',
      url,
      path: at === -1 ? url : url.slice(0, at),
      query: new URLSearchParams(at === -1 ? '' : url.slice(at)),
      headers: incoming.headers,
      body: () => Buffer.concat(chunks),
    };
    requests.push(seen);
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer(seen, response, requests.length);
  };
  const server = tls === undefined ? http.createServer(listener) : https.createServer(tls, listener);
  server.on('connection', (socket: Socket) => {
    live.add(socket);
    sockets.open += 1;
    sockets.most = Math.max(sockets.most, sockets.open);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      live.delete(socket);
      sockets.open -= 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    requests,
    sockets,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of live) socket.destroy();
      }),
  };
}

/** An error as S3 sends it. */
export function sendError(
  response: http.ServerResponse,
  status: number,
  code: string,
  extra: { message?: string; elements?: string; headers?: Record<string, string> } = {},
): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${extra.message ?? ''}</Message>${extra.elements ?? ''}<RequestId>REQ1</RequestId></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml', ...extra.headers }).end(body);
}

/** Answers a GET of an object, with ranges and If-Match, as S3 does. */
export function sendObject(
  request: SeenRequest,
  response: http.ServerResponse,
  object: { bytes: Buffer; etag: string },
  /** Sends the body; the default sends all of it. */
  send: (bytes: Buffer) => void = (bytes) => response.end(bytes),
): void {
  const { bytes, etag } = object;
  const condition = request.headers['if-match'];
  if (condition !== undefined && condition !== `"${etag}"`) {
    sendError(response, 412, 'PreconditionFailed');
    return;
  }
  const range = /^bytes=(\d+)-(\d*)$/u.exec(request.headers.range ?? '');
  const start = Number(range?.[1] ?? 0);
  const end = range?.[2] === undefined || range[2] === '' ? bytes.length - 1 : Number(range[2]);
  response.writeHead(range === null ? 200 : 206, {
    etag: etag.startsWith('W/') ? etag : `"${etag}"`,
    'content-length': String(end - start + 1),
    'last-modified': 'Mon, 23 Nov 2026 12:00:00 GMT',
    ...(range !== null && { 'content-range': `bytes ${start}-${end}/${bytes.length}` }),
  });
  send(bytes.subarray(start, end + 1));
}

/** A page of a listing as S3 sends it; the keys go out as they are, so encode them where that matters. */
export function sendPage(
  response: http.ServerResponse,
  page: { keys?: string[]; prefixes?: string[]; nextToken?: string; truncated?: boolean; encoding?: string },
): void {
  const { keys = [], prefixes = [], nextToken, truncated = nextToken !== undefined, encoding } = page;
  const contents = keys.map(
    (key) =>
      `<Contents><Key>${key}</Key><LastModified>2026-11-23T12:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>1</Size></Contents>`,
  );
  const folders = prefixes.map((prefix) => `<CommonPrefixes><Prefix>${prefix}</Prefix></CommonPrefixes>`);
  response
    .writeHead(200, { 'content-type': 'application/xml' })
    .end(
      `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name>` +
        `<KeyCount>${keys.length}</KeyCount><IsTruncated>${truncated}</IsTruncated>` +
        (encoding === undefined ? '' : `<EncodingType>${encoding}</EncodingType>`) +
        (nextToken === undefined ? '' : `<NextContinuationToken>${nextToken}</NextContinuationToken>`) +
        `${contents.join('')}${folders.join('')}</ListBucketResult>`,
    );
}

/** Waits until `condition` holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
