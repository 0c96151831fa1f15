import { settingNames } from '#shared/bucket-settings.ts';
import { cephEndpoint } from '#test/support/endpoints.ts';
import { behaves } from './behaviour.ts';

behaves('Ceph', async () => cephEndpoint(), {
  settings: settingNames.filter((name) => name !== 'encryption'),
  copyIfMatch: false,
  percentInPartSource: false,
  storageClasses: ['STANDARD'],
});
