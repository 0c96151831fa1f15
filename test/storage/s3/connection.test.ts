import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openStorage } from '#storage/open.ts';
import { MAX_SOCKETS } from '#storage/s3/agent.ts';
import { localSettings } from '#test/support/endpoints.ts';
import { sendPage, startFaultServer, until } from '#test/support/fault-server.ts';
import { failureOf, open, serve } from '#test/support/open.ts';
import { startProxy } from '#test/support/proxy.ts';

afterEach(() => vi.unstubAllEnvs());

describe('a proxy', () => {
  test('carries every request, with its own user and password', async () => {
    const server = await serve();
    const proxy = await startProxy({ credentials: 'user:p@ss' });
    onTestFinished(() => proxy.close());
    const address = proxy.url.replace('p@ss@', 'p%40ss@');
    await open(server.endpoint, { proxy: address }).listPage({ bucket: 'b' });
    expect(proxy.tunnels).toEqual([new URL(server.endpoint).host]);
    expect(server.requests).toHaveLength(1);
  });

  test('opens no more sockets than a direct connection', async () => {
    const server = await startFaultServer((_, response) => setTimeout(() => sendPage(response, {}), 50));
    const proxy = await startProxy();
    onTestFinished(async () => {
      await server.close();
      await proxy.close();
    });
    const storage = open(server.endpoint, { proxy: proxy.url });
    await Promise.all(Array.from({ length: 300 }, () => storage.listPage({ bucket: 'b' })));
    expect(server.sockets.most).toBeLessThanOrEqual(MAX_SOCKETS);
  });

  test('that refuses is named, without its password', async () => {
    const server = await serve();
    const proxy = await startProxy({ credentials: 'user:right' });
    onTestFinished(() => proxy.close());
    const wrong = proxy.url.replace('right', 'hunter2');
    const failure = await failureOf(open(server.endpoint, { proxy: wrong }).listPage({ bucket: 'b' }));
    expect(failure).toMatchObject({ kind: 'unreachable', code: '407', retryable: false });
    expect(failure?.message).toContain(new URL(proxy.url).host);
    expect(JSON.stringify(failure)).not.toContain('hunter2');
    expect(server.requests).toHaveLength(0);
  });

  test('that never answers is a timeout, and no socket to it is left', async () => {
    const live = new Set<net.Socket>();
    const mute = net.createServer((socket) => {
      live.add(socket.resume());
      socket.on('error', () => undefined);
      socket.on('close', () => live.delete(socket));
    });
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void mute.close());
    const { port } = mute.address() as net.AddressInfo;
    for (const endpoint of ['http://s3.example', 'https://s3.example']) {
      const storage = open(endpoint, { proxy: `http://127.0.0.1:${port}`, connectTimeoutMs: 150 });
      expect(await failureOf(storage.listPage({ bucket: 'b' }))).toMatchObject({
        kind: 'timeout',
        retryable: true,
      });
    }
    await until(() => live.size === 0);
  });

  test('that is down is named', async () => {
    const proxy = await startProxy();
    await proxy.close();
    const failure = await failureOf(
      open('http://127.0.0.1:9', { proxy: proxy.url }).listPage({ bucket: 'b' }),
    );
    expect(failure).toMatchObject({ kind: 'unreachable', code: 'ECONNREFUSED' });
    expect(failure?.message).toContain(`proxy ${new URL(proxy.url).host}`);
  });
});

