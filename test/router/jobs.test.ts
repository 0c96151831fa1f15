import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job, JobEvent } from '#shared/job.ts';
import type { ListInput, ListPage } from '#shared/objects.ts';
import { failureOf, startCooper, type Cooper } from './support.ts';

let cooper: Cooper;
let connectionId: string;
const bucket = 'parish-registers';

beforeAll(async () => {
  cooper = await startCooper();
  await mkdir(join(cooper.folder, 'Downloads'));
  const sandbox = { folder: join(cooper.folder, 'sandbox') };
  const saved = await cooper.api.connections.save.mutate({
    kind: 'sandbox',
    name: 'S',
    sandbox,
    withSamples: true,
  });
  connectionId = saved.id;
});
afterAll(() => cooper.stop());

/** All pages of a listing. */
async function list(input: Omit<ListInput, 'connectionId'>): Promise<ListPage[]> {
  const pages: ListPage[] = [];
  for await (const page of cooper.api.objects.list.subscribe({ connectionId, ...input })) pages.push(page);
  return pages;
}

function rows(pages: ListPage[]): string[] {
  return pages.flatMap(({ prefixes, objects }) => [...prefixes, ...objects.map(({ key }) => key)]);
}

/** Follows a job until it has ended, by subscription only. */
async function follow(id: string): Promise<Job> {
  for await (const event of cooper.api.jobs.watch.subscribe()) {
    const known: Job[] = event.type === 'all' ? event.jobs : event.type === 'changed' ? [event.job] : [];
    const job = known.find((candidate) => candidate.id === id);
    if (job !== undefined && job.state !== 'running') return job;
  }
  throw new Error('the watching ended before the job did');
}

describe('browsing', () => {
  it('lists the buckets with their dates', async () => {
    const buckets = await cooper.api.buckets.list.query({ connectionId });
    expect(buckets.map(({ name }) => name)).toEqual(['finding-aids', 'parish-registers', 'photographs']);
    expect(buckets[0]?.createdAt).toBeInstanceOf(Date);
  });

  it('lists one level: folders and objects, with dates that are dates', async () => {
    const pages = await list({ bucket, prefix: '' });
    expect(rows(pages)).toContain('README.txt');
    expect(pages.flatMap(({ prefixes }) => prefixes)).toContain('Ålesund/');
    expect(pages.flatMap(({ objects }) => objects)[0]?.modifiedAt).toBeInstanceOf(Date);
    expect(pages.at(-1)?.nextToken).toBe(undefined);
  });

  it('stops at maxRows with a token, and goes on from it', async () => {
    const whole = rows(await list({ bucket, prefix: '' }));
    const first = await list({ bucket, prefix: '', maxRows: 1 });
    const token = first.at(-1)?.nextToken;
    expect(first).toHaveLength(1);
    expect(
      rows([...first, ...(token === undefined ? [] : await list({ bucket, prefix: '', token }))]),
    ).toEqual(whole);
  });

  it('of a bucket that is not there fails with its name', async () => {
    const failure = await failureOf(list({ bucket: 'nowhere', prefix: '' }));
    expect(failure).toMatchObject({ kind: 'not-found', bucket: 'nowhere' });
  });

  it('shows what is known of an object', async () => {
    const found = await cooper.api.objects.stat.query({ connectionId, bucket, key: 'README.txt' });
    expect(found).toMatchObject({ key: 'README.txt', contentType: 'text/plain; charset=utf-8' });
    const failure = await failureOf(cooper.api.objects.stat.query({ connectionId, bucket, key: 'gone' }));
    expect(failure).toMatchObject({ kind: 'not-found', key: 'gone' });
  });
});

