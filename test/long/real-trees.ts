// Real trees in a real Ceph: this project's node_modules and /usr/share/doc are put there by rclone, counted and
// exported through the window, unpacked, and compared file by file. Takes about five minutes: npm run long -- real-trees
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchApp, peakMainMemory } from '#test/support/app.ts';
import { startCeph, stopCeph } from '#test/support/ceph.ts';
import { localSettings } from '#test/support/endpoints.ts';
import { connectTo, ended, openBucket, startCount, startZip } from '#test/support/window.ts';
import { readManifest } from '#test/support/zip-compare.ts';
import { complaintsAbout } from '#test/support/zip-readers.ts';
import { installCeph } from '../../scripts/lib/ceph-packages.ts';
import { projectFolder } from '../../scripts/lib/run.ts';
import { filesBelow, must, program, say } from './report.ts';

const TREES = { 'node-modules': join(projectFolder, 'node_modules'), 'usr-share-doc': '/usr/share/doc' };

installCeph(say);
const work = await mkdtemp(join(tmpdir(), 'cooper-trees-'));
const ceph = await startCeph(join(work, 'ceph'));
const rcloneEnv = {
  AWS_CA_BUNDLE: undefined, // Debian's rclone does not start with it
  RCLONE_CONFIG_CEPH_TYPE: 's3',
  RCLONE_CONFIG_CEPH_PROVIDER: 'Ceph',
  RCLONE_CONFIG_CEPH_ENDPOINT: ceph.S3_ENDPOINT,
  RCLONE_CONFIG_CEPH_ACCESS_KEY_ID: ceph.S3_ACCESS_KEY,
  RCLONE_CONFIG_CEPH_SECRET_ACCESS_KEY: ceph.S3_SECRET_KEY,
};
const rclone = (...args: string[]) => program('rclone', args, rcloneEnv);

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

const app = await launchApp();
try {
  for (const [bucket, tree] of Object.entries(TREES)) {
    rclone('mkdir', `ceph:${bucket}`);
    rclone('copy', '--transfers', '16', '--checkers', '16', '--skip-links', tree, `ceph:${bucket}`);
    say(`${tree} is in Ceph.`);
  }
  const endpoint = {
    settings: localSettings(ceph.S3_ENDPOINT, { region: ceph.S3_REGION, accessKeyId: ceph.S3_ACCESS_KEY }),
    secretAccessKey: ceph.S3_SECRET_KEY,
  };
  await connectTo(app.page, endpoint, 'Ceph');
  for (const [bucket, tree] of Object.entries(TREES)) {
    await app.page.getByRole('button', { name: 'Ceph', exact: true }).first().click();
    await openBucket(app.page, bucket);
    const count = await startCount(app.page);
    const counted = await ended(count, 300_000);
    const size = JSON.parse(rclone('size', '--json', `ceph:${bucket}`)) as { count: number; bytes: number };
    say(`${bucket}: Cooper says ${counted.text}; rclone says ${size.count} objects, ${size.bytes} bytes.`);
    must(
      counted.text.startsWith(`${size.count.toLocaleString('en-US')} files`),
      'The number of files differs.',
    );
    const exact = count.locator(`[title*="${size.bytes.toLocaleString('en-US')}"]`);
    must((await exact.count()) > 0, 'The bytes differ.');

    const path = join(work, `${bucket}.zip`);
    const zip = await ended(await startZip(app, path), 600_000);
    say(`${bucket}: ${zip.text}`);
    must(zip.mood === 'done', 'The export did not end well.');
    const complaints = await complaintsAbout(path);
    must(Object.keys(complaints).length === 0, `The ZIP is not whole: ${JSON.stringify(complaints)}`);
    const unpacked = join(work, bucket);
    await mkdir(unpacked);
    program('unzip', ['-qq', '-d', unpacked, path]);
    const manifest = await readManifest(path);
    const nameOf = new Map(manifest?.renamed.map(({ key, name }) => [key, name]));

    const expected = await filesBelow(tree);
    const found = await filesBelow(unpacked);
    if (manifest !== undefined) found.delete(manifest.name);
    must(found.size === expected.size, `${found.size} files were unpacked of ${expected.size}.`);
    for (const file of expected.keys()) {
      const name = nameOf.get(file) ?? file;
      must(found.has(name), `${file} is not in the ZIP.`);
      must((await sha256(join(unpacked, name))) === (await sha256(join(tree, file))), `${file} differs.`);
    }
    say(`${bucket}: ${expected.size} files unpacked, ${nameOf.size} under another name, all equal.`);
    await rm(unpacked, { recursive: true });
  }
  say(`Peak memory of the main process: ${(await peakMainMemory(app.electron)).toFixed(0)} MiB.`);
} finally {
  await app.close();
  await stopCeph(join(work, 'ceph'));
  await rm(work, { recursive: true });
}
