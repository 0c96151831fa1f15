import { useEffect } from 'react';
import { create } from 'zustand';
import type { Failure } from '#shared/failure.ts';
import { supportOf, type Feature, type Profile } from '#shared/profile.ts';
import { api, failureOf } from '#renderer/api.ts';

/** What is known of a server. A profile that was known stays in sight while it is found out again, or fails to be. */
export type ProfileEntry =
  | { state: 'asking'; profile?: Profile | undefined }
  | { state: 'known'; profile: Profile }
  | { state: 'failed'; failure: Failure; profile?: Profile | undefined };

interface ProfilesState {
  /** By connection. */
  entries: Record<string, ProfileEntry>;
  /** Connections that are switched to read-only. */
  readOnly: ReadonlySet<string>;
}

/**
 * What each connection offers, for every feature of the window: what the server can do, and whether the connection may
 * change anything. It is joined to the connections by the window; features only ask.
 */
export const useProfiles = create<ProfilesState>(() => ({ entries: {}, readOnly: new Set() }));

const { getState: get, setState: set } = useProfiles;

/** Which question each connection waits for: an answer to an earlier one is left. */
const asked = new Map<string, symbol>();

function put(id: string, entry: ProfileEntry): void {
  set(({ entries }) => ({ entries: { ...entries, [id]: entry } }));
}

/** Finds out what a connection's server can do; `again`: though that is known. */
export async function loadProfile(id: string, { again = false } = {}): Promise<void> {
  const question = Symbol(id);
  asked.set(id, question);
  const before = get().entries[id]?.profile;
  put(id, { state: 'asking', profile: before });
  try {
    const profile = await api.connections.profile.mutate({ id, again });
    if (asked.get(id) === question) put(id, { state: 'known', profile });
  } catch (error) {
    if (asked.get(id) === question) put(id, { state: 'failed', failure: failureOf(error), profile: before });
  }
}

/** Finds it out unless it is known, on its way, or was refused: only the user asks again then. */
export function needProfile(id: string): void {
  if (get().entries[id] === undefined) void loadProfile(id);
}

/** Forgets what was found out, since the connection leads elsewhere or is gone. */
export function forgetProfile(id: string): void {
  asked.delete(id);
  set(({ entries: { [id]: _, ...entries } }) => ({ entries }));
}

/** Takes over which connections are read-only, and the profiles that are kept with them. */
export function joinConnections(
  connections: readonly { id: string; readOnly?: boolean | undefined; profile?: Profile | undefined }[],
): void {
  const readOnly = new Set(connections.flatMap(({ id, readOnly: is }) => (is === true ? [id] : [])));
  const kept = connections.flatMap(({ id, profile }) =>
    // without a bucket there was little to ask: it is found out anew when it is needed
    profile?.bucket === undefined || get().entries[id] !== undefined
      ? []
      : [[id, { state: 'known', profile }] as const],
  );
  set(({ entries }) => ({ readOnly, entries: { ...entries, ...Object.fromEntries(kept) } }));
}

/** What a connection's server can do, found out when it is not known yet; undefined until then. */
export function useProfile(connectionId: string): Profile | undefined {
  useEffect(() => needProfile(connectionId), [connectionId]);
  return useProfiles((state) => state.entries[connectionId]?.profile);
}

export interface Offer {
  offered: boolean;
  /** Why not, for a tooltip. */
  reason?: string;
}

const READ_ONLY: Offer = {
  offered: false,
  reason: 'This connection is read-only. Switch that off in its menu to change something.',
};

/** Whether to offer something on a connection, and if not why: for commands, which read as they are asked. */
export function offerOf(connectionId: string, { needs, changes = false }: OfferQuestion = {}): Offer {
  const { entries, readOnly } = get();
  return judge(entries[connectionId]?.profile, readOnly.has(connectionId), { needs, changes });
}

export interface OfferQuestion {
  /** What the server has to be able to do. */
  needs?: Feature | undefined;
  /** It changes something, which a read-only connection refuses. */
  changes?: boolean | undefined;
}

/** The same for components, which follow it as it changes. */
export function useOffer(connectionId: string, question: OfferQuestion = {}): Offer {
  const profile = useProfile(connectionId);
  const isReadOnly = useProfiles((state) => state.readOnly.has(connectionId));
  return judge(profile, isReadOnly, question);
}

function judge(profile: Profile | undefined, isReadOnly: boolean, { needs, changes }: OfferQuestion): Offer {
  if (changes === true && isReadOnly) return READ_ONLY;
  return needs === undefined ? { offered: true } : supportOf(profile, needs);
}
