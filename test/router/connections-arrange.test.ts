import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '#test/support/fault-server.ts';
import { failureOf, s3Draft, startCooper, type Cooper } from './support.ts';

let cooper: Cooper;
beforeEach(async () => {
  cooper = await startCooper();
});
afterEach(() => cooper.stop());

const server = { endpoint: 'https://a.example', region: 'r', accessKeyId: 'AK' };
const save = (name: string, changes: Parameters<typeof s3Draft>[1] = {}) =>
  cooper.api.connections.save.mutate(
    s3Draft(server, { name, secretAccessKey: `secret of ${name}`, ...changes }),
  );
const names = async () => (await cooper.api.connections.list.query()).map(({ name }) => name);
const sandbox = (name = 'S') =>
  cooper.api.connections.save.mutate({
    kind: 'sandbox',
    name,
    sandbox: { folder: join(cooper.folder, 'sandbox') },
  });

describe('the order of connections', () => {
  it('is the user’s, and is kept', async () => {
    const [a, b, c] = [await save('a'), await save('b'), await save('c')];
    const { move } = cooper.api.connections;
    const moved = await move.mutate({ id: c.id, before: a.id });
    expect(moved.map(({ name }) => name)).toEqual(['c', 'a', 'b']);
    await move.mutate({ id: c.id, before: null });
    expect(await names()).toEqual(['a', 'b', 'c']);
    await move.mutate({ id: a.id, before: c.id });
    await move.mutate({ id: b.id, before: b.id });
    expect(await names()).toEqual(['b', 'a', 'c']);
    const kept = cooper.files.settings.get('connections') as { name: string }[];
    expect(kept.map(({ name }) => name)).toEqual(['b', 'a', 'c']);
  });

  it('is left as it is where one of the two has gone', async () => {
    const a = await save('a');
    await save('b');
    for (const input of [
      { id: 'gone', before: a.id },
      { id: a.id, before: 'gone' },
    ]) {
      expect(await failureOf(cooper.api.connections.move.mutate(input))).toMatchObject({ kind: 'not-found' });
    }
    expect(await names()).toEqual(['a', 'b']);
  });
});

describe('a duplicate', () => {
  it('stands behind its original, with a name of its own and the secret', async () => {
    const a = await save('Archive', { keepSecret: 'session', colour: 'teal', buckets: ['x'] });
    await save('Last');
    const copy = await cooper.api.connections.duplicate.mutate({ id: a.id });
    expect(copy).toEqual({ ...a, id: copy.id, name: 'Archive (copy)' });
    expect(copy.id).not.toBe(a.id);
    const again = await cooper.api.connections.duplicate.mutate({ id: copy.id });
    expect(await names()).toEqual(['Archive', 'Archive (copy)', 'Archive (copy 2)', 'Last']);
    for (const { id } of [copy, again]) expect(cooper.context.vault.get(id)).toBe('secret of Archive');
    expect(cooper.files.secrets.text).not.toContain(copy.id); // it was for the session
    await cooper.api.connections.remove.mutate({ id: a.id });
    expect(cooper.context.vault.get(copy.id)).toBe('secret of Archive');
  });

  it('keeps its secret where the original does', async () => {
    const a = await save('Archive');
    const copy = await cooper.api.connections.duplicate.mutate({ id: a.id });
    expect(Object.keys(cooper.files.secrets.get('secrets') as object).sort()).toEqual([a.id, copy.id].sort());
    expect(cooper.context.vault.get(copy.id)).toBe('secret of Archive');
  });

  it.each(['x'.repeat(80), '🙂'.repeat(40)])('of “%s” has a name that fits', async (name) => {
    const a = await save(name);
    const copy = await cooper.api.connections.duplicate.mutate({ id: a.id });
    expect(copy.name.length).toBeLessThanOrEqual(80);
    expect(copy.name).toMatch(/ \(copy\)$/u);
    expect(copy.name).not.toMatch(/\p{Surrogate}/u);
  });

  it('of what has gone is not made', async () => {
    const failure = await failureOf(cooper.api.connections.duplicate.mutate({ id: 'gone' }));
    expect(failure).toMatchObject({ kind: 'not-found' });
  });
});

