/** Where settings rest: a file of named values, written at once and whole. */
export interface KeyValueStore {
  get(key: string): unknown;
  /** @throws when the value cannot be written. */
  set(key: string, value: unknown): void;
}
