import { describe, expect, test } from 'vitest';
import { seedBucket } from '#test/support/endpoints.ts';
import { request } from '#test/support/request.ts';
import { hostileKeys } from '#test/support/hostile-keys.ts';
import { type Subject, textOf, versionedBucket, writeText } from './subject.ts';

/** Whoever opens a link leaves out `.` and `..` in its path (RFC 3986, 5.2.4), encoded or not. */
const isLinkable = (key: string) =>
  !key.includes('\0') && !key.split('/').some((part) => /^(\.|%2e){1,2}$/iu.test(part));

export function linkBehaviour({ storage, endpoint, has }: Subject): void {
  describe('links', () => {
    const minute = { expiresSeconds: 60 };
    const open = (url: string, put?: string) =>
      request(url, {
        caFile: endpoint().settings.caFile,
        address: endpoint().address,
        ...(put !== undefined && { method: 'PUT', body: put }),
      });

    test.skipIf(!has.hostileKeys)('get what they name, whatever its key', async () => {
      const keys = hostileKeys(60, 47).filter(isLinkable);
      const bucket = await seedBucket(storage(), keys);
      for (const key of keys) {
        const url = await storage().presign({ bucket, key, method: 'get_object', ...minute });
        const { status, text } = await open(url);
        expect({ key, status, text }).toEqual({ key, status: 200, text: key });
      }
    });

    test('P5: put what is sent to them, with no checksum of an empty body in them', async () => {
      const bucket = await seedBucket(storage(), []);
      for (const key of ['plain.txt', 'a b+c%20d.txt', 'ü/漢字']) {
        const url = await storage().presign({ bucket, key, method: 'put_object', ...minute });
        expect(url).not.toMatch(/checksum|md5|crc|content-length/iu);
        expect((await open(url, `sent to ${key}`)).status).toBe(200);
        expect(await textOf(storage(), { bucket, key })).toBe(`sent to ${key}`);
      }
    });

    test('get the version that they name', async () => {
      const bucket = await versionedBucket(storage());
      const ref = { bucket, key: 'doc' };
      const versionId = await writeText(storage(), ref, 'first');
      await writeText(storage(), ref, 'second');
      const url = await storage().presign({ ...ref, versionId, method: 'get_object', ...minute });
      expect((await open(url)).text).toBe('first');
    });

    test('are good for what they were made for only', async () => {
      const bucket = await seedBucket(storage(), ['a', 'b']);
      const url = await storage().presign({ bucket, key: 'a', method: 'get_object', ...minute });
      expect((await open(url, 'x')).status).toBe(403);
      expect((await open(url.replace('/a?', '/b?'))).status).toBe(403);
      expect((await open(url)).status).toBe(200);
    });

    test('live for a second to seven days, and get or put', async () => {
      const ref = { bucket: 'b', key: 'k', method: 'get_object' as const };
      expect(await storage().presign({ ...ref, expiresSeconds: 604_800 })).toContain('X-Amz-Expires=604800');
      for (const expiresSeconds of [0, -1, 0.5, Number.NaN, 604_801]) {
        await expect(storage().presign({ ...ref, expiresSeconds })).rejects.toMatchObject({
          kind: 'invalid-input',
        });
      }
      const other = { ...ref, method: 'delete_object' as 'get_object', ...minute };
      await expect(storage().presign(other)).rejects.toThrow('get_object or put_object');
    });
  });
}
