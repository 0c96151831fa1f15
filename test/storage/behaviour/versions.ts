import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileKeys } from '#test/support/hostile-keys.ts';
import { sortByBytes } from './model.ts';
import { collectVersions, type Subject, textOf, versionedBucket, writeText } from './subject.ts';

const summary = ({
  key,
  versionId,
  kind,
  isLatest,
}: Record<'key' | 'versionId' | 'kind' | 'isLatest', unknown>) => ({
  key,
  versionId,
  kind,
  isLatest,
});

export function versionBehaviour({ storage, has }: Subject): void {
  describe('versions', () => {
    test('all of a key are listed, each with its bytes, and the latest is told', async () => {
      const bucket = await versionedBucket(storage());
      const ref = { bucket, key: 'dir/doc' };
      const ids: string[] = [];
      for (const text of ['1', '22', '333']) ids.push(await writeText(storage(), ref, text));
      expect(new Set(ids).size).toBe(3);
      const { versions } = await collectVersions(storage(), { bucket });
      const files = versions.filter(({ key }) => key === ref.key);
      expect(files.map(({ versionId }) => versionId).toSorted()).toEqual(ids.toSorted());
      expect(files.filter(({ isLatest }) => isLatest).map(({ versionId }) => versionId)).toEqual([ids[2]]);
      for (const version of files) {
        expect(version).toMatchObject({ kind: 'version', size: ids.indexOf(version.versionId) + 1 });
        expect(Math.abs(Date.now() - version.modifiedAt.getTime())).toBeLessThan(120_000);
        const stat = await storage().stat({ ...ref, versionId: version.versionId });
        expect(stat).toMatchObject({ size: version.size, etag: version.etag });
      }
      expect(await textOf(storage(), { ...ref, versionId: ids[0] })).toBe('1');
      expect(await textOf(storage(), ref)).toBe('333');
    });

    test('a delete hides the key and keeps what was there', async () => {
      const bucket = await versionedBucket(storage());
      const ref = { bucket, key: 'doc' };
      const kept = await writeText(storage(), ref, 'kept');
      const deleted = await storage().delete(ref);
      expect(deleted.madeMarker).toBe(has.deleteMarkers);
      await expect(storage().stat(ref)).rejects.toMatchObject({ kind: 'not-found' });
      expect((await storage().listPage({ bucket })).objects).toEqual([]);
      const { versions } = await collectVersions(storage(), { bucket });
      if (!has.deleteMarkers) expect(versions.map(({ versionId }) => versionId)).toEqual([kept]);
      else {
        expect(versions.map(summary)).toEqual(
          expect.arrayContaining([
            { key: 'doc', versionId: deleted.versionId, kind: 'delete-marker', isLatest: true },
            { key: 'doc', versionId: kept, kind: 'version', isLatest: false },
          ]),
        );
        expect(versions).toHaveLength(2);
      }
      expect(await textOf(storage(), { ...ref, versionId: kept })).toBe('kept');
    });

    test.skipIf(!has.deleteMarkers)(
      'P17: deleting a delete marker by its version makes no other, and the object is back',
      async () => {
        const bucket = await versionedBucket(storage());
        const ref = { bucket, key: 'folder/' };
        const kept = await writeText(storage(), ref, '');
        const { versionId } = await storage().delete(ref);
        expect(await storage().delete({ ...ref, versionId })).toMatchObject({ madeMarker: false });
        const { versions } = await collectVersions(storage(), { bucket });
        expect(versions.map(summary)).toEqual([
          { key: 'folder/', versionId: kept, kind: 'version', isLatest: true },
        ]);
        expect(await storage().stat(ref)).toMatchObject({ size: 0 });
      },
    );

    test('a version is deleted by its ID, and the one before is the latest then', async () => {
      const bucket = await versionedBucket(storage());
      const ref = { bucket, key: 'doc' };
      const first = await writeText(storage(), ref, 'first');
      const second = await writeText(storage(), ref, 'second');
      expect(await storage().delete({ ...ref, versionId: second })).toMatchObject({ madeMarker: false });
      expect(await textOf(storage(), ref)).toBe('first');
      const { versions } = await collectVersions(storage(), { bucket });
      expect(versions.map(summary)).toEqual([
        { key: 'doc', versionId: first, kind: 'version', isLatest: true },
      ]);
    });

    test('what was written before versioning was on is the version “null”', async () => {
      const bucket = await versionedBucket(storage());
      await storage().writeSetting(bucket, 'versioning', { status: 'suspended' });
      const ref = { bucket, key: 'doc' };
      await writeText(storage(), ref, 'plain');
      const [version] = (await collectVersions(storage(), { bucket })).versions;
      expect(version).toMatchObject({ key: 'doc', isLatest: true, kind: 'version' });
      expect(await textOf(storage(), { ...ref, versionId: version?.versionId })).toBe('plain');
    });

    test('a version that is not there is not found', async () => {
      const bucket = await versionedBucket(storage());
      await writeText(storage(), { bucket, key: 'doc' }, 'x');
      const absent = { bucket, key: 'doc', versionId: '00000000000000000000000000000000' };
      const error: unknown = await storage()
        .stat(absent)
        .catch((reason: unknown) => reason);
      expect(['not-found', 'invalid-input']).toContain((error as { kind: string }).kind);
    });

    test('one level shows folders and versions, and pages of any size give each once', async () => {
      const bucket = await versionedBucket(storage());
      const keys = ['a', 'a/1', 'a/2', 'b', 'c/d/e'];
      for (const key of [...keys, ...keys]) await writeText(storage(), { bucket, key }, key);
      await storage().delete({ bucket, key: 'b' });
      const whole = await collectVersions(storage(), { bucket });
      const files = (versions: typeof whole.versions) => versions.filter(({ key }) => !key.endsWith('/'));
      expect(files(whole.versions)).toHaveLength(has.deleteMarkers ? 11 : 10);
      const pageSizes = fc.constantFrom(1, 2, 3, 5, 1000);
      await fc.assert(
        fc.asyncProperty(pageSizes, fc.constantFrom('', 'a', 'a/', 'c/'), async (maxKeys, prefix) => {
          const { versions } = await collectVersions(storage(), { bucket, prefix, maxKeys });
          expect(versions).toEqual(whole.versions.filter(({ key }) => key.startsWith(prefix)));
        }),
        { numRuns: 12 },
      );
      const level = await collectVersions(storage(), { bucket, delimiter: '/' });
      expect(level.prefixes).toEqual(['a/', 'c/']);
      expect(new Set(files(level.versions).map(({ key }) => key))).toEqual(new Set(['a', 'b']));
    });

    test.skipIf(!has.hostileKeys)(
      'hostile keys come back as they were written, over several pages',
      async () => {
        const bucket = await versionedBucket(storage());
        const keys = hostileKeys(40, 17).filter((key) => !key.includes('\0'));
        for (const key of keys) await writeText(storage(), { bucket, key }, key);
        const { versions, pages } = await collectVersions(storage(), { bucket, maxKeys: 7 });
        expect(pages).toBeGreaterThan(4);
        expect(versions.map(({ key }) => key)).toEqual(sortByBytes(keys));
        for (const { key, versionId } of versions.slice(0, 10)) {
          expect(await textOf(storage(), { bucket, key, versionId })).toBe(key);
        }
      },
    );

    test('a token of another listing is refused by name', async () => {
      const bucket = await versionedBucket(storage());
      const listing = storage().listVersionsPage({ bucket, token: 'not a token' });
      await expect(listing).rejects.toMatchObject({ kind: 'invalid-input', bucket });
    });
  });
}
