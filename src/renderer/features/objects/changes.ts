import { cannedAcls, type CannedAcl, type Tags } from '#shared/bucket-settings.ts';
import { objectChangesSchema, type ObjectChanges, type ObjectStat } from '#shared/objects.ts';

/** The content headers that can be edited, in the order of the form. */
export const headerFields = [
  { id: 'contentType', label: 'Content type', example: 'application/pdf' },
  { id: 'cacheControl', label: 'Cache control', example: 'max-age=3600' },
  { id: 'contentDisposition', label: 'Content disposition', example: 'attachment; filename="report.pdf"' },
  { id: 'contentEncoding', label: 'Content encoding', example: 'gzip' },
  { id: 'contentLanguage', label: 'Content language', example: 'de, en' },
  { id: 'expires', label: 'Expires', example: 'Wed, 21 Oct 2026 07:28:00 GMT' },
] as const;
export type HeaderId = (typeof headerFields)[number]['id'];

export interface Pair {
  name: string;
  value: string;
}

/** What the form holds. With several objects a field counts only where it is ticked; with one, where it differs. */
export interface Draft {
  headers: Record<HeaderId, { on: boolean; value: string }>;
  /** One object: all of its metadata. Several: what is set on each. */
  metadata: Pair[];
  /** Several objects: names that are taken away, with commas between. */
  removedMetadata: string;
  tags: { on: boolean; pairs: Pair[] };
  storageClass: string;
  access: { mode: 'keep' } | { mode: 'canned'; canned: CannedAcl } | { mode: 'grants'; json: string };
}

/** What one object is now; undefined for several. */
export interface Known {
  stat: ObjectStat;
  tags: Tags | undefined;
}

const pairsOf = (record: Record<string, string>): Pair[] =>
  Object.entries(record).map(([name, value]) => ({ name, value }));

/** The form as it opens. */
export function draftOf(known: Known | undefined): Draft {
  const header = (id: HeaderId) => ({ on: false, value: known?.stat[id] ?? '' });
  return {
    headers: {
      contentType: header('contentType'),
      cacheControl: header('cacheControl'),
      contentDisposition: header('contentDisposition'),
      contentEncoding: header('contentEncoding'),
      contentLanguage: header('contentLanguage'),
      expires: header('expires'),
    },
    metadata: pairsOf(known?.stat.metadata ?? {}),
    removedMetadata: '',
    tags: { on: false, pairs: pairsOf(known?.tags ?? {}) },
    storageClass: '',
    access: { mode: 'keep' },
  };
}

/** HTTP's tokens, of which the names of headers are made (RFC 9110, section 5.6.2). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/u;

/** What the form changes, or what is wrong with it in words. No changes at all: `undefined`. */
export function changesOf(
  draft: Draft,
  known: Known | undefined,
): { changes: ObjectChanges | undefined } | { problem: string } {
  const headers = headerChanges(draft, known);
  if ('problem' in headers) return headers;
  const tags = tagChanges(draft, known);
  if ('problem' in tags) return tags;
  const acl = accessChange(draft);
  if ('problem' in acl) return acl;
  const candidate = {
    ...(Object.keys(headers.value).length > 0 && { headers: headers.value }),
    ...(tags.value !== undefined && { tags: tags.value }),
    ...(draft.storageClass !== '' && { storageClass: draft.storageClass }),
    ...(acl.value !== undefined && { acl: acl.value }),
  };
  if (Object.keys(candidate).length === 0) return { changes: undefined };
  const parsed = objectChangesSchema.safeParse(candidate);
  if (parsed.success) return { changes: parsed.data };
  return { problem: parsed.error.issues[0]?.message ?? 'This cannot be sent.' };
}

type Checked<T> = { value: T } | { problem: string };

function headerChanges(
  draft: Draft,
  known: Known | undefined,
): Checked<NonNullable<ObjectChanges['headers']>> {
  const value: NonNullable<ObjectChanges['headers']> = {};
  for (const { id, label } of headerFields) {
    const field = draft.headers[id];
    const before = known?.stat[id] ?? '';
    const isChanged = known === undefined ? field.on : field.value !== before;
    if (!isChanged) continue;
    const text = field.value.trim();
    if (/\p{Cc}/u.test(text)) return { problem: `${label} cannot hold a line break.` };
    if (id === 'expires' && text !== '' && Number.isNaN(Date.parse(text)))
      return { problem: 'Expires is a date, such as Wed, 21 Oct 2026 07:28:00 GMT.' };
    value[id] = text === '' ? null : text;
  }
  const metadata = metadataChanges(draft, known);
  if ('problem' in metadata) return metadata;
  if (Object.keys(metadata.value).length > 0) value.metadata = metadata.value;
  return { value };
}

