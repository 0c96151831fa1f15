import { isAbsolute } from 'node:path';
import type { ConnectionDraft } from '#shared/connection.ts';
import { SettingsError } from '#settings/errors.ts';

/** @throws SettingsError `invalid-input`. */
export function requireAbsolute(folder: string): void {
  if (isAbsolute(folder)) return;
  throw new SettingsError({
    kind: 'invalid-input',
    operation: 'open sandbox',
    message: `“${folder}” is no full path.`,
    nextStep: 'Choose a folder for the sandbox.',
  });
}

export function secretNeeded(kind: ConnectionDraft['kind']): SettingsError {
  const isPassword = kind === 'hcp';
  return new SettingsError({
    kind: 'invalid-input',
    operation: 'save connection',
    message: isPassword ? 'The password is missing.' : 'The secret key is missing.',
    nextStep: isPassword
      ? 'Type the password of the HCP user.'
      : 'Type the secret key that belongs to the access key.',
  });
}