describe('what is sent', () => {
  test('depends on the connection alone, not on the environment of the user', async () => {
    const server = await serve();
    const folder = await mkdtemp(join(tmpdir(), 'cooper-aws-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const config = join(folder, 'config');
    const elsewhere =
      'endpoint_url = http://127.0.0.1:1\nregion = nowhere-1\nuse_fips_endpoint = true\nsdk_ua_app_id = spy\n';
    await writeFile(
      config,
      `[default]\n${elsewhere}request_checksum_calculation = when_supported\nmax_attempts = 9\n`,
    );
    await writeFile(
      join(folder, 'credentials'),
      '[default]\naws_access_key_id = FILE\naws_secret_access_key = FILE\n',
    );
    for (const [name, value] of Object.entries({
      AWS_CONFIG_FILE: config,
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
      AWS_ACCESS_KEY_ID: 'ENVKEY',
      AWS_SECRET_ACCESS_KEY: 'ENVSECRET',
      AWS_SESSION_TOKEN: 'ENVTOKEN',
      AWS_REGION: 'nowhere-2',
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
      AWS_REQUEST_CHECKSUM_CALCULATION: 'WHEN_SUPPORTED',
      AWS_RESPONSE_CHECKSUM_VALIDATION: 'WHEN_SUPPORTED',
      AWS_MAX_ATTEMPTS: '9',
      AWS_SDK_UA_APP_ID: 'spy',
      HTTP_PROXY: 'http://127.0.0.1:1',
      http_proxy: 'http://127.0.0.1:1',
    })) {
      vi.stubEnv(name, value);
    }
    const storage = open(server.endpoint, { region: 'here-1', accessKeyId: 'AK/+=' });
    await storage.listPage({ bucket: 'b' });
    await storage.write({ bucket: 'b', key: 'k', body: Buffer.from('x') });
    expect(server.requests).toHaveLength(2);
    for (const { headers } of server.requests) {
      expect(headers.authorization).toContain('Credential=AK/+=/');
      expect(headers.authorization).toContain('/here-1/s3/aws4_request');
      expect(headers['x-amz-security-token']).toBeUndefined();
      expect(headers['user-agent']).toBe('Cooper/1.2.3');
      expect(
        Object.keys(headers).filter((name) => /checksum|trailer|x-amz-user-agent|expect/u.test(name)),
      ).toEqual([]);
    }
  });

  test('a session token goes along when there is one', async () => {
    const server = await serve();
    const settings = localSettings(server.endpoint);
    const storage = openStorage({ settings, secretAccessKey: 's', sessionToken: 'TOKEN' });
    await storage.listPage({ bucket: 'b' });
    storage.close();
    expect(server.requests[0]?.headers['x-amz-security-token']).toBe('TOKEN');
  });

  test.each([
    ['', '/b/dir/k'],
    ['/', '/b/dir/k'],
    ['/storage/s3', '/storage/s3/b/dir/k'],
    ['/storage/s3//', '/storage/s3/b/dir/k'],
  ])('an endpoint that ends in “%s” asks for %s', async (base, path) => {
    const server = await serve();
    await failureOf(open(`${server.endpoint}${base}`).stat({ bucket: 'b', key: 'dir/k' }));
    expect(server.requests.map((request) => request.path)).toEqual([path]);
  });

  test('virtual-host style puts the bucket before the host', async () => {
    const server = await serve();
    const proxy = await startProxy({ upstream: new URL(server.endpoint).host });
    onTestFinished(() => proxy.close());
    const storage = open('http://s3.example:8000', { addressing: 'virtual-host', proxy: proxy.url });
    await failureOf(storage.stat({ bucket: 'my-bucket', key: 'k' }));
    expect(proxy.tunnels).toEqual(['my-bucket.s3.example:8000']);
    expect(server.requests[0]).toMatchObject({ path: '/k', headers: { host: 'my-bucket.s3.example:8000' } });
  });

  test.each([
    ['https://user:secret@host.example', 'user name'],
    ['https://host.example/?a=1', '“?”'],
    ['https://host.example/#x', '“#”'],
    ['ftp://host.example', 'https://'],
    ['not an address', 'address'],
  ])('the endpoint %s is refused with the reason', (endpoint, reason) => {
    const attempt = () => open(endpoint);
    expect(attempt).toThrow(expect.objectContaining({ kind: 'invalid-input' }));
    expect(attempt).toThrow(reason);
    expect(attempt).not.toThrow(/secret/u);
  });

  test.each([
    '.',
    '..',
    'a/../b',
    './a',
    '/a',
    '//',
    'a//b',
    'a/./b/..',
    '%2e%2e/',
    'a b',
    'a+b',
    '%',
    '?',
    '#',
    '&=',
    '~',
    '\u0001',
    '🪣',
  ])('the key “%s” reaches the server as it is', async (key) => {
    const server = await serve();
    await failureOf(open(server.endpoint).stat({ bucket: 'b', key }));
    const [, path = ''] = /^\/b\/(.*)$/su.exec(server.requests[0]?.path ?? '') ?? [];
    expect(decodeURIComponent(path)).toBe(key);
    expect(server.requests[0]?.url).not.toContain('?');
  });

  test('a prefix, a delimiter and a token reach the server as they are', async () => {
    const server = await serve();
    const odd = "a+b %20&=?#/é🪣'()*!\u0001";
    await open(server.endpoint).listPage({
      bucket: 'b',
      prefix: odd,
      delimiter: '+',
      token: odd,
      startAfter: odd,
    });
    const query = server.requests[0]?.query;
    expect(query?.get('prefix')).toBe(odd);
    expect(query?.get('delimiter')).toBe('+');
    expect(query?.get('continuation-token')).toBe(odd);
    expect(query?.get('start-after')).toBe(odd);
  });
});
