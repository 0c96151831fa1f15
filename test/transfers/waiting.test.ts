import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { JobRunner } from '#jobs/runner.ts';
import { basicServices } from '#jobs/services.ts';
import { TransferStore } from '#jobs/transfer/store.ts';
import { startSandbox } from '#sandbox/sandbox.ts';
import { type Job, jobInputSchema } from '#shared/job.ts';
import { transferSettingsSchema } from '#shared/transfer-settings.ts';
import { listObjects } from '#storage/list.ts';
import { openStorage } from '#storage/open.ts';
import { ended, startWorld, when, type World } from '#test/jobs/support.ts';
import { localSettings } from '#test/support/endpoints.ts';
import { startIdleCutter } from './idle-cutter.ts';

const MIB = 2 ** 20;
let world: World;
let folder: string;
let bucket: string;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());
beforeEach(async () => {
  world.plan = undefined;
  world.settings = transferSettingsSchema.parse({});
  folder = await mkdtemp(join(world.folder, 'in-'));
  bucket = await world.bucket({});
});

async function make(...names: string[]): Promise<void> {
  for (const name of names) await writeFile(join(folder, name), `This is ${name}.`);
}
const upload = (prefix = '') => ({ kind: 'upload' as const, bucket, prefix, paths: [folder] });
const isWaiting = ({ state }: Job) => state === 'waiting';
async function keys(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of listObjects(world.storage, { bucket })) found.push(key);
  return found;
}

