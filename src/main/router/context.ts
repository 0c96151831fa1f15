import type { JobRunner } from '#jobs/runner.ts';
import type { Connections } from '#settings/connections.ts';
import type { PendingDeletions } from '#settings/pending-deletions.ts';
import type { TransferPreferences } from '#settings/transfer-preferences.ts';
import type { Vault } from '#settings/vault.ts';
import type { Profiles } from './profile.ts';
import type { Storages } from './storages.ts';

export interface FileFilter {
  name: string;
  /** Without the dot; `*` for any. */
  extensions: string[];
}

/** What the procedures ask of the desktop that Cooper runs on. A dialog that the user leaves gives null. */
export interface Desktop {
  /** The dialog asks by itself before a file that exists is chosen. */
  chooseSavePath(question: {
    title: string;
    defaultPath: string;
    filters: FileFilter[];
  }): Promise<string | null>;
  chooseFile(question: { title: string; filters: FileFilter[] }): Promise<string | null>;
  chooseFolder(question: { title: string }): Promise<string | null>;
  /** Several at once. */
  chooseMany(question: { title: string; what: 'files' | 'folders' }): Promise<string[] | null>;
  /** Puts a text into the clipboard, and takes it out again after that time if it is still there. */
  copyText(text: string, options: { clearAfterSeconds: number }): void | Promise<void>;
  /** Shows a file in its folder. */
  revealFile(path: string): void | Promise<void>;
}

export interface AppFacts {
  version: string;
  platform: NodeJS.Platform;
  downloadsFolder: string;
  /** The folder that is proposed for a sandbox. */
  sandboxFolder: string;
}

/** What every procedure works with. Made once, by the composition root. */
export interface Context {
  settings: {
    connections: Connections;
    pendingDeletions: PendingDeletions;
    transfers: TransferPreferences;
  };
  /** Folders of transfers that could not be read at this start, and were set aside. */
  damagedTransfers: readonly string[];
  vault: Vault;
  storages: Storages;
  profiles: Profiles;
  jobs: JobRunner;
  desktop: Desktop;
  app: AppFacts;
}
