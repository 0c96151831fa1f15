import { clipboard } from 'electron';
import { logError } from './log.ts';

/** What is in the clipboard only for a while. */
let copied: { text: string; timer: NodeJS.Timeout } | undefined;

/** Puts a text into the clipboard; after the time it goes from there, unless something else has been copied since. */
export async function copyForAWhile(text: string, seconds: number): Promise<void> {
  await clipboard.writeText(text);
  if (copied !== undefined) clearTimeout(copied.timer);
  const timer = setTimeout(() => {
    forgetCopied().catch((error: unknown) => logError('clear the clipboard', error));
  }, seconds * 1000);
  copied = { text, timer };
}

/** The same at once: when Cooper quits. */
export async function forgetCopied(): Promise<void> {
  if (copied === undefined) return;
  const { text, timer } = copied;
  copied = undefined;
  clearTimeout(timer);
  if ((await clipboard.readText()) === text) clipboard.clear();
}