describe('a transfer waits and goes on', () => {
  it('when the server is gone and comes back, by itself', async () => {
    const root = await mkdtemp(join(tmpdir(), 'cooper-gone-'));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    const secret = { accessKeyId: 'COOPER', secretAccessKey: 'a secret' };
    const start = (port: number) => startSandbox({ folder: join(root, 'sandbox'), port, ...secret });
    const first = await start(0);
    const storage = openStorage(
      { settings: localSettings(first.endpoint, secret), ...secret },
      { attempts: 2, baseMs: 5 },
    );
    const transfers = {
      store: new TransferStore(join(root, 'store')),
      settings: () => world.settings,
      storage: async () => storage,
    };
    const runner = new JobRunner(async () => storage, undefined, basicServices({ transfers }));
    await storage.createBucket(bucket);
    await make(...Array.from({ length: 200 }, (_, n) => `file ${n}`));
    world.settings = { ...world.settings, objectsAtOnce: 1 };
    const id = await runner.start(jobInputSchema.parse({ ...upload(), connectionId: 'test' }));
    await when(runner, id, ({ progress }) => progress.objects.done > 0);
    await first.close();
    const waiting = await when(runner, id, isWaiting);
    expect(waiting).toMatchObject({ failure: { kind: 'unreachable' }, until: expect.any(Date) as Date });
    const second = await start(first.port);
    const job = await ended(runner, id);
    expect(job).toMatchObject({
      state: 'done',
      progress: { objects: { done: 200 }, failures: { count: 0 } },
    });
    await runner.close();
    storage.close();
    await second.close();
  });

  it('when the credentials expire in the middle: asks, and goes on with new ones', async () => {
    await make('a', 'b', 'c', 'd');
    world.settings = { ...world.settings, objectsAtOnce: 1 };
    let puts = 0;
    world.plan = ({ method }) => (method === 'PUT' && ++puts > 2 ? { expiredToken: true } : undefined);
    const id = await world.start(upload());
    const waiting = await when(world.runner, id, isWaiting);
    expect(waiting).toMatchObject({ failure: { kind: 'expired-credentials' } });
    expect(waiting).not.toHaveProperty('until');
    world.runner.wake(); // with the old ones still
    await when(world.runner, id, (job) => isWaiting(job) && puts > 3);
    world.plan = undefined;
    world.runner.wake();
    expect(await ended(world.runner, id)).toMatchObject({ state: 'done', result: { sent: 4 } });
    expect(await keys()).toHaveLength(4);
  });

  it('when they expire while it only looks at what is there, which answers cannot say', async () => {
    await make('a', 'b', 'c');
    world.plan = ({ method, key }) =>
      key !== '' && ['HEAD', 'GET'].includes(method) ? { expiredToken: true } : undefined;
    const id = await world.start(upload());
    const waiting = await when(world.runner, id, isWaiting);
    expect(waiting).toMatchObject({
      failure: { kind: 'expired-credentials' },
      progress: { failures: { count: 0 } },
    });
    world.plan = undefined;
    world.runner.wake();
    expect(await ended(world.runner, id)).toMatchObject({ state: 'done', result: { sent: 3 } });
  });

  it('when the clock of this computer is wrong, and says so', async () => {
    await make('a');
    world.plan = ({ method }) =>
      method === 'PUT' ? { error: { status: 403, code: 'RequestTimeTooSkewed' } } : undefined;
    const id = await world.start(upload());
    expect(await when(world.runner, id, isWaiting)).toMatchObject({ failure: { kind: 'clock-skew' } });
    world.plan = undefined;
    world.runner.resume(id);
    expect(await ended(world.runner, id)).toMatchObject({ state: 'done', result: { sent: 1 } });
  });

  it('when the server is too busy for everything, for a while, by itself', async () => {
    await make(...Array.from({ length: 30 }, (_, n) => `file ${n}`));
    let refused = 0;
    world.plan = () => (refused++ < 4 ? { slowDown: true } : undefined);
    const isBusy = world.plan;
    world.plan = undefined;
    const id = await world.start(upload());
    world.runner.pause(id);
    await when(world.runner, id, ({ state }) => state === 'paused');
    world.plan = isBusy;
    world.runner.resume(id);
    expect(await ended(world.runner, id)).toMatchObject({
      state: 'done',
      progress: { objects: { done: 30 }, failures: { count: 0 } },
    });
  });

  it('P32: with a server that closes idle sockets nothing fails, and nothing hangs', async () => {
    const [endpoint, accessKeyId, secretAccessKey] = world.access;
    const cutter = await startIdleCutter(endpoint);
    const storage = openStorage({
      settings: localSettings(cutter.endpoint, { accessKeyId }),
      secretAccessKey,
    });
    const transfers = {
      store: new TransferStore(join(folder, '..', 'idle-store')),
      settings: () => world.settings,
      storage: async () => storage,
    };
    const runner = new JobRunner(async () => storage, undefined, basicServices({ transfers }));
    await make(...Array.from({ length: 40 }, (_, n) => `file ${n}`));
    for (const prefix of ['1/', '2/', '3/']) {
      const id = await runner.start(jobInputSchema.parse({ ...upload(prefix), connectionId: 'test' }));
      const job = await ended(runner, id);
      expect(job).toMatchObject({
        state: 'done',
        progress: { objects: { done: 40 }, failures: { count: 0 } },
      });
      await expect.poll(() => cutter.open()).toBe(0); // what is used next was closed by the server
    }
    expect(cutter.cut()).toBeGreaterThan(3);
    await runner.close();
    storage.close();
    await cutter.close();
  });
});

describe('after a sleep', () => {
  it('P13: parts that stayed busy are sent again at once, those that the server has are not', async () => {
    await writeFile(join(folder, 'large'), Buffer.alloc(40 * MIB, 'sleep'));
    world.settings = { ...world.settings, partsAtOnce: 2 };
    const stalled: string[] = [];
    world.plan = ({ query: { partNumber } }) => {
      if (partNumber === undefined || Number(partNumber) < 3) return undefined;
      stalled.push(partNumber);
      return { stall: 0 }; // as a connection that the other end has forgotten
    };
    const id = await world.start(upload());
    await expect.poll(() => stalled.length).toBe(2);
    await expect
      .poll(async () => {
        const [one] = (await world.storage.listUploadsPage({ bucket })).uploads;
        return one && (await world.storage.listPartsPage({ ...one, bucket })).parts.length;
      })
      .toBe(2);
    await when(world.runner, id, ({ state }) => state === 'running');
    const again: string[] = [];
    world.plan = ({ query: { partNumber } }) => {
      if (partNumber !== undefined) again.push(partNumber);
      return undefined;
    };
    world.runner.wake({ anew: true });
    expect(await ended(world.runner, id)).toMatchObject({ state: 'done', result: { sent: 1 } });
    expect(again.sort()).toEqual(['3', '4', '5']);
  });

  it('what is paused in the same moment is paused', async () => {
    await make('a');
    world.plan = ({ method }) => (method === 'PUT' ? { stall: 0 } : undefined);
    const id = await world.start(upload());
    await when(
      world.runner,
      id,
      ({ state, progress }) => state === 'running' && progress.current !== undefined,
    );
    world.runner.wake({ anew: true });
    world.runner.pause(id);
    await when(world.runner, id, ({ state }) => state === 'paused');
    world.plan = undefined;
    world.runner.resume(id);
    expect(await ended(world.runner, id)).toMatchObject({ state: 'done' });
  });
});

