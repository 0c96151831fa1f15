import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { colours, connectionLookFields, type Connection } from '#shared/connection.ts';
import type { Context } from './context.ts';
import { refuseWhileInUse } from './save-connection.ts';

export const lookSchema = z.object({
  id: z.string().min(1),
  name: connectionLookFields.name.optional(),
  /** null takes it away. */
  colour: z.enum(colours).nullish(),
  readOnly: connectionLookFields.readOnly,
  buckets: connectionLookFields.buckets,
});

/**
 * Changes what a connection looks like and what may be done through it; where it leads stays.
 * @throws SettingsError `not-found`; `conflict` when it is to be read-only while a job works on it; `disk-error`.
 */
export function setLook(context: Context, look: z.infer<typeof lookSchema>): Connection {
  const before = context.settings.connections.get(look.id);
  const { name = before.name, readOnly = before.readOnly, buckets = before.buckets } = look;
  const colour = look.colour === undefined ? before.colour : look.colour;
  const { colour: _colour, readOnly: _readOnly, buckets: _buckets, ...kept } = before;
  const after: Connection = {
    ...kept,
    name,
    ...(colour !== undefined && colour !== null && { colour }),
    ...(readOnly === true && { readOnly }),
    ...(buckets !== undefined && buckets.length > 0 && { buckets: [...new Set(buckets)] }),
  };
  refuseWhileInUse(context, before, after);
  context.settings.connections.update(after);
  return after;
}

/** @throws SettingsError `not-found`; `disk-error`. */
export function moveConnection(
  { settings: { connections } }: Context,
  { id, before }: { id: string; before: string | null },
): readonly Connection[] {
  connections.move(id, before);
  return connections.list();
}

/**
 * Makes the same connection once more, behind the first, its secret included and kept in the same way.
 * @throws SettingsError `not-found`; `disk-error`, and then there is none.
 */
export function duplicateConnection({ settings, vault }: Context, id: string): Connection {
  const { connections } = settings;
  const original = connections.get(id);
  const copy: Connection = {
    ...original,
    id: randomUUID(),
    name: freeName(original.name, connections.list()),
  };
  vault.copy(id, copy.id);
  try {
    connections.add(copy, { after: id });
  } catch (error) {
    vault.delete(copy.id);
    throw error;
  }
  return copy;
}

const MAX_NAME = 80;

/** `Archive (copy)`, `Archive (copy 2)`, … within the length that a name may have. */
function freeName(name: string, connections: readonly Connection[]): string {
  const taken = new Set(connections.map((connection) => connection.name));
  const base = name.replace(/ \(copy(?: \d+)?\)$/u, '');
  for (let n = 1; ; n++) {
    const ending = n === 1 ? ' (copy)' : ` (copy ${n})`;
    const kept = base.slice(0, MAX_NAME - ending.length).replace(/\p{Surrogate}$/u, ''); // no half characters
    const candidate = `${kept}${ending}`;
    if (!taken.has(candidate)) return candidate;
  }
}
