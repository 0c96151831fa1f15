import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Manifest } from '#jobs/zip/manifest.ts';
import { malformedKey } from '#test/support/hostile-keys.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cooper-manifest-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const head = { bucket: 'bücket', createdAt: new Date('2024-01-01T00:00:00Z') };
const failure = (message: string) => ({
  kind: 'not-found' as const,
  message,
  nextStep: '',
  retryable: false,
  operation: 'read',
});

async function read(
  manifest: Manifest,
): Promise<{ renamed: object[]; failed: object[]; counts: object; bucket: string }> {
  const { bytes, chunks } = manifest.document(head);
  const pieces: Uint8Array[] = [];
  for await (const chunk of chunks) pieces.push(chunk);
  const document = Buffer.concat(pieces);
  expect(document.length).toBe(bytes);
  return JSON.parse(document.toString()) as Awaited<ReturnType<typeof read>>;
}

describe('the manifest in a ZIP', () => {
  it('lists what was renamed and what failed, whatever the keys are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(malformedKey()), fc.array(malformedKey()), async (renamed, failed) => {
        const manifest = new Manifest(join(folder, 'spool'));
        expect(manifest.isEmpty).toBe(true);
        for (const key of renamed) await manifest.addRenamed(key, `name of ${key}`);
        for (const key of failed) await manifest.addFailed(key, failure(`“${key}” is gone.`));
        expect(manifest.isEmpty).toBe(renamed.length + failed.length === 0);
        const document = await read(manifest);
        expect(document).toMatchObject({
          bucket: 'bücket',
          counts: { renamed: renamed.length, failed: failed.length },
        });
        expect(document.renamed).toEqual(renamed.map((key) => ({ key, name: `name of ${key}` })));
        expect(document.failed).toEqual(
          failed.map((key) => ({ key, kind: 'not-found', reason: `“${key}” is gone.` })),
        );
        await manifest.dispose();
      }),
    );
  });

  it('holds a hundred thousand of each, on disk meanwhile, and leaves no file behind', async () => {
    const manifest = new Manifest(join(folder, 'spool'));
    for (let i = 0; i < 100_000; i++) {
      await manifest.addRenamed(`key ${i}`, `name ${i}`);
      await manifest.addFailed(`key ${i}`, failure('gone'));
    }
    expect((await readdir(folder)).length).toBe(2);
    const { renamed, failed } = await read(manifest);
    expect([renamed.length, failed.length]).toEqual([100_000, 100_000]);
    expect(renamed[99_999]).toEqual({ key: 'key 99999', name: 'name 99999' });
    await manifest.dispose();
    expect(await readdir(folder)).toEqual([]);
  });
});