describe('the queue', () => {
  /** One at work that does not get on, and some that wait. */
  async function queued(
    ...prefixes: string[]
  ): Promise<{ ids: string[]; order: string[]; free: () => void }> {
    await make('file');
    world.settings = { ...world.settings, transfersAtOnce: 1 };
    let isFree = false;
    const order: string[] = [];
    world.plan = ({ method, key }) => {
      if (method !== 'PUT') return undefined;
      if (!isFree) return { stall: 0 };
      order.push(dirname(dirname(key)));
      return undefined;
    };
    const ids: string[] = [];
    for (const prefix of prefixes) ids.push(await world.start(upload(`${prefix}/`)));
    const [first = ''] = ids;
    await when(
      world.runner,
      first,
      ({ state, progress }) => state === 'running' && progress.current !== undefined,
    );
    for (const id of ids.slice(1))
      await when(world.runner, id, (job) => 'place' in job && job.place !== undefined);
    return {
      ids,
      order,
      free: () => {
        isFree = true;
        world.runner.wake({ anew: true });
      },
    };
  }

  it('lets one at a time move, in the order that the user puts them in', async () => {
    const { ids, order, free } = await queued('one', 'two', 'three', 'four');
    const [, two = '', , four = ''] = ids;
    expect(ids.map((id) => world.runner.get(id).state)).toEqual(['running', 'queued', 'queued', 'queued']);
    world.runner.move(four, two);
    free();
    for (const id of ids) expect(await ended(world.runner, id)).toMatchObject({ state: 'done' });
    // The first gave its turn back when it was begun anew.
    expect(order.filter((name) => name !== 'one')).toEqual(['four', 'two', 'three']);
  });

  it('lets one that waits for its turn be paused, cancelled and resumed, though none is free', async () => {
    const { ids, free } = await queued('one', 'two', 'three');
    const [one = '', two = '', three = ''] = ids;
    world.runner.resumeAll(); // all are at it already
    world.runner.pause(two);
    await when(world.runner, two, ({ state }) => state === 'paused');
    world.runner.cancel(three);
    await when(world.runner, three, ({ state }) => state === 'cancelled');
    const late = await world.start(upload('late/'));
    world.runner.pause(late); // before it has come to the queue
    await when(world.runner, late, ({ state }) => state === 'paused');
    world.runner.resumeAll();
    await when(world.runner, late, ({ state }) => state === 'queued');
    free();
    for (const id of [one, two, late]) expect(await ended(world.runner, id)).toMatchObject({ state: 'done' });
    expect((await keys()).map((key) => dirname(dirname(key)))).toEqual(['late', 'one', 'two']);
  });

  it('P11: moves many small files at once', async () => {
    await make(...Array.from({ length: 60 }, (_, n) => `file ${n}`));
    world.plan = ({ method }) => (method === 'PUT' ? { delayMs: 60 } : undefined);
    const id = await world.start(upload());
    const busy = await when(world.runner, id, (job) => {
      const result = job.kind === 'upload' ? job.result : undefined;
      return (result?.inFlight.length ?? 0) > 12;
    });
    expect(busy.state).toBe('running');
    expect(await ended(world.runner, id)).toMatchObject({ state: 'done', result: { sent: 60 } });
  });
});

