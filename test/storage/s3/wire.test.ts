import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { withRetries } from '#storage/retry.ts';
import type { Storage } from '#storage/storage.ts';
import { sendError, sendObject, sendPage, type SeenRequest } from '#test/support/fault-server.ts';
import { connect, gather, quick, ref } from '#test/support/faults.ts';
import { open, serve } from '#test/support/open.ts';
import { startProxy } from '#test/support/proxy.ts';

/** Headers of the newer checksums, and of bodies that carry one at their end. */
const CHECKSUM =
  /^x-amz-(checksum|sdk-checksum|trailer|decoded)|^content-encoding$|^transfer-encoding$|^expect$/u;
const checksums = ({ headers }: SeenRequest) => Object.keys(headers).filter((name) => CHECKSUM.test(name));
const only = (requests: SeenRequest[]): SeenRequest => {
  const [request] = requests;
  if (request === undefined || requests.length !== 1) throw new Error(`${requests.length} requests`);
  return request;
};
const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('base64');

test('P1: neither a write nor a read asks for checksums that others than AWS do not know', async () => {
  const { storage, server } = await connect((request, response) => {
    if (request.method === 'PUT') response.writeHead(200, { etag: '"e"' }).end();
    else sendObject(request, response, { bytes: Buffer.from('x'), etag: 'e' });
  });
  await storage.write({ ...ref, body: Buffer.from('bytes') });
  const { body } = await storage.read(ref);
  await body.toArray();
  for (const request of server.requests) expect(checksums(request)).toEqual([]);
  expect(server.requests).toHaveLength(2);
});

describe('a stream', () => {
  const write = async () => {
    const { storage, server } = await connect((_, response) =>
      response.writeHead(200, { etag: '"e"' }).end(),
    );
    const stream = Readable.from([Buffer.from('some '), Buffer.from('pieces')]);
    await storage.write({ ...ref, body: { stream, contentLength: 11 } });
    return only(server.requests);
  };

  test('P2: is sent with its Content-Length, which HCP wants', async () => {
    const { headers, body } = await write();
    expect(headers['content-length']).toBe('11');
    expect(body().toString()).toBe('some pieces');
  });

  test('P4: is sent as it is, without chunks of AWS and without a trailer', async () => {
    const request = await write();
    expect(checksums(request)).toEqual([]);
    expect(request.headers['x-amz-content-sha256']).toMatch(/^(UNSIGNED-PAYLOAD|[0-9a-f]{64})$/u);
  });
});

describe('P3: Content-MD5 of the body, and no CRC32, goes with', () => {
  const tags = { a: 'ä & <b>' };
  const rule = { AllowedOrigins: ['*'], AllowedMethods: ['GET' as const] };
  const lifecycle = {
    Rules: [{ Status: 'Enabled' as const, Filter: { Prefix: 'ä' }, Expiration: { Days: 1 } }],
  };
  const Statement = { Effect: 'Allow' as const, Action: 's3:*', Resource: '*' };
  const owner = { Owner: { ID: 'me' }, Grants: [] };
  test.each<[what: string, call: (storage: Storage) => Promise<unknown>]>([
    [
      'a list of objects to delete',
      (s) => s.deleteMany({ bucket: 'b', objects: [{ key: 'ä &' }, { key: 'z' }] }),
    ],
    ['CORS', (s) => s.writeSetting('b', 'cors', { CORSRules: [rule] })],
    ['tags of a bucket', (s) => s.writeSetting('b', 'tags', tags)],
    ['a lifecycle', (s) => s.writeSetting('b', 'lifecycle', lifecycle)],
    ['a policy', (s) => s.writeSetting('b', 'policy', { Version: '2012-10-17', Statement })],
    ['versioning', (s) => s.writeSetting('b', 'versioning', { status: 'enabled' })],
    ['an ACL', (s) => s.writeSetting('b', 'acl', owner)],
    ['a ready ACL, which has no body', (s) => s.writeSetting('b', 'acl', { canned: 'private' })],
    ['the ACL of an object', (s) => s.writeObjectAcl(ref, owner)],
    ['tags of an object', (s) => s.writeObjectTags(ref, tags)],
  ])('%s', async (_, call) => {
    const { storage, server } = await connect((__, response) =>
      response.end('<DeleteResult></DeleteResult>'),
    );
    await call(storage);
    const request = only(server.requests);
    expect(request.headers['content-md5']).toBe(md5(request.body()));
    expect(checksums(request)).toEqual([]);
  });
});

test('P5: a link to put names no checksum, and signs no header but the host', async () => {
  const { storage } = await connect((_, response) => response.end());
  const url = new URL(await storage.presign({ ...ref, method: 'put_object', expiresSeconds: 60 }));
  expect([...url.searchParams.keys()].filter((name) => /checksum|md5|length/iu.test(name))).toEqual([]);
  expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('host');
});

