import { readZip } from './zip-readers.ts';

/** What Cooper says inside a ZIP about names that changed and objects that are missing. */
export interface ManifestDocument {
  renamed: { key: string; name: string }[];
  failed: { key: string; kind: string; code?: string; reason: string }[];
}

export const MANIFEST = 'cooper-manifest.json';

/** The manifest of a ZIP, if it has one. */
export async function readManifest(path: string): Promise<ManifestDocument | undefined> {
  for await (const entry of readZip(path)) {
    if (entry.name === MANIFEST) return JSON.parse(entry.bytes.toString('utf8')) as ManifestDocument;
  }
  return undefined;
}

/**
 * How the files in a ZIP differ from the objects that should be in it, each a line; none when every byte is the same.
 * A name that had to change is found by the manifest.
 *
 * @param base the start of the keys that the names inside the ZIP leave out
 */
export async function differencesFrom(
  path: string,
  objects: ReadonlyMap<string, Uint8Array>,
  base: string,
): Promise<string[]> {
  const manifest = await readManifest(path);
  const keyOf = new Map(manifest?.renamed.map(({ key, name }) => [name, key]));
  const missing = new Set(objects.keys());
  const differences: string[] = [];
  for await (const entry of readZip(path)) {
    if (entry.isFolder || entry.name === MANIFEST) continue;
    const key = keyOf.get(entry.name) ?? base + entry.name;
    const expected = objects.get(key);
    if (expected === undefined) differences.push(`${entry.name}: nobody asked for it`);
    else if (Buffer.compare(entry.bytes, expected) !== 0)
      differences.push(`${entry.name}: other bytes than ${key}`);
    if (!missing.delete(key) && expected !== undefined) differences.push(`${entry.name}: ${key} once more`);
  }
  for (const key of missing) differences.push(`${key}: missing`);
  return differences;
}
