import { create } from 'zustand';
import { api, failureOf } from '#renderer/api.ts';
import type { Failure } from '#shared/failure.ts';
import type { Upload } from '#shared/objects.ts';
import { noChoice, within, type Choice } from './selection.ts';

export interface UploadsPlace {
  connectionId: string;
  bucket: string;
}

export type UploadSize =
  { state: 'known'; parts: number; bytes: number } | { state: 'failed'; text: string } | undefined;

type Listing = { state: 'loading' } | { state: 'complete' } | { state: 'failed'; failure: Failure };

/** What is asked about before it is aborted. */
export type AbortQuestion = { is: 'chosen'; uploads: Upload[] } | { is: 'older' };

interface UploadsState {
  /** The bucket whose uploads are shown in place of its objects. */
  place: UploadsPlace | undefined;
  prefix: string;
  uploads: Upload[];
  listing: Listing;
  choice: Choice;
  /** By id: asked for only those that are in sight. */
  sizes: Record<string, UploadSize>;
  question: AbortQuestion | undefined;
}

export const useUploads = create<UploadsState>(() => ({
  place: undefined,
  prefix: '',
  uploads: [],
  listing: { state: 'complete' },
  choice: noChoice,
  sizes: {},
  question: undefined,
}));

const { getState: get, setState: set } = useUploads;

/** A key can have several uploads, and what an upload is called is the server's affair. */
export const idOf = ({ key, uploadId }: Pick<Upload, 'key' | 'uploadId'>): string =>
  JSON.stringify([key, uploadId]);

let stream: { unsubscribe(): void } | undefined;

/** Shows a bucket's unfinished uploads. */
export function showUploads({ connectionId, bucket }: UploadsPlace): void {
  set({ place: { connectionId, bucket }, prefix: '', choice: noChoice, question: undefined });
  listUploads();
}

export function hideUploads(): void {
  stream?.unsubscribe();
  stream = undefined;
  stopSizes();
  set({ place: undefined, uploads: [], sizes: {}, choice: noChoice, question: undefined });
}

/** Lists them anew: all pages, as they come. */
export function listUploads(): void {
  const { place, prefix } = get();
  stream?.unsubscribe();
  stopSizes();
  if (place === undefined) return;
  const found: Upload[] = [];
  set({ uploads: [], sizes: {}, listing: { state: 'loading' } });
  stream = api.buckets.uploads.subscribe(
    { ...place, prefix },
    {
      onData: ({ uploads }) => {
        found.push(...uploads);
        set({ uploads: [...found] });
      },
      onError: (error) => set({ listing: { state: 'failed', failure: failureOf(error) } }),
      onComplete: () =>
        set(({ choice }) => ({ listing: { state: 'complete' }, choice: within(choice, found.map(idOf)) })),
    },
  );
}

let typing: ReturnType<typeof setTimeout> | undefined;
const PAUSE_MS = 300;

/** Another prefix; the server is asked once the typing pauses. */
export function setPrefix(prefix: string): void {
  set({ prefix });
  clearTimeout(typing);
  typing = setTimeout(listUploads, PAUSE_MS);
}

export const choose = (change: (choice: Choice) => Choice): void =>
  set(({ choice }) => ({ choice: change(choice) }));

/** The chosen uploads, in the order of the list. */
export function chosenUploads(): Upload[] {
  const { uploads, choice } = get();
  return uploads.filter((upload) => choice.chosen.has(idOf(upload)));
}

export const ask = (question: AbortQuestion): void => set({ question });
export const stopAsking = (): void => set({ question: undefined });

/** How many sizes are asked for at a time. */
const SIZES_AT_ONCE = 3;
let waiting: Upload[] = [];
let running = 0;
let sizesCall = new AbortController();

function stopSizes(): void {
  sizesCall.abort();
  sizesCall = new AbortController();
  waiting = [];
  running = 0;
}

/** Asks how much of an upload is there, unless that is known; gives the function that takes the wish back. */
export function wantSize(upload: Upload): () => void {
  const id = idOf(upload);
  if (get().sizes[id] !== undefined || waiting.includes(upload)) return () => {};
  waiting.push(upload);
  pump();
  return () => {
    waiting = waiting.filter((other) => other !== upload);
  };
}

function pump(): void {
  while (running < SIZES_AT_ONCE) {
    // what came into sight last is what is looked at
    const next = waiting.pop();
    if (next === undefined) return;
    running += 1;
    void measure(next, sizesCall.signal);
  }
}

async function measure({ key, uploadId }: Upload, signal: AbortSignal): Promise<void> {
  const { place } = get();
  if (place === undefined) return;
  let size: UploadSize;
  try {
    size = {
      state: 'known',
      ...(await api.buckets.uploadSize.query({ ...place, key, uploadId }, { signal })),
    };
  } catch (error) {
    size = { state: 'failed', text: failureOf(error).message };
  }
  if (signal.aborted) return;
  running -= 1;
  set(({ sizes }) => ({ sizes: { ...sizes, [idOf({ key, uploadId })]: size } }));
  pump();
}
