import { bandwidthAt, type TransferSettings } from '#shared/transfer-settings.ts';
import { formatRate } from '#renderer/ui/format.ts';

/** A limit as it is typed: how many, of which unit. */
export interface RateText {
  amount: string;
  unit: 'kB' | 'MB';
}
const unitBytes = { kB: 1000, MB: 1_000_000 } as const;
const LEAST = 1024;

/** A limit as it is shown to be typed over; the larger unit where it comes out even. */
export function rateText(bytesPerSecond: number | undefined): RateText {
  if (bytesPerSecond === undefined) return { amount: '', unit: 'MB' };
  const unit = bytesPerSecond % 100_000 === 0 ? 'MB' : 'kB';
  return { amount: String(bytesPerSecond / unitBytes[unit]), unit };
}

/** Bytes a second, undefined for no limit, or what is wrong in words. */
export function parseRate({ amount, unit }: RateText): { bytes: number | undefined } | { problem: string } {
  const text = amount.trim().replace(',', '.');
  if (text === '') return { bytes: undefined };
  const bytes = Math.round(Number(text) * unitBytes[unit]);
  if (!Number.isFinite(bytes)) return { problem: 'Give a number, or nothing for no limit.' };
  return bytes < LEAST ? { problem: 'A limit is at least 1.1 kB per second.' } : { bytes };
}

/** Minutes after midnight as a clock shows them; 1440 is the end of the day. */
export function clockText(minutes: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
}

/** What a field for a time holds, in minutes; undefined for something else. As an end, 00:00 is the end of the day. */
export function parseClock(text: string, { isEnd = false } = {}): number | undefined {
  const [, hours = '', minutes = ''] = /^(\d{2}):(\d{2})/u.exec(text) ?? [];
  if (hours === '') return undefined;
  const value = Number(hours) * 60 + Number(minutes);
  return isEnd && value === 0 ? 1440 : value;
}

/** A day of the week by its number, as the locale writes it. */
export function dayName(day: number): string {
  // the fourth of January 1970 was a Sunday
  return new Intl.DateTimeFormat(undefined, { weekday: 'short', timeZone: 'UTC' }).format(
    new Date(Date.UTC(1970, 0, 4 + day)),
  );
}

/** The limit that counts now, for the dock: "at most 2.0 MB/s"; nothing without one. */
export function limitText(settings: TransferSettings | undefined, now: Date): string {
  const bytes = settings === undefined ? undefined : bandwidthAt(settings, now);
  return bytes === undefined ? '' : `at most ${formatRate(bytes)}`;
}
