import { afterAll, beforeAll, describe, it } from 'vitest';
import { launchApp, type RunningApp } from '#test/support/app.ts';
import { cephEndpoint, seedBucket, storageOn } from '#test/support/endpoints.ts';
import { connectTo } from '#test/support/window.ts';
import { mainJob } from './tour.ts';

describe('a person with an account on Ceph, in the window', () => {
  const endpoint = cephEndpoint();
  const storage = storageOn(endpoint);
  let app: RunningApp;
  beforeAll(async () => {
    app = await launchApp();
  });
  afterAll(async () => {
    await app.close();
    storage.close();
  });

  it('connects, opens a bucket, counts a folder and exports it as a ZIP with every byte in it', async () => {
    const keys = Array.from({ length: 1200 }, (_, n) => `scans/${1900 + (n % 12)}/page ${n} ä.txt`);
    keys.push('scans/leeg/', 'other/file.txt', 'scans/odd:name?.txt', 'scans/Twin.txt', 'scans/twin.txt');
    const bodyOf = (key: string) => Buffer.from(key.endsWith('/') ? '' : key.repeat(20));
    const bucket = await seedBucket(storage, keys, bodyOf);

    await connectTo(app.page, endpoint, 'Ceph');
    await mainJob(app, { bucket, folder: 'scans/', objects: new Map(keys.map((key) => [key, bodyOf(key)])) });
  });
});
