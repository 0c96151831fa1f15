import { formatBytes, formatCount, plural } from '#renderer/ui/format.ts';
import type {
  FetchPreview,
  HeaderRule,
  IfExists,
  SyncInput,
  SyncPreview,
  UploadPreview,
} from '#shared/transfer.ts';

/** What can become of something that has the name already: `there` is what it is called, `new` what comes. */
export function existsChoices(incoming: 'file' | 'object'): { id: IfExists; label: string }[] {
  return [
    { id: 'skip', label: 'Leave it as it is' },
    { id: 'replace', label: 'Replace it' },
    { id: 'keep-both', label: 'Keep both: the new one gets a number' },
    { id: 'if-newer', label: `Replace it if the ${incoming} is newer` },
    { id: 'if-different', label: 'Replace it if they differ' },
  ];
}

/** What the button of a transfer says, and whether there is anything to do. */
export interface Deed {
  label: string;
  isNothing: boolean;
}

/** While it counts, the button says that it need not be waited for. */
const WITHOUT_WAITING: Deed = { label: 'Start without waiting', isNothing: false };

/** "Upload 1,204 files, 3.1 GB"; with some that are left as they are, "Upload 1,192 of 1,204 files". */
export function uploadDeed(seen: UploadPreview | undefined, ifExists: IfExists): Deed {
  if (seen?.isFinal !== true) return WITHOUT_WAITING;
  const { files, folders, bytes, exists } = seen;
  return deedOf('Upload', { count: files, one: 'file', more: folders, bytes, there: exists.count, ifExists });
}

/** "Download 1,204 objects, 3.1 GB". */
export function fetchDeed(seen: FetchPreview | undefined, ifExists: IfExists): Deed {
  if (seen?.isFinal !== true) return WITHOUT_WAITING;
  const { objects, bytes, exists } = seen;
  return deedOf('Download', {
    count: objects,
    one: 'object',
    more: 0,
    bytes,
    there: exists.count,
    ifExists,
  });
}

interface DeedParts {
  count: number;
  one: string;
  /** Empty folders beside them. */
  more: number;
  bytes: number;
  there: number;
  ifExists: IfExists;
}

function deedOf(verb: string, { count, one, more, bytes, there, ifExists }: DeedParts): Deed {
  const left = ifExists === 'skip' ? there : 0;
  if (count + more - left <= 0) return { label: `Nothing to ${verb.toLowerCase()}`, isNothing: true };
  if (left > 0)
    return {
      label: `${verb} ${formatCount(count + more - left)} of ${plural(count + more, more > 0 ? 'item' : one)}`,
      isNothing: false,
    };
  if (count === 0) return { label: `${verb} ${plural(more, 'empty folder')}`, isNothing: false };
  const folders = more === 0 ? '' : ` and ${plural(more, 'empty folder')}`;
  return { label: `${verb} ${plural(count, one)}${folders}, ${formatBytes(bytes)}`, isNothing: false };
}

/** "Send 12, replace 3, delete 2"; deleting is named wherever it is done. */
export function syncDeed(
  seen: SyncPreview['totals'] | undefined,
  isFinal: boolean,
  hasDeletes: boolean,
): Deed {
  if (seen === undefined || !isFinal)
    return hasDeletes
      ? { label: 'Counting what would be deleted…', isNothing: true }
      : { label: 'Sync without waiting', isNothing: false };
  const parts = [
    ...(seen.send > 0 ? [`send ${formatCount(seen.send)}`] : []),
    ...(seen.replace > 0 ? [`replace ${formatCount(seen.replace)}`] : []),
    ...(seen.delete > 0 ? [`delete ${formatCount(seen.delete)}`] : []),
  ];
  if (parts.length === 0) return { label: 'Nothing to do: both are the same', isNothing: true };
  const text = parts.join(', ');
  return { label: text.charAt(0).toUpperCase() + text.slice(1), isNothing: false };
}

/** What a sync makes of what, in one sentence. */
export function syncText({ direction, deletes }: Pick<SyncInput, 'direction' | 'deletes'>): string {
  const [from, to] = direction === 'up' ? ['folder', 'bucket'] : ['bucket', 'folder'];
  return deletes
    ? `What the ${from} does not have is deleted in the ${to}.`
    : `What only the ${to} has stays there.`;
}

/** One line of the form for header rules: a pattern, a header and its value. */
export interface RuleRow {
  pattern: string;
  header: RuleHeader;
  value: string;
}
export const ruleHeaders = [
  { id: 'contentType', label: 'Content type' },
  { id: 'cacheControl', label: 'Cache control' },
  { id: 'contentDisposition', label: 'Content disposition' },
  { id: 'contentEncoding', label: 'Content encoding' },
] as const;
export type RuleHeader = (typeof ruleHeaders)[number]['id'];

/** The rules that the rows say; rows that are empty say none. For each header the first rule that fits counts. */
export function rulesOf(rows: readonly RuleRow[]): HeaderRule[] {
  return rows
    .filter(({ pattern, value }) => pattern.trim() !== '' && value.trim() !== '')
    .map(({ pattern, header, value }) => ({ pattern: pattern.trim(), [header]: value.trim() }));
}

/** What is wrong with the rows, in words: a half that is filled in. */
export function ruleProblem(rows: readonly RuleRow[]): string | undefined {
  const half = rows.find(({ pattern, value }) => (pattern.trim() === '') !== (value.trim() === ''));
  if (half === undefined) return undefined;
  return half.pattern.trim() === ''
    ? 'Say which names the rule is for, such as *.tif, or take it away.'
    : `Say which value “${half.pattern.trim()}” gets, or take the rule away.`;
}

/** What is wrong with a folder of a bucket that something is to go to, in words. */
export function prefixProblem(prefix: string): string | undefined {
  if (prefix.startsWith('/') || prefix.includes('//'))
    return 'Leave out empty names: a folder’s path is such as scans/2024/.';
  return undefined;
}

/** A folder as it is typed, with the slash that it ends in. */
export const asFolder = (text: string): string => (text === '' || text.endsWith('/') ? text : `${text}/`);

/** The last part of a path of this computer, on any system. */
export function fileName(path: string): string {
  const end = /[\\/]$/u.test(path) ? path.length - 1 : path.length;
  const cut = path.slice(0, end);
  return cut.slice(Math.max(cut.lastIndexOf('/'), cut.lastIndexOf('\\')) + 1) || path;
}

/** What is to be uploaded, in words: its name, or how many items. */
export function pathsText(paths: readonly string[]): string {
  const [only = ''] = paths;
  return paths.length === 1 ? fileName(only) : plural(paths.length, 'item');
}
