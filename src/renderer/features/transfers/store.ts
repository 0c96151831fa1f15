import { create } from 'zustand';
import { api, failureOf } from '#renderer/api.ts';
import { focusRows } from '#renderer/ui/focus.ts';
import type { Failure } from '#shared/failure.ts';
import type { JobRequest } from '#shared/job.ts';
import type { DropPlace } from './places.ts';

/** Objects that are to go somewhere: chosen ones, or all that begin with a prefix. */
export interface Source {
  connectionId: string;
  bucket: string;
  /** The folder that they were chosen in: their names start behind it. */
  base: string;
  prefix?: string | undefined;
  keys?: string[] | undefined;
  prefixes?: string[] | undefined;
  /** What was current then. */
  asOf?: Date | undefined;
}

/** Where objects go: a folder of a bucket, `''` for its top. */
export interface Place {
  connectionId: string;
  bucket: string;
  prefix: string;
}

export type TransfersDialog =
  | { is: 'none' }
  | { is: 'upload'; to: Place; paths: string[] }
  | { is: 'fetch'; source: Source; what: string; folder: string }
  | { is: 'across'; source: Source; what: string; to: Place }
  | { is: 'sync'; place: Place };

interface TransfersState {
  dialog: TransfersDialog;
  /** Where the files that are dragged over the window would land. */
  over: DropPlace | undefined;
  /** Folders of transfers that could not be read at this start. */
  damaged: string[];
}

export const useTransfers = create<TransfersState>(() => ({
  dialog: { is: 'none' },
  over: undefined,
  damaged: [],
}));

const { getState: get, setState: set } = useTransfers;

export const showDialog = (dialog: TransfersDialog): void => set({ dialog });
export const closeDialog = (): void => set({ dialog: { is: 'none' } });
/** Closes a dialog whose deed is done: the focus goes to the rows, since what it was called from may be gone. */
export function closeDone(): void {
  closeDialog();
  setTimeout(focusRows);
}

export function setOver(over: DropPlace | undefined): void {
  if (get().over !== over) set({ over });
}

/** Starts a job; what is refused is shown where jobs are. Gives the job's id. */
export type StartJob = (request: JobRequest, what: string) => Promise<string | undefined>;

/** What a source is for a job. */
export const subjectOf = ({ keys, prefixes, prefix }: Source) =>
  prefix === undefined ? { keys, prefixes } : { prefix };

/** Asks for files or folders of this computer, then shows what their upload would do. */
export async function chooseUpload(
  to: Place,
  what: 'files' | 'folders',
  onFailure: (failure: Failure) => void,
): Promise<void> {
  try {
    const paths = await (what === 'files'
      ? api.transfers.chooseFiles.mutate()
      : api.transfers.chooseUploadFolder.mutate());
    if (paths !== null) showDialog({ is: 'upload', to, paths });
  } catch (error) {
    onFailure(failureOf(error));
  }
}

/** Asks for the folder to download to, then shows what that would do. */
export async function chooseFetch(
  source: Source,
  what: string,
  onFailure: (failure: Failure) => void,
): Promise<void> {
  try {
    const folder = await api.transfers.chooseFolder.mutate();
    if (folder !== null) showDialog({ is: 'fetch', source, what, folder });
  } catch (error) {
    onFailure(failureOf(error));
  }
}

/** Asks for transfers that were set aside at this start since they could not be read. */
export async function loadDamaged(): Promise<void> {
  try {
    set({ damaged: await api.transfers.damaged.query() });
  } catch {
    set({ damaged: [] }); // a notice about nothing helps nobody
  }
}
export const dismissDamaged = (): void => set({ damaged: [] });
