import { connectionSchema, type Connection } from '#shared/connection.ts';
import { SettingsError } from './errors.ts';
import type { KeyValueStore } from './store.ts';

const KEY = 'connections';
const DAMAGED_KEY = 'damagedConnections';

/**
 * The connections that the user has made, in the user's order (new ones last), without secrets. What cannot be understood
 * at the start (a file edited by hand, a newer Cooper's) is moved to another key of the same store, where it can be
 * looked at, and counted in `damaged`; the rest works.
 */
export class Connections {
  readonly #store: KeyValueStore;
  #connections: readonly Connection[];
  /** Entries that were set aside just now; earlier ones are not counted again. */
  readonly damaged: number;

  /** @throws SettingsError `disk-error` when damaged entries were found and cannot be set aside. */
  constructor(store: KeyValueStore) {
    this.#store = store;
    const { connections, damaged } = load(store.get(KEY));
    this.#connections = connections;
    this.damaged = damaged.length;
    if (damaged.length === 0) return;
    const earlier = store.get(DAMAGED_KEY);
    this.#write(DAMAGED_KEY, Array.isArray(earlier) ? earlier.concat(damaged) : damaged);
    this.#write(KEY, connections);
  }

  list(): readonly Connection[] {
    return this.#connections;
  }

  /** @throws SettingsError `not-found`. */
  get(id: string): Connection {
    const found = this.#connections.find((connection) => connection.id === id);
    if (found === undefined) throw notFound();
    return found;
  }

  /**
   * @param after the id of the one that it goes behind; at the end when left out
   * @throws SettingsError `invalid-input` when the id is taken; `not-found` for an unknown `after`; `disk-error`.
   */
  add(connection: Connection, { after }: { after?: string } = {}): void {
    if (this.#connections.some(({ id }) => id === connection.id)) {
      throw new SettingsError({
        kind: 'invalid-input',
        operation: 'save connection',
        message: `There is a connection with the id “${connection.id}” already.`,
        nextStep: 'Edit that one, or make a new one.',
      });
    }
    const place =
      after === undefined ? this.#connections.length : this.#connections.indexOf(this.get(after)) + 1;
    this.#save(this.#connections.toSpliced(place, 0, connection));
  }

  /**
   * Replaces the connection of that id; it keeps its place.
   * @throws SettingsError `not-found`; `disk-error`.
   */
  update(connection: Connection): void {
    this.get(connection.id);
    this.#save(this.#connections.map((old) => (old.id === connection.id ? connection : old)));
  }

  /**
   * @param before the id of the one that it is to stand before; null: the end
   * @throws SettingsError `not-found`; `disk-error`.
   */
  move(id: string, before: string | null): void {
    const moved = this.get(id);
    if (before === id) return;
    const others = this.#connections.filter((connection) => connection !== moved);
    const place = before === null ? others.length : others.indexOf(this.get(before));
    this.#save(others.toSpliced(place, 0, moved));
  }

  /** @throws SettingsError `not-found`; `disk-error`. */
  remove(id: string): void {
    this.get(id);
    this.#save(this.#connections.filter((connection) => connection.id !== id));
  }

  #save(connections: readonly Connection[]): void {
    this.#write(KEY, connections);
    this.#connections = connections;
  }

  #write(key: string, value: unknown): void {
    try {
      this.#store.set(key, value);
    } catch (cause) {
      throw new SettingsError({
        kind: 'disk-error',
        operation: 'save connection',
        message: 'The settings could not be written to the disk.',
        nextStep: 'Check that the disk has room and that the settings file can be written, then try again.',
        cause,
      });
    }
  }
}

function load(stored: unknown): { connections: Connection[]; damaged: unknown[] } {
  if (stored === undefined) return { connections: [], damaged: [] };
  if (!Array.isArray(stored)) return { connections: [], damaged: [stored] };
  const connections = new Map<string, Connection>();
  const damaged: unknown[] = [];
  for (const entry of stored as unknown[]) {
    const parsed = connectionSchema.safeParse(entry);
    if (parsed.success && !connections.has(parsed.data.id)) connections.set(parsed.data.id, parsed.data);
    else damaged.push(entry);
  }
  return { connections: [...connections.values()], damaged };
}

function notFound(): SettingsError {
  return new SettingsError({
    kind: 'not-found',
    operation: 'find connection',
    message: 'This connection is not there any more.',
    nextStep: 'Choose another one, or make it again.',
  });
}