describe('jobs', () => {
  it('count a folder, followed by subscription', async () => {
    const { id } = await cooper.api.jobs.start.mutate({
      kind: 'count',
      connectionId,
      bucket,
      prefix: 'Ålesund/',
    });
    const job = await follow(id);
    expect(job.state).toBe('done');
    expect(job.kind === 'count' && job.result?.files).toBe(150);
    expect(job.startedAt).toBeInstanceOf(Date);
  });

  it('export a folder to where the user chose, show it, and are dismissed', async () => {
    cooper.answers.savePath = join(cooper.folder, 'Downloads', 'export.zip');
    const target = await cooper.api.jobs.chooseZipTarget.mutate({ bucket, name: 'Bærum/1816/' });
    expect(cooper.asked.at(-1)).toMatchObject({
      defaultPath: join(cooper.folder, 'Downloads', 'parish-registers-Bærum-1816.zip'),
    });
    if (target === null) throw new Error('a target was chosen');
    const { id } = await cooper.api.jobs.start.mutate({
      kind: 'zip',
      connectionId,
      bucket,
      prefix: 'Bærum/1816/',
      ...target,
    });
    const job = await follow(id);
    expect(job).toMatchObject({ kind: 'zip', state: 'done', result: { entries: 3, path: target.path } });
    expect((await stat(target.path)).size).toBeGreaterThan(1000);

    await cooper.api.jobs.reveal.mutate({ id });
    expect(cooper.asked.at(-1)).toEqual({ reveal: target.path });
    await rm(target.path);
    expect((await failureOf(cooper.api.jobs.reveal.mutate({ id }))).kind).toBe('disk-missing');

    await cooper.api.jobs.dismiss.mutate({ id });
    expect((await failureOf(cooper.api.jobs.dismiss.mutate({ id }))).kind).toBe('not-found');
  });

  it('that nobody has are NOT_FOUND', async () => {
    for (const call of [cooper.api.jobs.cancel, cooper.api.jobs.dismiss, cooper.api.jobs.reveal]) {
      expect((await failureOf(call.mutate({ id: 'none' }))).kind).toBe('not-found');
    }
  });

  it('without a file have nothing to show', async () => {
    const { id } = await cooper.api.jobs.start.mutate({ kind: 'count', connectionId, bucket, prefix: '' });
    await follow(id);
    expect((await failureOf(cooper.api.jobs.reveal.mutate({ id }))).message).toContain('made no file');
  });

  it('that could not begin leave nothing behind', async () => {
    const before = await firstEvent();
    const path = join(cooper.folder, 'missing', 'x.zip');
    const nowhere = cooper.api.jobs.start.mutate({ kind: 'zip', connectionId, bucket, prefix: '', path });
    expect((await failureOf(nowhere)).kind).toBe('disk-missing');
    const nothing = cooper.api.jobs.start.mutate({ kind: 'count', connectionId, bucket });
    expect((await failureOf(nothing)).message).toContain('Say what to work on');
    const unknown = cooper.api.jobs.start.mutate({ kind: 'count', connectionId: 'x', bucket, prefix: '' });
    expect((await failureOf(unknown)).kind).toBe('not-found');
    expect(await firstEvent()).toEqual(before);
  });

  it('keep their connection from being changed or removed under them', async () => {
    const path = join(cooper.folder, 'Downloads', 'all.zip');
    const { id } = await cooper.api.jobs.start.mutate({
      kind: 'zip',
      connectionId,
      bucket: 'photographs',
      prefix: '',
      path,
    });
    expect((await failureOf(cooper.api.connections.remove.mutate({ id: connectionId }))).kind).toBe(
      'conflict',
    );
    const elsewhere = { folder: join(cooper.folder, 'other') };
    const moved = { id: connectionId, kind: 'sandbox', name: 'S', sandbox: elsewhere } as const;
    expect((await failureOf(cooper.api.connections.save.mutate(moved))).message).toContain('“S”');
    const renamed = { ...moved, name: 'Renamed', sandbox: { folder: join(cooper.folder, 'sandbox') } };
    expect((await cooper.api.connections.save.mutate(renamed)).name).toBe('Renamed');
    await cooper.api.jobs.cancel.mutate({ id });
    expect((await follow(id)).state).toBe('cancelled');
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  async function firstEvent(): Promise<JobEvent | undefined> {
    for await (const event of cooper.api.jobs.watch.subscribe()) return event;
    return undefined;
  }
});

describe('choosing where to save', () => {
  it('gives nothing when the dialog is left', async () => {
    cooper.answers.savePath = null;
    expect(await cooper.api.jobs.chooseZipTarget.mutate({ bucket, name: 'objects' })).toBe(null);
  });

  it('replaces a file only when the dialog has asked about it', async () => {
    const path = join(cooper.folder, 'Downloads', 'old');
    await writeFile(`${path}.zip`, 'old');
    cooper.answers.savePath = `${path}.zip`;
    expect(await cooper.api.jobs.chooseZipTarget.mutate({ bucket, name: '' })).toEqual({
      path: `${path}.zip`,
      overwrite: true,
    });
    cooper.answers.savePath = path; // the dialog asked about `old`, not about `old.zip`
    expect(await cooper.api.jobs.chooseZipTarget.mutate({ bucket, name: '' })).toEqual({
      path: `${path}.zip`,
      overwrite: false,
    });
  });
});

describe('the application', () => {
  it('says what it is, where it saves, and how it keeps secrets', async () => {
    expect(await cooper.api.app.info.query()).toEqual({
      version: '1.2.3',
      platform: 'linux',
      downloadsFolder: join(cooper.folder, 'Downloads'),
      sandboxFolder: join(cooper.folder, 'sandbox'),
      vault: { strength: 'os', backend: 'gnome_libsecret' },
      damagedConnections: 0,
    });
  });
});
