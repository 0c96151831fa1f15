import type { KeepSecret, VaultStatus } from '#shared/connection.ts';
import { SettingsError } from './errors.ts';
import type { KeyValueStore } from './store.ts';

const KEY = 'secrets';

/** What encrypts for this user on this computer; the operating system's, in the app. */
export interface Cipher {
  status(): VaultStatus;
  encrypt(text: string): Buffer;
  /** @throws when the bytes were not made by this cipher for this user. */
  decrypt(bytes: Buffer): string;
}

/**
 * The secrets of the connections, by connection id. On disk only as ciphertext, in a store of their own, apart from
 * the connections; or in memory until Cooper quits.
 */
export class Vault {
  readonly #cipher: Cipher;
  readonly #store: KeyValueStore;
  readonly #session = new Map<string, string>();

  constructor(cipher: Cipher, store: KeyValueStore) {
    this.#cipher = cipher;
    this.#store = store;
  }

  status(): VaultStatus {
    return this.#cipher.status();
  }

  /**
   * Keeps a secret in place of the one before, wherever that was.
   *
   * @throws SettingsError `weak-vault` when this computer cannot keep it as asked: `vault` needs the system's own
   *   vault, `weak-vault` at least an obscured one. Nothing is changed then. `disk-error` when it cannot be written.
   */
  set(id: string, secret: string, { keep }: { keep: KeepSecret }): void {
    if (keep === 'session') {
      this.#forgetStored(id);
      this.#session.set(id, secret);
      return;
    }
    this.#write(this.#stored().set(id, this.#encrypt(secret, keep)));
    this.#session.delete(id);
  }

  /**
   * Gives another connection the same secret, kept in the same way; nothing when there is none.
   * @throws SettingsError `disk-error`.
   */
  copy(from: string, to: string): void {
    const inMemory = this.#session.get(from);
    const stored = this.#stored();
    const ciphertext = stored.get(from);
    if (inMemory !== undefined) this.#session.set(to, inMemory);
    else if (ciphertext !== undefined) this.#write(stored.set(to, ciphertext));
  }

  /** Undefined when there is none, or none that this user on this computer can read. */
  get(id: string): string | undefined {
    const inMemory = this.#session.get(id);
    if (inMemory !== undefined) return inMemory;
    const ciphertext = this.#stored().get(id);
    if (ciphertext === undefined) return undefined;
    try {
      return this.#cipher.decrypt(Buffer.from(ciphertext, 'base64'));
    } catch {
      return undefined; // written by another user or on another computer, or damaged: `require` says so
    }
  }

  /**
   * The secret, or the reason why there is none.
   * @throws SettingsError `missing-secret`.
   */
  require(id: string, connectionName: string, what: 'secret key' | 'password' = 'secret key'): string {
    const secret = this.get(id);
    if (secret !== undefined) return secret;
    const unreadable = this.#stored().has(id);
    throw new SettingsError({
      kind: 'missing-secret',
      operation: 'read secret',
      message: unreadable
        ? `The ${what} of “${connectionName}” was kept by another user or on another computer, and cannot be read here.`
        : `The ${what} of “${connectionName}” was kept for one session only.`,
      nextStep: `Type the ${what} again.`,
    });
  }

  /** @throws SettingsError `disk-error`. */
  delete(id: string): void {
    this.#session.delete(id);
    this.#forgetStored(id);
  }

  #encrypt(secret: string, keep: 'vault' | 'weak-vault'): string {
    const { strength, backend } = this.#cipher.status();
    if (strength === 'none' || (strength === 'weak' && keep === 'vault')) {
      throw weakVault(
        strength === 'none'
          ? 'This computer has no vault that could keep the secret key.'
          : `This computer would only obscure the secret key on the disk (${backend}), not protect it.`,
      );
    }
    try {
      return this.#cipher.encrypt(secret).toString('base64');
    } catch (cause) {
      throw weakVault(`The vault of this computer (${backend}) refused to keep the secret key.`, cause);
    }
  }

  #stored(): Map<string, string> {
    const stored = this.#store.get(KEY);
    if (typeof stored !== 'object' || stored === null) return new Map();
    return new Map(
      Object.entries(stored).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  }

  #forgetStored(id: string): void {
    const secrets = this.#stored();
    if (secrets.delete(id)) this.#write(secrets);
  }

  #write(secrets: Map<string, string>): void {
    try {
      this.#store.set(KEY, Object.fromEntries(secrets));
    } catch (cause) {
      throw new SettingsError({
        kind: 'disk-error',
        operation: 'save secret',
        message: 'The secret key could not be written to the disk.',
        nextStep: 'Check that the disk has room and that the settings can be written, then try again.',
        cause,
      });
    }
  }
}

function weakVault(message: string, cause?: unknown): SettingsError {
  return new SettingsError({
    kind: 'weak-vault',
    operation: 'save secret',
    message,
    nextStep: 'Keep it for this session only, or agree to the weaker way.',
    cause,
  });
}
