// Deletes a bucket of an HCP in a process of its own, which a test can kill in the middle. What waits is kept in a file:
//   delete-in-child.ts HCP_SETTINGS_AS_JSON SECRET STORE_FILE BUCKET NAMESPACE
import { JobRunner } from '#jobs/runner.ts';
import { basicServices } from '#jobs/services.ts';
import { PendingDeletions } from '#settings/pending-deletions.ts';
import type { HcpConnectionSettings } from '#shared/connection.ts';
import { jobInputSchema } from '#shared/job.ts';
import { openStorage } from '#storage/open.ts';
import { FileStore } from './deletion.ts';
import { ended } from './support.ts';

const [settings = '', secret = '', file = '', bucket = '', namespace = ''] = process.argv.slice(2);
const storage = openStorage({ hcp: JSON.parse(settings) as HcpConnectionSettings, secret });
const deletions = new PendingDeletions(new FileStore(file));
const runner = new JobRunner(async () => storage, undefined, basicServices({ deletions }));
const request = { kind: 'delete-bucket', connectionId: 'test', bucket, confirm: bucket, namespace };
console.log(JSON.stringify(await ended(runner, await runner.start(jobInputSchema.parse(request)))));
storage.close();
