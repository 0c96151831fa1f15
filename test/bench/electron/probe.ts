import type { Page } from 'playwright';

/** What the page says of itself, once `installProbe` has put it there. Times are in ms. */
interface Probe {
  /** From the last key or click to the paint after which `isThere` held of what is shown. */
  painted: Promise<number>;
  frames: number[];
  stopFrames: () => void;
}
declare global {
  interface Window {
    benchProbe?: Partial<Probe>;
  }
}

/** What must be seen: rows of the grid whose names all have `text` in them, and with `status` also that in the status bar. */
export interface Expected {
  /** The grid's name ends so. */
  grid: string;
  text: string;
  status?: string;
}

/** Call it once for a page, before the rest. */
export async function preparePage(page: Page): Promise<void> {
  // tsx wraps functions that have a name into a call of this, also those that go to the page.
  await page.evaluate('window.__name = (named) => named');
}

/**
 * Begins to look for rows that are as expected. The answer is how long it took from the next key press, by the time that the
 * event itself has, to the end of the frame that showed them.
 */
export async function expectRows(page: Page, expected: Expected): Promise<() => Promise<number>> {
  await page.evaluate(({ grid, text, status }) => {
    const probe = (window.benchProbe ??= {});
    let begun: number | undefined;
    const isThere = () => {
      const rows = [...document.querySelectorAll(`[role="grid"][aria-label$="${grid}"] .object-row`)];
      const isShown = rows.length > 0 && rows.every((row) => row.ariaLabel?.includes(text));
      return (
        isShown &&
        (status === undefined || document.querySelector('.status-bar')?.textContent.includes(status) === true)
      );
    };
    probe.painted = new Promise((resolve) => {
      const look = () => {
        if (begun === undefined || !isThere()) return;
        observer.disconnect();
        const from = begun;
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.addEventListener('message', () => resolve(performance.now() - from));
          port1.start();
          port2.postMessage(undefined);
        });
      };
      const observer = new MutationObserver(look);
      observer.observe(document.body, {
        subtree: true,
        childList: true,
        attributes: true,
        characterData: true,
      });
      const onKey = ({ timeStamp }: KeyboardEvent) => {
        begun = timeStamp;
      };
      window.addEventListener('keydown', onKey, { capture: true, once: true });
    });
  }, expected);
  return () =>
    page.evaluate(() => window.benchProbe?.painted ?? Promise.reject(new Error('Nothing was expected.')));
}

/** Notes how long each frame takes until it is asked for them. */
export async function watchFrames(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    const probe = (window.benchProbe ??= {});
    const frames: number[] = [];
    let last = performance.now();
    let goesOn = true;
    const next = (time: number) => {
      frames.push(time - last);
      last = time;
      if (goesOn) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
    probe.frames = frames;
    probe.stopFrames = () => {
      goesOn = false;
    };
  });
  return () =>
    page.evaluate(() => {
      window.benchProbe?.stopFrames?.();
      return (window.benchProbe?.frames ?? []).slice(2);
    });
}

/** The value that this share of the numbers lies below. */
export function percentile(numbers: number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
