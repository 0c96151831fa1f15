import { afterAll, beforeAll, describe } from 'vitest';
import type { Storage } from '#storage/storage.ts';
import { type Endpoint, storageOn } from '#test/support/endpoints.ts';
import { accessBehaviour } from './behaviour/access.ts';
import { bucketBehaviour } from './behaviour/buckets.ts';
import { type Capabilities, everything } from './behaviour/capabilities.ts';
import { copyingBehaviour } from './behaviour/copying.ts';
import { deletingBehaviour } from './behaviour/deleting.ts';
import { hostileKeyBehaviour } from './behaviour/hostile-keys.ts';
import { linkBehaviour } from './behaviour/links.ts';
import { listingBehaviour } from './behaviour/listing.ts';
import { objectBehaviour } from './behaviour/objects.ts';
import { settingBehaviour } from './behaviour/settings.ts';
import { stoppingBehaviour } from './behaviour/stopping.ts';
import type { Subject } from './behaviour/subject.ts';
import { uploadBehaviour } from './behaviour/uploads.ts';
import { versionBehaviour } from './behaviour/versions.ts';

/**
 * What every storage system has to do for Cooper: the same suite for each, on the real thing.
 * @param but in what it differs from one that has everything
 */
export function behaves(name: string, start: () => Promise<Endpoint>, but: Partial<Capabilities> = {}): void {
  describe(`storage on ${name}`, () => {
    let running: { endpoint: Endpoint; storage: Storage } | undefined;
    const get = () => {
      if (running === undefined) throw new Error('The endpoint has not been started.');
      return running;
    };
    const subject: Subject = {
      endpoint: () => get().endpoint,
      storage: () => get().storage,
      has: { ...everything, ...but },
    };
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
    versionBehaviour(subject);
    deletingBehaviour(subject);
    copyingBehaviour(subject);
    uploadBehaviour(subject);
    settingBehaviour(subject);
    accessBehaviour(subject);
    linkBehaviour(subject);
    stoppingBehaviour(subject);
  });
}
