import type { SyncPreview, SyncRow } from '#shared/transfer.ts';

/** Rows that the window keeps; the totals count all. */
export const ROWS_KEPT = 200_000;

/** A dry run as far as it has come: rows are added in place, so that a million of them are not copied each time. */
export interface Diff {
  rows: SyncRow[];
  totals: SyncPreview['totals'];
  isFinal: boolean;
}

/** The dry run with what has come since. */
export function withMore(before: Diff | undefined, { rows, totals, isFinal }: SyncPreview): Diff {
  const all = before?.rows ?? [];
  for (const row of rows) {
    if (all.length >= ROWS_KEPT) break;
    all.push(row);
  }
  return { rows: all, totals, isFinal };
}

export type DiffFilter = 'all' | SyncRow['action'];

/** The rows of one kind. */
export const filtered = (rows: readonly SyncRow[], filter: DiffFilter): readonly SyncRow[] =>
  filter === 'all' ? rows : rows.filter(({ action }) => action === filter);
