import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { transferSettingsSchema } from '#shared/transfer-settings.ts';
import type { Storage } from '#storage/storage.ts';
import { type Endpoint, freshBucketName, sandboxEndpoint, storageOn } from '#test/support/endpoints.ts';
import { type CountingProxy, startCountingProxy } from './counting-proxy.ts';
import { bytesInBucket, bytesInFolder, killRun } from './kill-runs.ts';
import { differences, hashesBelow, hashesOfObjects, type MadeFile, makeFiles, seeded } from './made-files.ts';

const MIB = 2 ** 20;
const KILLS = 5;
const SEED = 20_261_125;
const settings = transferSettingsSchema.parse({ objectsAtOnce: 4, partsAtOnce: 2 });

let endpoint: Endpoint;
let proxy: CountingProxy;
let storage: Storage;
let root: string;
let bucket: string;
let files: MadeFile[];
beforeAll(async () => {
  endpoint = await sandboxEndpoint();
  proxy = await startCountingProxy(endpoint.settings.endpoint);
  storage = storageOn(endpoint);
  root = await mkdtemp(join(tmpdir(), 'cooper-kill-'));
  bucket = freshBucketName();
  await storage.createBucket(bucket);
  const random = seeded(SEED);
  files = Array.from({ length: 12 }, (_, n) => ({
    path: `in/${n % 3}/file ${n}`,
    size: n === 0 ? 0 : n === 1 ? 40 * MIB : Math.floor(random() * 3 * MIB),
  }));
  await makeFiles(root, files);
});
afterAll(async () => {
  storage.close();
  await proxy.close();
  await endpoint.stop();
  await rm(root, { recursive: true, force: true });
});

const common = () => ({
  proxy,
  kills: KILLS,
  totalBytes: files.reduce((sum, { size }) => sum + size, 0),
  random: seeded(SEED + 1),
});
const task = (store: string, request: object) => ({
  endpoint: proxy.endpoint,
  accessKeyId: endpoint.settings.accessKeyId,
  secretAccessKey: endpoint.secretAccessKey,
  store: join(root, store),
  settings,
  request: { connectionId: 'test', bucket, ...request },
});

it('P12: an upload that is killed again and again goes on each time, and every object is its file', async () => {
  const request = { kind: 'upload', prefix: 'kept/', paths: [join(root, 'in')] };
  const result = await killRun({
    ...common(),
    task: task('up', request),
    way: 'up',
    arrived: () => bytesInBucket(storage, bucket),
  });
  expect(result).toMatchObject({ kills: KILLS, damaged: [], ended: { state: 'done' } });
  expect(result.ended.job).toMatchObject({ progress: { objects: { done: 12 }, failures: { count: 0 } } });
  const expected = await hashesBelow(join(root, 'in'));
  expect(differences(expected, await hashesOfObjects(storage, bucket, 'kept/in/'))).toEqual([]);
  expect((await storage.listUploadsPage({ bucket })).uploads).toEqual([]);
});

it('P12: a download that is killed again and again goes on each time, and every file is its object', async () => {
  const out = join(root, 'out');
  await mkdir(out);
  const request = { kind: 'fetch', prefix: 'kept/in/', base: 'kept/in/', folder: out };
  const result = await killRun({
    ...common(),
    task: task('down', request),
    way: 'down',
    arrived: () => bytesInFolder(out),
  });
  expect(result).toMatchObject({ kills: KILLS, damaged: [], ended: { state: 'done' } });
  expect(differences(await hashesOfObjects(storage, bucket, 'kept/in/'), await hashesBelow(out))).toEqual([]);
});
