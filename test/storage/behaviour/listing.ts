import { beforeAll, describe, expect, test } from 'vitest';
import { seedBucket } from '#test/support/endpoints.ts';
import { expectedListing, sortByBytes } from './model.ts';
import { type Subject, collect } from './subject.ts';

export function listingBehaviour({ storage, has }: Subject): void {
  describe('listing', () => {
    const objects = [
      'a.txt',
      'docs/',
      'docs/one.txt',
      'docs/deep/two.txt',
      'docs.txt',
      'z/last.bin',
      'Z',
      'ä',
      'b b',
      'b+b',
    ];
    const folders = has.folderObjects ? ['docs/deep/', 'z/'] : [];
    const tree = [...objects, ...folders];
    let bucket: string;
    beforeAll(async () => {
      bucket = await seedBucket(storage(), objects);
    });

    test('one level shows its objects and its folders', async () => {
      const { prefixes, keys } = await collect(storage(), { bucket, delimiter: '/' });
      expect(prefixes).toEqual(['docs/', 'z/']);
      expect(keys).toEqual(sortByBytes(['Z', 'a.txt', 'b b', 'b+b', 'docs.txt', 'ä']));
    });

    test("a folder's placeholder is one of its objects, not of its folders", async () => {
      const { prefixes, keys } = await collect(storage(), { bucket, prefix: 'docs/', delimiter: '/' });
      expect({ prefixes, keys }).toEqual({ prefixes: ['docs/deep/'], keys: ['docs/', 'docs/one.txt'] });
    });

    test('a prefix that nothing has is an empty page', async () => {
      expect(await collect(storage(), { bucket, prefix: 'nowhere/' })).toEqual({
        pages: 1,
        prefixes: [],
        keys: [],
      });
    });

    test.each([1, 2, 3, 7])('pages of %i give everything once and in order', async (maxKeys) => {
      const flat = await collect(storage(), { bucket, maxKeys });
      expect(flat.keys).toEqual(sortByBytes(tree));
      const level = await collect(storage(), { bucket, maxKeys, delimiter: '/' });
      expect({ prefixes: level.prefixes, keys: level.keys }).toEqual(
        expectedListing(tree, { delimiter: '/' }),
      );
    });

    const after = (startAfter: string) => expectedListing(tree, { startAfter }).keys;
    test('a listing starts after a key, whether or not that is there', async () => {
      expect((await collect(storage(), { bucket, startAfter: 'docs/one.txt' })).keys).toEqual(
        after('docs/one.txt'),
      );
      expect((await collect(storage(), { bucket, startAfter: 'docs/p' })).keys).toEqual(after('docs/p'));
      expect((await collect(storage(), { bucket, startAfter: 'b b' })).keys.at(0)).toBe('b+b');
    });

    test('a listing goes on from where another one stopped', async () => {
      const first = await storage().listPage({ bucket, maxKeys: 4 });
      const rest = await collect(storage(), { bucket, token: first.nextToken });
      expect([...first.objects.map((object) => object.key), ...rest.keys]).toEqual(sortByBytes(tree));
    });

    test('each object comes with its size, its date and the ETag that a stat gives', async () => {
      const page = await storage().listPage({ bucket, prefix: 'docs/one' });
      const stat = await storage().stat({ bucket, key: 'docs/one.txt' });
      expect(page.objects).toHaveLength(1);
      expect(page.objects[0]).toMatchObject({ key: 'docs/one.txt', size: 12, etag: stat.etag });
      expect(stat.etag).toMatch(/^[^"]+$/u);
      expect(Math.abs(Date.now() - (page.objects[0]?.modifiedAt.getTime() ?? 0))).toBeLessThan(120_000);
    });

    test('more than a thousand objects come in several pages, none twice', async () => {
      const keys = Array.from({ length: 1_050 }, (_, i) => `n/${String(i).padStart(5, '0')}`);
      const many = await seedBucket(storage(), keys);
      const listed = await collect(storage(), { bucket: many });
      expect(listed.pages).toBe(2);
      expect(listed.keys).toEqual(has.folderObjects ? ['n/', ...keys] : keys);
    });
  });
}
