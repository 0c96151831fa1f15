/** Keys in the order of their UTF-8 bytes, the order of every listing. */
export function sortByBytes(keys: Iterable<string>): string[] {
  return [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** What a listing has to give, all pages together. */
export function expectedListing(
  keys: Iterable<string>,
  {
    prefix = '',
    delimiter,
    startAfter,
  }: { prefix?: string; delimiter?: string | undefined; startAfter?: string },
): { prefixes: string[]; keys: string[] } {
  const objects: string[] = [];
  const prefixes = new Set<string>();
  for (const key of sortByBytes(keys)) {
    if (!key.startsWith(prefix)) continue;
    if (startAfter !== undefined && Buffer.compare(Buffer.from(key), Buffer.from(startAfter)) <= 0) continue;
    const at = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
    if (at === -1) objects.push(key);
    else prefixes.add(key.slice(0, at + (delimiter?.length ?? 0)));
  }
  return { prefixes: [...prefixes], keys: objects };
}
