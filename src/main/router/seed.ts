import { mapConcurrent } from '#storage/concurrency.ts';
import type { CallOptions, Storage } from '#storage/storage.ts';

export interface SampleObject {
  key: string;
  body: Uint8Array;
  contentType: string;
}

export interface SampleBucket {
  name: string;
  /** Made one by one as they are asked for. */
  objects: Iterable<SampleObject>;
}

const WRITES_AT_ONCE = 16;

/**
 * Makes the buckets and writes their objects.
 * @throws StorageError; what was written until then stays.
 */
export async function seedBuckets(
  storage: Storage,
  buckets: Iterable<SampleBucket>,
  { signal }: CallOptions = {},
): Promise<void> {
  for (const { name, objects } of buckets) {
    await storage.createBucket(name, { signal });
    const writes = mapConcurrent(
      objects,
      (object, stop) => storage.write({ bucket: name, ...object }, { signal: stop }),
      { limit: WRITES_AT_ONCE, signal },
    );
    for await (const _written of writes); // each is done when it comes; nothing is kept of it
  }
}
