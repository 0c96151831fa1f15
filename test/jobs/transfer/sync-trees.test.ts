import { mkdir, mkdtemp, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { previewSync } from '#jobs/transfer/sync/preview.ts';
import { type SyncInput, syncInputSchema } from '#shared/transfer.ts';
import { contentsOf } from '../object-support.ts';
import { startWorld, type World } from '../support.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** Names that sort otherwise by bytes, by UTF-16, with and without their slash, and that some disks take for one. */
const segment = fc.constantFrom('a', 'a.b', 'a-', 'A', 'b', 'ä', '\u{1f600}', '\uffee', 'z z', '~');
const tree = fc
  .dictionary(
    fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
    fc.constantFrom('', '1', '2', 'longer'),
    {
      maxKeys: 8,
    },
  )
  .map((files): Record<string, string> => {
    // No file is a folder too: no disk has that.
    const names = Object.keys(files);
    const isFolder = (name: string) => names.some((other) => other.startsWith(`${name}/`));
    return Object.fromEntries(Object.entries(files).filter(([name]) => !isFolder(name)));
  });

async function makeLocal(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(world.folder, 'tree-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
    await utimes(join(folder, name), new Date(0), new Date(0));
  }
  return folder;
}

async function localOf(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files[path.slice(folder.length + 1)] = await readFile(path, 'utf8');
  }
  return files;
}

const prefixed = (files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`p/${name}`, content]));

async function syncBoth(
  direction: 'up' | 'down',
  files: Record<string, string>,
  objects: Record<string, string>,
  deletes: boolean,
) {
  const neighbours = { p: 'n', 'p-': 'n', 'q/a': 'n' };
  const bucket = await world.bucket({ ...prefixed(objects), ...neighbours });
  const folder = await makeLocal(files);
  const request = {
    kind: 'sync',
    bucket,
    prefix: 'p/',
    folder,
    direction,
    deletes,
    compare: 'content',
  } as const;
  const dry = async (): Promise<Record<string, number>> => {
    const input: SyncInput = syncInputSchema.parse({ ...request, connectionId: 'test' });
    let totals: Record<string, number> = {};
    for await (const step of previewSync(world.storage, input, new AbortController().signal))
      totals = step.totals;
    return totals;
  };
  const said = await dry();
  const job = await world.run(request);
  expect(job).toMatchObject({ state: 'done', progress: { failures: { count: 0 } } });
  expect(job.result).toMatchObject({
    sent: (said['send'] ?? 0) + (said['replace'] ?? 0),
    deleted: said['delete'],
  });
  const after = await contentsOf(world.storage, bucket);
  for (const [key, content] of Object.entries(neighbours)) expect(after[key]).toBe(content);
  const remote = Object.fromEntries(
    Object.entries(after)
      .filter(([key]) => key.startsWith('p/'))
      .map(([key, content]) => [key.slice(2), content]),
  );
  return { local: await localOf(folder), remote, again: await dry() };
}

it('makes the prefix as the folder is with deletes, and takes nothing away without them', async () => {
  await fc.assert(
    fc.asyncProperty(tree, tree, fc.boolean(), async (files, objects, deletes) => {
      const { local, remote, again } = await syncBoth('up', files, objects, deletes);
      expect(local).toEqual(files);
      expect(remote).toEqual(deletes ? files : { ...objects, ...files });
      expect(again).toMatchObject({ send: 0, replace: 0, delete: 0 });
    }),
    { numRuns: 40 },
  );
});

it('makes the folder as the prefix is with deletes, and takes nothing away without them', async () => {
  // Keys that some disks take for one get names of their own: those are in sync.test.ts.
  const apart = tree.map((files) =>
    Object.fromEntries(Object.entries(files).filter(([name]) => !/A/u.test(name))),
  );
  await fc.assert(
    fc.asyncProperty(apart, apart, fc.boolean(), async (files, objects, deletes) => {
      // Without deletes a file in the place of a folder, or the other way, stays in the way.
      const all = deletes ? [] : [...Object.keys(files), ...Object.keys(objects)];
      fc.pre(!all.some((name) => all.some((other) => other.startsWith(`${name}/`))));
      fc.pre(
        !Object.keys(objects).some((name) =>
          Object.keys(files).some((other) => other.startsWith(`${name}/`) || name.startsWith(`${other}/`)),
        ),
      );
      const { local, remote, again } = await syncBoth('down', files, objects, deletes);
      expect(remote).toEqual(objects);
      expect(local).toEqual(deletes ? objects : { ...files, ...objects });
      expect(again).toMatchObject({ send: 0, replace: 0, delete: 0 });
    }),
    { numRuns: 40 },
  );
});
