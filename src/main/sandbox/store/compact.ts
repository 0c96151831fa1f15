import { rm } from 'node:fs/promises';
import type { BucketState } from './bucket-state.ts';
import type { DataStore } from './data-store.ts';
import { Journal } from './journal.ts';
import type { PackedSegment, Segment } from './version.ts';

/** A journal is rewritten when less than half of its records mean anything, and it is not short anyway. */
const FEW_RECORDS = 1000;
/** A pack is emptied into another when less than half of its bytes are in use, and it is not small anyway. */
const SMALL_PACK_BYTES = 1024 * 1024;

/**
 * Rewrites a bucket's journal, and moves objects out of packs that are mostly holes, when that pays. The new journal
 * takes the old one's place in one step, so a kill at any moment leaves either; what the other one referred to is swept.
 *
 * @returns whether the journal was rewritten, so that it has to be read again.
 */
export async function compact(
  journalPath: string,
  records: number,
  state: BucketState,
  data: DataStore,
): Promise<boolean> {
  const hollow = hollowPacks(state, await data.packs.sizes());
  const needed =
    1 + state.versions + [...state.uploads.values()].reduce((sum, { parts }) => sum + 1 + parts.size, 0);
  if (hollow.size === 0 && (records < FEW_RECORDS || records < 2 * needed)) return false;
  try {
    const moved = await moveOut(hollow, state, data);
    await Journal.write(
      journalPath,
      state.records((segment) => moved.get(segment) ?? segment),
    );
    return true;
  } catch (error) {
    // No room for a second copy: the old one is whole, and goes on.
    await rm(`${journalPath}.new`, { force: true });
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
    throw error;
  }
}

function hollowPacks(state: BucketState, sizes: Map<number, number>): Set<number> {
  const used = new Map<number, number>();
  state.eachSegment((segment) => {
    if ('pack' in segment) used.set(segment.pack, (used.get(segment.pack) ?? 0) + segment.size);
  });
  const hollow = new Set<number>();
  for (const [pack, size] of sizes) {
    const inUse = used.get(pack) ?? 0;
    if (inUse > 0 && size > SMALL_PACK_BYTES && inUse * 2 < size) hollow.add(pack);
  }
  return hollow;
}

async function moveOut(
  hollow: Set<number>,
  state: BucketState,
  data: DataStore,
): Promise<Map<Segment, Segment>> {
  const moved = new Map<Segment, Segment>();
  if (hollow.size === 0) return moved;
  data.packs.startNew();
  const moving: PackedSegment[] = [];
  state.eachSegment((segment) => {
    if ('pack' in segment && hollow.has(segment.pack)) moving.push(segment);
  });
  for (const segment of moving) moved.set(segment, await data.repack(segment));
  return moved;
}
