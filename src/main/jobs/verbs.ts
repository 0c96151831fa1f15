import type { Job, JobInput, JobSubject, Progress } from '#shared/job.ts';
import type { TransferJobInput } from '#shared/transfer.ts';
import type { Storage } from '#storage/storage.ts';
import { abortUploads } from './abort-uploads.ts';
import { copy } from './copy.ts';
import { count } from './count.ts';
import { deleteBucket } from './delete-bucket.ts';
import { deleteObjects } from './delete.ts';
import { download } from './download.ts';
import type { Operation } from './operation.ts';
import { restore } from './restore.ts';
import type { JobServices } from './services.ts';
import { update } from './update.ts';
import { zip } from './zip.ts';

type TaskOf<K> = K extends JobInput['kind']
  ? Pick<Extract<Job, { kind: K }>, 'kind' | 'input' | 'result'>
  : never;
/** What a job is about, and what it knows so far. */
export type Task = TaskOf<JobInput['kind']>;

/** An operation with its input, whatever its types are. */
export interface BoundOperation {
  task: Task;
  prepare(storage: Storage, signal: AbortSignal): Promise<void>;
  run(
    storage: Storage,
    signal: AbortSignal,
  ): AsyncGenerator<{ progress: Progress; task: Task }, void, undefined>;
}

/** What ends with the process; transfers have a table of their own (`transfer/verbs.ts`). */
export type PlainInput = Exclude<JobInput, TransferJobInput>;

/** The table of verbs: each line says it by the kind, so that input, operation and result belong together. */
export function bindOperation(input: PlainInput, services: JobServices): BoundOperation {
  switch (input.kind) {
    case 'count': {
      const subject = subjectOf(input);
      return bind(count, input, (has) => ({ kind: 'count', input: subject, ...has }));
    }
    case 'zip': {
      const subject = subjectOf(input);
      return bind(zip, input, (has) => ({ kind: 'zip', input: subject, ...has }));
    }
    case 'copy': {
      const subject = subjectOf(input);
      return bind(copy, input, (has) => ({ kind: 'copy', input: subject, ...has }));
    }
    case 'restore': {
      const subject = subjectOf(input);
      return bind(restore, input, (has) => ({ kind: 'restore', input: subject, ...has }));
    }
    case 'update': {
      const subject = subjectOf(input);
      return bind(update, input, (has) => ({ kind: 'update', input: subject, ...has }));
    }
    case 'download': {
      const subject = subjectOf(input);
      return bind(download, input, (has) => ({ kind: 'download', input: subject, ...has }));
    }
    case 'delete': {
      const subject = subjectOf(input);
      return bind(deleteObjects(services), input, (has) => ({ kind: 'delete', input: subject, ...has }));
    }
    case 'delete-bucket': {
      const subject = subjectOf(input);
      return bind(deleteBucket(services), input, (has) => ({
        kind: 'delete-bucket',
        input: subject,
        ...has,
      }));
    }
    case 'abort-uploads': {
      const subject = subjectOf(input);
      return bind(abortUploads(services), input, (has) => ({
        kind: 'abort-uploads',
        input: subject,
        ...has,
      }));
    }
  }
}

interface Chosen {
  bucket: string;
  keys?: readonly string[] | undefined;
  prefixes?: readonly string[] | undefined;
  versions?: readonly { key: string }[] | undefined;
  uploads?: readonly { key: string }[] | undefined;
  paths?: readonly string[] | undefined;
}

export function subjectOf<I extends Chosen>(input: I): JobSubject<I> {
  const { keys = [], prefixes = [], versions = [], uploads = [], paths = [], ...rest } = input;
  const first = prefixes[0] ?? keys[0] ?? versions[0]?.key ?? uploads[0]?.key ?? paths[0];
  if (first === undefined) return rest;
  const chosen = prefixes.length + keys.length + versions.length + uploads.length + paths.length;
  return { ...rest, chosen: { count: chosen, first } };
}

function bind<I, R>(
  operation: Operation<I, R>,
  input: I,
  describe: (has: { result?: R }) => Task,
): BoundOperation {
  return {
    task: describe({}),
    prepare: (storage, signal) => operation.prepare(storage, input, signal),
    async *run(storage, signal) {
      for await (const { progress, result } of operation.run(storage, input, signal)) {
        yield { progress, task: describe(result === undefined ? {} : { result }) };
      }
    },
  };
}
