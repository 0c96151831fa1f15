import { readZip } from './zip-readers.ts';

/** What Cooper says inside a ZIP about names that changed and objects that are missing. */
export interface ManifestDocument {
  renamed: { key: string; name: string }[];
  failed: { key: string; kind: string; code?: string; reason: string }[];
}

/** The manifest of a ZIP and its name there, if it has one. It is numbered where an object has its name already. */
export async function readManifest(path: string): Promise<(ManifestDocument & { name: string }) | undefined> {
  let last: { name: string; text: string } | undefined;
  for await (const { name, bytes } of readZip(path)) {
    last = /^cooper-manifest( \(\d+\))?\.json$/.test(name)
      ? { name, text: bytes.toString('utf8') }
      : undefined;
  }
  if (last === undefined) return undefined;
  return { ...(JSON.parse(last.text) as ManifestDocument), name: last.name };
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
    if (entry.isFolder || entry.name === manifest?.name) continue;
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
