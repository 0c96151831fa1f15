import { create } from 'zustand';
import { api, failureOf } from '#renderer/api.ts';
import type { Connection } from '#shared/connection.ts';
import type { Failure } from '#shared/failure.ts';
import type { Bucket, CreateBucketInput } from '#shared/objects.ts';
import type { BucketSort, SortColumn } from './sorting.ts';

export type BucketList =
  | { state: 'loading'; buckets: Bucket[] }
  | { state: 'ready'; buckets: Bucket[] }
  | { state: 'failed'; failure: Failure; buckets: Bucket[] };

interface BucketsState {
  /** By connection. */
  lists: Record<string, BucketList>;
  sort: BucketSort;
  /** The bucket that the keyboard stands on in the overview, by connection. */
  cursors: Record<string, string>;
  /** The connection that a bucket is being made on. */
  making: Connection | undefined;
}

export const useBuckets = create<BucketsState>(() => ({
  lists: {},
  sort: { column: 'name', descending: false },
  cursors: {},
  making: undefined,
}));

const { getState: get, setState: set } = useBuckets;
const calls = new Map<string, AbortController>();

function put(connectionId: string, list: BucketList): void {
  set(({ lists }) => ({ lists: { ...lists, [connectionId]: list } }));
}

/** Asks for a connection's buckets; what was known stays in sight until the answer. */
export async function loadBuckets(connectionId: string): Promise<void> {
  calls.get(connectionId)?.abort();
  const call = new AbortController();
  calls.set(connectionId, call);
  const known = get().lists[connectionId]?.buckets ?? [];
  put(connectionId, { state: 'loading', buckets: known });
  try {
    const buckets = await api.buckets.list.query({ connectionId }, { signal: call.signal });
    if (!call.signal.aborted) put(connectionId, { state: 'ready', buckets });
  } catch (error) {
    if (!call.signal.aborted) put(connectionId, { state: 'failed', failure: failureOf(error), buckets: [] });
  }
}

/** Asks for them unless they are known or on their way. */
export function needBuckets(connectionId: string): void {
  const state = get().lists[connectionId]?.state;
  if (state === undefined || state === 'failed') void loadBuckets(connectionId);
}

export function forgetBuckets(connectionId: string): void {
  calls.get(connectionId)?.abort();
  set(({ lists }) => {
    const { [connectionId]: _, ...others } = lists;
    return { lists: others };
  });
}

/** Sorts by a column; by the one that it is sorted by, the other way round. */
export function sortBuckets(column: SortColumn): void {
  const { sort } = get();
  set({ sort: { column, descending: sort.column === column && !sort.descending } });
}

/** The keyboard stands on this bucket now. */
export function standOn(connectionId: string, bucket: string): void {
  if (get().cursors[connectionId] === bucket) return;
  set(({ cursors }) => ({ cursors: { ...cursors, [connectionId]: bucket } }));
}

/** The bucket that the keyboard stands on, if it is still there. */
export function cursorOf(connectionId: string): string | undefined {
  const { cursors, lists } = get();
  const name = cursors[connectionId];
  return lists[connectionId]?.buckets.some((bucket) => bucket.name === name) === true ? name : undefined;
}

export const startMaking = (making: Connection): void => set({ making });
export const stopMaking = (): void => set({ making: undefined });

/** Makes a bucket. Gives the failure instead of throwing it: the form shows it. */
export async function makeBucket(input: CreateBucketInput): Promise<Failure | undefined> {
  try {
    await api.buckets.create.mutate(input);
    standOn(input.connectionId, input.bucket);
    await loadBuckets(input.connectionId);
    return undefined;
  } catch (error) {
    // it may be there all the same, without what was to follow
    void loadBuckets(input.connectionId);
    return failureOf(error);
  }
}
