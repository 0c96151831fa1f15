import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { acrossWithin } from '#jobs/transfer/across/across.ts';
import { RateLimit } from '#jobs/transfer/rate-limit.ts';
import type { ItemTask, TransferContext } from '#jobs/transfer/transfer.ts';
import { transferInputSchema } from '#shared/transfer.ts';
import type { Note, TransferItem } from '#shared/transfer-journal.ts';
import { bytesOf } from '../object-support.ts';
import { startWorld, type World } from '../support.ts';

const MIB = 2 ** 20;
let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

it('lets the server copy a large object in parts, and copies no part twice when that was broken off', async () => {
  const across = acrossWithin({ singleBytes: 6 * MIB, partBytes: 5 * MIB });
  const bytes = randomBytes(16 * MIB);
  const bucket = await world.bucket({});
  const to = await world.bucket({});
  const attributes = { contentType: 'text/x-mine', metadata: { who: 'me' } };
  await world.storage.write({ bucket, key: 'k', ...attributes, tags: { t: '1' }, body: bytes });
  const input = transferInputSchema.parse({
    kind: 'transfer',
    connectionId: 'test',
    bucket,
    prefix: '',
    base: '',
    to: { connectionId: 'test', bucket: to, prefix: '' },
  });
  const context: TransferContext = {
    storage: world.storage,
    storageOf: async () => world.storage,
    limits: { objectsAtOnce: () => 1, partsAtOnce: () => 1, rate: new RateLimit(() => undefined) },
  };
  let notes: Note[] = [];
  let count = 0;
  const task = (): ItemTask => ({
    notes: [...notes],
    note: async (note) => void notes.push(note),
    forget: async () => void (notes = []),
    moved: (moved) => void (count += moved),
    retried: () => {},
    signal: new AbortController().signal,
  });
  const before = { async *items() {}, has: () => false };
  const planning = across.plan(input, context, new AbortController().signal, before);
  const items: TransferItem[] = [];
  for await (const found of planning) if ('item' in found) items.push(found.item);
  const [item] = items;
  if (item === undefined) throw new Error('Nothing was planned.');
  world.plan = ({ method, query }) =>
    method === 'PUT' && query['partNumber'] === '3' ? { slowDown: true } : undefined;
  await expect(across.move(input, item, task(), context)).rejects.toMatchObject({ kind: 'throttled' });

  const again: (string | undefined)[] = [];
  world.plan = ({ method, query, key }) => {
    if (method === 'GET' && key === 'k' && query['tagging'] === undefined && query['uploadId'] === undefined)
      throw new Error('It was read.');
    if (method === 'PUT') again.push(query['partNumber']);
    return undefined;
  };
  count = 0;
  expect(await across.move(input, item, task(), context)).toEqual({
    state: 'done',
    bytes: bytes.length,
    verified: 'length',
  });
  world.plan = undefined;
  expect(again).toEqual(['3', '4']);
  expect(count).toBe(bytes.length);
  expect((await bytesOf(world.storage, { bucket: to, key: 'k' })).equals(bytes)).toBe(true);
  expect(await world.storage.stat({ bucket: to, key: 'k' })).toMatchObject(attributes);
  expect(await world.storage.readObjectTags({ bucket: to, key: 'k' })).toEqual({ t: '1' });
});
