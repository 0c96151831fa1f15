import { create } from 'zustand';
import { api, failureOf } from '#renderer/api.ts';
import type { Failure } from '#shared/failure.ts';
import type { Bucket } from '#shared/objects.ts';

export type BucketList =
  | { state: 'loading'; buckets: Bucket[] }
  | { state: 'ready'; buckets: Bucket[] }
  | { state: 'failed'; failure: Failure; buckets: Bucket[] };

interface BucketsState {
  /** By connection. */
  lists: Record<string, BucketList>;
}

export const useBuckets = create<BucketsState>(() => ({ lists: {} }));

const calls = new Map<string, AbortController>();

function put(connectionId: string, list: BucketList): void {
  useBuckets.setState(({ lists }) => ({ lists: { ...lists, [connectionId]: list } }));
}

/** Asks for a connection's buckets; what was known stays in sight until the answer. */
export async function loadBuckets(connectionId: string): Promise<void> {
  calls.get(connectionId)?.abort();
  const call = new AbortController();
  calls.set(connectionId, call);
  const known = useBuckets.getState().lists[connectionId]?.buckets ?? [];
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
  const state = useBuckets.getState().lists[connectionId]?.state;
  if (state === undefined || state === 'failed') void loadBuckets(connectionId);
}

export function forgetBuckets(connectionId: string): void {
  calls.get(connectionId)?.abort();
  useBuckets.setState(({ lists }) => {
    const { [connectionId]: _, ...others } = lists;
    return { lists: others };
  });
}
