import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { JobRunner } from '#jobs/runner.ts';
import { type JobEvent, type JobInput, jobInputSchema } from '#shared/job.ts';
import { StorageError } from '#storage/errors.ts';
import { ended, type Objects, startWorld, when, type World } from './support.ts';

let world: World;
let bucket = '';
beforeAll(async () => {
  world = await startWorld();
  const objects: Objects = {};
  for (let i = 0; i < 1200; i++) objects[`k${String(i).padStart(4, '0')}`] = 'x';
  bucket = await world.bucket(objects);
});
afterEach(() => {
  world.plan = undefined;
});
afterAll(() => world.stop());

/** A count whose second page never comes: it runs until it is cancelled. */
function endless(): Promise<string> {
  world.plan = ({ query }) => (query['continuation-token'] === undefined ? undefined : { stall: 0 });
  return world.start({ kind: 'count', bucket, prefix: '' });
}
const input = (): JobInput =>
  jobInputSchema.parse({ kind: 'count', connectionId: 'test', bucket, prefix: '' });

/** Follows the events until `enough` says so. */
async function collect(runner: JobRunner, enough: (events: JobEvent[]) => boolean): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  for await (const event of runner.watch(undefined)) {
    events.push(event);
    if (enough(events)) break;
  }
  return events;
}
const last = (events: JobEvent[]) => events.at(-1);

