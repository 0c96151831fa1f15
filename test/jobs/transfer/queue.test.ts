import { expect, test } from 'vitest';
import { TransferQueue } from '#jobs/transfer/queue.ts';

/** Takes turns, and keeps the order in which they began. */
function taking(queue: TransferQueue) {
  const { signal } = new AbortController();
  const begun: string[] = [];
  const take = async (id: string) => {
    const give = await queue.take(id, signal);
    begun.push(id);
    return give;
  };
  return { begun, take };
}

test('those that wait know their places, and are told when the order changes', async () => {
  let told: string[] = [];
  const queue = new TransferQueue(
    () => 1,
    (waiting) => {
      told = waiting;
    },
  );
  const { begun, take } = taking(queue);
  const first = await take('a');
  const later = ['b', 'c', 'd'].map(take);
  const placeOf = (id: string) => queue.placeOf(id) ?? -1;
  expect(placeOf('a')).toBe(-1);
  expect(placeOf('b')).toBeLessThan(placeOf('c'));
  told = [];
  queue.move('d', 'b');
  expect(told.sort()).toEqual(['b', 'c', 'd']);
  expect(['b', 'c', 'd'].sort((x, y) => placeOf(x) - placeOf(y))).toEqual(['d', 'b', 'c']);
  first();
  const give = await Promise.race(later);
  expect(begun).toEqual(['a', 'd']);
  expect(placeOf('d')).toBe(-1);
  give();
  (await later[0])?.();
  (await later[1])?.();
  expect(begun).toEqual(['a', 'd', 'b', 'c']);
});

test('one that entered first begins first, however late it comes, unless it leaves', async () => {
  const queue = new TransferQueue(() => 1);
  const { begun, take } = taking(queue);
  for (const id of ['a', 'b', 'c']) queue.enter(id);
  const c = take('c');
  const a = take('a');
  (await a)();
  expect(begun).toEqual(['a']);
  expect(queue.placeOf('c')).toBe(1);
  queue.leave('c'); // it waits already
  queue.leave('b');
  (await c)();
  expect(begun).toEqual(['a', 'c']);
  expect(queue.order).toEqual([]);
});

test('one that is told to stop before it comes leaves its place', async () => {
  const queue = new TransferQueue(() => 1);
  queue.enter('a');
  queue.enter('b');
  const b = queue.take('b', new AbortController().signal);
  await expect(queue.take('a', AbortSignal.abort(new Error('Stopped.')))).rejects.toThrow('Stopped.');
  (await b)();
  expect(queue.order).toEqual([]);
});
