import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FetchPreview } from '#shared/transfer.ts';
import { openWorld, received, type World } from '#test/operations/world.ts';
import { sandboxEndpoint } from '#test/support/endpoints.ts';

let world: World;
let bucket: string;
let folder: string;
let stopEndpoint: () => Promise<void>;
beforeAll(async () => {
  const endpoint = await sandboxEndpoint();
  stopEndpoint = () => endpoint.stop();
  world = await openWorld({
    draft: {
      kind: 's3',
      name: 'Sandbox',
      s3: endpoint.settings,
      secretAccessKey: endpoint.secretAccessKey,
      keepSecret: 'session',
    },
    stop: stopEndpoint,
  });
  bucket = await world.bucket({ keys: ['in/a', 'in/b:c', 'in/d/e', 'out'] });
  folder = await mkdtemp(join(tmpdir(), 'cooper-preview-'));
});
afterAll(async () => {
  await world.stop();
  await stopEndpoint();
  await rm(folder, { recursive: true, force: true });
});

test('before a download to a folder it is said what exists there and which names will differ; nothing is changed', async () => {
  await mkdir(join(folder, 'd'));
  await writeFile(join(folder, 'd', 'e'), 'mine');
  const { api, connectionId } = world;
  const input = { kind: 'fetch', connectionId, bucket, prefix: 'in/', base: 'in/', folder } as const;
  const snapshots = await received<FetchPreview>((handlers) =>
    api.transfers.previewFetch.subscribe(input, handlers),
  );
  expect(snapshots.at(-1)).toEqual({
    objects: 3,
    bytes: 'in/ain/b:cin/d/e'.length,
    exists: { count: 1, first: ['d/e'] },
    renamed: { count: 1, first: [{ key: 'in/b:c', path: 'b_c' }] },
    isFinal: true,
  });
  expect(snapshots.filter(({ isFinal }) => isFinal)).toHaveLength(1);
  expect(await readFile(join(folder, 'd', 'e'), 'utf8')).toBe('mine');
});

test('a folder that cannot be one is refused in words', async () => {
  const { api, connectionId } = world;
  const input = { kind: 'fetch', connectionId, bucket, prefix: 'in/', base: 'in/', folder: 'here' } as const;
  const failing = received<FetchPreview>((handlers) => api.transfers.previewFetch.subscribe(input, handlers));
  await expect(failing).rejects.toMatchObject({ data: { failure: { kind: 'invalid-input', path: 'here' } } });
});
