import { setTimeout as delay } from 'node:timers/promises';
import { launchApp, type RunningApp } from '#test/support/app.ts';
import { bucketTable, connectTo, objectGrid } from '#test/support/window.ts';
import { memoryAccess, settingsFor } from '../access.ts';
import type { Sample } from '../bench.ts';
import { expectRows, percentile, preparePage, watchFrames } from './probe.ts';
import { watchProcesses } from './processes.ts';

const FOLDER = 'scans/2024/';
/** Each narrows what the one before has found. */
const LETTERS = ['7', '77', '777', '7777'];
const SCROLL_MS = 3_000;

/**
 * Opens a level of `keys` objects in the built app's window and works in it as a person would. Times are in ms:
 * from a key press to the frame that shows what it was for, and from frame to frame.
 *
 * @throws Error when the window does not show what it should
 */
export async function measureWindow(endpoint: string, keys: number): Promise<Sample> {
  const app = await launchApp({ size: { width: 1280, height: 800 } });
  try {
    await preparePage(app.page);
    const access = memoryAccess(endpoint);
    await connectTo(app.page, { settings: settingsFor(access), secretAccessKey: 'bench' }, 'Bench');
    await bucketTable(app.page).getByRole('button', { name: access.bucket, exact: true }).waitFor();
    return await work(app, `${access.bucket}/${FOLDER}`, keys);
  } finally {
    await app.close();
  }
}

async function work(app: RunningApp, place: string, keys: number): Promise<Sample> {
  const { page } = app;
  const processes = await watchProcesses(app.electron);
  const total = keys.toLocaleString('en-US');

  await page.keyboard.press('Control+l');
  await page.getByRole('textbox', { name: 'Path' }).fill(place);
  const opened = await expectRows(page, { grid: place, text: '' });
  const begun = performance.now();
  await page.keyboard.press('Enter');
  const firstRowsMs = await opened();

  await page.getByRole('button', { name: 'Load all' }).click({ timeout: 60_000 });
  const loadingFrames = await watchFrames(page);
  await scroll(app, page.getByText(`${total} items`, { exact: true }).waitFor({ timeout: 300_000 }));
  const seconds = (performance.now() - begun) / 1000;
  const loaded = await processes.loaded();
  const loadingFrameP95Ms = percentile(await loadingFrames(), 0.95);

  const frames = await watchFrames(page);
  await scroll(app, delay(SCROLL_MS));
  const frameP95Ms = percentile(await frames(), 0.95);

  await objectGrid(page).focus();
  await page.keyboard.press('End');
  await page.getByRole('row', { name: `page-${String(keys - 1).padStart(8, '0')}.tif` }).waitFor();

  const filters: number[] = [];
  await page.getByRole('searchbox', { name: 'Filter by name' }).focus();
  for (const text of [...LETTERS, ...LETTERS.toReversed().slice(1)]) {
    const shown = await expectRows(page, { grid: place, text });
    await page.keyboard.press(filters.length < LETTERS.length ? '7' : 'Backspace');
    filters.push(await shown());
    await delay(300);
  }
  await page.keyboard.press('Backspace');
  await page.getByText(`${total} items`, { exact: true }).waitFor();

  const sortMs = await timed(async () => {
    await page.getByRole('columnheader', { name: 'Size' }).getByRole('button').click();
    await page.locator('[aria-sort="ascending"]', { hasText: 'Size' }).waitFor();
    await page.getByText(`${total} items`, { exact: true }).waitFor();
  });
  await objectGrid(page).focus();
  const selectMs = await timed(async () => {
    await page.keyboard.press('Control+a');
    await page.getByText(`${total} selected`).first().waitFor();
  });

  const { rendererMB, rendererPssMB, mainPeakMB, cpuSeconds } = await processes.end();
  return {
    seconds,
    cpuSeconds,
    peakMB: mainPeakMB,
    extra: {
      firstRowsMs,
      frameP95Ms,
      loadingFrameP95Ms,
      filterMs: percentile(filters, 0.5),
      filterMaxMs: Math.max(...filters),
      rendererMB,
      rendererPssMB,
      loopP99Ms: loaded.loopP99Ms,
      sortMs,
      selectMs,
    },
  };
}

async function timed(action: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await action();
  return performance.now() - begun;
}

/** Turns the wheel over the rows, down and sometimes up, until something has come. */
async function scroll({ page }: RunningApp, until: Promise<unknown>): Promise<void> {
  let goesOn = true;
  const ended = until.finally(() => {
    goesOn = false;
  });
  const box = await objectGrid(page).boundingBox();
  await page.mouse.move((box?.x ?? 400) + 200, (box?.y ?? 300) + 200);
  for (let step = 0; goesOn; step += 1) {
    await page.mouse.wheel(0, step % 16 === 15 ? -400 : 240);
    await delay(12);
  }
  await ended;
}
