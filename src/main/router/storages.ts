import { isDeepStrictEqual } from 'node:util';
import type { Connection } from '#shared/connection.ts';
import type { Connections } from '#settings/connections.ts';
import type { Vault } from '#settings/vault.ts';
import { StorageError } from '#storage/errors.ts';
import { asConnected, type StorageAccess } from '#storage/open.ts';
import type { CallOptions, Storage } from '#storage/storage.ts';

/** One that tests a connection looks at the screen meanwhile: a second try, for a clock that was corrected by the first. */
const TEST_ATTEMPTS = 2;

/** Where a running sandbox listens, and the keys that it made for itself. */
export interface SandboxAddress {
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

export interface StoragesOptions {
  connections: Connections;
  vault: Vault;
  /** Makes a Storage, that of `#storage/open.ts`; sends nothing yet. */
  openStorage: (access: StorageAccess, retry?: { attempts: number }) => Storage;
  /**
   * Starts the sandbox over a folder. Asked again, also at once, it gives the one that runs.
   * @throws Error in words for a person when the folder cannot be used.
   */
  startSandbox: (folder: string) => Promise<SandboxAddress>;
  /** Fills an empty sandbox with the sample buckets. */
  seedSamples?: (storage: Storage) => Promise<void>;
}

/** What a connection lets through, which changes without a new connection to the server. */
type Switches = Pick<Connection, 'buckets' | 'readOnly'>;

interface OpenStorage {
  access: StorageAccess;
  /** The one that is open. */
  base: Storage;
  switches: Switches;
  /** That one, as the switches have it. */
  storage: Storage;
  /** Settles when the samples are in. */
  ready: Promise<void>;
}

/**
 * The open Storages, one for each connection that has been used. A connection whose settings, secret or sandbox have
 * changed since is opened anew, and the Storage before is closed.
 */
export class Storages {
  readonly #options: StoragesOptions;
  readonly #open = new Map<string, OpenStorage>();
  readonly #wantSamples = new Set<string>();

  constructor(options: StoragesOptions) {
    this.#options = options;
  }

  /**
   * @throws SettingsError `not-found` for an unknown connection, `missing-secret` when the secret has to be typed
   *   again; StorageError when its settings or its sandbox's folder cannot be used.
   */
  async get(connectionId: string): Promise<Storage> {
    const connection = this.#options.connections.get(connectionId);
    const access = await this.#accessOf(connection);
    if (this.#options.connections.get(connectionId) !== connection) return this.get(connectionId); // changed meanwhile
    // From here to the entry nothing waits, so that calls at once find one another's.
    const known = this.#open.get(connectionId);
    if (known !== undefined && isDeepStrictEqual(known.access, access)) {
      await known.ready;
      return switched(known, connection);
    }
    this.close(connectionId);
    const base = this.#options.openStorage(access);
    const ready = this.#wantSamples.delete(connectionId) ? this.#seed(base) : Promise.resolve();
    const opened: OpenStorage = { access, base, switches: {}, storage: base, ready };
    this.#open.set(connectionId, opened);
    try {
      await ready;
    } catch (error) {
      this.close(connectionId);
      throw error;
    }
    return switched(opened, connection);
  }

  /**
   * Signs in with settings that are not saved, and counts the buckets that they may see; at the system level of HCP the
   * tenants.
   * @throws StorageError
   */
  async test(
    access: StorageAccess,
    options?: CallOptions,
    switches: Switches = {},
  ): Promise<{ buckets: number; tenants?: number }> {
    const base = this.#options.openStorage(access, { attempts: TEST_ATTEMPTS });
    const storage = asConnected(base, switches);
    try {
      // At the system level there is no S3 that could refuse.
      const isSystem = 'hcp' in access && access.hcp.tenant === undefined;
      const tenants = isSystem ? await storage.namespaces?.tenants(options) : undefined;
      return {
        buckets: (await storage.listBuckets(options)).length,
        ...(tenants !== undefined && { tenants: tenants.length }),
      };
    } finally {
      storage.close();
    }
  }

  /**
   * What a sandbox over this folder is opened with; it is started for that.
   * @throws StorageError `disk-error` with the sandbox's own words when it cannot use the folder.
   */
  async startSandbox(folder: string): Promise<Extract<StorageAccess, { settings: unknown }>> {
    const { endpoint, region, accessKeyId, secretAccessKey } = await this.#startSandbox(folder);
    return {
      secretAccessKey,
      settings: {
        preset: 'generic',
        endpoint,
        region,
        accessKeyId,
        addressing: 'path',
        connectTimeoutMs: 10_000,
        idleTimeoutMs: 60_000,
      },
    };
  }

  /** Puts the sample buckets in when this connection is next opened, should it have no buckets then. */
  seedWhenOpened(connectionId: string): void {
    this.#wantSamples.add(connectionId);
  }

  /** Frees the sockets of a connection; calls under way fail. Nothing happens when it is not open. */
  close(connectionId: string): void {
    this.#open.get(connectionId)?.base.close();
    this.#open.delete(connectionId);
  }

  closeAll(): void {
    for (const { base } of this.#open.values()) base.close();
    this.#open.clear();
  }

  async #startSandbox(folder: string): Promise<SandboxAddress> {
    try {
      return await this.#options.startSandbox(folder);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new StorageError({ kind: 'disk-error', operation: 'open', path: folder, message, cause });
    }
  }

  async #accessOf(connection: Connection): Promise<StorageAccess> {
    switch (connection.kind) {
      case 'sandbox':
        return this.startSandbox(connection.sandbox.folder);
      case 's3':
        return {
          settings: connection.s3,
          secretAccessKey: this.#options.vault.require(connection.id, connection.name),
        };
      case 'hcp':
        return {
          hcp: connection.hcp,
          secret: this.#options.vault.require(connection.id, connection.name, 'password'),
        };
    }
  }

  async #seed(storage: Storage): Promise<void> {
    const buckets = await storage.listBuckets();
    if (buckets.length === 0) await this.#options.seedSamples?.(storage);
  }
}

/** The same Storage as long as the switches are the same. */
function switched(opened: OpenStorage, { buckets, readOnly }: Switches): Storage {
  const switches = { buckets, readOnly };
  if (!isDeepStrictEqual(opened.switches, switches)) {
    opened.switches = switches;
    opened.storage = asConnected(opened.base, switches);
  }
  return opened.storage;
}
