import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionDraftInput } from '#shared/connection.ts';
import { OTHER, OWNER } from '#test/fake-hcp/support.ts';
import { type FakeHcp, FINANCE, startFakeHcp, SYSTEM_USER } from '#test/support/fake-hcp/fake-hcp.ts';
import { until } from '#test/support/fault-server.ts';
import { failureOf, startCooper, type Cooper } from './support.ts';

const AD = { username: 'eva@corp.example', password: 'ad password', account: 'ad' } as const;

let hcp: FakeHcp;
let cooper: Cooper;
beforeAll(async () => {
  hcp = await startFakeHcp({
    tenants: [
      { ...FINANCE, users: [...FINANCE.users, AD] },
      { name: 'hr', users: [OWNER] },
    ],
  });
});
afterAll(() => hcp.stop());
beforeEach(async () => {
  hcp.setManagementApi('finance', true);
  hcp.requests.length = 0;
  cooper = await startCooper();
});
afterEach(() => cooper.stop());

type HcpDraft = Extract<ConnectionDraftInput, { kind: 'hcp' }>;
function draftOf(
  changes: Partial<HcpDraft['hcp']> = {},
  password: string | undefined = OWNER.password,
): HcpDraft {
  const hcpSettings = { ...hcp.settings('finance', OWNER.username), ...changes };
  return { kind: 'hcp', name: 'Finance', hcp: hcpSettings, password };
}
const systemDraft = (password = SYSTEM_USER.password): HcpDraft => ({
  kind: 'hcp',
  name: 'System',
  hcp: hcp.settings(undefined, SYSTEM_USER.username),
  password,
});

describe('signing in to a tenant of HCP', () => {
  it('counts its buckets, and keeps nothing', async () => {
    const { buckets } = await cooper.api.connections.test.mutate(draftOf());
    expect(buckets).toBeGreaterThanOrEqual(0);
    expect(cooper.files.secrets.text).toBe('{}');
  });

  it('takes the tenant from the user’s field where its own is empty', async () => {
    const { tenant: _, ...rest } = hcp.settings('finance', 'finance/lgreen');
    const draft = { ...draftOf(), hcp: rest };
    const saved = await cooper.api.connections.save.mutate(draft);
    expect(saved).toMatchObject({ hcp: { tenant: 'finance', username: 'lgreen' } });
    expect(await cooper.api.buckets.list.query({ connectionId: saved.id })).toEqual([]);
    const failure = await failureOf(
      cooper.api.connections.save.mutate({ ...draft, hcp: { ...rest, username: 'fin_ance/lgreen' } }),
    );
    expect(failure).toMatchObject({ kind: 'invalid-input' });
    expect(failure.message).toContain('letters, digits and hyphens');
  });

  it('keeps what the password comes to, not the password, and never sends it to the window', async () => {
    const { id } = await cooper.api.connections.save.mutate(draftOf());
    await cooper.api.buckets.list.query({ connectionId: id });
    expect(cooper.context.vault.get(id)).toBe('2a9d119df47ff993b662a8ef36f9ea20');
    const seen = JSON.stringify([cooper.traffic, cooper.files.settings.text]);
    expect(seen).not.toMatch(/p4ssw0rd|2a9d119df47ff993b662a8ef36f9ea20/u);
  });

  it('asks for the password anew when the kind of account is another', async () => {
    const { id } = await cooper.api.connections.save.mutate(draftOf());
    const draft = { ...draftOf({ account: 'ad', username: AD.username }), id, password: undefined };
    const calls = [cooper.api.connections.save.mutate(draft), cooper.api.connections.test.mutate(draft)];
    for (const failure of await Promise.all(calls.map((call) => failureOf(call)))) {
      expect(failure).toMatchObject({
        kind: 'invalid-input',
        message: 'The password is missing.',
      });
    }
    const saved = await cooper.api.connections.save.mutate({ ...draft, password: AD.password });
    expect(cooper.context.vault.get(saved.id)).toBe(AD.password);
    expect(await cooper.api.buckets.list.query({ connectionId: id })).toEqual([]);
  });

  it('takes a password that was asked for again', async () => {
    const { id } = await cooper.api.connections.save.mutate(draftOf());
    cooper.context.vault.delete(id);
    const failure = await failureOf(cooper.api.buckets.list.query({ connectionId: id }));
    expect(failure).toMatchObject({ kind: 'missing-secret' });
    expect(failure.message).toContain('password of “Finance”');
    await cooper.api.connections.supplySecret.mutate({ id, secretAccessKey: OWNER.password });
    expect(await cooper.api.buckets.list.query({ connectionId: id })).toEqual([]);
  });

  it('works where the Management API is not enabled, as far as S3 goes', async () => {
    hcp.setManagementApi('finance', false);
    const failure = await failureOf(cooper.api.connections.test.mutate(draftOf()));
    // Without it HCP's S3 lists no buckets either.
    expect(failure).toMatchObject({ kind: 'access-denied' });
    const named = { ...draftOf(), buckets: ['by-hand'] };
    expect(await cooper.api.connections.test.mutate(named)).toEqual({ buckets: 1 });
  });
});

