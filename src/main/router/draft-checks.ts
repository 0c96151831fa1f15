import { isAbsolute } from 'node:path';
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

export function secretNeeded(): SettingsError {
  return new SettingsError({
    kind: 'invalid-input',
    operation: 'save connection',
    message: 'The secret key is missing.',
    nextStep: 'Type the secret key that belongs to the access key.',
  });
}
