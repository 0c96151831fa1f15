import type { AbortUploadsInput } from '#shared/job.ts';
import type { AbortUploadsResult } from '#shared/job-results.ts';
import type { Upload } from '#shared/objects.ts';
import { StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import { abortEach, type UploadName, uploadsUnder } from './abort-uploads/aborting.ts';
import { Gone } from './delete/gone.ts';
import { FailurePolicy } from './failures.ts';
import type { Operation, Step } from './operation.ts';
import type { JobServices } from './services.ts';
import { Tally } from './tally.ts';

const DAY_MS = 86_400_000;
/** Pauses before it is looked again, ms: an upload may show for a while after it was aborted. */
const PAUSES_MS = [500, 1500, 3000];

/**
 * Aborts unfinished uploads, in parallel: those that were chosen, or all under a prefix that are old enough. One whose
 * age the server does not tell is left alone where an age is asked for. Afterwards it looks: one that is still there
 * counts as a failure.
 */
export function abortUploads({ pause }: JobServices): Operation<AbortUploadsInput, AbortUploadsResult> {
  return { prepare, run };

  async function* run(
    storage: Storage,
    input: AbortUploadsInput,
    signal: AbortSignal,
  ): AsyncGenerator<Step<AbortUploadsResult>, void> {
    const { bucket, prefix, uploads: chosen, olderThanDays = 0 } = input;
    const latest = olderThanDays === 0 ? Infinity : Date.now() - olderThanDays * DAY_MS;
    const isOld = ({ startedAt }: Upload) =>
      latest === Infinity || (startedAt?.getTime() ?? Infinity) <= latest;
    const tally = new Tally();
    const policy = new FailurePolicy();
    const gone = new Gone();
    const result: AbortUploadsResult = { aborted: 0, younger: 0 };
    const step = () => ({ progress: tally.snapshot(), result: { ...result } });

    async function* meant(): AsyncGenerator<UploadName, void, undefined> {
      const total = { objects: 0, bytes: 0, isFinal: false };
      tally.total = total;
      for await (const upload of chosen ?? uploadsUnder(storage, bucket, prefix, signal)) {
        if (chosen === undefined && !isOld(upload)) {
          result.younger += 1;
          continue;
        }
        total.objects += 1;
        yield upload;
      }
      total.isFinal = true;
    }
    for await (const { key, uploadId, error } of abortEach(storage, bucket, meant(), signal)) {
      tally.current = key;
      if (error === undefined) {
        policy.succeeded();
        gone.add(key, uploadId);
        result.aborted += 1;
        tally.objects += 1;
      } else tally.fail(policy.failed(error));
      if (tally.isDue()) yield step();
    }
    yield step();

    const prefixes = chosen === undefined ? [prefix] : [...new Set(chosen.map(({ key }) => key))];
    for (let again = 0; result.aborted > 0; again++) {
      const left: Upload[] = [];
      for (const start of prefixes) {
        for await (const upload of uploadsUnder(storage, bucket, start, signal))
          if (gone.has(upload.key, upload.uploadId)) left.push(upload);
      }
      const ms = PAUSES_MS[again];
      if (left.length > 0 && ms !== undefined) {
        await pause(ms, signal);
        continue;
      }
      for (const upload of left) tally.fail(policy.failed(stillThere(bucket, upload)));
      result.aborted -= left.length;
      tally.objects -= left.length;
      break;
    }
    tally.current = undefined;
    yield step();
  }
}

async function prepare(storage: Storage, { bucket }: AbortUploadsInput, signal: AbortSignal): Promise<void> {
  // Also says whether the server has uploads at all, and whether these keys may see them.
  await storage.listUploadsPage({ bucket }, { signal });
}

function stillThere(bucket: string, { key, uploadId }: Upload): StorageError {
  const message = `The upload ${uploadId} of “${key}” in bucket “${bucket}” is there, although the server said that it was aborted.`;
  return new StorageError({ kind: 'conflict', operation: 'abort the upload of', bucket, key, message });
}
