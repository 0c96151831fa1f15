import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { mapConcurrent } from '#storage/concurrency.ts';
import { seedBucket } from '#test/support/endpoints.ts';
import { hostileKeys } from '#test/support/hostile-keys.ts';
import { expectedListing, sortByBytes } from './model.ts';
import { type Subject, bytesOf, collect } from './subject.ts';

export function hostileKeyBehaviour({ storage, has }: Subject): void {
  describe.skipIf(!has.hostileKeys)('hostile keys', () => {
    // Ceph refuses a NUL; see below.
    const keys = hostileKeys(270).filter((key) => !key.includes('\0'));
    let bucket: string;
    beforeAll(async () => {
      bucket = await seedBucket(storage(), keys);
    });

    test('each is listed as it was written, in the order of its bytes', async () => {
      expect((await collect(storage(), { bucket })).keys).toEqual(sortByBytes(keys));
    });

    test('each can be read back, and is the one that was asked for', async () => {
      const read = mapConcurrent(
        keys,
        async (key) => [
          key,
          (await bytesOf(storage(), bucket, key)).toString(),
          (await storage().stat({ bucket, key })).size,
        ],
        { limit: 16 },
      );
      for await (const [key, content, size] of read) {
        expect(content).toBe(key);
        expect(size).toBe(Buffer.byteLength(String(key)));
      }
    });

    test('any prefix, delimiter and page size gives what is there, once and in order', async () => {
      const prefix = fc.oneof(
        fc.constantFrom('', '/', '../', 'a', 'a/', '%', '+', ' '),
        fc
          .tuple(fc.constantFrom(...keys), fc.nat(40))
          .map(([key, length]) => wellFormed(key.slice(0, length))),
      );
      const query = fc.record({
        prefix,
        delimiter: fc.constantFrom(undefined, '/', '/', 'a', ' '),
        maxKeys: fc.constantFrom(3, 40, 1000),
      });
      await fc.assert(
        fc.asyncProperty(query, async (input) => {
          const { prefixes, keys: listed } = await collect(storage(), { bucket, ...input });
          expect({ prefixes, keys: listed }).toEqual(expectedListing(keys, input));
        }),
        { numRuns: 60 },
      );
    });

    test('any key is one to start after', async () => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...keys), async (startAfter) => {
          const { keys: listed } = await collect(storage(), { bucket, startAfter });
          expect(listed).toEqual(expectedListing(keys, { startAfter }).keys);
        }),
        { numRuns: 30 },
      );
    });
  });

  describe('keys that hardly can be', () => {
    let bucket: string;
    beforeAll(async () => {
      bucket = await seedBucket(storage(), []);
    });

    test('a NUL in a key is stored, or refused by name', async () => {
      const key = 'nul\0nul';
      const written = await storage()
        .write({ bucket, key, body: Buffer.from(key) })
        .catch((error: unknown) => error);
      if (written instanceof Error) expect(written).toMatchObject({ kind: 'invalid-input', bucket, key });
      else expect((await bytesOf(storage(), bucket, key)).toString()).toBe(key);
    });

    test('a key that is not text is refused before anything is sent', async () => {
      for (const key of ['', 'half \ud83e', '\udea3']) {
        await expect(storage().read({ bucket, key })).rejects.toMatchObject({ kind: 'invalid-input' });
        await expect(storage().write({ bucket, key, body: Buffer.from('x') })).rejects.toMatchObject({
          kind: 'invalid-input',
        });
      }
    });
  });
}

/** Without the half of a character that a cut may have left. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '');
}
