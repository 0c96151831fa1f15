import { afterAll, beforeAll, describe } from 'vitest';
import type { Storage } from '#storage/storage.ts';
import { type Endpoint, storageOn } from '#test/support/endpoints.ts';
import { bucketBehaviour } from './behaviour/buckets.ts';
import { hostileKeyBehaviour } from './behaviour/hostile-keys.ts';
import { listingBehaviour } from './behaviour/listing.ts';
import { objectBehaviour } from './behaviour/objects.ts';
import { stoppingBehaviour } from './behaviour/stopping.ts';
import type { Subject } from './behaviour/subject.ts';

/** What every storage system has to do for Cooper: the same suite for each, on the real thing. */
export function behaves(name: string, start: () => Promise<Endpoint>): void {
  describe(`storage on ${name}`, () => {
    let running: { endpoint: Endpoint; storage: Storage } | undefined;
    const get = () => {
      if (running === undefined) throw new Error('The endpoint has not been started.');
      return running;
    };
    const subject: Subject = { endpoint: () => get().endpoint, storage: () => get().storage };
    beforeAll(async () => {
      const endpoint = await start();
      running = { endpoint, storage: storageOn(endpoint) };
    });
    afterAll(async () => {
      running?.storage.close();
      await running?.endpoint.stop();
    });

    bucketBehaviour(subject);
    listingBehaviour(subject);
    hostileKeyBehaviour(subject);
    objectBehaviour(subject);
    stoppingBehaviour(subject);
  });
}