it('a limit of the bandwidth holds back what is under way, and lets go when it is taken away', async () => {
  await writeFile(join(folder, 'file'), Buffer.alloc(4 * MIB));
  world.settings = { ...world.settings, bytesPerSecond: 1024 };
  const id = await world.start(upload());
  const held = await when(world.runner, id, ({ progress }) => progress.bytes.done > 0);
  // One piece passes ahead of its time; the next would have to wait for minutes.
  expect(held.progress.bytes.done).toBeLessThanOrEqual(256 * 1024);
  expect(await keys()).toEqual([]);
  world.settings = { ...world.settings, bytesPerSecond: undefined };
  world.runner.wake();
  expect(await ended(world.runner, id)).toMatchObject({
    state: 'done',
    progress: { bytes: { done: 4 * MIB } },
  });
});

describe('what is given up', () => {
  it.each(['paused', 'failed'])(
    'takes its unfinished upload away on the server, also when it is %s',
    async (state) => {
      await writeFile(join(folder, 'large'), Buffer.alloc(40 * MIB));
      world.plan = ({ query: { partNumber } }) => {
        if (partNumber !== '2') return undefined;
        return state === 'paused'
          ? { stall: 0 }
          : { error: { status: 401, code: 'AuthorizationHeaderMalformed' } };
      };
      const id = await world.start(upload());
      if (state === 'paused') {
        await when(world.runner, id, ({ progress }) => progress.bytes.done > 8 * MIB);
        world.runner.pause(id);
      }
      await when(world.runner, id, (job) => job.state === state);
      expect((await world.storage.listUploadsPage({ bucket })).uploads).toHaveLength(1);
      world.plan = undefined;
      world.runner.cancel(id);
      await when(world.runner, id, (job) => job.state === 'cancelled');
      expect((await world.storage.listUploadsPage({ bucket })).uploads).toEqual([]);
      expect(await keys()).toEqual([]);
    },
  );
});

describe('a journal that is damaged', () => {
  /** A transfer that is half done, and Cooper ended. */
  async function left(): Promise<{ id: string; store: string }> {
    await make('a', 'b', 'c');
    world.settings = { ...world.settings, objectsAtOnce: 1 };
    let puts = 0;
    world.plan = ({ method }) => (method === 'PUT' && ++puts > 2 ? { stall: 0 } : undefined);
    const id = await world.start(upload());
    await when(world.runner, id, ({ progress }) => progress.objects.done === 2);
    await world.runner.close();
    const store = join(dirname(world.folder), 'transfers');
    expect(await readdir(join(store, id))).toContain('log');
    return { id, store };
  }

  it.each(['plan', 'log'])('in its %s is set aside and said so, and Cooper starts', async (file) => {
    const { id, store } = await left();
    const path = join(store, id, file);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"', "'"));
    expect(await world.restart()).toEqual([]);
    const job = world.runner.get(id);
    expect(job).toMatchObject({ state: 'failed', failure: { path: join(store, `${id}.damaged`) } });
    expect(job.state === 'failed' && job.failure.message).toContain('set aside');
    expect(await readFile(join(store, `${id}.damaged`, file), 'utf8')).toContain("'");
    world.runner.dismiss(id);
    expect(await world.restart()).toEqual([]);
    expect(() => world.runner.get(id)).toThrow('no job');
    expect(await readdir(store)).toContain(`${id}.damaged`); // that is for somebody who can read it
  });

  it('in what it is at all is set aside and said so; what a kill has torn at its end is not damage', async () => {
    const { id, store } = await left();
    await appendFile(join(store, id, 'log'), '0000');
    await writeFile(join(store, id, 'transfer.json.new'), '{');
    await mkdir(join(store, 'begun'));
    await writeFile(join(store, 'begun', 'transfer.json.new'), '{');
    expect(await world.restart()).toEqual([]);
    expect(await readdir(store)).not.toContain('begun');
    expect(world.runner.get(id)).toMatchObject({ state: 'paused', progress: { objects: { done: 2 } } });
    await writeFile(join(store, id, 'transfer.json'), '{');
    expect(await world.restart()).toEqual([join(store, `${id}.damaged`)]);
  });
});
