import type { Amount } from '#shared/job.ts';

// Made once: a formatter takes longer to make than a row to draw.
const integers = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const;

/** A whole number with the locale's separators: 1,204. */
export const formatCount = (n: number): string => integers.format(n);

/** A count with its noun: "1 object", "1,204 objects". */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${formatCount(n)} ${n === 1 ? one : many}`;
}

/** Bytes for people, in powers of 1000, three digits at most: "0 bytes", "1.5 kB", "12.4 MB", "340 GB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${formatCount(Math.round(bytes))} ${Math.round(bytes) === 1 ? 'byte' : 'bytes'}`;
  let value = bytes;
  let unit = 0;
  // 999.5 would be shown as 1,000 of the smaller unit
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = value < 99.95 ? 1 : 0;
  return `${(digits === 1 ? tenths : integers).format(value)} ${units[unit] ?? ''}`;
}

/** "12,400,123 bytes". */
export const formatExactBytes = (bytes: number): string => plural(bytes, 'byte');

export const formatRate = (bytesPerSecond: number): string => `${formatBytes(bytesPerSecond)}/s`;

const dateTime = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

/** A time in the user's locale, or a dash when there is none. */
export function formatDate(time: Date | number | undefined): string {
  return time === undefined || Number.isNaN(Number(time)) ? '—' : dateTime.format(time);
}

/** ISO 8601, UTC, or an empty string when there is none. */
export function formatIso(time: Date | number | undefined): string {
  return time === undefined || Number.isNaN(Number(time)) ? '' : new Date(time).toISOString();
}

/** A length of time for people: "8 s", "2 min", "1 h 5 min", "3 d 4 h". */
export function formatDuration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  const minutes = Math.round(s / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** How far an amount has come: "612 of 800", "612 of at least 800" while the total grows, "612" without one. */
export function formatAmount(amount: Amount, format: (n: number) => string): string {
  if (amount.total === undefined) return format(amount.done);
  return `${format(amount.done)} of ${amount.totalIsFinal === true ? '' : 'at least '}${format(amount.total)}`;
}

/** Done as a share of the total, 0 to 1; absent while there is no total. */
export function shareOf(amount: Amount): number | undefined {
  if (amount.total === undefined) return undefined;
  return amount.total === 0 ? 1 : Math.min(1, amount.done / amount.total);
}
