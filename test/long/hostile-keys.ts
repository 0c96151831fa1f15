// Ten thousand hostile keys, listed and exported through the window, and unpacked: nothing lands outside the folder,
// no two files on one name, every byte is there. Takes about two minutes: npm run long -- hostile-keys [seed]
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchApp, peakMainMemory } from '#test/support/app.ts';
import { sandboxEndpoint, seedBucket, storageOn } from '#test/support/endpoints.ts';
import { hostileKeys } from '#test/support/hostile-keys.ts';
import { connectTo, ended, openBucket, startCount, startZip } from '#test/support/window.ts';
import { readManifest } from '#test/support/zip-compare.ts';
import { complaintsAbout, readZip } from '#test/support/zip-readers.ts';
import { filesBelow, must, program, say } from './report.ts';

const COUNT = 10_000;
const seed = Number(process.argv[2] ?? 1);
const work = await mkdtemp(join(tmpdir(), 'cooper-hostile-'));
const endpoint = await sandboxEndpoint();
const app = await launchApp();
try {
  const keys = hostileKeys(COUNT, seed);
  // Of the keys that look like folders every second one is a placeholder, and the others hold bytes.
  const bodies = new Map(keys.map((key, n) => [key, key.endsWith('/') && n % 2 === 0 ? '' : key]));
  const files = [...bodies].filter(([key, body]) => !key.endsWith('/') || body !== '').map(([key]) => key);
  const storage = storageOn(endpoint);
  const bucket = await seedBucket(storage, keys, (key) => Buffer.from(bodies.get(key) ?? ''));
  storage.close();
  say(`${keys.length} hostile keys are in the sandbox (seed ${seed}).`);

  await connectTo(app.page, endpoint, 'Hostile');
  await openBucket(app.page, bucket);
  const count = await ended(await startCount(app.page));
  say(`Counted: ${count.text}`);
  must(
    count.mood === 'done' && count.text.startsWith(`${files.length.toLocaleString('en-US')} files`),
    'A wrong count.',
  );

  const path = join(work, 'hostile.zip');
  const zip = await ended(await startZip(app, path));
  say(`Exported: ${zip.text}`);
  must(zip.mood === 'done', 'The export did not end well.');
  const complaints = await complaintsAbout(path);
  must(Object.keys(complaints).length === 0, `The ZIP is not whole: ${JSON.stringify(complaints)}`);

  const manifest = await readManifest(path);
  const keyOf = new Map(manifest?.renamed.map(({ key, name }) => [name, key]));
  const names: string[] = [];
  const keyByName = new Map<string, string>();
  const missing = new Set(files);
  for await (const { name, isFolder, bytes } of readZip(path)) {
    if (name === manifest?.name) continue;
    names.push(name);
    const key = keyOf.get(name) ?? name;
    if (isFolder) continue;
    keyByName.set(name.normalize('NFC'), key);
    must(
      bytes.equals(Buffer.from(bodies.get(key) ?? '')),
      `${JSON.stringify(name)} holds ${JSON.stringify(bytes.toString('utf8'))}, not ${JSON.stringify(key)}.`,
    );
    must(missing.delete(key), `${JSON.stringify(key)} is there twice.`);
  }
  must(missing.size === 0, `${missing.size} keys are missing, such as ${JSON.stringify([...missing][0])}.`);
  const folded = new Set(
    names.map((name) => name.replace(/\/$/, '').normalize('NFC').toUpperCase().toLowerCase()),
  );
  must(folded.size === names.length, 'Two names are one without regard to case.');
  say(`${names.length} entries, ${keyOf.size} under another name; every byte is the same.`);

  for (const [reader, args] of [
    ['bsdtar', (folder: string) => ['-xf', path, '-C', folder]],
    ['7z', (folder: string) => ['x', '-bd', '-bso0', `-o${folder}`, path]],
    ['unzip', (folder: string) => ['-qq', '-d', folder, path]],
  ] as const) {
    const jail = join(work, reader);
    await mkdir(join(jail, 'inside'), { recursive: true });
    program(reader, args(join(jail, 'inside')));
    must((await readdir(jail)).length === 1, `${reader} wrote beside the folder.`);
    const unpacked = await filesBelow(join(jail, 'inside'));
    const keysFound = new Set<string>();
    must(unpacked.size === files.length + 1, `${reader} made ${unpacked.size} files of ${files.length + 1}.`);
    for (const name of unpacked.keys()) {
      // libarchive writes names in Unicode's composed form; no two of ours are one in that form.
      const key = keyByName.get(name.normalize('NFC'));
      if (key === undefined) continue;
      const bytes = await readFile(join(jail, 'inside', name));
      must(
        bytes.equals(Buffer.from(bodies.get(key) ?? '')),
        `${reader} made ${JSON.stringify(name)} of something else.`,
      );
      keysFound.add(key);
    }
    must(keysFound.size === files.length, `${reader} unpacked ${keysFound.size} of ${files.length} keys.`);
    say(`${reader} made ${unpacked.size} files, all inside the folder, each with its bytes.`);
  }
  say(`Peak memory of the main process: ${(await peakMainMemory(app.electron)).toFixed(0)} MiB.`);
} finally {
  await app.close();
  await endpoint.stop();
  await rm(work, { recursive: true });
}