describe('jobs', () => {
  it('shows every watcher all jobs once, then changes only, and the end for certain', async () => {
    const first = await world.start({ kind: 'count', bucket, prefix: '' });
    await ended(world.runner, first);
    const isEnd = (events: JobEvent[]) => {
      const event = last(events);
      return event?.type === 'changed' && event.job.state !== 'running';
    };
    const watchers = [collect(world.runner, isEnd), collect(world.runner, isEnd)];
    const second = await world.start({ kind: 'count', bucket, prefix: 'k0' });
    for (const events of await Promise.all(watchers)) {
      expect(events[0]?.type === 'all' && events[0].jobs.map(({ id }) => id)).toContain(first);
      expect(events.slice(1).every((event) => event.type === 'changed' && event.job.id === second)).toBe(
        true,
      );
      expect(last(events)).toMatchObject({
        type: 'changed',
        job: { state: 'done', result: { files: 1000 } },
      });
    }
  });

  it('of very many chosen objects tell their watchers how many, and not each of them every time', async () => {
    const keys = Array.from({ length: 1200 }, (_, i) => `k${String(i).padStart(4, '0')}`);
    const id = await world.start({ kind: 'count', bucket, keys, prefixes: ['k1'] });
    const { input: shown } = await ended(world.runner, id);
    expect(shown).toEqual({
      kind: 'count',
      connectionId: 'test',
      bucket,
      oneLevel: false,
      chosen: { count: 1201, first: 'k1' },
    });
  });

  it('run on when nobody watches', async () => {
    const leave = new AbortController();
    const watcher = world.runner.watch(leave.signal);
    await watcher.next();
    const id = await world.start({ kind: 'count', bucket, prefix: '' });
    leave.abort();
    for (let step = await watcher.next(); step.done !== true; step = await watcher.next());
    expect(await ended(world.runner, id)).toMatchObject({ state: 'done' });
  });

  it('tell a slow watcher the latest state, and keep no queue for it', async () => {
    const id = await endless();
    const watcher = world.runner.watch(undefined);
    await watcher.next();
    await when(world.runner, id, (job) => job.progress.objects.done === 1000);
    world.runner.cancel(id);
    await ended(world.runner, id);
    expect(await watcher.next()).toMatchObject({
      value: { type: 'changed', job: { id, state: 'cancelled' } },
    });
    await watcher.return(undefined);
  });

  it('send no more than ten changes a second', async () => {
    const id = await endless();
    const begun = performance.now();
    const counting = collect(world.runner, (events) => {
      const event = last(events);
      return event?.type === 'changed' && event.job.state === 'cancelled';
    });
    const objects: Promise<string>[] = [];
    for (let i = 0; i < 5; i++) objects.push(world.start({ kind: 'count', bucket, prefix: 'k00' }));
    await Promise.all(objects);
    world.runner.cancel(id);
    const events = await counting;
    const changes = events.filter((event) => event.type === 'changed' && event.job.id === id);
    expect(changes.length).toBeLessThanOrEqual(2 + (performance.now() - begun) / 100);
  });

  it('are cancelled once they have ended their work, and stay so', async () => {
    const id = await endless();
    expect(world.runner.get(id).state).toBe('running');
    expect(world.runner.running()).toBe(1);
    await when(world.runner, id, (job) => job.progress.objects.done === 1000);
    world.runner.cancel(id);
    const job = await ended(world.runner, id);
    expect(job).toMatchObject({ state: 'cancelled', progress: { objects: { done: 1000 } } });
    expect(job).not.toHaveProperty('failure');
    world.runner.cancel(id);
    expect(world.runner.get(id)).toEqual(job);
    expect(world.runner.running()).toBe(0);
  });

  it('are dismissed only when they have ended, and are gone for every watcher then', async () => {
    const id = await endless();
    expect(() => world.runner.dismiss(id)).toThrow(expect.objectContaining({ kind: 'conflict' }) as Error);
    world.runner.cancel(id);
    await ended(world.runner, id);
    const removed = collect(world.runner, (events) => last(events)?.type === 'removed');
    world.runner.dismiss(id);
    expect(last(await removed)).toEqual({ type: 'removed', id });
    expect(() => world.runner.get(id)).toThrow(StorageError);
  });

  it('answer not-found for an id that no job has', () => {
    for (const ask of [world.runner.get, world.runner.cancel, world.runner.dismiss]) {
      expect(() => ask.call(world.runner, 'nobody')).toThrow(
        expect.objectContaining({ kind: 'not-found' }) as Error,
      );
    }
  });

  it('are kept after their end, the last two hundred of them', async () => {
    const runner = new JobRunner(async () => world.storage);
    const one = jobInputSchema.parse({ ...input(), prefix: 'k0001' });
    for (let i = 0; i < 5; i++) await ended(runner, await runner.start(one));
    const ids = await Promise.all(Array.from({ length: 200 }, () => runner.start(one)));
    await Promise.all(ids.map((id) => ended(runner, id)));
    const first = (await runner.watch(undefined).next()).value;
    expect(first?.type === 'all' && new Set(first.jobs.map(({ id }) => id))).toEqual(new Set(ids));
    await runner.close();
  });

  it('cannot be started on a connection that does not open', async () => {
    const runner = new JobRunner(async (connectionId) => {
      throw new StorageError({
        kind: 'not-found',
        operation: 'open',
        message: `No connection ${connectionId}.`,
      });
    });
    await expect(runner.start(input())).rejects.toMatchObject({ kind: 'not-found' });
    expect(runner.running()).toBe(0);
  });

  it('are all cancelled when Cooper quits, which waits for them and starts no more', async () => {
    const runner = new JobRunner(async () => world.storage);
    world.plan = ({ query }) => (query['continuation-token'] === undefined ? undefined : { stall: 0 });
    const events = collect(runner, () => false);
    const ids = [await runner.start(input()), await runner.start(input())];
    const prepared = runner.start(input()).catch((error: unknown) => error);
    await runner.close();
    expect(ids.map((id) => runner.get(id).state)).toEqual(['cancelled', 'cancelled']);
    await expect(runner.start(input())).rejects.toMatchObject({ kind: 'conflict' });
    expect(await prepared).toBeInstanceOf(Error);
    const ends = (await events).filter(
      (event) => event.type === 'changed' && event.job.state === 'cancelled',
    );
    expect(ends.length).toBe(2);
  });
});
