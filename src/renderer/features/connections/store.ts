import { create } from 'zustand';
import { api, failureOf } from '#renderer/api.ts';
import type { Connection, ConnectionDraft } from '#shared/connection.ts';
import type { Failure } from '#shared/failure.ts';
import type { FormValues } from './form-values.ts';

export type ConnectionsDialog =
  | { is: 'none' }
  /** Without a connection: a new one, which `start` may have been filled in of. */
  | { is: 'edit'; connection?: Connection; start?: FormValues }
  | { is: 'remove'; connection: Connection }
  | { is: 'colour'; connection: Connection }
  | { is: 'credentials'; connection: Connection }
  | { is: 'profile'; connection: Connection }
  | { is: 'certificate'; connection: Connection; onTrusted: () => void }
  | { is: 'secret'; connection: Connection; onSupplied: () => void };

type Loaded = { state: 'loading' } | { state: 'failed'; failure: Failure } | { state: 'ready' };

interface ConnectionsState {
  status: Loaded;
  connections: readonly Connection[];
  /** Where the sandbox proposes to keep its data; absent until known. */
  sandboxFolder: string | undefined;
  /** Connections that could not be read at this start and were set aside; 0 once the notice was dismissed. */
  damaged: number;
  dialog: ConnectionsDialog;
}

export const useConnections = create<ConnectionsState>(() => ({
  status: { state: 'loading' },
  connections: [],
  sandboxFolder: undefined,
  damaged: 0,
  dialog: { is: 'none' },
}));

const { getState: get, setState: set } = useConnections;

export async function loadConnections(): Promise<void> {
  set({ status: { state: 'loading' } });
  try {
    const [connections, info] = await Promise.all([api.connections.list.query(), api.app.info.query()]);
    const { sandboxFolder, damagedConnections: damaged } = info;
    set({ connections, sandboxFolder, damaged, status: { state: 'ready' } });
  } catch (error) {
    set({ status: { state: 'failed', failure: failureOf(error) } });
  }
}

/** Keeps a connection, new or changed. Gives the failure instead of throwing it: the form shows it. */
export async function saveConnection(
  draft: ConnectionDraft,
): Promise<{ connection: Connection } | { failure: Failure }> {
  try {
    const connection = await api.connections.save.mutate(draft);
    put(connection);
    return { connection };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

/** Takes over a connection as it is now, in its place. */
export function put(connection: Connection): void {
  const { connections } = get();
  const known = connections.some(({ id }) => id === connection.id);
  set({
    connections: known
      ? connections.map((other) => (other.id === connection.id ? connection : other))
      : [...connections, connection],
  });
}

/** Takes over all connections, in a new order or with a new one among them. */
export const putAll = (connections: readonly Connection[]): void => set({ connections });

/** Signs in without keeping anything: how many buckets it sees, or why not. Throws the reason when aborted. */
export async function testConnection(
  draft: ConnectionDraft,
  signal: AbortSignal,
): Promise<{ buckets: number } | { failure: Failure }> {
  try {
    return await api.connections.test.mutate(draft, { signal });
  } catch (error) {
    signal.throwIfAborted();
    return { failure: failureOf(error) };
  }
}

export async function removeConnection(id: string): Promise<Failure | undefined> {
  try {
    await api.connections.remove.mutate({ id });
    set({ connections: get().connections.filter((connection) => connection.id !== id) });
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}

/** What a connection signs in with, in words. */
export const secretNameOf = ({ kind }: Connection): 'password' | 'secret key' =>
  kind === 'hcp' ? 'password' : 'secret key';

/** Gives a connection its secret again, for as long as Cooper runs. */
export async function supplySecret(id: string, secretAccessKey: string): Promise<Failure | undefined> {
  try {
    await api.connections.supplySecret.mutate({ id, secretAccessKey });
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}

/** The system's dialog for a certificate file, or for the sandbox's folder; undefined when it was left. */
export async function choosePath(what: 'ca-file' | 'folder'): Promise<string | undefined> {
  const { chooseCaFile, chooseFolder } = api.connections;
  const path = await (what === 'ca-file' ? chooseCaFile.mutate() : chooseFolder.mutate());
  return path ?? undefined;
}

export const dismissDamaged = (): void => set({ damaged: 0 });
export const showDialog = (dialog: ConnectionsDialog): void => set({ dialog });
export const closeDialog = (): void => set({ dialog: { is: 'none' } });
