import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionDraftInput } from '#shared/connection.ts';
import type { FailureKind } from '#shared/failure.ts';
import { type TestAuthority, makeAuthority } from '#test/support/certificates.ts';
import { type FakeHcp, startFakeHcp } from '#test/support/fake-hcp/fake-hcp.ts';
import { type FaultServer, sendError, startFaultServer } from '#test/support/fault-server.ts';
import { startProxy } from '#test/support/proxy.ts';
import { failureOf, s3Draft, startCooper, type Cooper } from './support.ts';

/** Connections that are well-formed and yet do not work: what a person then reads. */

type S3Changes = Partial<Extract<ConnectionDraftInput, { kind: 's3' }>['s3']>;
type HcpChanges = Partial<Extract<ConnectionDraftInput, { kind: 'hcp' }>['hcp']>;

let cooper: Cooper;
let hcp: FakeHcp;
let authority: TestAuthority;
let other: TestAuthority;
/** Servers by what is wrong with them, all of which would answer. */
const servers: Record<string, FaultServer> = {};
const prints: Record<string, string> = {};
const file = (name: string) => join(authority.folder, name);

beforeAll(async () => {
  cooper = await startCooper();
  [authority, other] = await Promise.all([makeAuthority(), makeAuthority()]);
  const user = { username: 'lgreen', password: 'p4ssw0rd' };
  hcp = await startFakeHcp({
    tenants: [
      { name: 'finance', users: [user] },
      { name: 'hr', users: [{ username: 'hanna', password: 'of hr' }] },
    ],
  });

  await mkdir(file('folder'));
  await writeFile(file('empty.pem'), '');
  await writeFile(file('letter.pem'), 'Dear user,\n');
  await writeFile(file('damaged.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  await writeFile(file('expired-ca.pem'), (await authority.issue({ days: 0 })).cert);

  const https = async (name: string, certificate: { key: string; cert: string }) => {
    prints[name] = new X509Certificate(certificate.cert).fingerprint256;
    servers[name] = await startFaultServer((_, response) => response.end(BUCKETS), certificate);
  };
  await https('good', await authority.issue());
  await https('expired', await authority.issue({ days: 0 }));
  await https('elsewhere', await authority.issue({ host: 'DNS:elsewhere.example' }));
  const self = ['key', 'pem'].map((ending) => readFile(file(`ca.${ending}`), 'utf8'));
  const [selfKey = '', selfCert = ''] = await Promise.all(self);
  await https('self-signed', { key: selfKey, cert: selfCert });
  servers['plain'] = await startFaultServer((_, response) => response.end(BUCKETS));
  servers['page'] = await startFaultServer((_, response) => response.end('<html>Welcome</html>'));
  servers['login'] = await startFaultServer((_, response) =>
    response.writeHead(302, { location: 'https://login.example/?token=t0ken' }).end(),
  );
  servers['clock'] = await startFaultServer((_, response) => {
    const there = new Date(Date.now() + 20 * 60_000);
    const elements = `<ServerTime>${there.toISOString()}</ServerTime>`;
    const headers = { date: there.toUTCString() };
    sendError(response, 403, 'RequestTimeTooSkewed', { elements, headers });
  });
  await delay(1100); // what was made for no days has expired then
});
afterAll(async () => {
  await cooper.stop();
  await hcp.stop();
  await Promise.all(Object.values(servers).map((server) => server.close()));
  await Promise.all([authority.remove(), other.remove()]);
});
beforeEach(() => {
  for (const { requests } of Object.values(servers)) requests.length = 0;
  hcp.requests.length = 0;
});

const BUCKETS =
  '<ListAllMyBucketsResult><Owner><ID>me</ID></Owner><Buckets></Buckets></ListAllMyBucketsResult>';

function s3At(name: string, changes: S3Changes = {}): ConnectionDraftInput {
  const endpoint = servers[name]?.endpoint ?? name;
  const draft = s3Draft(
    { endpoint, region: 'us-east-1', accessKeyId: 'AK' },
    { secretAccessKey: 'sesame-open' },
  );
  return { ...draft, s3: { ...draft.s3, connectTimeoutMs: 2_000, ...changes } };
}

function hcpAs(
  username: string,
  password: string,
  changes: HcpChanges = {},
  tenant: string | undefined = 'finance',
): ConnectionDraftInput {
  const settings = { ...hcp.settings(undefined, username), ...(tenant !== '' && { tenant }) };
  return { kind: 'hcp', name: 'Finance', password, hcp: { ...settings, ...changes } };
}

/** Tests the connection; gives what the user reads. */
async function expectFailure(
  draft: ConnectionDraftInput,
  kind: FailureKind,
  ...words: readonly (string | RegExp)[]
): Promise<void> {
  const failure = await failureOf(cooper.api.connections.test.mutate(draft));
  expect(failure).toMatchObject({ kind });
  for (const word of words) expect(failure.message).toMatch(word);
  expect(failure.nextStep).not.toBe('');
  const shown = JSON.stringify(failure);
  expect(shown).not.toMatch(/sesame|p4ssw0rd|t0ken|went wrong inside|unexpected/iu);
  expect(await cooper.api.connections.list.query()).toEqual([]);
}
const sent = () => Object.values(servers).reduce((sum, { requests }) => sum + requests.length, 0);

describe('a CA file that cannot be used is named, before anything is sent', () => {
  it.each<[name: string, kind: FailureKind, words: string]>([
    ['absent.pem', 'disk-missing', 'absent.pem” does not exist'],
    ['folder', 'disk-exists', 'folder'],
    ['empty.pem', 'invalid-input', 'holds no certificate in PEM form'],
    ['letter.pem', 'invalid-input', 'holds no certificate in PEM form'],
    ['ca.key', 'invalid-input', 'holds no certificate in PEM form'],
    ['damaged.pem', 'invalid-input', 'holds a damaged certificate'],
    ['expired-ca.pem', 'invalid-input', 'holds only certificates that have expired'],
  ])('%s', async (name, kind, words) => {
    await expectFailure(s3At('good', { caFile: file(name) }), kind, words);
    await expectFailure(hcpAs('lgreen', 'p4ssw0rd', { caFile: file(name) }), kind, words);
    expect(sent() + hcp.requests.length).toBe(0);
  });
});

describe('a certificate that does not hold is told by its reason, and nothing is sent', () => {
  const untrusted = 'untrusted-certificate';
  it.each<[what: string, draft: () => ConnectionDraftInput, words: string]>([
    [
      'of an authority that nobody knows',
      () => s3At('good'),
      'the authority that signed it is not known here',
    ],
    [
      'of another authority than the CA file’s',
      () => s3At('good', { caFile: other.caFile }),
      'is not known here',
    ],
    ['that has expired', () => s3At('expired', { caFile: authority.caFile }), 'it has expired'],
    ['for another host', () => s3At('elsewhere', { caFile: authority.caFile }), 'made for another host name'],
    ['that is signed by itself', () => s3At('self-signed'), 'it is signed by itself'],
    [
      'that is not the one trusted',
      () => s3At('good', { trustedFingerprint: prints['expired'] }),
      'is not the one that you chose',
    ],
    [
      'that was trusted in place of a good one',
      () => s3At('good', { caFile: authority.caFile, trustedFingerprint: prints['elsewhere'] }),
      'may have been renewed',
    ],
    [
      'of an HCP whose authority nobody knows',
      () => hcpAs('lgreen', 'p4ssw0rd', { caFile: undefined }),
      'is not known here',
    ],
    [
      'of an HCP, with the wrong CA file',
      () => hcpAs('lgreen', 'p4ssw0rd', { caFile: other.caFile }),
      'is not known here',
    ],
    [
      'of an HCP under another domain',
      () => hcpAs('lgreen', 'p4ssw0rd', { domain: 'other.test' }),
      'made for another host name',
    ],
    [
      'of an HCP that is not the one trusted',
      () => hcpAs('lgreen', 'p4ssw0rd', { trustedFingerprint: prints['good'] }),
      'is not the one that you chose',
    ],
    [
      'of the system level that nobody knows',
      () => hcpAs('root', 'of the system', { caFile: undefined }, ''),
      'is not known here',
    ],
  ])('%s', async (_, draft, words) => {
    await expectFailure(draft(), untrusted, words);
    expect(sent() + hcp.requests.length).toBe(0);
  });
});

describe('a server that cannot be reached is named, with what is in the way', () => {
  const gone = async () => {
    const server = await startFaultServer(() => undefined);
    await server.close();
    return server.endpoint;
  };
  it('nothing listens there', async () => {
    await expectFailure(s3At(await gone()), 'unreachable', /127\.0\.0\.1:\d+ cannot be reached: it refuses/u);
  });
  it('no computer has that name', async () => {
    await expectFailure(s3At('https://no-such-host.invalid'), 'unreachable', 'no-such-host.invalid', /name/u);
  });
  it('https:// where http:// is spoken', async () => {
    const { endpoint } = servers['plain'] ?? { endpoint: '' };
    await expectFailure(s3At(endpoint.replace('http:', 'https:')), 'unreachable', 'does not speak TLS');
  });
  it('http:// where https:// is spoken', async () => {
    const { endpoint } = servers['good'] ?? { endpoint: '' };
    await expectFailure(s3At(endpoint.replace('https:', 'http:')), 'unreachable', '127.0.0.1');
  });
  it('the proxy is down', async () => {
    const proxy = await gone();
    await expectFailure(s3At('plain', { proxy }), 'unreachable', `by the proxy ${new URL(proxy).host}`);
  });
  it('the proxy does not let it through', async () => {
    const proxy = await startProxy({ credentials: 'user:word' });
    await expectFailure(
      s3At('plain', { proxy: new URL(proxy.url).origin }),
      'unreachable',
      /proxy .* refused.*407/u,
    );
    await proxy.close();
  });
  it('HCP’s port for S3 is another one', async () => {
    await expectFailure(
      hcpAs('lgreen', 'p4ssw0rd', { s3Port: 1 }),
      'unreachable',
      'finance.hcp.test:1 cannot',
    );
  });
  it('HCP’s port for the Management API is another one', async () => {
    const draft = hcpAs('root', 'of the system', { managementPort: 1 }, '');
    await expectFailure(draft, 'unreachable', 'admin.hcp.test:1 cannot be reached');
  });
  it('HCP’s names are in no DNS, and no address was given', async () => {
    const draft = hcpAs('lgreen', 'p4ssw0rd', { address: undefined, domain: 'hcp.invalid' });
    await expectFailure(draft, 'unreachable', 'finance.hcp.invalid', /name/u);
  });
});

describe('a server that is none of these kinds is told to be another', () => {
  it.each(['page', 'login'])('a %s', async (name) => {
    await expectFailure(
      s3At(name),
      name === 'page' ? 'unreachable' : 'wrong-region',
      /not as an S3 server|elsewhere/u,
    );
  });
  it('the S3 port in place of the Management API’s', async () => {
    const draft = hcpAs('root', 'of the system', { managementPort: hcp.s3Port }, '');
    await expectFailure(draft, 'access-denied', '403');
  });
});

describe('P27: a clock that is 20 minutes off is told with both times, and what to do', () => {
  it('when the server keeps to its refusal', async () => {
    const draft = s3At('clock');
    await expectFailure(draft, 'clock-skew', "This computer's clock", /there it is 20\d\d-/u);
    const failure = await failureOf(cooper.api.connections.test.mutate(draft));
    expect(failure.nextStep).toContain('time zone');
    expect(servers['clock']?.requests.length).toBe(4); // each test tries once more by the server's clock
  });

  it('and does not matter where the server takes what is signed by its own clock', async () => {
    const there = () => new Date(Date.now() + 20 * 60_000);
    const server = await startFaultServer(({ headers }, response) => {
      const [, y, mo, d, h, mi, s] =
        /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u.exec(String(headers['x-amz-date'])) ?? [];
      const signed = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
      response.setHeader('date', there().toUTCString());
      if (Math.abs(signed - there().getTime()) < 15 * 60_000) response.end(BUCKETS);
      else sendError(response, 403, 'RequestTimeTooSkewed', { headers: { date: there().toUTCString() } });
    });
    expect(await cooper.api.connections.test.mutate(s3At(server.endpoint))).toEqual({ buckets: 0 });
    await server.close();
  });
});

describe('keys and passwords that are not accepted say so', () => {
  it('a wrong secret, and a wrong access key', async () => {
    const sandbox = await cooper.sandbox(join(cooper.folder, 'server'));
    const wrongSecret = s3Draft(sandbox, { secretAccessKey: 'sesame-open' });
    await expectFailure(wrongSecret, 'bad-credentials', 'does not accept');
    const wrongKey = s3Draft(
      { ...sandbox, accessKeyId: 'NOBODY' },
      { secretAccessKey: sandbox.secretAccessKey },
    );
    await expectFailure(wrongKey, 'bad-credentials', 'does not accept');
  });

  it.each<[what: string, draft: () => ConnectionDraftInput, kind: RegExp]>([
    ['a wrong password', () => hcpAs('lgreen', 'sesame-open'), /bad-credentials/u],
    ['an unknown user', () => hcpAs('nobody', 'sesame-open'), /bad-credentials|access-denied/u],
    ['the user of another tenant', () => hcpAs('hanna', 'of hr'), /bad-credentials|access-denied/u],
    [
      'a user of the system at a tenant',
      () => hcpAs('root', 'of the system'),
      /bad-credentials|access-denied/u,
    ],
    [
      'a tenant that is not there',
      () => hcpAs('lgreen', 'p4ssw0rd', { tenant: 'nowhere' }),
      /access-denied/u,
    ],
    ['a user of a tenant at the system level', () => hcpAs('lgreen', 'p4ssw0rd', {}, ''), /access-denied/u],
    ['a wrong password at the system level', () => hcpAs('root', 'sesame-open', {}, ''), /access-denied/u],
    [
      'a local user as one of Active Directory',
      () => hcpAs('lgreen@x', 'p4ssw0rd', { account: 'ad' }),
      /access-denied/u,
    ],
  ])('%s', async (_, draft, kind) => {
    const failure = await failureOf(cooper.api.connections.test.mutate(draft()));
    expect(failure.kind).toMatch(kind);
    await expectFailure(draft(), failure.kind, /hcp\.test|does not accept/u);
  });

  it('a Management API that is not enabled is named where only it can help', async () => {
    const draft = { ...hcpAs('lgreen', 'p4ssw0rd'), buckets: ['named'] };
    hcp.setManagementApi('finance', false);
    const { id } = await cooper.api.connections.save.mutate(draft);
    const place = { connectionId: id, bucket: 'named' };
    const calls = [
      cooper.api.buckets.namespace.query(place),
      cooper.api.buckets.create.mutate({ ...place, namespace: { hardQuota: '50 GB' } }),
    ];
    for (const failure of await Promise.all(calls.map((call) => failureOf(call)))) {
      expect(failure).toMatchObject({ kind: 'access-denied', code: '403' });
      expect(failure.message).toContain('not enabled for the tenant');
    }
    expect(await cooper.api.buckets.list.query({ connectionId: id })).toEqual([
      { name: 'named', known: 'by-hand' },
    ]);
    hcp.setManagementApi('finance', true);
    await cooper.api.connections.remove.mutate({ id });
  });
});