test.each([
  ['a//b', '/b/a//b'],
  ['/leading', '/b//leading'],
  ['//', '/b///'],
  ['folder/', '/b/folder/'],
  ['../up', '/b/../up'],
  ['a b+c%2F?d#e', '/b/a%20b%2Bc%252F%3Fd%23e'],
  ['line\nend\u0001', '/b/line%0Aend%01'],
])('P21, P22: the key %j is asked for as it is', async (key, path) => {
  const { storage, server } = await connect((_, response) => response.writeHead(200).end());
  await storage.stat({ bucket: 'b', key });
  await storage.delete({ bucket: 'b', key });
  expect(server.requests.map((request) => request.path)).toEqual([path, path]);
});

test('P22: one key with control characters does not cost the page, of objects, versions and uploads', async () => {
  const key = '%01bell%07%0D%0A';
  const wanted = '\u0001bell\u0007\r\n';
  const { storage, server } = await connect((request, response) => {
    if (request.query.has('list-type')) return sendPage(response, { keys: ['a', key], encoding: 'url' });
    return response.end(
      request.query.has('versions')
        ? `<ListVersionsResult><EncodingType>url</EncodingType><Version><Key>${key}</Key></Version></ListVersionsResult>`
        : `<ListMultipartUploadsResult><EncodingType>url</EncodingType><Upload><Key>${key}</Key><UploadId>u</UploadId></Upload></ListMultipartUploadsResult>`,
    );
  });
  expect((await storage.listPage({ bucket: 'b' })).objects.map((o) => o.key)).toEqual(['a', wanted]);
  expect((await storage.listVersionsPage({ bucket: 'b' })).versions.map((v) => v.key)).toEqual([wanted]);
  expect((await storage.listUploadsPage({ bucket: 'b' })).uploads.map((u) => u.key)).toEqual([wanted]);
  for (const { query } of server.requests) expect(query.get('encoding-type')).toBe('url');
});

test.each(['9b2cf535f27731c974343645a3985328-17', '0123456789abcdef0123456789abcdef', 'not-hex', 'W/"weak"'])(
  'P23: an object whose ETag (%s) is no MD5 of its bytes is not called damaged',
  async (etag) => {
    const bytes = Buffer.from('bytes of which the ETag is no MD5');
    const { storage } = await connect((request, response) => sendObject(request, response, { bytes, etag }));
    const { body, stat } = await storage.read(ref);
    expect((await gather(body)).equals(bytes)).toBe(true);
    expect(stat.size).toBe(bytes.length);
  },
);

describe('P27: where the clock is 20 minutes off', () => {
  const skewed = (date: string | undefined) =>
    connect((_, response, count) => {
      if (date === undefined) response.sendDate = false;
      else response.setHeader('date', date);
      if (count === 1) sendError(response, 403, 'RequestTimeTooSkewed');
      else sendPage(response, { keys: ['a'] });
    });
  const ahead = () => new Date(Date.now() + 20 * 60_000);
  const minutes = (time: string) =>
    Date.parse(time.replace(/^(....)(..)(..T..)(..)(..Z)$/u, '$1-$2-$3:$4:$5')) / 60_000;

  test('the request is signed anew by the clock of the server, and so are links from then on', async () => {
    const date = ahead();
    const { storage, server } = await skewed(date.toUTCString());
    const page = await withRetries(storage, quick).listPage({ bucket: 'b' });
    expect(page.objects).toHaveLength(1);
    const [first = 0, second = 0] = server.requests.map(({ headers }) =>
      minutes(String(headers['x-amz-date'])),
    );
    expect(Math.round(second - first)).toBe(20);
    const url = new URL(await storage.presign({ ...ref, method: 'get_object', expiresSeconds: 60 }));
    const linked = minutes(url.searchParams.get('X-Amz-Date') ?? '');
    expect(Math.abs(linked - date.getTime() / 60_000)).toBeLessThan(1);
  });

  test('and the server does not tell its time, the message does not blame the keys', async () => {
    const { storage, server } = await skewed(undefined);
    const call = withRetries(storage, quick).listPage({ bucket: 'b' });
    await expect(call).rejects.toMatchObject({
      kind: 'clock-skew',
      message: "This computer's clock differs too much from the server's.",
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe('P29: a bucket is named', () => {
  test('in the path, as all servers know it, unless told otherwise', async () => {
    const { storage, server } = await connect((_, response) => sendPage(response, {}));
    await storage.listPage({ bucket: 'b' });
    const request = only(server.requests);
    expect(request.path).toBe('/b/');
    expect(request.headers.host).toBe(new URL(server.endpoint).host);
  });

  test.each([
    ['virtual-host', 'bucket', 'bucket.s3.example:80'],
    ['path', 'bucket', 's3.example:80'],
    ['virtual-host', 'Not_A_Host', 's3.example:80'],
  ] as const)('by %s: %s is asked for at %s', async (addressing, bucket, host) => {
    const server = await serve();
    const proxy = await startProxy({ upstream: new URL(server.endpoint).host });
    onTestFinished(() => proxy.close());
    await open('http://s3.example', { proxy: proxy.url, addressing }).listPage({ bucket });
    expect(proxy.tunnels).toEqual([host]);
    expect(only(server.requests).path).toBe(host.startsWith(bucket) ? '/' : `/${bucket}/`);
  });
});
