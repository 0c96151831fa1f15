import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { thoseThere } from '#jobs/delete/proof.ts';
import { putMany } from '../deletion.ts';
import { startWorld, type World } from '../support.ts';

let world: World;
let bucket: string;
const stored = new Set<string>();
beforeAll(async () => {
  world = await startWorld();
  bucket = await world.bucket({});
  for (let n = 0; n < 1500; n += 2) stored.add(`big/${n}`);
  for (let n = 0; n < 40; n += 2) stored.add(`small/${n}`).add(`small/${n}/deep`);
  for (const key of ['top', 'big/', 'z/🪣', 'z/￿']) stored.add(key);
  await putMany(world.storage, bucket, stored);
});
afterAll(() => world.stop());

it('finds of chosen keys exactly those that are there, be they few in a large folder or many', async () => {
  const name = fc.oneof(
    fc.nat({ max: 1600 }).map((n) => `big/${n}`),
    fc.nat({ max: 45 }).map((n) => `small/${n}`),
    fc.constantFrom('top', 'big/', 'big', 'small/2/deep', 'small/', 'z/🪣', 'z/￿', 'nothing/at/all'),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(name, { minLength: 1, maxLength: 120 }),
      fc.boolean(),
      async (keys, isLarge) => {
        const all = isLarge
          ? [...new Set([...keys, ...Array.from({ length: 700 }, (_, n) => `big/${n}`)])]
          : keys;
        const found: string[] = [];
        const { signal } = new AbortController();
        for await (const { key } of thoseThere(world.storage, { bucket, keys: all }, signal)) found.push(key);
        expect(found.sort()).toEqual(all.filter((key) => stored.has(key)).sort());
      },
    ),
    { numRuns: 25 },
  );
});
