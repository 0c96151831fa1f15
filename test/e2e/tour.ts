import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RunningApp } from '#test/support/app.ts';
import { differencesFrom } from '#test/support/zip-compare.ts';
import { complaintsAbout } from '#test/support/zip-readers.ts';
import { ended, openBucket, openFolder, startCount, startZip } from '#test/support/window.ts';

export interface TourPlan {
  bucket: string;
  /** The folder to export, `''` for the bucket; one level deep. */
  folder: string;
  /** What was put into the bucket: every key and its bytes. Placeholders end in `/`. */
  objects: ReadonlyMap<string, Uint8Array>;
}

/** Cooper's main job through its window: open a bucket, count, export, and compare every byte with what was put in. */
export async function mainJob(app: RunningApp, { bucket, folder, objects }: TourPlan): Promise<void> {
  const expected = new Map([...objects].filter(([key]) => key.startsWith(folder)));
  const files = [...expected].filter(([key]) => !key.endsWith('/'));

  await openBucket(app.page, bucket);
  if (folder !== '') await openFolder(app.page, folder);

  const count = await startCount(app.page);
  expect((await ended(count)).mood).toBe('done');
  const definition = (name: string) =>
    count.getByRole('term').filter({ hasText: name }).locator('xpath=following-sibling::dd[1]').textContent();
  const bytes = files.reduce((sum, [, body]) => sum + body.length, 0);
  expect(digits(await definition('Files'))).toBe(files.length);
  expect(digits(await definition('Folders'))).toBe(foldersBelow(folder, expected.keys()).size);
  expect(await count.locator(`[title*="${bytes.toLocaleString('en-US')}"]`).count()).toBeGreaterThan(0);

  const target = await mkdtemp(join(tmpdir(), 'cooper-export-'));
  try {
    const path = join(target, 'export.zip');
    const zip = await startZip(app, path);
    expect(await ended(zip)).toMatchObject({ mood: 'done' });
    expect(await complaintsAbout(path)).toEqual({});
    const packed = new Map(files.map(([key, body]) => [key, body]));
    expect(await differencesFrom(path, packed, folder)).toEqual([]);
  } finally {
    await rm(target, { recursive: true });
  }
  expect(app.pageErrors).toEqual([]);
}

const digits = (text: string | null) => Number((text ?? '').replace(/\D/g, ''));

function foldersBelow(folder: string, keys: Iterable<string>): Set<string> {
  const folders = new Set<string>();
  for (const key of keys) {
    for (let at = key.indexOf('/', folder.length); at >= 0; at = key.indexOf('/', at + 1)) {
      folders.add(key.slice(0, at + 1));
    }
  }
  return folders;
}
