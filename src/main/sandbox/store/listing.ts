import { versionsAfter, versionsBefore } from './bucket-store.ts';
import { versionsOf } from './bucket-state.ts';
import { compareKeys, type SortedIndex } from './sorted-index.ts';
import type { Version } from './version.ts';

/** One row of a listing: a version, or the common prefix that stands for all keys that start with it. */
export type Row = { version: Version; isLatest: boolean } | { prefix: string };

export interface Page {
  rows: Row[];
  /** Whether more rows come after these. */
  truncated: boolean;
  /** Where the next page begins, other than after the last row. */
  next?: string;
}

export interface ListRequest {
  prefix: string;
  /** Empty: none. */
  delimiter: string;
  /** Only rows that come after this name: a key, or a common prefix of an earlier page. */
  after: string | undefined;
  /** The most rows; common prefixes count. */
  limit: number;
}

/** A page of current objects, in the order of keys. Keys under a common prefix are skipped, not read. */
export function listObjects(index: SortedIndex<Version>, request: ListRequest): Page {
  return list(index, request, (newest) => (newest.data === undefined ? [] : [newest]));
}

export interface ListVersionsRequest extends ListRequest {
  /** Begin within the versions of the key `after`: behind this one. */
  afterVersion: string | undefined;
  /** Of the versions of one key. */
  order?: 'newest-first' | 'oldest-first';
  /** Whether delete markers are rows too. */
  showsMarkers?: boolean;
}

/** A page of all versions and delete markers: by key, then in the order that is asked for. */
export function listVersions(index: SortedIndex<Version>, request: ListVersionsRequest): Page {
  const { after, afterVersion, limit, prefix, order = 'newest-first', showsMarkers = true } = request;
  const arrange = (newestFirst: Iterable<Version>): Iterable<Version> => {
    if (order === 'newest-first' && showsMarkers) return newestFirst;
    const shown = [...newestFirst].filter((version) => showsMarkers || version.data !== undefined);
    return order === 'newest-first' ? shown : shown.reverse();
  };
  const started = after === undefined || afterVersion === undefined ? undefined : index.get(after);
  const rows: Row[] = [];
  if (started !== undefined && started.key.startsWith(prefix) && rollUp(request, started.key) === undefined) {
    const rest =
      order === 'newest-first'
        ? versionsAfter(started, afterVersion ?? '')
        : versionsBefore(started, afterVersion ?? '');
    for (const version of arrange(rest)) {
      if (rows.length === limit) return { rows, truncated: true };
      rows.push({ version, isLatest: version === started });
    }
  }
  const rest = list(index, { ...request, limit: limit - rows.length }, (newest) =>
    arrange(versionsOf(newest)),
  );
  return { rows: [...rows, ...rest.rows], truncated: rest.truncated };
}

function list(
  index: SortedIndex<Version>,
  request: ListRequest,
  versions: (newest: Version) => Iterable<Version>,
): Page {
  const { prefix, after, limit } = request;
  const rows: Row[] = [];
  const skipped = after === undefined ? undefined : rollUp(request, after);
  const cursor = index.cursor(
    (key) =>
      compareKeys(key, prefix) < 0 ||
      (after !== undefined && compareKeys(key, after) <= 0) ||
      (skipped !== undefined && key.startsWith(skipped)),
  );
  for (let newest = cursor.item; newest?.key.startsWith(prefix); newest = cursor.item) {
    const common = rollUp(request, newest.key);
    let found = false;
    for (const version of versions(newest)) {
      if (rows.length === limit) return { rows, truncated: true };
      rows.push(common === undefined ? { version, isLatest: version === newest } : { prefix: common });
      found = true;
      if (common !== undefined) break;
    }
    if (common !== undefined && found) {
      cursor.seek((key) => compareKeys(key, common) < 0 || key.startsWith(common));
    } else {
      cursor.next();
    }
  }
  return { rows, truncated: false };
}

/** The common prefix that a name belongs to, if it does. */
function rollUp({ prefix, delimiter }: ListRequest, name: string): string | undefined {
  if (delimiter === '' || !name.startsWith(prefix)) return undefined;
  const at = name.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : name.slice(0, at + delimiter.length);
}
