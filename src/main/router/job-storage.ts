import { SettingsError } from '#settings/errors.ts';
import { StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import type { Storages } from './storages.ts';

/**
 * Opens a connection for a transfer, which has to understand by itself what is in its way, such as a missing secret.
 * @throws StorageError
 */
export async function storageForJob(storages: Storages, connectionId: string): Promise<Storage> {
  try {
    return await storages.get(connectionId);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const { kind, operation, message } = error;
    throw new StorageError({ kind, operation, message, cause: error });
  }
}