describe('the look of a connection', () => {
  it('has a name, a colour, a switch and buckets, each changed by itself', async () => {
    const { id } = await save('a');
    const { setLook } = cooper.api.connections;
    expect(await setLook.mutate({ id, colour: 'red' })).toMatchObject({ name: 'a', colour: 'red' });
    expect(await setLook.mutate({ id, name: ' b ' })).toMatchObject({ name: 'b', colour: 'red' });
    expect(await setLook.mutate({ id, readOnly: true, buckets: ['x', 'x', 'y'] })).toMatchObject({
      colour: 'red',
      readOnly: true,
      buckets: ['x', 'y'],
    });
    const plain = await setLook.mutate({ id, colour: null, readOnly: false, buckets: [] });
    expect(plain).not.toHaveProperty('colour');
    expect(plain).not.toHaveProperty('readOnly');
    expect(plain).not.toHaveProperty('buckets');
    expect((await cooper.api.connections.list.query())[0]).toEqual(plain);
    expect(cooper.context.vault.get(id)).toBe('secret of a');
  });

  it('does not open the connection anew', async () => {
    const { id } = await sandbox();
    await cooper.api.buckets.list.query({ connectionId: id });
    await cooper.api.connections.setLook.mutate({ id, readOnly: true, buckets: ['by-hand'], name: 'T' });
    const buckets = await cooper.api.buckets.list.query({ connectionId: id });
    expect(buckets).toEqual([{ name: 'by-hand', known: 'by-hand' }]);
    expect(cooper.opened).toHaveLength(1);
  });

  it('is not switched to read-only under a job, which would not notice', async () => {
    const { id } = await sandbox();
    const connectionId = id;
    await cooper.api.buckets.create.mutate({ connectionId, bucket: 'bucket' });
    const storage = await cooper.context.storages.get(id);
    const keys = Array.from({ length: 50 }, (_, i) => `k${i}`);
    for (const key of keys) await storage.write({ bucket: 'bucket', key, body: Buffer.from(key) });
    await cooper.api.jobs.start.mutate({ kind: 'count', connectionId, bucket: 'bucket', prefix: '' });
    const failure = await failureOf(cooper.api.connections.setLook.mutate({ id, readOnly: true }));
    expect(failure).toMatchObject({ kind: 'conflict' });
    expect(failure.message).toContain('A job is still working');
    expect(await cooper.api.connections.setLook.mutate({ id, name: 'T' })).toMatchObject({ name: 'T' });
    await until(() => cooper.context.jobs.running(id) === 0);
    expect(await cooper.api.connections.setLook.mutate({ id, readOnly: true })).toMatchObject({
      readOnly: true,
    });
  });
});

describe('what is known of a server', () => {
  it('is found out in the background when a connection is first looked at, once', async () => {
    const { id } = await sandbox();
    await cooper.api.buckets.create.mutate({ connectionId: id, bucket: 'bucket' });
    await cooper.api.buckets.list.query({ connectionId: id });
    await until(() => cooper.context.settings.connections.get(id).profile !== undefined);
    const { profile } = cooper.context.settings.connections.get(id);
    await cooper.api.buckets.list.query({ connectionId: id });
    expect(cooper.context.settings.connections.get(id).profile).toEqual(profile);
  });

  it('is kept through a new name or colour, and forgotten with a new address, user or secret', async () => {
    const { settings } = cooper.context;
    const { id } = await save('a');
    const profile = {
      probedAt: '2026-01-01T00:00:00.000Z',
      features: {},
      versionOrder: 'unknown',
      deleteNeedsMd5: 'unknown',
      addressing: 'path',
    } as const;
    const learn = () => settings.connections.update({ ...settings.connections.get(id), profile });
    const after = async (draft: Parameters<typeof s3Draft>[1], of = server) => {
      learn();
      await cooper.api.connections.save.mutate(s3Draft(of, { id, ...draft }));
      return settings.connections.get(id).profile;
    };
    expect(await after({ name: 'b', colour: 'pink', readOnly: true })).toEqual(profile);
    expect(await after({ secretAccessKey: 'new' })).toBe(undefined);
    expect(await after({}, { ...server, endpoint: 'https://b.example' })).toBe(undefined);
    expect(await after({}, { ...server, accessKeyId: 'OTHER' })).toBe(undefined);
    learn();
    await cooper.api.connections.setLook.mutate({ id, colour: 'red' });
    expect(settings.connections.get(id).profile).toEqual(profile);
  });
});

describe('the secret of a connection', () => {
  it('goes to the clipboard for a while, and never through the window', async () => {
    const { id } = await save('a');
    expect(await cooper.api.connections.copySecret.mutate({ id })).toEqual({ clearsInSeconds: 45 });
    expect(cooper.copied).toEqual([{ text: 'secret of a', clearAfterSeconds: 45 }]);
    expect(JSON.stringify(cooper.traffic)).not.toContain('secret of a');
  });

  it('is asked for where it is not known any more', async () => {
    const { id } = await save('a');
    cooper.context.vault.delete(id);
    const { credentials, copySecret } = cooper.api.connections;
    expect(await failureOf(copySecret.mutate({ id }))).toMatchObject({ kind: 'missing-secret' });
    expect(await failureOf(credentials.mutate({ id, reveal: true }))).toMatchObject({
      kind: 'missing-secret',
    });
    expect(await credentials.mutate({ id, reveal: false })).toMatchObject({ accessKeyId: 'AK' });
    expect(cooper.copied).toEqual([]);
  });

  it('of a sandbox is that of its run', async () => {
    const { id } = await sandbox();
    const running = await cooper.sandbox(join(cooper.folder, 'sandbox'));
    expect(await cooper.api.connections.credentials.mutate({ id, reveal: true })).toMatchObject({
      endpoint: running.endpoint,
      accessKeyId: running.accessKeyId,
      secretAccessKey: running.secretAccessKey,
    });
  });
});
