import { create } from 'zustand';
import { api, failureOf } from '#renderer/api.ts';
import type { Failure } from '#shared/failure.ts';
import type { Job, JobRequest } from '#shared/job.ts';
import { afterEvent } from './after-event.ts';
import { arranged, isEnded, isInterrupted, isTransferJob } from './states.ts';

/** What to work on: a prefix, or chosen keys and folders of one. */
export interface JobTarget {
  connectionId: string;
  bucket: string;
  /** The folder that is being looked at: names inside a ZIP start below it. */
  base: string;
  /** What a file made of it is called: the folder's name, or `objects`. */
  name: string;
  prefix?: string;
  keys?: string[];
  prefixes?: string[];
  /** Work on what was current then. */
  asOf?: Date | undefined;
}

interface JobsState {
  /** Newest first. Kept until they are dismissed. */
  jobs: Job[];
  /** Whether main tells of changes. */
  watching: 'yes' | 'connecting' | { failure: Failure };
  /** A start that was refused: no job came of it. */
  refusal: { what: string; failure: Failure } | undefined;
  dockOpen: boolean;
  /** The job whose results are shown. */
  expanded: string | undefined;
}

export const useJobs = create<JobsState>(() => ({
  jobs: [],
  watching: 'connecting',
  refusal: undefined,
  dockOpen: false,
  expanded: undefined,
}));

const { getState: get, setState: set } = useJobs;

/**
 * Follows every job for as long as the window lives. `onEnded` is told of each that ends while it is watched.
 * Gives the function that ends it.
 */
export function watchJobs(onEnded: (job: Job) => void): () => void {
  set({ watching: 'connecting' });
  const subscription = api.jobs.watch.subscribe(undefined, {
    onData(event) {
      const before = get().jobs;
      set({ jobs: afterEvent(before, event), watching: 'yes' });
      // what Cooper was closed under is offered in sight
      if (event.type === 'all' && event.jobs.some(isInterrupted)) set({ dockOpen: true });
      if (event.type !== 'changed' || !isEnded(event.job)) return;
      const was = before.find(({ id }) => id === event.job.id);
      if (was === undefined || !isEnded(was)) onEnded(event.job);
    },
    onError: (error) => set({ watching: { failure: failureOf(error) } }),
    onComplete: () => set({ watching: 'connecting' }),
  });
  return () => subscription.unsubscribe();
}

/** Starts a job and shows it in the dock; what is refused shows there too. Gives its id, or undefined. */
export async function startJob(request: JobRequest, what: string): Promise<string | undefined> {
  set({ refusal: undefined, dockOpen: true });
  try {
    const { id } = await api.jobs.start.mutate(request);
    set({ expanded: id });
    return id;
  } catch (error) {
    refuse(what, error);
    return undefined;
  }
}

const refuse = (what: string, error: unknown): void =>
  set({ dockOpen: true, refusal: { what, failure: failureOf(error) } });

/** Counts files, folders and bytes. One folder is counted as a prefix, so that its own folders are told apart. */
export async function startCount(target: JobTarget): Promise<void> {
  const { connectionId, bucket, prefix, keys = [], prefixes = [], asOf } = target;
  const [folder] = prefixes;
  const one = prefix ?? (keys.length === 0 && prefixes.length === 1 ? folder : undefined);
  const subject = one === undefined ? { keys, prefixes } : { prefix: one };
  await startJob({ kind: 'count', connectionId, bucket, ...subject, asOf }, 'Count');
}

/** Asks where the ZIP goes and starts it; nothing happens when the dialog is left. */
export async function startZip(target: JobTarget, compression: 'auto' | 'store'): Promise<void> {
  const { connectionId, bucket, base, name, prefix, keys = [], prefixes = [], asOf } = target;
  const subject = prefix === undefined ? { keys, prefixes } : { prefix };
  try {
    const file = await api.jobs.chooseZipTarget.mutate({ bucket, name });
    if (file === null) return;
    const { path, overwrite } = file;
    await startJob(
      { kind: 'zip', connectionId, bucket, ...subject, base, path, overwrite, compression, asOf },
      'Export ZIP',
    );
  } catch (error) {
    refuse('Export ZIP', error);
  }
}

/** Asks where one object, or one version of it, goes, and saves it there. */
export async function startDownload(object: {
  connectionId: string;
  bucket: string;
  key: string;
  versionId?: string | undefined;
}): Promise<void> {
  try {
    const file = await api.jobs.chooseDownloadTarget.mutate({ name: object.key });
    if (file !== null) await startJob({ kind: 'download', ...object, ...file }, 'Download');
  } catch (error) {
    refuse('Download', error);
  }
}

/** Does something to a job, and shows why not when it cannot be done. */
async function ask(what: string, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    refuse(what, error);
  }
}

export const cancelJob = (id: string) => ask('Cancel', () => api.jobs.cancel.mutate({ id }));
export const dismissJob = (id: string) => ask('Dismiss', () => api.jobs.dismiss.mutate({ id }));
export const revealJob = (id: string) => ask('Show in folder', () => api.jobs.reveal.mutate({ id }));

/** Stops a transfer and keeps what it has. */
export const pauseJob = (id: string) => ask('Pause', () => api.jobs.pause.mutate({ id }));
/** Lets a transfer go on; `retry` also tries again what failed. */
export const resumeJob = (id: string, { retry = false } = {}) =>
  ask('Resume', () => api.jobs.resume.mutate({ id, retry }));
/** Puts a transfer that waits for its turn before another; null: last. */
export const moveJob = (id: string, before: string | null) =>
  ask('Reorder', () => api.jobs.move.mutate({ id, before }));
export const pauseAll = () => ask('Pause all', () => api.jobs.pauseAll.mutate());
export const resumeAll = () => ask('Resume all', () => api.jobs.resumeAll.mutate());

/** Lets every transfer go on that Cooper was closed under. */
export async function resumeInterrupted(): Promise<void> {
  const ids = get()
    .jobs.filter(isInterrupted)
    .map(({ id }) => id);
  // one after another, oldest first: so they get their turns
  for (const id of ids.reverse()) await resumeJob(id);
}

/** The transfers that wait for their turn, the next one first. */
export const queueOf = (): string[] =>
  arranged(get().jobs)
    .filter((job) => isTransferJob(job) && job.state === 'queued')
    .map(({ id }) => id);

export async function dismissEnded(): Promise<void> {
  const ended = get().jobs.filter(isEnded);
  await Promise.all(ended.map(({ id }) => dismissJob(id)));
}

export const dismissRefusal = (): void => set({ refusal: undefined });
export const setDockOpen = (dockOpen: boolean): void => set({ dockOpen });
export const expandJob = (expanded: string | undefined): void => set({ expanded });
