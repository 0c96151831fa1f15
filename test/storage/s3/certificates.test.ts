import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type TestAuthority, makeAuthority } from '#test/support/certificates.ts';
import { failureOf, open, serve } from '#test/support/open.ts';
import { startProxy } from '#test/support/proxy.ts';

describe('certificates', () => {
  let authority: TestAuthority;
  beforeAll(async () => {
    authority = await makeAuthority();
  });
  afterAll(() => authority.remove());

  test('a server signed by an authority of its own is not trusted, and the user is told what to do', async () => {
    const server = await serve(await authority.issue());
    const failure = await failureOf(open(server.endpoint).listPage({ bucket: 'b' }));
    expect(failure).toMatchObject({ kind: 'untrusted-certificate', retryable: false });
    expect(failure?.message).toContain(new URL(server.endpoint).host);
    expect(failure?.nextStep).toContain('CA file');
    expect(server.requests).toHaveLength(0);
  });

  test('with the CA file the same server is trusted, by this connection only', async () => {
    const server = await serve(await authority.issue());
    const page = await open(server.endpoint, { caFile: authority.caFile }).listPage({ bucket: 'b' });
    expect(page.objects).toHaveLength(1);
    const other = await failureOf(open(server.endpoint).listPage({ bucket: 'b' }));
    expect(other).toMatchObject({ kind: 'untrusted-certificate' });
  });

  test('a trusted certificate for another host is refused', async () => {
    const server = await serve(await authority.issue({ host: 'DNS:elsewhere.example' }));
    const failure = await failureOf(
      open(server.endpoint, { caFile: authority.caFile }).listPage({ bucket: 'b' }),
    );
    expect(failure).toMatchObject({ kind: 'untrusted-certificate', code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  test('an expired certificate is refused', async () => {
    const server = await serve(await authority.issue({ days: 0 }));
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const failure = await failureOf(
      open(server.endpoint, { caFile: authority.caFile }).listPage({ bucket: 'b' }),
    );
    expect(failure).toMatchObject({ kind: 'untrusted-certificate', code: 'CERT_HAS_EXPIRED' });
  });

  test('a CA file that is missing, a folder, or no certificate is named', async () => {
    const path = (name: string) => join(authority.folder, name);
    await mkdir(path('folder'));
    await writeFile(path('text.pem'), 'Dear user,\n');
    await writeFile(path('broken.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    for (const [name, kind] of [
      ['missing.pem', 'disk-missing'],
      ['folder', 'disk-exists'],
      ['text.pem', 'invalid-input'],
      ['broken.pem', 'invalid-input'],
    ] as const) {
      const caFile = path(name);
      const attempt = () => open('https://127.0.0.1:1', { caFile });
      expect(attempt).toThrow(expect.objectContaining({ kind, path: caFile }));
      expect(attempt).toThrow(caFile);
    }
  });

  test('an endpoint that speaks no TLS, or speaks it where none was expected, is told apart from one that is down', async () => {
    const plain = await serve();
    const asTls = await failureOf(open(plain.endpoint.replace('http:', 'https:')).listPage({ bucket: 'b' }));
    expect(asTls).toMatchObject({ kind: 'unreachable', retryable: false });
    const server = await serve(await authority.issue());
    const asPlain = await failureOf(
      open(server.endpoint.replace('https:', 'http:')).listPage({ bucket: 'b' }),
    );
    expect(asPlain).toMatchObject({ kind: 'unreachable' });
  });

  test('TLS goes through a proxy, and is still between Cooper and the server', async () => {
    const server = await serve(await authority.issue());
    const proxy = await startProxy();
    onTestFinished(() => proxy.close());
    const trusted = open(server.endpoint, { caFile: authority.caFile, proxy: proxy.url });
    await trusted.listPage({ bucket: 'b' });
    expect(proxy.tunnels).toEqual([new URL(server.endpoint).host]);
    const untrusted = await failureOf(open(server.endpoint, { proxy: proxy.url }).listPage({ bucket: 'b' }));
    expect(untrusted).toMatchObject({ kind: 'untrusted-certificate' });
  });
});
