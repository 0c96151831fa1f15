import { describe, expect, test } from 'vitest';
import { ALL_USERS } from '#shared/bucket-settings.ts';
import { seedBucket } from '#test/support/endpoints.ts';
import { hostileKeys } from '#test/support/hostile-keys.ts';
import { type Subject, versionedBucket, writeText } from './subject.ts';

export function accessBehaviour({ storage, has }: Subject): void {
  describe('access to an object', () => {
    test.skipIf(!has.objectAcl)('is given to everybody, and taken back', async () => {
      const bucket = await seedBucket(storage(), ['a b']);
      const ref = { bucket, key: 'a b' };
      const before = await storage().readObjectAcl(ref);
      expect(before.Grants).toHaveLength(1);
      await storage().writeObjectAcl(ref, { canned: 'public-read' });
      const everybody = { Grantee: { Type: 'Group', URI: ALL_USERS }, Permission: 'READ' };
      expect((await storage().readObjectAcl(ref)).Grants).toContainEqual(everybody);
      await storage().writeObjectAcl(ref, before);
      expect(await storage().readObjectAcl(ref)).toEqual(before);
    });
  });

  describe('tags of an object', () => {
    test('are set, read, replaced and taken away, or the server is said not to have them', async () => {
      const keys = hostileKeys(12, 41).filter((key) => has.hostileKeys && !key.includes('\0'));
      const bucket = await seedBucket(storage(), ['plain', ...keys]);
      if (!has.objectTags) {
        const lacks = { kind: 'not-supported' };
        await expect(storage().readObjectTags({ bucket, key: 'plain' })).rejects.toMatchObject(lacks);
        await expect(storage().writeObjectTags({ bucket, key: 'plain' }, { a: 'b' })).rejects.toMatchObject(
          lacks,
        );
        return;
      }
      for (const key of ['plain', ...keys]) {
        const ref = { bucket, key };
        expect(await storage().readObjectTags(ref)).toEqual({});
        for (const tags of [{ 'a ä': 'b+c', second: '' }, { third: 'é=/' }, {}]) {
          await storage().writeObjectTags(ref, tags);
          expect(await storage().readObjectTags(ref)).toEqual(tags);
        }
      }
    });

    test.skipIf(!has.objectTags)('are of one version', async () => {
      const bucket = await versionedBucket(storage());
      const ref = { bucket, key: 'doc' };
      const first = { ...ref, versionId: await writeText(storage(), ref, 'first') };
      await writeText(storage(), ref, 'second');
      await storage().writeObjectTags(first, { which: 'first' });
      expect(await storage().readObjectTags(first)).toEqual({ which: 'first' });
      expect(await storage().readObjectTags(ref)).toEqual({});
    });
  });
}
