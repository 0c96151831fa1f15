import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObjectVersion } from '#shared/objects.ts';
import { newestFirst, versionsByKey, versionsOf } from '#storage/versions.ts';
import { freshBucketName } from '#test/support/endpoints.ts';
import { hostileKeys } from '#test/support/hostile-keys.ts';
import { type OddServer, startOddServer } from '#test/support/odd-server.ts';

const ORDERS = ['newest-first', 'oldest-first'] as const;

describe('the versions of one key', () => {
  it('come newest first, whichever way a server lists them and however coarse its dates are', () => {
    const seconds = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(seconds, fc.boolean(), (steps, isReversed) => {
        let at = 0;
        const history = steps.map((step, index): ObjectVersion => {
          at += step * 1000; // 0: in the same second as the one before
          return {
            key: 'k',
            versionId: `v${String(index)}`,
            kind: index % 3 === 1 ? 'delete-marker' : 'version',
            isLatest: index === steps.length - 1,
            modifiedAt: new Date(at),
            size: index,
          };
        });
        const expected = history.toReversed();
        expect(newestFirst(isReversed ? history : expected)).toEqual(expected);
      }),
    );
  });

  it('come newest first where none is the latest and all are of one second, as Hitachi has it after a deletion', () => {
    const version = (id: number): ObjectVersion => ({
      key: 'k',
      versionId: String(id),
      kind: 'version',
      isLatest: false,
      modifiedAt: new Date(0),
      size: 1,
    });
    const sorted = newestFirst([version(9), version(10), version(100)]);
    expect(sorted.map(({ versionId }) => versionId)).toEqual(['100', '10', '9']);
  });
});

describe.each(ORDERS)('on a server that lists versions %s', (versionOrder) => {
  let server: OddServer;
  let bucket = '';
  beforeAll(async () => {
    server = await startOddServer({ behaviour: { versionOrder }, limits: { pageSize: 3 } });
    bucket = freshBucketName();
    await server.storage.createBucket(bucket);
    await server.storage.writeSetting(bucket, 'versioning', { status: 'enabled' });
  });
  afterAll(() => server.stop());

  it('each key has all its versions and markers, though pages cut them', async () => {
    const { storage } = server;
    const wrote = new Map<string, string[]>();
    const note = (key: string, versionId = '') => wrote.set(key, [versionId, ...(wrote.get(key) ?? [])]);
    for (const [key, times] of [
      ['a', 5],
      ['a/', 1],
      ['a/b', 7],
      ['b', 2],
    ] as const) {
      // prettier-ignore
      for (let i = 0; i < times; i++) {
        note(key, (await storage.write({ bucket, key, body: Buffer.from(String(i)) })).versionId);
        if (i % 2 === 1) note(key, (await storage.delete({ bucket, key })).versionId);
      }
    }
    const found = new Map<string, string[]>();
    for await (const { key, versions } of versionsByKey(storage, { bucket })) {
      expect(found.has(key)).toBe(false);
      found.set(
        key,
        versions.map(({ versionId }) => versionId),
      );
    }
    expect([...found]).toEqual([...wrote]);
    for (const [key, versions] of wrote) {
      const timeline = await versionsOf(storage, { bucket, key });
      expect(timeline.map(({ versionId }) => versionId)).toEqual(versions);
      expect(timeline.findIndex(({ isLatest }) => isLatest)).toBe(0);
    }
  });

  it('the timeline of a key is never that of its neighbours, whatever it is called (P21, P22)', async () => {
    const { storage } = server;
    expect(await versionsOf(storage, { bucket, key: 'a/b/' })).toEqual([]);
    const keys = hostileKeys(40, 7);
    for (const key of keys) await storage.write({ bucket, key, body: Buffer.from(key) });
    for (const key of keys) {
      const timeline = await versionsOf(storage, { bucket, key });
      expect(timeline.map((version) => version.key)).toEqual([key]);
      expect(await versionsOf(storage, { bucket, key: `${key}!` })).toEqual([]);
    }
  });
});
