import { afterEach, describe, expect, it } from 'vitest';
import { sampleBuckets } from '#sandbox/samples.ts';
import { launchApp, type RunningApp } from '#test/support/app.ts';
import { openBucket, trySandbox } from '#test/support/window.ts';
import { mainJob } from './tour.ts';

describe('a newcomer, in the window', () => {
  let app: RunningApp;
  afterEach(() => app.close());

  it('tries the sandbox, counts a bucket and exports it as a ZIP with every byte in it', async () => {
    app = await launchApp();
    await trySandbox(app.page);
    await mainJob(app, { bucket: 'parish-registers', folder: '', objects: samplesOf('parish-registers') });
  });

  it('finds the sandbox and its buckets again at the next start', async () => {
    app = await launchApp();
    await trySandbox(app.page);
    const { userData } = app;
    await app.electron.close();
    app = { ...app, ...(await launchApp({ userData })) };
    await openBucket(app.page, 'photographs');
    expect(app.pageErrors).toEqual([]);
  });
});

function samplesOf(bucket: string): Map<string, Uint8Array> {
  for (const { name, objects } of sampleBuckets()) {
    if (name === bucket) return new Map([...objects].map(({ key, body }) => [key, body]));
  }
  throw new Error(`There is no sample bucket ${bucket}.`);
}