describe('the system level of HCP', () => {
  it('counts tenants in place of buckets', async () => {
    expect(await cooper.api.connections.test.mutate(systemDraft())).toEqual({ buckets: 0, tenants: 2 });
    const { id } = await cooper.api.connections.save.mutate(systemDraft());
    expect(await cooper.api.connections.tenants.query({ id })).toEqual(['finance', 'hr']);
    expect(await cooper.api.buckets.list.query({ connectionId: id })).toEqual([]);
  });

  it('with a wrong password says so, in HCP’s words', async () => {
    const failure = await failureOf(cooper.api.connections.test.mutate(systemDraft('wrong')));
    expect(failure).toMatchObject({ kind: 'access-denied', code: '403' });
    expect(failure.message).toContain('The user name or password is not valid');
  });

  it('has no keys for other tools, and a tenant has no tenants', async () => {
    const system = await cooper.api.connections.save.mutate(systemDraft());
    const keys = cooper.api.connections.credentials.mutate({ id: system.id, reveal: false });
    expect(await failureOf(keys)).toMatchObject({ kind: 'not-supported' });
    const tenant = await cooper.api.connections.save.mutate(draftOf());
    const tenants = cooper.api.connections.tenants.query({ id: tenant.id });
    expect((await failureOf(tenants)).message).toContain('“finance”');
  });
});

describe('the keys of an HCP user for other tools', () => {
  it('are the base64 of the name and the MD5 of the password, shown when asked', async () => {
    const { id } = await cooper.api.connections.save.mutate(draftOf());
    const hidden = await cooper.api.connections.credentials.mutate({ id, reveal: false });
    expect(hidden).toMatchObject({
      endpoint: `https://finance.${hcp.domain}:${hcp.s3Port}`,
      region: 'us-east-1',
      addressing: 'path',
      accessKeyId: 'bGdyZWVu',
    });
    expect(hidden.secretAccessKey).toBe(undefined);
    const shown = await cooper.api.connections.credentials.mutate({ id, reveal: true });
    expect(shown.secretAccessKey).toBe('2a9d119df47ff993b662a8ef36f9ea20');
    for (const { text } of shown.snippets) expect(text).toContain(shown.secretAccessKey);
  });

  it('are not there for a user of Active Directory, and it is said what to do', async () => {
    const draft = draftOf({ account: 'ad', username: AD.username }, AD.password);
    const { id } = await cooper.api.connections.save.mutate(draft);
    const calls = [
      cooper.api.connections.credentials.mutate({ id, reveal: true }),
      cooper.api.connections.copySecret.mutate({ id }),
    ];
    for (const failure of await Promise.all(calls.map((call) => failureOf(call)))) {
      expect(failure).toMatchObject({ kind: 'not-supported' });
      expect(failure.message).toContain('local account');
    }
    expect(cooper.copied).toEqual([]);
  });
});

describe('what is known of an HCP', () => {
  it('is found out in the background at the first look, with what it calls itself', async () => {
    const { id } = await cooper.api.connections.save.mutate(draftOf());
    await cooper.api.buckets.create.mutate({ connectionId: id, bucket: 'probed' });
    await cooper.api.buckets.list.query({ connectionId: id });
    await until(() => cooper.context.settings.connections.get(id).profile !== undefined);
    expect((await cooper.api.connections.list.query())[0]?.profile).toMatchObject({
      bucket: 'probed',
      server: expect.stringMatching(/^Hitachi Content Platform \d/u) as unknown,
      deleteNeedsMd5: 'yes',
      features: { management: { offered: 'yes' }, lifecycle: { offered: 'no' } },
    });
  });

  it('is asked for at other buckets than those of others', async () => {
    const mine = await cooper.api.connections.save.mutate(draftOf());
    const theirs = await cooper.api.connections.save.mutate(
      draftOf({ username: OTHER.username }, OTHER.password),
    );
    await cooper.api.buckets.create.mutate({ connectionId: mine.id, bucket: 'a-first' });
    const seen = await cooper.api.buckets.list.query({ connectionId: theirs.id });
    expect(seen.find(({ name }) => name === 'a-first')?.known).toBe('by-management');
    expect((await cooper.api.connections.profile.mutate({ id: theirs.id })).bucket).not.toBe('a-first');
  });
});

describe('a certificate of HCP', () => {
  it('is shown, trusted by its fingerprint, and serves S3 and the Management API', async () => {
    const { caFile: _, ...bare } = hcp.settings('finance', OWNER.username);
    const draft = { ...draftOf(), hcp: bare };
    expect(await failureOf(cooper.api.connections.test.mutate(draft))).toMatchObject({
      kind: 'untrusted-certificate',
    });
    const shown = await cooper.api.connections.certificate.mutate(draft);
    expect(shown.problem).toBe('the authority that signed it is not known here');
    expect(hcp.requests).toEqual([]);
    const trusting = { ...draft, hcp: { ...bare, trustedFingerprint: shown.fingerprint } };
    expect((await cooper.api.connections.test.mutate(trusting)).buckets).toBeGreaterThan(0);
    expect(new Set(hcp.requests.map(({ side }) => side))).toEqual(new Set(['s3', 'mapi']));
  });
});
