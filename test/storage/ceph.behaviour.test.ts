import { cephEndpoint } from '#test/support/endpoints.ts';
import { behaves } from './behaviour.ts';

behaves('Ceph', async () => cephEndpoint());
