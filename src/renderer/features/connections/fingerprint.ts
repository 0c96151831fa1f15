const PAIRS_A_GROUP = 4;

/** A fingerprint in hex pairs with colons, in groups of four pairs that an eye can compare one by one. */
export function fingerprintGroups(fingerprint: string): string[] {
  const pairs = fingerprint.split(':');
  return Array.from({ length: Math.ceil(pairs.length / PAIRS_A_GROUP) }, (_, i) =>
    pairs.slice(i * PAIRS_A_GROUP, (i + 1) * PAIRS_A_GROUP).join(':'),
  );
}
