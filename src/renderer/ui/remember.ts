import type { z } from 'zod';

/** Reads a small thing that the window remembers; `fallback` when there is none or it is not what it should be. */
export function recall<T>(name: string, schema: z.ZodType<T>, fallback: T): T {
  const text = localStorage.getItem(`cooper.${name}`);
  if (text === null) return fallback;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return fallback;
  }
}

/** Remembers a small thing across reloads and restarts of the window. */
export function remember(name: string, value: unknown): void {
  localStorage.setItem(`cooper.${name}`, JSON.stringify(value));
}
