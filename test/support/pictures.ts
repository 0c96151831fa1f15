import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { resize, type RunningApp } from '#test/support/app.ts';
import { projectFolder } from '../../scripts/lib/run.ts';

const folder = join(projectFolder, 'test-output', 'pictures');
const SIZES = [
  { width: 1280, height: 800 },
  { width: 900, height: 600 },
];

/** What `picture` gives when nothing sticks out. */
export const FITS = SIZES.map(() => 0);

/**
 * Takes a picture of the state that the window is in, at both sizes, light and dark.
 * @param show brings the state into sight at a size that hides it
 * @returns by how many pixels something sticks out sideways, for each size
 */
export async function picture(
  { page, electron }: RunningApp,
  name: string,
  show?: () => Promise<void>,
): Promise<number[]> {
  await mkdir(folder, { recursive: true });
  const overflow: number[] = [];
  for (const size of SIZES) {
    await resize(electron, size);
    await page.waitForFunction((width) => window.innerWidth === width, size.width);
    await show?.();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.screenshot({ path: join(folder, `${name}-${size.width}-${colorScheme}.png`) });
    }
    overflow.push(await sticksOut(page));
  }
  await resize(electron, { width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
  return overflow;
}

/** Of the page, or of a dialog over it. */
const sticksOut = (page: Page) =>
  page.evaluate(() =>
    Math.max(
      ...[
        document.documentElement,
        ...document.querySelectorAll('dialog[open], .form-body, .dialog-body'),
      ].map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth),
    ),
  );
