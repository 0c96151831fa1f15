import { type TransferSettings, transferSettingsSchema } from '#shared/transfer-settings.ts';
import { SettingsError } from './errors.ts';
import type { KeyValueStore } from './store.ts';

const KEY = 'transfers';

/** The numbers that the user has set for transfers. What cannot be understood in the file is as if it was not there. */
export class TransferPreferences {
  readonly #store: KeyValueStore;
  #settings: TransferSettings;

  constructor(store: KeyValueStore) {
    this.#store = store;
    const stored = transferSettingsSchema.safeParse(store.get(KEY));
    this.#settings = stored.success ? stored.data : transferSettingsSchema.parse({});
  }

  get(): TransferSettings {
    return this.#settings;
  }

  /**
   * Keeps all of them.
   * @throws SettingsError `disk-error`, and they stay as they were
   */
  set(settings: TransferSettings): void {
    try {
      this.#store.set(KEY, settings);
    } catch (cause) {
      throw new SettingsError({
        kind: 'disk-error',
        operation: 'keep the settings of transfers',
        message: 'The settings of transfers could not be written to the disk.',
        nextStep: 'Check that the disk has room and that the settings file can be written, then try again.',
        cause,
      });
    }
    this.#settings = settings;
  }
}
