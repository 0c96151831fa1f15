import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readCertificate } from '#storage/open.ts';
import { type TestAuthority, makeAuthority } from '#test/support/certificates.ts';
import { localSettings } from '#test/support/endpoints.ts';
import { sendPage, startFaultServer } from '#test/support/fault-server.ts';
import { failureOf, open, serve } from '#test/support/open.ts';
import { startProxy } from '#test/support/proxy.ts';
import { openHcp, startMapi, removeAuthority } from '#test/storage/hcp/support.ts';

let authority: TestAuthority;
beforeAll(async () => {
  authority = await makeAuthority();
});
afterAll(async () => {
  await authority.remove();
  await removeAuthority();
});

const printOf = ({ cert }: { cert: string }) => new X509Certificate(cert).fingerprint256;
const read = (endpoint: string, changes: Parameters<typeof localSettings>[1] = {}) =>
  readCertificate({ endpoint, network: localSettings(endpoint, changes) });

describe('a certificate that is shown', () => {
  test('tells who it is for, who signed it, how long it holds, and why it is not trusted', async () => {
    const issued = await authority.issue();
    const server = await serve(issued);
    const shown = await read(server.endpoint);
    expect(shown).toMatchObject({
      host: new URL(server.endpoint).host,
      subject: 'CN=server',
      issuer: 'CN=Test CA',
      fingerprint: printOf(issued),
      problem: 'the authority that signed it is not known here',
    });
    expect(shown.validTo.getTime()).toBeGreaterThan(Date.now());
    expect(shown.validFrom.getTime()).toBeLessThanOrEqual(Date.now());
    expect(server.requests).toHaveLength(0);
  });

  test('has no problem where its authority is trusted', async () => {
    const server = await serve(await authority.issue());
    expect(await read(server.endpoint, { caFile: authority.caFile })).not.toHaveProperty('problem');
  });

  test('for another host has that problem', async () => {
    const server = await serve(await authority.issue({ host: 'DNS:elsewhere.example' }));
    expect(await read(server.endpoint, { caFile: authority.caFile })).toMatchObject({
      problem: 'it was made for another host name',
    });
  });

  test('is shown through a proxy', async () => {
    const issued = await authority.issue();
    const server = await serve(issued);
    const proxy = await startProxy();
    onTestFinished(() => proxy.close());
    expect((await read(server.endpoint, { proxy: proxy.url })).fingerprint).toBe(printOf(issued));
    expect(proxy.tunnels).toEqual([new URL(server.endpoint).host]);
  });

  test('is not there where nothing listens, nothing speaks TLS, or none was asked for', async () => {
    const plain = await serve();
    const https = plain.endpoint.replace('http:', 'https:');
    expect(await failureOf(read(https))).toMatchObject({ kind: 'unreachable', retryable: false });
    expect(await failureOf(read(plain.endpoint))).toMatchObject({ kind: 'invalid-input' });
    await plain.close();
    expect(await failureOf(read(https))).toMatchObject({ kind: 'unreachable', code: 'ECONNREFUSED' });
  });

  test('that a server keeps back is not waited for without end, nor after a stop', async () => {
    const { createServer } = await import('node:net');
    const mute = createServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void mute.close());
    const address = mute.address();
    const endpoint = `https://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const network = localSettings(endpoint, { connectTimeoutMs: 100 });
    expect(await failureOf(readCertificate({ endpoint, network }))).toMatchObject({ kind: 'timeout' });
    const stop = AbortSignal.timeout(20);
    const patient = { endpoint, network: localSettings(endpoint) };
    await expect(readCertificate(patient, { signal: stop })).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

describe('P28: a self-signed authority, trusted for one connection in place of switching checks off', () => {
  test('a certificate that was chosen by its fingerprint is trusted, whatever it is signed by and made for', async () => {
    const issued = await authority.issue({ host: 'DNS:elsewhere.example' });
    const server = await serve(issued);
    const trusted = open(server.endpoint, { trustedFingerprint: printOf(issued) });
    expect((await trusted.listPage({ bucket: 'b' })).objects).toHaveLength(1);
    const other = await failureOf(open(server.endpoint).listPage({ bucket: 'b' }));
    expect(other).toMatchObject({ kind: 'untrusted-certificate' });
  });

  test('another certificate than the chosen one is refused in clear words, and is told nothing', async () => {
    const server = await serve(await authority.issue());
    const before = printOf(await authority.issue());
    // Not even where its authority is trusted: the choice was for the one certificate.
    for (const changes of [{}, { caFile: authority.caFile }]) {
      const storage = open(server.endpoint, { ...changes, trustedFingerprint: before });
      const failure = await failureOf(storage.write({ bucket: 'b', key: 'k', body: Buffer.from('secret') }));
      expect(failure).toMatchObject({ kind: 'untrusted-certificate', retryable: false });
      expect(failure?.message).toContain('is not the one that you chose to trust');
      expect(failure?.message).toContain(before);
    }
    expect(server.requests).toHaveLength(0);
  });

  test('each connection to the server is checked anew, many at once, through a proxy too', async () => {
    const issued = await authority.issue();
    const server = await startFaultServer(
      (_, response) => setTimeout(() => sendPage(response, {}), 20),
      issued,
    );
    const proxy = await startProxy();
    onTestFinished(async () => {
      await server.close();
      await proxy.close();
    });
    for (const changes of [{}, { proxy: proxy.url }]) {
      const good = open(server.endpoint, { ...changes, trustedFingerprint: printOf(issued) });
      await Promise.all(Array.from({ length: 20 }, () => good.listPage({ bucket: 'b' })));
      const sent = server.requests.length;
      const bad = open(server.endpoint, { ...changes, trustedFingerprint: printOf(await authority.issue()) });
      const calls = Array.from({ length: 20 }, () => failureOf(bad.listPage({ bucket: 'b' })));
      for (const failure of await Promise.all(calls)) {
        expect(failure).toMatchObject({ kind: 'untrusted-certificate' });
      }
      expect(server.requests).toHaveLength(sent);
    }
  });

  test('the Management API is held to the same certificate', async () => {
    const { server, settings } = await startMapi((_, response) => response.end('{"name":["a"]}'));
    const { caFile: _, ...bare } = settings;
    const { fingerprint } = await readCertificate({ endpoint: server.endpoint, network: bare });
    const list = (trustedFingerprint: string) => openHcp({ ...bare, trustedFingerprint }).namespaces.list();
    expect(await list(fingerprint)).toEqual([{ name: 'a' }]);
    const sent = server.requests.length;
    const other = printOf(await authority.issue());
    expect((await failureOf(list(other)))?.message).toContain('is not the one that you chose to trust');
    expect(server.requests).toHaveLength(sent);
  });

  test('names that are in no DNS are reached by an address, and the certificate stays that of the name', async () => {
    const { server, settings } = await startMapi((_, response) => response.end('{"name":["a"]}'));
    expect(await openHcp(settings).namespaces.list()).toEqual([{ name: 'a' }]);
    expect(server.requests[0]?.headers.host).toMatch(/^finance\.hcp\.test:/u);
    const elsewhere = openHcp({ ...settings, domain: 'other.test' });
    expect(await failureOf(elsewhere.namespaces.list())).toMatchObject({
      kind: 'untrusted-certificate',
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });
});
