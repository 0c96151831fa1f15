import { formatCount } from '#renderer/ui/format.ts';
import { PRESIGN_MAX_SECONDS, type PresignedLink } from '#shared/objects.ts';

export type LinkMethod = 'get_object' | 'put_object';

/** Lifetimes that are one press away. */
export const lifetimes = [
  { seconds: 15 * 60, label: '15 minutes' },
  { seconds: 3600, label: '1 hour' },
  { seconds: 12 * 3600, label: '12 hours' },
  { seconds: 24 * 3600, label: '1 day' },
  { seconds: PRESIGN_MAX_SECONDS, label: '7 days' },
] as const;

export const lifetimeUnits = [
  { id: 'minutes', label: 'minutes', seconds: 60 },
  { id: 'hours', label: 'hours', seconds: 3600 },
  { id: 'days', label: 'days', seconds: 86_400 },
] as const;
export type LifetimeUnit = (typeof lifetimeUnits)[number]['id'];

/** How long a link is to live, out of what was typed: whole seconds, or what is wrong with it in words. */
export function lifetimeOf(amount: string, unit: LifetimeUnit): { seconds: number } | { problem: string } {
  const number = Number(amount.trim().replace(',', '.'));
  if (amount.trim() === '' || !Number.isFinite(number) || number <= 0)
    return { problem: 'Say for how long, as a number above 0.' };
  const each = lifetimeUnits.find(({ id }) => id === unit)?.seconds ?? 1;
  const seconds = Math.round(number * each);
  if (seconds > PRESIGN_MAX_SECONDS)
    return { problem: 'A link lives for at most 7 days: the signature (version 4) allows no more.' };
  return seconds < 1 ? { problem: 'A link lives for at least a second.' } : { seconds };
}

export const linksText = (links: readonly PresignedLink[]): string => links.map(({ url }) => url).join('\n');
export const curlText = (links: readonly PresignedLink[]): string => links.map(({ curl }) => curl).join('\n');

/** Links as CSV (RFC 4180), with every value in quotes. */
export function linksCsv(links: readonly PresignedLink[], method: LinkMethod): string {
  const rows = links.map(({ key, versionId = '', url, expiresAt, curl }) => [
    key,
    versionId,
    method,
    expiresAt.toISOString(),
    url,
    curl,
  ]);
  return [['key', 'version', 'method', 'expires', 'url', 'curl'], ...rows]
    .map((row) => row.map(csvValue).join(','))
    .join('\r\n');
}

/**
 * A value in quotes. Spreadsheets run what begins like a formula, also in quotes: such a value gets an apostrophe before
 * it, which makes it text (OWASP, "CSV Injection"). So does one that begins with an apostrophe before such a start: the
 * first apostrophe can always be taken off again.
 */
export function csvValue(value: string): string {
  const safe = /^'*\s*[=+\-@\t\r]/u.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** What is said of chosen folders, beside the objects that links are made for. */
export const leftOut = (folders: number): string =>
  folders === 1
    ? 'The selected folder is left out: a link leads to one object.'
    : `${formatCount(folders)} selected folders are left out: a link leads to one object.`;
