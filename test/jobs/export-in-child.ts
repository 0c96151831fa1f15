// Exports a bucket as a ZIP in a process of its own, which a test can put limits on, and prints how the job ended:
//   export-in-child.ts ENDPOINT ACCESS_KEY SECRET_KEY BUCKET PATH
import { JobRunner } from '#jobs/runner.ts';
import { jobInputSchema } from '#shared/job.ts';
import { createS3Storage } from '#storage/s3/s3-storage.ts';
import { localSettings } from '#test/support/endpoints.ts';
import { ended } from './support.ts';

const [endpoint = '', accessKeyId = '', secretAccessKey = '', bucket = '', path = ''] = process.argv.slice(2);
const storage = createS3Storage({ settings: localSettings(endpoint, { accessKeyId }), secretAccessKey });
const runner = new JobRunner(async () => storage);
const request = { kind: 'zip', connectionId: 'test', bucket, prefix: '', path };
const job = await ended(runner, await runner.start(jobInputSchema.parse(request)));
storage.close();
console.log(JSON.stringify(job));
