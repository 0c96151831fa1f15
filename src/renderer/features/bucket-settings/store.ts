import { create } from 'zustand';
import { api, failureOf } from '#renderer/api.ts';
import type {
  RemovableSetting,
  SettingName,
  SettingState,
  WritableSetting,
} from '#shared/bucket-settings.ts';
import type { Failure } from '#shared/failure.ts';
import type { NamespaceSettings, NamespaceStatistics } from '#shared/hcp.ts';
import { readDraft, textOf } from './drafts.ts';
import type { SectionId } from './sections.ts';

export interface SettingsPlace {
  connectionId: string;
  bucket: string;
  isHcp: boolean;
}

export type Loaded<T> =
  { state: 'loading' } | { state: 'failed'; failure: Failure } | { state: 'ready'; value: T };
export interface NamespaceFacts {
  settings: NamespaceSettings;
  statistics?: NamespaceStatistics;
}
type Sending =
  { state: 'sending' } | { state: 'failed'; failure: Failure } | { state: 'saved'; text: string };
type Question = { is: 'leave' } | { is: 'remove'; name: RemovableSetting };

interface SettingsState {
  place: SettingsPlace | undefined;
  section: SectionId;
  loaded: { [K in SettingName]?: Loaded<SettingState<K>> };
  namespace: Loaded<NamespaceFacts | null> | undefined;
  /** What is being written and was not sent, as text. */
  drafts: Partial<Record<WritableSetting, string>>;
  sending: Partial<Record<WritableSetting, Sending>>;
  question: Question | undefined;
}

const closed: SettingsState = {
  place: undefined,
  section: 'versioning',
  loaded: {},
  namespace: undefined,
  drafts: {},
  sending: {},
  question: undefined,
};

export const useSettings = create<SettingsState>(() => closed);

const { getState: get, setState: set } = useSettings;

let call = new AbortController();

export function openSettings(place: SettingsPlace, section: SectionId = 'versioning'): void {
  call.abort();
  call = new AbortController();
  set({ ...closed, place, section });
}

export function closeSettings(): void {
  call.abort();
  set(closed);
}

export const showSection = (section: SectionId): void => set({ section });

/** Asks for a setting, unless it is known or on its way. */
export function needSetting(name: SettingName): void {
  const known = get().loaded[name];
  if (known === undefined) void loadSetting(name);
}

/** Asks for a setting as it is now. What is being written stays. */
export async function loadSetting(name: SettingName): Promise<void> {
  const { place } = get();
  if (place === undefined) return;
  const { signal } = call;
  const put = (loaded: Loaded<SettingState>) => {
    if (!signal.aborted) set((state) => ({ loaded: { ...state.loaded, [name]: loaded } }));
  };
  put({ state: 'loading' });
  try {
    const { connectionId, bucket } = place;
    put({
      state: 'ready',
      value: await api.buckets.setting.query({ connectionId, bucket, name }, { signal }),
    });
  } catch (error) {
    put({ state: 'failed', failure: failureOf(error) });
  }
}

export async function loadNamespace(): Promise<void> {
  const { place } = get();
  if (place === undefined) return;
  const { signal } = call;
  const { connectionId, bucket } = place;
  set({ namespace: { state: 'loading' } });
  try {
    const value = await api.buckets.namespace.query({ connectionId, bucket }, { signal });
    if (!signal.aborted) set({ namespace: { state: 'ready', value } });
  } catch (error) {
    if (!signal.aborted) set({ namespace: { state: 'failed', failure: failureOf(error) } });
  }
}

/** A setting as the server has it, as text. */
export function savedText(name: WritableSetting, { loaded }: Pick<SettingsState, 'loaded'> = get()): string {
  const found: Loaded<SettingState> | undefined = loaded[name];
  return found?.state === 'ready' ? textOf(name, found.value) : '';
}

/** Which settings were changed and not sent. */
export function unsaved(
  { drafts, loaded }: Pick<SettingsState, 'drafts' | 'loaded'> = get(),
): WritableSetting[] {
  const names: WritableSetting[] = ['versioning', 'acl', 'cors', 'tags', 'lifecycle', 'policy'];
  return names.filter((name) => drafts[name] !== undefined && drafts[name] !== savedText(name, { loaded }));
}

export function edit(name: WritableSetting, text: string): void {
  set(({ drafts, sending }) => {
    const { [name]: _, ...others } = sending;
    return { drafts: { ...drafts, [name]: text }, sending: others };
  });
}

/** Back to what the server has. */
export function revert(name: WritableSetting): void {
  set(({ drafts: { [name]: _, ...drafts }, sending: { [name]: __, ...sending } }) => ({ drafts, sending }));
}

const putSending = (name: WritableSetting, state: Sending): void =>
  set(({ sending }) => ({ sending: { ...sending, [name]: state } }));

/** Sends a change, and shows what the server has after it. */
async function send(name: WritableSetting, done: string, run: (place: SettingsPlace) => Promise<unknown>) {
  const { place } = get();
  if (place === undefined) return;
  const { signal } = call;
  putSending(name, { state: 'sending' });
  try {
    await run(place);
    if (signal.aborted) return;
    await loadSetting(name);
    if (signal.aborted) return;
    revert(name);
    putSending(name, { state: 'saved', text: done });
  } catch (error) {
    if (!signal.aborted) putSending(name, { state: 'failed', failure: failureOf(error) });
  }
}

export async function save(name: WritableSetting): Promise<void> {
  const read = readDraft(name, get().drafts[name] ?? '');
  if ('problem' in read) return;
  const { change } = read;
  await send(name, 'Saved.', ({ connectionId, bucket }) =>
    api.buckets.changeSetting.mutate({ connectionId, bucket, change }),
  );
}

export async function remove(name: RemovableSetting): Promise<void> {
  set({ question: undefined });
  await send(name, 'Removed.', ({ connectionId, bucket }) =>
    api.buckets.removeSetting.mutate({ connectionId, bucket, name }),
  );
}

/** Closes the settings; asks first when something was not saved. */
export function leave(): void {
  if (unsaved().length > 0) set({ question: { is: 'leave' } });
  else closeSettings();
}

export const askToRemove = (name: RemovableSetting): void => set({ question: { is: 'remove', name } });
export const stopAsking = (): void => set({ question: undefined });
