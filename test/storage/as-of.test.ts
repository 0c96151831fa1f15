import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ListedObject, ListPage } from '#shared/objects.ts';
import { type AsOfInput, listPagesAsOf, statAsOf } from '#storage/as-of.ts';
import { StorageError } from '#storage/errors.ts';
import { versionPages } from '#storage/versions.ts';
import { freshBucketName } from '#test/support/endpoints.ts';
import { type OddServer, startOddServer } from '#test/support/odd-server.ts';

const KEYS = ['a', 'a/', 'a/b', 'a/b/c', 'a/z', 'ab', 'b/x', 'b/y/z', '𝒳/late', '\uffee/later'];

interface Change {
  key: string;
  /** Of a write; a deletion has none. */
  size: number | undefined;
  /** Since the change before: versions have the date of whole seconds. */
  seconds: number;
}
const changeOf: fc.Arbitrary<Change> = fc.record({
  seconds: fc.nat({ max: 2 }),
  key: fc.constantFrom(...KEYS),
  size: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined, freq: 2 }),
});

/** Objects by key, as they are at a moment. */
type State = Map<string, { size: number; versionId: string }>;

interface Moment {
  at: Date;
  state: State;
}

function levelOf(state: State, prefix: string) {
  const inside = [...state].filter(([key]) => key.startsWith(prefix));
  const folderOf = (key: string) => {
    const at = key.indexOf('/', prefix.length);
    return at === -1 ? undefined : key.slice(0, at + 1);
  };
  return {
    folders: new Set(inside.flatMap(([key]) => folderOf(key) ?? [])),
    objects: new Map(inside.filter(([key]) => folderOf(key) === undefined)),
  };
}

const facts = ({ size, versionId = '' }: ListedObject) => ({ size, versionId });

describe.each(['newest-first', 'oldest-first'] as const)(
  'on a server that lists versions %s',
  (versionOrder) => {
    let server: OddServer;
    beforeAll(async () => {
      server = await startOddServer({ behaviour: { versionOrder }, limits: { pageSize: 4 } });
    });
    afterAll(() => server.stop());
    // The server is in this process, so its clock is this one.
    beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
    afterEach(() => void vi.useRealTimers());

    async function pages(input: AsOfInput): Promise<ListPage[]> {
      const found: ListPage[] = [];
      for await (const page of listPagesAsOf(server.storage, input)) found.push(page);
      return found;
    }

    /** Makes a bucket with this history, and tells what it was like at each date that a version has. */
    async function live(steps: readonly Change[]) {
      const { storage } = server;
      const bucket = freshBucketName();
      await storage.createBucket(bucket);
      await storage.writeSetting(bucket, 'versioning', { status: 'enabled' });
      const made: { key: string; size: number | undefined; versionId: string }[] = [];
      for (const { key, size, seconds } of steps) {
        vi.setSystemTime(Date.now() + seconds * 1000);
        const { versionId = '' } =
          size === undefined
            ? await storage.delete({ bucket, key })
            : await storage.write({ bucket, key, body: Buffer.alloc(size) });
        made.push({ key, size, versionId });
      }
      const dates = new Map<string, Date>();
      for await (const { versions } of versionPages(storage, { bucket })) {
        for (const { versionId, modifiedAt } of versions) dates.set(versionId, modifiedAt);
      }
      expect(dates.size).toBe(made.length);
      const dateOf = (versionId: string) => dates.get(versionId)?.getTime() ?? Number.NaN;
      const stateAt = (at: number): State => {
        const state: State = new Map();
        for (const { key, size, versionId } of made) {
          if (dateOf(versionId) > at) continue;
          if (size === undefined) state.delete(key);
          else state.set(key, { size, versionId });
        }
        return state;
      };
      const moments: Moment[] = [...new Set(made.map(({ versionId }) => dateOf(versionId)))].map((at) => ({
        at: new Date(at),
        state: stateAt(at),
      }));
      return { bucket, moments };
    }

    it('a prefix as it was at any moment is what it was, and can be continued from any page', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(changeOf, { minLength: 1, maxLength: 20 }),
          fc.constantFrom('', 'a/', 'b/', 'a'),
          async (steps, prefix) => {
            const { bucket, moments } = await live(steps);
            for (const { at, state } of [moments[0], moments[moments.length >> 1], moments.at(-1)].filter(
              (m) => m !== undefined,
            )) {
              const all = await pages({ bucket, prefix, asOf: at });
              const objects = all.flatMap((page) => page.objects);
              expect(new Map(objects.map((object) => [object.key, facts(object)]))).toEqual(
                new Map([...state].filter(([key]) => key.startsWith(prefix))),
              );
              expect(all.flatMap((page) => page.prefixes)).toEqual([]);

              const level = await pages({ bucket, prefix, delimiter: '/', asOf: at });
              const names = level.map((page) => [...page.prefixes, ...page.objects.map(({ key }) => key)]);
              const expected = levelOf(state, prefix);
              expect(names.flat().length).toBe(expected.folders.size + expected.objects.size);
              expect(new Set(level.flatMap((page) => page.prefixes))).toEqual(expected.folders);
              expect(
                new Map(level.flatMap((page) => page.objects).map((object) => [object.key, facts(object)])),
              ).toEqual(expected.objects);

              for (const [index, { nextToken }] of level.entries()) {
                expect(nextToken === undefined).toBe(index === level.length - 1);
                if (nextToken === undefined) continue;
                const rest = await pages({ bucket, prefix, delimiter: '/', asOf: at, token: nextToken });
                expect(
                  rest.flatMap((page) => [...page.prefixes, ...page.objects.map(({ key }) => key)]).sort(),
                ).toEqual(
                  names
                    .slice(index + 1)
                    .flat()
                    .sort(),
                );
              }
            }
          },
        ),
        { numRuns: 40 },
      );
    });

    it('before there was anything there is nothing, and one object is told of as it was', async () => {
      const { bucket, moments } = await live([{ key: 'a', size: 3, seconds: 0 }, { key: 'b/x', size: 1, seconds: 1 }, { key: 'a', size: undefined, seconds: 1 }]); // prettier-ignore
      expect(await pages({ bucket, delimiter: '/', asOf: new Date(0) })).toEqual([
        { prefixes: [], objects: [] },
      ]);
      const [first] = moments;
      const last = moments.at(-1);
      if (first === undefined || last === undefined) throw new Error('no moments');
      expect(await statAsOf(server.storage, { bucket, key: 'a', asOf: first.at })).toMatchObject({
        size: 3,
      });
      await expect(statAsOf(server.storage, { bucket, key: 'a', asOf: last.at })).rejects.toMatchObject({
        kind: 'not-found',
        message: `Object “a” in bucket “${bucket}” did not exist at ${last.at.toISOString()}.`,
      });
    });

    it('a token of another listing is refused', async () => {
      const { bucket } = await live([{ key: 'a', size: 3, seconds: 0 }]);
      for (const token of ['', 'x', 'bnVsbA', Buffer.from('{"key":1}').toString('base64url'), '%']) {
        await expect(pages({ bucket, asOf: new Date(), token })).rejects.toThrow(StorageError);
      }
    });
  },
);
