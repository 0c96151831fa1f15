import { isDeepStrictEqual } from 'node:util';
import type { Connection } from '#shared/connection.ts';
import type { Profile } from '#shared/profile.ts';
import type { Connections } from '#settings/connections.ts';
import { probe } from '#storage/probe.ts';
import type { Storages } from './storages.ts';

/** What the server of each connection can do: found out once, and kept with the connection. */
export class Profiles {
  readonly #connections: Connections;
  readonly #storages: Storages;
  /** Those that are being found out, by the connection's id. */
  readonly #probing = new Map<string, Promise<Profile>>();

  readonly #learned = new Set<string>();

  constructor({ connections, storages }: { connections: Connections; storages: Storages }) {
    this.#connections = connections;
    this.#storages = storages;
  }

  /**
   * The kept profile; found out anew when there is none, when that is asked for, and as long as there was no bucket to
   * ask. Whoever asks meanwhile gets the same answer.
   *
   * @throws SettingsError `not-found`, `missing-secret`; StorageError when the server cannot be reached or does not
   *   accept the credentials.
   */
  async get(id: string, { again = false }: { again?: boolean | undefined } = {}): Promise<Profile> {
    const kept = this.#connections.get(id).profile;
    if (kept?.bucket !== undefined && !again) return kept;
    const running = this.#probing.get(id);
    if (running !== undefined) return running;
    const probing = this.#probe(id).finally(() => this.#probing.delete(id));
    this.#probing.set(id, probing);
    return probing;
  }

  /**
   * Finds the profile out in the background, once in each run of Cooper, unless it is known. Fails in silence: whoever
   * needs the profile asks for it, and is told.
   */
  learn(id: string): void {
    if (this.#learned.has(id)) return;
    this.#learned.add(id);
    this.get(id).catch(() => undefined);
  }

  /** What was known of it does not hold any more: the next look finds it out anew. */
  forget(id: string): void {
    this.#learned.delete(id);
  }

  /** Belongs to all who wait for it, so none of them can stop it; the connection's timeouts bound it. */
  async #probe(id: string): Promise<Profile> {
    const connection = this.#connections.get(id);
    const storage = await this.#storages.get(id);
    const profile = await probe(storage, { addressing: addressingOf(connection) });
    this.#keep(connection, profile);
    return profile;
  }

  /** Not when the connection was removed meanwhile, or leads elsewhere. */
  #keep(asked: Connection, profile: Profile): void {
    const known = this.#connections.list().find(({ id }) => id === asked.id);
    if (known !== undefined && isDeepStrictEqual(serverOf(known), serverOf(asked))) {
      this.#connections.update({ ...known, profile });
    }
  }
}

function addressingOf(connection: Connection): Profile['addressing'] {
  return connection.kind === 's3' ? connection.s3.addressing : 'path';
}

/** What a connection leads to, as whom. */
export function serverOf(connection: Connection): unknown {
  switch (connection.kind) {
    case 'sandbox':
      return connection.sandbox;
    case 's3':
      return connection.s3;
    case 'hcp':
      return connection.hcp;
  }
}
