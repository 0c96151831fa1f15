import { expect, test } from 'vitest';
import { LoopShare } from '#storage/s3/lean/loop-share.ts';

function keepBusy(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test('pieces of work that come together let what waits for the event loop in between', async () => {
  const share = new LoopShare();
  const told: string[] = [];
  const pieces = ['a', 'b', 'c', 'd'];
  const works = pieces.map((name) =>
    share.run(() => {
      told.push(name);
      keepBusy(6);
      return name;
    }),
  );
  let isOver = false;
  const look = () => {
    told.push('loop');
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  expect(await Promise.all(works)).toEqual(pieces);
  isOver = true;
  const places = pieces.map((name) => told.indexOf(name));
  expect(places).toEqual([...places].sort((one, other) => one - other));
  for (const [index, at] of places.entries())
    if (index > 0) expect(told.slice(places[index - 1], at)).toContain('loop');
});

test('short pieces are done at once, and what one throws is thrown', async () => {
  const share = new LoopShare();
  let done = 0;
  const works = [1, 2, 3].map(() => share.run(() => done++));
  expect(done).toBe(3);
  await Promise.all(works);
  const failing = share.run(() => {
    throw new TypeError('this one');
  });
  await expect(failing).rejects.toThrow('this one');
});
