import { cephEndpoint } from '#test/support/endpoints.ts';
import { operate } from './suite.ts';
import { s3System } from './systems.ts';

operate('Ceph', async () => s3System(cephEndpoint()));