function metadataChanges(draft: Draft, known: Known | undefined): Checked<Record<string, string | null>> {
  const value: Record<string, string | null> = {};
  const wanted = recordOf(draft.metadata, 'metadata');
  if ('problem' in wanted) return wanted;
  const before = known?.stat.metadata ?? {};
  for (const [typed, text] of Object.entries(wanted.value)) {
    const name = typed.toLowerCase();
    if (!TOKEN.test(name))
      return { problem: `“${typed}” is no name for metadata: use letters, digits and - without spaces.` };
    if (before[name] !== text) value[name] = text;
  }
  const gone =
    known === undefined
      ? draft.removedMetadata.split(',').map((name) => name.trim().toLowerCase())
      : Object.keys(before).filter((name) => !draft.metadata.some((pair) => same(pair.name, name)));
  for (const name of gone) if (name !== '') value[name] ??= null;
  return { value };
}

const same = (a: string, b: string) => a.trim().toLowerCase() === b;

function tagChanges(draft: Draft, known: Known | undefined): Checked<Tags | undefined> {
  const wanted = recordOf(draft.tags.pairs, 'a tag');
  if ('problem' in wanted) return wanted;
  if (known === undefined) return { value: draft.tags.on ? wanted.value : undefined };
  if (known.tags === undefined) return { value: undefined };
  const sorted = (tags: Tags) => JSON.stringify(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { value: sorted(wanted.value) === sorted(known.tags) ? undefined : wanted.value };
}

/** Pairs by name. Rows without anything in them are left out. */
function recordOf(pairs: readonly Pair[], what: string): Checked<Record<string, string>> {
  const value: Record<string, string> = {};
  for (const pair of pairs) {
    const name = pair.name.trim();
    if (name === '' && pair.value === '') continue;
    if (name === '') return { problem: `Give a name to ${what} “${pair.value}”, or take it away.` };
    if (Object.hasOwn(value, name)) return { problem: `“${name}” is there twice.` };
    value[name] = pair.value;
  }
  return { value };
}

function accessChange({ access }: Draft): Checked<unknown> {
  switch (access.mode) {
    case 'keep':
      return { value: undefined };
    case 'canned':
      return { value: { canned: access.canned } };
    case 'grants':
      try {
        return { value: JSON.parse(access.json) };
      } catch (error) {
        return { problem: `The grants are not JSON: ${error instanceof Error ? error.message : ''}` };
      }
  }
}

export const cannedLabels: Record<CannedAcl, string> = {
  private: 'Private: the owner only',
  'public-read': 'Public: everybody can read',
  'public-read-write': 'Public: everybody can read and write',
  'authenticated-read': 'Everybody with an account can read',
  'bucket-owner-read': 'The bucket’s owner can read',
  'bucket-owner-full-control': 'The bucket’s owner has full control',
};
export const cannedOptions = cannedAcls.map((id) => ({ id, label: cannedLabels[id] }));

/** Every change on a line of its own, for a person to look over before it is made. */
export function changeLines({ headers, tags, storageClass, acl }: ObjectChanges): string[] {
  const lines: string[] = [];
  for (const { id, label } of headerFields) {
    const value = headers?.[id];
    if (value !== undefined) lines.push(value === null ? `${label} is taken away` : `${label}: ${value}`);
  }
  for (const [name, value] of Object.entries(headers?.metadata ?? {}))
    lines.push(value === null ? `Metadata “${name}” is taken away` : `Metadata “${name}”: ${value}`);
  if (tags !== undefined) {
    const pairs = Object.entries(tags).map(([name, value]) => `${name}=${value}`);
    lines.push(
      pairs.length === 0 ? 'All tags are taken away' : `Tags, in place of all before: ${pairs.join(', ')}`,
    );
  }
  if (storageClass !== undefined) lines.push(`Storage class: ${storageClass}`);
  if (acl !== undefined)
    lines.push(
      'canned' in acl ? `Access: ${cannedLabels[acl.canned]}` : `Access: ${acl.Grants.length} grants`,
    );
  return lines;
}
