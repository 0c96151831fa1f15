// The demo without a display: the built app in real Electron, driven through its window as a person would: connect to
// the sandbox, open a bucket, count, export. Prints each step with its figures; leaves the ZIP and the pictures in
// demo-output/.
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { launchApp } from '../test/support/app.ts';
import { ended, openBucket, startCount, startZip, trySandbox } from '../test/support/window.ts';
import { fail, projectFolder } from './lib/run.ts';

const BUCKET = 'parish-registers';
const output = join(projectFolder, 'demo-output');
const startedAt = performance.now();
let picture = 0;

function say(step: string): void {
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${step}`);
}

async function drive(): Promise<void> {
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  const userData = await mkdtemp(join(tmpdir(), 'cooper-demo-'));
  const app = await launchApp({ userData, size: { width: 1280, height: 800 } });
  const { page } = app;
  const takePicture = async (name: string) => {
    picture += 1;
    await page.screenshot({ path: join(output, `${picture}-${name}.png`) });
  };
  try {
    await page.getByRole('button', { name: 'Try the sandbox' }).waitFor();
    say('Cooper is open: its first screen.');
    await takePicture('connect');

    await trySandbox(page);
    say('Connected to the embedded sandbox; its sample buckets are there.');
    await takePicture('buckets');

    await openBucket(page, BUCKET);
    say(`Opened the bucket ${BUCKET}.`);
    await takePicture('objects');

    const count = await ended(await startCount(page));
    if (count.mood !== 'done') throw new Error(`The count did not end well: ${count.text}`);
    say(`Counted: ${count.text}.`);
    await takePicture('count');

    const path = join(output, `${BUCKET}.zip`);
    const zip = await ended(await startZip(app, path));
    if (zip.mood !== 'done') throw new Error(`The export did not end well: ${zip.text}`);
    const { size } = await stat(path);
    say(`Exported: ${zip.text}; ${relative(projectFolder, path)} has ${size.toLocaleString('en-US')} bytes.`);
    await takePicture('zip');
    say(`The ZIP and ${picture} pictures are in ${relative(projectFolder, output)}/.`);
  } finally {
    await app.close();
    await rm(userData, { recursive: true, force: true, maxRetries: 5 });
  }
}

await drive().catch(fail);
