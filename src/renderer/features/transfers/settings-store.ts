import { create } from 'zustand';
import { api, failureOf } from '#renderer/api.ts';
import type { Failure } from '#shared/failure.ts';
import type { TransferSettings } from '#shared/transfer-settings.ts';

interface SettingsState {
  settings: TransferSettings | undefined;
  failure: Failure | undefined;
  open: boolean;
}

export const useSettings = create<SettingsState>(() => ({
  settings: undefined,
  failure: undefined,
  open: false,
}));

const { getState: get, setState: set } = useSettings;

export async function loadSettings(): Promise<void> {
  try {
    set({ settings: await api.transfers.settings.query(), failure: undefined });
  } catch (error) {
    set({ failure: failureOf(error) });
  }
}

/** Changes go to main one after another: a later one must not be overtaken by an earlier. */
let saving: Promise<void> = Promise.resolve();

/** Changes some of the limits: shown at once, and in force as soon as main has them. */
export function changeSettings(part: Partial<TransferSettings>): void {
  const before = get().settings;
  if (before === undefined) return;
  const next = { ...before, ...part };
  set({ settings: next });
  saving = saveAfter(saving, next);
}

async function saveAfter(earlier: Promise<void>, next: TransferSettings): Promise<void> {
  await earlier;
  try {
    await api.transfers.setSettings.mutate(next);
    set({ failure: undefined });
  } catch (error) {
    await loadSettings();
    set({ failure: failureOf(error) });
  }
}

/** Shows or hides the limits. */
export function setLimitsOpen(open: boolean): void {
  set({ open });
  if (open) void loadSettings();
}
