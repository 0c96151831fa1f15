// An S3 server that answers from memory as fast as Node can, so that what is measured is the client:
//   memory-server.ts COUNT BYTES LATENCY_MS
// One bucket, `bench`, with COUNT objects of BYTES bytes of text each. It knows listings (version 2), GET with ranges and
// HEAD, takes every signature, and prints its port.
import { createHash } from 'node:crypto';
import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { text } from './content.ts';

const [count = 0, bytes = 0, latencyMs = 0] = process.argv.slice(2).map(Number);
const body = text(bytes);
const etag = createHash('md5').update(body).digest('hex');
const modified = new Date('2024-01-01T00:00:00Z');
const keyOf = (index: number) =>
  `folder ${String(Math.floor(index / 1000)).padStart(4, '0')}/object ${String(index).padStart(8, '0')}.txt`;

/** The object's place in the listing; -1 when there is none. */
function indexOf(key: string): number {
  const index = Number(/ (\d{8})\.txt$/.exec(key)?.[1] ?? -1);
  return index < count && keyOf(index) === key ? index : -1;
}

const pages = new Map<string, Buffer>();
function page(query: URLSearchParams): Buffer {
  const start = Number(query.get('continuation-token') ?? 0);
  const size = Math.min(1000, Number(query.get('max-keys') ?? 1000));
  const encode = query.get('encoding-type') === 'url';
  const name = `${start} ${size} ${encode}`;
  let made = pages.get(name);
  if (made === undefined) {
    made = Buffer.from(listing(start, Math.min(count, start + size), encode));
    pages.set(name, made);
  }
  return made;
}

function listing(start: number, end: number, encode: boolean): string {
  const contents: string[] = [];
  for (let index = start; index < end; index++) {
    const key = encode ? encodeURIComponent(keyOf(index)).replaceAll('%2F', '/') : keyOf(index);
    contents.push(
      `<Contents><Key>${key}</Key><LastModified>${modified.toISOString()}</LastModified><ETag>&quot;${etag}&quot;</ETag>` +
        `<Size>${bytes}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
    );
  }
  const more = end < count ? `<NextContinuationToken>${end}</NextContinuationToken>` : '';
  return (
    '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
    `<Name>bench</Name><Prefix></Prefix><KeyCount>${end - start}</KeyCount><MaxKeys>1000</MaxKeys>` +
    `${encode ? '<EncodingType>url</EncodingType>' : ''}<IsTruncated>${end < count}</IsTruncated>${more}${contents.join('')}</ListBucketResult>`
  );
}

const server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  request.resume();
  const answer = () => {
    const url = new URL(request.url ?? '/', 'http://bench');
    const key = decodeURIComponent(url.pathname.replace(/^\/bench\/?/, ''));
    if (key === '') {
      const list = page(url.searchParams);
      response.writeHead(200, { 'content-type': 'application/xml', 'content-length': list.length });
      response.end(request.method === 'HEAD' ? undefined : list);
      return;
    }
    if (indexOf(key) === -1) {
      response.writeHead(404, { 'content-length': 0 }).end();
      return;
    }
    const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const part = body.subarray(Number(from), to === '' ? bytes : Number(to) + 1);
    const isPart = request.headers.range !== undefined;
    response.writeHead(isPart ? 206 : 200, {
      'content-type': 'text/plain',
      'content-length': part.length,
      ...(isPart && { 'content-range': `bytes ${from}-${Number(from) + part.length - 1}/${bytes}` }),
      'accept-ranges': 'bytes',
      'last-modified': modified.toUTCString(),
      etag: `"${etag}"`,
    });
    response.end(request.method === 'HEAD' ? undefined : part);
  };
  if (latencyMs > 0) void delay(latencyMs).then(answer);
  else answer();
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(`port: ${address.port}`);
});
process.on('disconnect', () => process.exit());
