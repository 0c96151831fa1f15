import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Locator } from 'playwright';
import type { Storage } from '#storage/storage.ts';
import type { RunningApp } from './app.ts';

/** Writes files below a folder; `files` are their names with `/` and their bytes. */
export async function writeFiles(folder: string, files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [name, body] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, body);
  }
}

/** The native dialog that opens files or folders answers with these. */
export async function answerPaths({ electron }: RunningApp, paths: string[]): Promise<void> {
  await electron.evaluate(({ dialog }, answer) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: answer.length === 0, filePaths: answer });
  }, paths);
}

/**
 * Drags files and folders of this computer over the window, as the system does: the page is given real files, which have
 * paths. `drop` lets go, `cancel` gives the drag up, of which the page hears nothing.
 */
export async function dragFiles({ page }: RunningApp, paths: string[], target: Locator) {
  const session = await page.context().newCDPSession(page);
  const box = await target.boundingBox();
  if (box === null) throw new Error('There is nothing to drag over.');
  const at = { x: box.x + Math.min(box.width / 2, 80), y: box.y + Math.min(box.height / 2, 300) };
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  const send = (type: 'dragEnter' | 'dragOver' | 'drop' | 'dragCancel') =>
    session.send('Input.dispatchDragEvent', { type, ...at, data });
  await send('dragEnter');
  await send('dragOver');
  await send('dragOver');
  return {
    /** A drag that rests says that it is there, as the system has it. */
    rest: () => send('dragOver'),
    drop: async () => {
      await send('drop');
      await session.detach();
    },
    cancel: async () => {
      await send('dragCancel');
      await session.detach();
    },
  };
}

const URI_LIST = 'text/uri-list';

/** The clipboard of Electron 33, on which the tests may run, and the one of later versions. */
interface EitherElectron {
  clipboard: {
    writeBuffer?: (format: string, data: Buffer) => void;
    write: (items: unknown[]) => Promise<void>;
  };
  ClipboardItem: new (items: Record<string, Blob>) => unknown;
}

/** Copies a file as a file manager of Linux does. */
export async function copyOnDesktop({ electron }: RunningApp, path: string): Promise<void> {
  await electron.evaluate(
    async (either, [format, text]) => {
      const { clipboard, ClipboardItem } = either as unknown as EitherElectron;
      if (clipboard.writeBuffer !== undefined) clipboard.writeBuffer(format, Buffer.from(text));
      else {
        const type = `electron application/osclipboard;format="${format}"`;
        await clipboard.write([new ClipboardItem({ [type]: new Blob([text]) })]);
      }
    },
    [URI_LIST, `${pathToFileURL(path).href}\r\n`] as const,
  );
}

/** Every key below a prefix and its bytes. */
export async function objectsBelow(
  storage: Storage,
  bucket: string,
  prefix: string,
): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  let token: string | undefined;
  do {
    const page = await storage.listPage({ bucket, prefix, ...(token !== undefined && { token }) });
    for (const { key } of page.objects) {
      const { body } = await storage.read({ bucket, key });
      const pieces: Buffer[] = [];
      for await (const piece of body) pieces.push(Buffer.from(piece as Uint8Array));
      found.set(key.slice(prefix.length), Buffer.concat(pieces));
    }
    token = page.nextToken;
  } while (token !== undefined);
  return found;
}

/** A file of this computer, as text. */
export const textOf = (path: string): Promise<string> => readFile(path, 'utf8');

/** Waits for the end of a transfer: it may wait for its turn before it runs. Gives how it ended and what its row says. */
export async function transferEnded(
  row: Locator,
  timeout = 120_000,
): Promise<{ mood: string; text: string }> {
  const hasEnded = ['done', 'warn', 'failed', 'cancelled'].map((mood) => `[data-mood="${mood}"]`).join(', ');
  await row.and(row.page().locator(hasEnded)).waitFor({ timeout });
  return {
    mood: (await row.getAttribute('data-mood')) ?? '',
    text: (await row.locator('.job-outcome').textContent()) ?? '',
  };
}

/** Waits until a row stands as it should: "paused", "waiting". */
export const stands = (row: Locator, mood: string, timeout = 30_000): Promise<void> =>
  row.and(row.page().locator(`[data-mood="${mood}"]`)).waitFor({ timeout });
