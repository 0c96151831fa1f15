import { hcpSecret, openStorage } from '#storage/open.ts';
import { withRetries } from '#storage/retry.ts';
import { OWNER } from '#test/fake-hcp/support.ts';
import { sandboxEndpoint, storageOn } from '#test/support/endpoints.ts';
import { startFakeHcp } from '#test/support/fake-hcp/fake-hcp.ts';
import { objectJobs } from './object-jobs.ts';

objectJobs('the sandbox', async () => {
  const endpoint = await sandboxEndpoint();
  const storage = withRetries(storageOn(endpoint));
  return {
    storage,
    async stop() {
      storage.close();
      await endpoint.stop();
    },
  };
});

objectJobs('a fake HCP', async () => {
  const hcp = await startFakeHcp();
  const storage = openStorage({
    hcp: hcp.settings('finance', OWNER.username),
    secret: hcpSecret('local', OWNER.password),
  });
  return {
    storage,
    async stop() {
      storage.close();
      await hcp.stop();
    },
  };
});
