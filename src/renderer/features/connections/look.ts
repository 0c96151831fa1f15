import { api, failureOf } from '#renderer/api.ts';
import type { Colour, Connection } from '#shared/connection.ts';
import type { Failure } from '#shared/failure.ts';
import { put, putAll, useConnections } from './store.ts';

/** Colour names as people read them. */
export const colourNames: Record<Colour, string> = {
  grey: 'Grey',
  red: 'Red',
  orange: 'Orange',
  yellow: 'Yellow',
  green: 'Green',
  teal: 'Teal',
  blue: 'Blue',
  purple: 'Purple',
  pink: 'Pink',
};

/** Changes what is no setting of the server: it needs no new sign-in, and works while jobs run. */
export async function setLook(
  id: string,
  look: { colour?: Colour | null; readOnly?: boolean },
): Promise<Failure | undefined> {
  try {
    put(await api.connections.setLook.mutate({ id, ...look }));
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}

export type Step = 'up' | 'down';

/** Whether a connection has another above or below it. */
export function canMove(id: string, step: Step): boolean {
  const { connections } = useConnections.getState();
  const at = connections.findIndex((connection) => connection.id === id);
  return at !== -1 && (step === 'up' ? at > 0 : at < connections.length - 1);
}

/** One place up or down. */
export function moveBy(id: string, step: Step): Promise<Failure | undefined> {
  const { connections } = useConnections.getState();
  const at = connections.findIndex((connection) => connection.id === id);
  const before = connections[step === 'up' ? at - 1 : at + 2]?.id ?? null;
  return moveBefore(id, before);
}

/** Puts a connection before another one, or last, and leaves the focus where it was on it. */
export async function moveBefore(id: string, before: string | null): Promise<Failure | undefined> {
  if (id === before) return undefined;
  const focused = document.activeElement;
  try {
    putAll(await api.connections.move.mutate({ id, before }));
  } catch (error) {
    return failureOf(error);
  }
  // an element that is put elsewhere loses the focus
  setTimeout(() => {
    if (focused instanceof HTMLElement && focused.isConnected) focused.focus();
  });
  return undefined;
}

/** Makes another one of a connection, with its secret. */
export async function duplicate(id: string): Promise<{ connection: Connection } | { failure: Failure }> {
  try {
    const connection = await api.connections.duplicate.mutate({ id });
    putAll(await api.connections.list.query());
    return { connection };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

/** Puts the focus on a connection in the sidebar, once it is there. */
export function focusConnection(id: string): void {
  setTimeout(() => {
    document.querySelector<HTMLElement>(`[data-connection="${CSS.escape(id)}"] [data-main]`)?.focus();
  });
}
