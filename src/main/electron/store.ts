import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import ElectronStore from 'electron-store';

/** For this user alone: what a weak vault has obscured, every other user of the computer could read. */
const FILE_MODE = 0o600;

/**
 * A settings file in the user's folder for Cooper. One that is not JSON any more is renamed, so that nothing in it
 * is lost, and a new one begun.
 */
export function openStore(name: string): ElectronStore {
  const options = { name, configFileMode: FILE_MODE };
  try {
    return new ElectronStore(options);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const file = join(app.getPath('userData'), `${name}.json`);
    const aside = `${file.slice(0, -'.json'.length)}.damaged-${Date.now()}.json`;
    renameSync(file, aside);
    console.error(`The file ${file} could not be read (${error.message}). It is kept as ${aside}.`);
    return new ElectronStore(options);
  }
}
