// Cooper's engine, run as the app runs it: engine.ts count|zip ENDPOINT
import { JobRunner } from '#jobs/runner.ts';
import type { S3Settings } from '#shared/connection.ts';
import { jobInputSchema, type Job } from '#shared/job.ts';
import { withRetries } from '#storage/retry.ts';
import { createS3Storage } from '#storage/s3/s3-storage.ts';
import { measureHere } from '../measure.ts';
import { inFolder } from '../zip-cases.ts';

const [kind = '', endpoint = ''] = process.argv.slice(2);
const settings: S3Settings = {
  preset: 'generic',
  endpoint,
  region: 'us-east-1',
  accessKeyId: 'bench',
  addressing: 'path',
  connectTimeoutMs: 10_000,
  idleTimeoutMs: 60_000,
};
const storage = withRetries(createS3Storage({ settings, secretAccessKey: 'bench' }));
const runner = new JobRunner(async () => storage);

async function run(request: object): Promise<Job> {
  await runner.start(
    jobInputSchema.parse({ connectionId: 'bench', bucket: 'bench', prefix: '', ...request }),
  );
  for await (const event of runner.watch(undefined)) {
    const job = event.type === 'changed' ? event.job : event.type === 'all' ? event.jobs[0] : undefined;
    if (job !== undefined && job.state !== 'running') return job;
  }
  throw new Error('The job was lost.');
}

await inFolder(async (path) => {
  await measureHere(async () => {
    const job = await run(kind === 'zip' ? { kind, path } : { kind });
    if (job.state !== 'done' || job.progress.failures.count > 0) throw new Error(JSON.stringify(job));
    return { objects: job.progress.objects.done };
  });
});
storage.close();
