import { create } from 'zustand';
import { api, failureOf } from '#renderer/api.ts';
import type { Failure } from '#shared/failure.ts';
import type { Job } from '#shared/job.ts';
import type { NamespaceBefore, NamespaceChange, PendingDeletion } from '#shared/job-results.ts';
import type { BucketSurvey } from '#shared/objects.ts';

export interface BucketPlace {
  connectionId: string;
  bucket: string;
}

/** What a job that could not delete a bucket waits for. */
export type DeletionStop = BucketPlace & { changes: NamespaceChange[]; before: NamespaceBefore } & (
    | { is: 'needs-reconfiguring' }
    /** The failure is known only as long as Cooper runs. */
    | { is: 'cleaning-up'; failure?: Failure }
  );

type DeletionDialog =
  | { is: 'none' }
  | ({ is: 'delete' } & BucketPlace)
  | DeletionStop
  /** What does not come back with the old settings. */
  | { is: 'put-back'; bucket: string; lost: string[] };

export type SurveyState =
  | { state: 'looking'; survey: BucketSurvey }
  | { state: 'known'; survey: BucketSurvey }
  | { state: 'failed'; survey: BucketSurvey; failure: Failure };

interface DeletionState {
  dialog: DeletionDialog;
  survey: SurveyState;
  /** Deletions on HCP that wait for its clean-up. */
  pending: PendingDeletion[];
}

const nothingYet: BucketSurvey = {
  objects: 0,
  versions: 0,
  deleteMarkers: 0,
  uploads: 0,
  bytes: 0,
  locked: { count: 0, first: [] },
  isFinal: false,
};

export const useDeletion = create<DeletionState>(() => ({
  dialog: { is: 'none' },
  survey: { state: 'looking', survey: nothingYet },
  pending: [],
}));

const { setState: set } = useDeletion;

let looking: { unsubscribe(): void } | undefined;

/** Looks what is in the bucket, for as long as the dialog is there. */
export function survey(place: BucketPlace): void {
  looking?.unsubscribe();
  set({ survey: { state: 'looking', survey: nothingYet } });
  looking = api.buckets.survey.subscribe(place, {
    onData: (found) => set({ survey: { state: found.isFinal ? 'known' : 'looking', survey: found } }),
    onError: (error) =>
      set(({ survey: { survey: found } }) => ({
        survey: { state: 'failed', survey: found, failure: failureOf(error) },
      })),
  });
}

export function stopSurvey(): void {
  looking?.unsubscribe();
  looking = undefined;
}

export const askToDelete = ({ connectionId, bucket }: BucketPlace): void =>
  set({ dialog: { is: 'delete', connectionId, bucket } });
export const askAboutStop = (stop: DeletionStop): void => set({ dialog: stop });
export const sayLost = (bucket: string, lost: string[]): void =>
  set({ dialog: { is: 'put-back', bucket, lost } });
export const closeDeletion = (): void => set({ dialog: { is: 'none' } });

/** Deletes a bucket that is empty. Gives the failure instead of throwing it: the dialog shows it. */
export async function removeEmpty({ connectionId, bucket }: BucketPlace): Promise<Failure | undefined> {
  try {
    await api.buckets.remove.mutate({ connectionId, bucket });
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}

/**
 * Puts the namespace's old settings back, and waits for its deletion no longer.
 * @returns what does not come back by it, in sentences, and whether the bucket itself is gone; or the failure
 */
export async function putBack({
  connectionId,
  bucket,
}: BucketPlace): Promise<{ lost: string[]; isGone: boolean } | { failure: Failure }> {
  try {
    const done = await api.buckets.putBack.mutate({ connectionId, bucket });
    await loadPending();
    return done;
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

/** Which deletions wait, those of before a restart too. */
export async function loadPending(): Promise<void> {
  try {
    set({ pending: await api.buckets.pendingDeletions.query() });
  } catch {
    // it is asked again when a deletion ends; what waits is kept in main
  }
}

/** What a job to delete a bucket stopped at, if that needs a decision. */
export function stopOf(job: Job): DeletionStop | undefined {
  if (job.kind !== 'delete-bucket' || job.state === 'running' || job.result === undefined) return undefined;
  const { connectionId, bucket } = job.input;
  const { outcome } = job.result;
  switch (outcome.state) {
    case 'working':
    case 'gone':
      return undefined;
    case 'needs-reconfiguring': {
      const { changes, before } = outcome;
      return { is: 'needs-reconfiguring', connectionId, bucket, changes, before };
    }
    case 'cleaning-up': {
      const { failure, changed, before } = outcome;
      return { is: 'cleaning-up', connectionId, bucket, failure, changes: changed, before };
    }
  }
}

/** The decision about a deletion that waits since before. */
export const stopOfPending = ({ connectionId, bucket, changed, before }: PendingDeletion): DeletionStop => ({
  is: 'cleaning-up',
  connectionId,
  bucket,
  changes: changed,
  before,
});
