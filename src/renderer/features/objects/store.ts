import { create } from 'zustand';
import { api, failureOf } from '#renderer/api.ts';
import { focusRows } from '#renderer/ui/focus.ts';
import { versioningSchema } from '#shared/bucket-settings.ts';
import type { Failure } from '#shared/failure.ts';
import type { JobRequest } from '#shared/job.ts';
import type { ObjectsSurvey, ObjectVersion } from '#shared/objects.ts';
import type { Named } from './names.ts';

export interface Place {
  connectionId: string;
  bucket: string;
}

/** Chosen objects and folders, or everything that starts with `prefix`. */
export interface ObjectTarget extends Place {
  /** The folder that they were chosen in. */
  base: string;
  keys: string[];
  prefixes: string[];
  prefix?: string;
  /** Of the chosen objects. */
  bytes: number;
}

/** One object, or one version of it. */
export interface ObjectRef extends Place {
  key: string;
  versionId?: string | undefined;
}

export type ObjectsDialog =
  | { is: 'none' }
  | { is: 'new-folder'; place: Place; inside: string }
  | { is: 'rename'; place: Place; named: Named }
  | { is: 'copy'; target: ObjectTarget; move: boolean }
  | { is: 'delete'; target: ObjectTarget }
  | { is: 'delete-version'; place: Place; version: ObjectVersion }
  | { is: 'bring-back'; target: ObjectTarget }
  | { is: 'edit'; target: ObjectTarget }
  /** Without objects: a link to put one, whose key is typed. */
  | {
      is: 'links';
      place: Place;
      inside: string;
      objects: { key: string; versionId?: string }[];
      /** How many chosen folders no link is made for. */
      folders: number;
    }
  | { is: 'as-of'; asOf: Date | undefined };

/** What Ctrl/Cmd+C or +X took, to be pasted on the same connection. */
export interface Taken {
  target: ObjectTarget;
  move: boolean;
}

interface ObjectsState {
  dialog: ObjectsDialog;
  taken: Taken | undefined;
  /** Grows when objects may have changed on a server: what shows one asks again. */
  revision: number;
}

export const useObjects = create<ObjectsState>(() => ({
  dialog: { is: 'none' },
  taken: undefined,
  revision: 0,
}));

const { setState: set } = useObjects;

export const showDialog = (dialog: ObjectsDialog): void => set({ dialog });
export const closeDialog = (): void => set({ dialog: { is: 'none' } });
/** Closes a dialog whose deed is done: the focus goes to the rows, since what it was called from may be gone. */
export function closeDone(): void {
  closeDialog();
  setTimeout(focusRows);
}
export const take = (taken: Taken | undefined): void => set({ taken });
export const objectsChanged = (): void => set(({ revision }) => ({ revision: revision + 1 }));

/** Starts a job; what is refused is shown where jobs are. Gives the job's id. */
export type StartJob = (request: JobRequest, what: string) => Promise<string | undefined>;

/** What a target is for a job. */
export const subjectOf = ({ keys, prefixes, prefix }: ObjectTarget) =>
  prefix === undefined ? { keys, prefixes } : { prefix };

/** Counts what is of chosen keys and under prefixes, until it is stopped. */
export function survey(
  { connectionId, bucket }: Place,
  what: { prefixes: string[]; keys: string[] },
  onFound: (found: ObjectsSurvey) => void,
  onFailure: (failure: Failure) => void,
): () => void {
  const subscription = api.objects.survey.subscribe(
    { connectionId, bucket, ...what },
    { onData: onFound, onError: (error) => onFailure(failureOf(error)) },
  );
  return () => subscription.unsubscribe();
}

/** How a bucket keeps versions; undefined when that cannot be known. */
export async function versioningOf(
  place: Place,
  signal: AbortSignal,
): Promise<'enabled' | 'suspended' | 'off' | undefined> {
  try {
    const setting = await api.buckets.setting.query({ ...place, name: 'versioning' }, { signal });
    if (setting.state !== 'set') return setting.state === 'unset' ? 'off' : undefined;
    return 'status' in setting.value ? versioningSchema.parse(setting.value).status : undefined;
  } catch {
    return undefined; // the question is worded for all of them then
  }
}

/** Whether something has this key already, or begins with it when it is a folder's. */
export async function isTaken({ connectionId, bucket }: Place, { key, isFolder }: Named): Promise<boolean> {
  if (!isFolder) {
    try {
      await api.objects.stat.query({ connectionId, bucket, key });
      return true;
    } catch (error) {
      if (failureOf(error).kind === 'not-found') return false;
      throw error;
    }
  }
  return new Promise((resolve, reject) => {
    let has = false;
    api.objects.list.subscribe(
      { connectionId, bucket, prefix: key, maxRows: 1 },
      {
        onData: ({ prefixes, objects }) => {
          has ||= prefixes.length + objects.length > 0;
        },
        onError: reject,
        onComplete: () => resolve(has),
      },
    );
  });
}
