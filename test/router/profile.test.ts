import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobRequest } from '#shared/job.ts';
import { startFaultServer } from '#test/support/fault-server.ts';
import { failureOf, s3Draft, startCooper, type Cooper } from './support.ts';

let cooper: Cooper;
let id: string;

beforeEach(async () => {
  cooper = await startCooper();
  const sandbox = { folder: join(cooper.folder, 'sandbox') };
  id = (await cooper.api.connections.save.mutate({ kind: 'sandbox', name: 'S', sandbox })).id;
});
afterEach(() => cooper.stop());

const profile = (again?: boolean) =>
  cooper.api.connections.profile.mutate({ id, ...(again !== undefined && { again }) });
const makeBucket = (bucket: string) => cooper.api.buckets.create.mutate({ connectionId: id, bucket });

describe('what a connection’s server can do', () => {
  it('is found out once, and kept with the connection', async () => {
    await makeBucket('first');
    const found = await profile();
    expect(found).toMatchObject({ bucket: 'first', features: { versioning: { offered: 'yes' } } });
    expect(await profile()).toEqual(found);
    const [kept] = await cooper.api.connections.list.query();
    expect(kept?.profile).toEqual(found);
  });

  it('is found out anew when that is asked for', async () => {
    await makeBucket('zebra');
    expect((await profile()).bucket).toBe('zebra');
    await makeBucket('aardvark');
    expect((await profile()).bucket).toBe('zebra');
    expect((await profile(true)).bucket).toBe('aardvark');
  });

  it('is asked for again until there is a bucket to ask', async () => {
    expect(await profile()).not.toHaveProperty('bucket');
    await makeBucket('first');
    expect((await profile()).bucket).toBe('first');
  });

  it('is asked by many at once only once', async () => {
    await makeBucket('first');
    const answers = await Promise.all([profile(), profile(), profile(true)]);
    expect(new Set(answers.map(({ probedAt }) => probedAt)).size).toBe(1);
  });

  it('goes on for the others when one stops waiting', async () => {
    await makeBucket('first');
    const stop = new AbortController();
    const left = cooper.api.connections.profile.mutate({ id }, { signal: stop.signal });
    const stayed = profile();
    stop.abort();
    await expect(left).rejects.toMatchObject({ name: 'TRPCClientError' });
    expect((await stayed).bucket).toBe('first');
  });

  it('keeps the connection open', async () => {
    await makeBucket('first');
    const storage = await cooper.context.storages.get(id);
    await profile();
    expect(await cooper.context.storages.get(id)).toBe(storage);
    expect(cooper.opened).toHaveLength(1);
  });

  it('is not written over a name that was changed meanwhile', async () => {
    await makeBucket('first');
    const asked = profile();
    const sandbox = { folder: join(cooper.folder, 'sandbox') };
    await cooper.api.connections.save.mutate({ id, kind: 'sandbox', name: 'Renamed', sandbox });
    await asked;
    expect((await cooper.api.connections.list.query())[0]?.name).toBe('Renamed');
  });

  it('that is not there, or that nobody can reach, is a failure with words', async () => {
    expect(await failureOf(cooper.api.connections.profile.mutate({ id: 'none' }))).toMatchObject({
      kind: 'not-found',
    });
    const server = await startFaultServer((_, response) => response.end());
    await server.close();
    const address = { endpoint: server.endpoint, region: 'us-east-1', accessKeyId: 'K' };
    const away = await cooper.api.connections.save.mutate(s3Draft(address, { secretAccessKey: 's' }));
    const stop = new AbortController();
    const failure = await failureOf(cooper.api.connections.profile.mutate({ id: away.id }, stop));
    expect(failure).toMatchObject({ kind: 'unreachable' });
    expect((await cooper.api.connections.list.query()).every((one) => one.profile === undefined)).toBe(true);
  });
});

describe('a connection that is read-only', () => {
  beforeEach(async () => {
    await makeBucket('kept');
    const storage = await cooper.context.storages.get(id);
    await storage.write({ bucket: 'kept', key: 'k', body: Buffer.from('x') });
    await cooper.api.connections.setLook.mutate({ id, readOnly: true });
  });

  it('shows everything, and changes nothing', async () => {
    const { api } = cooper;
    const place = { connectionId: id, bucket: 'kept' };
    expect(await api.buckets.list.query({ connectionId: id })).toHaveLength(1);
    expect(await api.objects.stat.query({ ...place, key: 'k' })).toMatchObject({ size: 1 });
    const suspended = { name: 'versioning', value: { status: 'suspended' } } as const;
    const refused = [
      api.buckets.create.mutate({ connectionId: id, bucket: 'another' }),
      api.buckets.remove.mutate(place),
      api.buckets.changeSetting.mutate({ ...place, change: suspended }),
      api.buckets.removeSetting.mutate({ ...place, name: 'cors' }),
      api.objects.createFolder.mutate({ ...place, key: 'folder/' }),
      api.objects.presign.mutate({ ...place, method: 'put_object', objects: [{ key: 'k' }] }),
    ];
    for (const failure of await Promise.all(refused.map((call) => failureOf(call)))) {
      expect(failure).toMatchObject({ kind: 'read-only' });
      expect(failure.message).toContain('This connection is read-only');
    }
  });

  it('has no job that changes something', async () => {
    const place = { connectionId: id, bucket: 'kept' };
    const jobs: JobRequest[] = [
      { kind: 'delete', ...place, keys: ['k'] },
      { kind: 'delete-bucket', ...place, confirm: 'kept' },
      { kind: 'abort-uploads', ...place },
      { kind: 'copy', ...place, keys: ['k'], base: '', to: { bucket: 'kept', prefix: 'copy/' } },
      { kind: 'restore', ...place, prefix: '' },
      { kind: 'update', ...place, keys: ['k'], changes: { tags: {} } },
    ];
    for (const job of jobs) {
      const failure = await failureOf(cooper.api.jobs.start.mutate(job));
      expect({ job: job.kind, ...failure }).toMatchObject({
        job: job.kind,
        kind: 'read-only',
        message: 'This connection is read-only: nothing in bucket “kept” was changed.',
      });
    }
    expect(cooper.context.jobs.running()).toBe(0);
    await cooper.api.jobs.start.mutate({ kind: 'count', ...place, prefix: '' });
  });

  it('can be written to once that is switched off', async () => {
    await cooper.api.connections.setLook.mutate({ id, readOnly: false });
    const folder = { connectionId: id, bucket: 'kept', key: 'folder/' };
    await cooper.api.objects.createFolder.mutate(folder);
    expect(await cooper.api.objects.stat.query(folder)).toMatchObject({ size: 0 });
  });
});
