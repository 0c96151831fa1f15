import type { SyncInput, SyncPreview, SyncRow } from '#shared/transfer.ts';
import type { LeftOut } from '#shared/transfer-journal.ts';
import type { Storage } from '#storage/storage.ts';
import { type FirstOf, oneMore } from '../first-of.ts';
import { diff } from './diff.ts';
import { prepareSync } from './sync.ts';

const INTERVAL_MS = 100;

/**
 * What a sync would do, as far as was compared: about every 100 ms the rows that are new, and at the end. Changes nothing.
 * @throws StorageError for what is missing; the signal's reason
 */
export async function* previewSync(
  storage: Storage,
  input: SyncInput,
  signal: AbortSignal,
): AsyncGenerator<SyncPreview, void, undefined> {
  await prepareSync(storage, input, signal);
  const totals = { send: 0, replace: 0, delete: 0, same: 0, bytes: 0 };
  let leftOut: FirstOf<LeftOut> = { count: 0, first: [] };
  let rows: SyncRow[] = [];
  let toldAt = performance.now();
  for await (const event of diff(storage, input, signal)) {
    if ('same' in event) totals.same++;
    else if ('leftOut' in event) leftOut = oneMore(leftOut, event.leftOut);
    else {
      rows.push(event.row);
      totals[event.row.action]++;
      if (event.row.action !== 'delete') totals.bytes += event.row.size;
    }
    if (performance.now() - toldAt < INTERVAL_MS) continue;
    toldAt = performance.now();
    yield { rows, totals: { ...totals }, leftOut, isFinal: false };
    rows = [];
  }
  yield { rows, totals: { ...totals }, leftOut, isFinal: true };
}
