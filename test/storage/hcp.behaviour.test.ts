import { hcpS3Endpoint } from '#shared/hcp.ts';
import { hcpKeys } from '#storage/hcp/credentials.ts';
import { OTHER, OWNER } from '#test/fake-hcp/support.ts';
import { type Endpoint, localSettings } from '#test/support/endpoints.ts';
import { startFakeHcp } from '#test/support/fake-hcp/fake-hcp.ts';
import type { FakeHcpOptions } from '#test/support/fake-hcp/options.ts';
import { behaves } from './behaviour.ts';

/** The S3 side of a tenant. */
async function hcpEndpoint(options?: FakeHcpOptions): Promise<Endpoint> {
  const hcp = await startFakeHcp(options);
  const settings = hcp.settings('finance', OWNER.username);
  const { accessKeyId, secretAccessKey } = hcpKeys(OWNER.username, OWNER.password);
  return {
    settings: localSettings(hcpS3Endpoint(settings), { accessKeyId, caFile: hcp.caFile }),
    secretAccessKey,
    other: hcpKeys(OTHER.username, OTHER.password),
    address: '127.0.0.1',
    stop: () => hcp.stop(),
  };
}

const lacks = {
  settings: ['versioning', 'acl', 'cors'],
  objectTags: false,
  storageClasses: ['STANDARD'],
  leastPart: 2 ** 20,
} as const;

const strict = {
  ...lacks,
  bulkDeleteVersions: false,
  deleteMarkers: false,
  hostileKeys: false,
  overwrite: false,
  folderObjects: true,
} as const;
behaves('the fake HCP', () => hcpEndpoint(), strict);
behaves('the fake HCP, by the SDK alone', async () => ({ ...(await hcpEndpoint()), lean: false }), strict);

// With all that an administrator can grant, version 10, and keys that end in a slash as they are elsewhere.
behaves(
  'the fake HCP at its most obliging',
  () =>
    hcpEndpoint({
      quirks: { software: '10.0.0.1', bulkVersions: 'allowed', folders: 'none' },
      namespaceDefaults: {
        s3UnversionedOverwrite: true,
        versioning: { enabled: false, useDeleteMarkers: true },
      },
    }),
  { ...lacks },
);
