import { create } from 'zustand';
import { api, failureOf } from '#renderer/api.ts';
import type { Failure } from '#shared/failure.ts';
import type { ObjectStat } from '#shared/objects.ts';

/** The object that is asked about. */
export interface DetailsSubject {
  connectionId: string;
  bucket: string;
  key: string;
  versionId?: string | undefined;
}

type Details =
  | { state: 'none' }
  | { state: 'loading'; subject: DetailsSubject }
  | { state: 'ready'; subject: DetailsSubject; stat: ObjectStat }
  | { state: 'failed'; subject: DetailsSubject; failure: Failure };

/** What HEAD says of the object that the details pane shows. */
export const useDetails = create<{ details: Details }>(() => ({ details: { state: 'none' } }));

/** Walking through a list with the arrow keys asks only for where it rests. */
const REST_MS = 120;

let call = new AbortController();

/** Asks for an object's details; the answer to an older question is dropped. */
export function loadDetails(subject: DetailsSubject, atOnce = false): void {
  call.abort();
  call = new AbortController();
  const { signal } = call;
  useDetails.setState({ details: { state: 'loading', subject } });
  setTimeout(() => void ask(subject, signal), atOnce ? 0 : REST_MS);
}

export function clearDetails(): void {
  call.abort();
  useDetails.setState({ details: { state: 'none' } });
}

/** Asks again about the object that is shown, which stays in sight until the answer. */
export function reloadDetails(): void {
  const { details } = useDetails.getState();
  if (details.state === 'none') return;
  call.abort();
  call = new AbortController();
  void ask(details.subject, call.signal);
}

async function ask(subject: DetailsSubject, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  try {
    const stat = await api.objects.stat.query(subject, { signal });
    if (!signal.aborted) useDetails.setState({ details: { state: 'ready', subject, stat } });
  } catch (error) {
    if (!signal.aborted)
      useDetails.setState({ details: { state: 'failed', subject, failure: failureOf(error) } });
  }
}
