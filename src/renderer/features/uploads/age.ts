import type { Upload } from '#shared/objects.ts';
import { formatDuration } from '#renderer/ui/format.ts';

const DAY_MS = 86_400_000;

/** How long ago an upload was begun, for people; a dash when the server does not say. */
export function ageText({ startedAt }: Upload, now: number): string {
  return startedAt === undefined ? '—' : formatDuration(Math.max(0, now - startedAt.getTime()) / 1000);
}

/** Those that were begun at least so many days ago. One whose beginning is not known is not among them. */
export function olderThan(uploads: readonly Upload[], days: number, now: number): Upload[] {
  return uploads.filter(
    ({ startedAt }) => startedAt !== undefined && now - startedAt.getTime() >= days * DAY_MS,
  );
}

/** A number of days as it was typed; undefined when it is none from 0 to 36500. */
export function readDays(text: string): number | undefined {
  const trimmed = text.trim().replace(',', '.');
  const days = Number(trimmed);
  return trimmed !== '' && days >= 0 && days <= 36_500 ? days : undefined;
}
