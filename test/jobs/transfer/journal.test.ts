import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { type ItemKind, Journal } from '#jobs/transfer/journal.ts';
import type { Note } from '#shared/transfer-journal.ts';
import { DamagedError } from '#jobs/transfer/record-file.ts';

const item = z.object({ key: z.string(), size: z.number() });
type Item = z.infer<typeof item>;
const kind: ItemKind<Item> = {
  parser: item,
  identity: ({ key }) => key,
  bytes: ({ size }) => size,
  isRenamed: ({ key }) => key === 'b',
};

const upload: Note = { note: 'upload', uploadId: 'u', key: 'a', partBytes: 8, size: 9, mtimeMs: 1.5 };

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cooper-journal-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const open = (folder = join(root, 'one')) => Journal.open(folder, kind);

async function planned(keys: string[]): Promise<Journal<Item>> {
  const journal = await open();
  for (const key of keys) await journal.add({ key, size: 1 });
  await journal.endPlan();
  return journal;
}

async function keysOf(journal: Journal<Item>): Promise<string[]> {
  const keys: string[] = [];
  for await (const entry of journal.items()) keys.push(entry.item.key);
  return keys;
}

it('knows after a restart what was planned, what is done, and what is half done', async () => {
  const journal = await planned(['a', 'b', 'c', 'd']);
  await journal.settle(0, { state: 'done', bytes: 5, verified: 'md5' });
  await journal.settle(3, { state: 'skipped', bytes: 7 });
  await journal.note(1, upload);
  await journal.note(1, { note: 'part', partNumber: 1, etag: 'e' });
  await journal.note(2, { ...upload, uploadId: 'gone' });
  await journal.forget(2);
  await journal.leaveOut({ path: '/dev/null', reason: 'no file' });
  await journal.close();

  const again = await open();
  expect(again.isPlanned).toBe(true);
  expect(await keysOf(again)).toEqual(['a', 'b', 'c', 'd']);
  expect([0, 1, 2, 3].map((n) => again.stateOf(n))).toEqual(['done', 'open', 'open', 'skipped']);
  expect(again.notesOf(1)).toEqual([upload, { note: 'part', partNumber: 1, etag: 'e' }]);
  expect([0, 2, 3].map((n) => again.notesOf(n).length)).toEqual([0, 0, 0]);
  expect(again.totals).toEqual({
    planned: { items: 4, bytes: 4, renamed: 1 },
    done: 1,
    deleted: 0,
    skipped: 1,
    bytes: 12,
    verified: { md5: 1 },
    leftOut: { count: 1, first: [{ path: '/dev/null', reason: 'no file' }] },
    failures: { count: 0, first: [] },
  });
  await again.close();
});

it('tries again only what failed, from where it was', async () => {
  const journal = await planned(['a', 'b']);
  const failure = {
    kind: 'timeout',
    message: 'm',
    nextStep: 'n',
    retryable: true,
    operation: 'write',
  } as const;
  await journal.note(1, upload);
  await journal.settle(0, { state: 'done', bytes: 1 });
  await journal.settle(1, { state: 'failed', failure });
  expect(journal.totals.failures).toEqual({ count: 1, first: [failure] });
  expect([journal.stateOf(0), journal.stateOf(1)]).toEqual(['done', 'failed']);
  await journal.retryFailed();
  expect([journal.stateOf(0), journal.stateOf(1)]).toEqual(['done', 'open']);
  expect(journal.totals.failures).toEqual({ count: 0, first: [] });
  expect(journal.notesOf(1)).toHaveLength(1);
  await journal.close();
});

it('goes on with a plan that was not whole, and takes nothing twice', async () => {
  const first = await open();
  await first.add({ key: 'a', size: 1 });
  await first.add({ key: 'b', size: 1 });
  await first.close();
  const again = await open();
  expect(again.isPlanned).toBe(false);
  const before = await again.beginPlan();
  expect(['a', 'b', 'c'].map((key) => before.has(key))).toEqual([true, true, false]);
  const items: Item[] = [];
  for await (const one of before.items()) items.push(one);
  expect(items.map(({ key }) => key)).toEqual(['a', 'b']);
  for (const key of ['a', 'b', 'c']) await again.add({ key, size: 1 });
  // The network went away once more, and Cooper was not ended.
  await again.beginPlan();
  for (const key of ['a', 'b', 'c']) await again.add({ key, size: 1 });
  expect(again.totals.planned.items).toBe(3);
  await again.endPlan();
  expect(await keysOf(again)).toEqual(['a', 'b', 'c']);
  await again.close();
});

it('survives a kill at any byte: what it was told before stays, and nothing else is there', async () => {
  const journal = await planned(['a', 'b', 'c']);
  for (const n of [0, 1, 2]) await journal.settle(n, { state: 'done', bytes: n });
  await journal.close();
  const whole = {
    plan: await readFile(join(root, 'one', 'plan')),
    log: await readFile(join(root, 'one', 'log')),
  };
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.plan.length), fc.nat(whole.log.length), async (planBytes, logBytes) => {
      const folder = join(root, `cut-${planBytes}-${logBytes}`);
      await (await open(folder)).close();
      await writeFile(join(folder, 'plan'), whole.plan.subarray(0, planBytes));
      await writeFile(join(folder, 'log'), whole.log.subarray(0, logBytes));
      const cut = await open(folder);
      const lines = (bytes: Buffer) => bytes.toString().split('\n').length - 1;
      const items = Math.min(3, lines(whole.plan.subarray(0, planBytes)));
      expect(cut.totals.planned.items).toBe(items);
      expect(cut.isPlanned).toBe(lines(whole.plan.subarray(0, planBytes)) === 4);
      expect(cut.totals.done).toBe(lines(whole.log.subarray(0, logBytes)));
      // What comes after a torn line is whole again.
      await cut.settle(1, { state: 'skipped', bytes: 0 });
      await cut.close();
      const after = await open(folder);
      expect(after.stateOf(1)).toBe('skipped');
      await after.close();
    }),
    { numRuns: 60 },
  );
});

it('can be read while it is being written, to its end', async () => {
  const journal = await open();
  const planning = (async () => {
    for (let n = 0; n < 3000; n++) await journal.add({ key: `k${n}`, size: n });
    await journal.endPlan();
  })();
  const numbers: number[] = [];
  for await (const { n, item: each } of journal.follow(planning)) {
    expect(each).toEqual({ key: `k${n}`, size: n });
    numbers.push(n);
  }
  expect(numbers).toEqual([...Array(3000).keys()]);
  await planning;
  await journal.close();
});

it.each([
  [
    'a changed byte',
    (path: string) => writeFile(path, Buffer.from('00000000 {"item":{"key":"a","size":1}}\n')),
  ],
  ['a line of another kind', async (path: string) => appendFile(path.replace(/plan$/u, 'log'), 'hello\n')],
  [
    'an item of another form',
    async (path: string) => {
      const { crc32 } = await import('node:zlib');
      const json = '{"item":{"name":"a"}}';
      await writeFile(path, `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`);
    },
  ],
])('says so when its files are damaged by %s', async (_, damage) => {
  await (await planned(['a'])).close();
  await damage(join(root, 'one', 'plan'));
  await expect(open()).rejects.toThrow(DamagedError);
});

it('keeps nothing that is added after it was closed, and says so', async () => {
  const journal = await open();
  await journal.close();
  await expect(journal.add({ key: 'a', size: 1 })).rejects.toMatchObject({ kind: 'disk-error' });
});
