import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ObjectsSurvey } from '#shared/objects.ts';
import { openWorld, received, type World } from '#test/operations/world.ts';
import { sandboxEndpoint } from '#test/support/endpoints.ts';

let world: World;
let bucket: string;

beforeAll(async () => {
  const endpoint = await sandboxEndpoint();
  world = await openWorld({
    draft: {
      kind: 's3',
      name: 'Sandbox',
      s3: endpoint.settings,
      secretAccessKey: endpoint.secretAccessKey,
      keepSecret: 'session',
    },
    stop: () => endpoint.stop(),
  });
  stopEndpoint = () => endpoint.stop();
  bucket = await world.bucket({ versioned: true, keys: ['in/a', 'in/a', 'in/b', 'in/c/d', 'out', 'outer'] });
  for (const key of ['in/b', 'out', 'never there']) await world.storage.delete({ bucket, key });
});
let stopEndpoint: () => Promise<void>;
afterAll(async () => {
  await world.stop();
  await stopEndpoint();
});

async function survey(what: { prefixes?: string[]; keys?: string[] }): Promise<ObjectsSurvey | undefined> {
  const { api, connectionId } = world;
  const snapshots = await received<ObjectsSurvey>((handlers) =>
    api.objects.survey.subscribe({ connectionId, bucket, prefixes: [], keys: [], ...what }, handlers),
  );
  const last = snapshots.at(-1);
  expect(snapshots.filter(({ isFinal }) => isFinal)).toEqual([last]);
  return last;
}

test('counts objects, versions and markers under prefixes, and names what was deleted', async () => {
  expect(await survey({ prefixes: ['in/'] })).toMatchObject({
    objects: 2,
    versions: 4,
    deleteMarkers: 1,
    bytes: 'in/a'.length * 3 + 'in/c/d'.length,
    deleted: { count: 1, first: [{ key: 'in/b' }] },
  });
});

test('counts exactly the chosen keys, not what begins with them', async () => {
  expect(await survey({ keys: ['out', 'in/a'] })).toMatchObject({
    objects: 1,
    versions: 3,
    deleteMarkers: 1,
    deleted: { count: 1, first: [{ key: 'out' }] },
  });
});

test('a marker over nothing has nothing to bring back', async () => {
  expect(await survey({ keys: ['never there'] })).toMatchObject({
    objects: 0,
    versions: 0,
    deleteMarkers: 1,
    deleted: { count: 0, first: [] },
  });
});
