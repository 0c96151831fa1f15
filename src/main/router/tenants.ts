import { StorageError } from '#storage/errors.ts';
import type { CallOptions } from '#storage/storage.ts';
import type { Context } from './context.ts';

/**
 * The names of HCP's tenants.
 * @throws SettingsError `not-found`, `missing-secret`; StorageError `not-supported` anywhere but at the system level.
 */
export async function tenantsOf({ storages }: Context, id: string, options: CallOptions): Promise<string[]> {
  const { namespaces } = await storages.get(id);
  if (namespaces === undefined) {
    const message = 'Only a Hitachi Content Platform has tenants.';
    throw new StorageError({ kind: 'not-supported', operation: 'list the tenants of', message });
  }
  return namespaces.tenants(options);
}
