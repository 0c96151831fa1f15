import { withRetries } from '#storage/retry.ts';
import { cephEndpoint, storageOn } from '#test/support/endpoints.ts';
import { objectJobs } from './object-jobs.ts';

objectJobs('Ceph', async () => {
  const endpoint = cephEndpoint();
  const storage = withRetries(storageOn(endpoint));
  return {
    storage,
    async stop() {
      storage.close();
      await endpoint.stop();
    },
  };
});
