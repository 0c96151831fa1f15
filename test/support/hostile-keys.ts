import fc from 'fast-check';

/** Pieces that one file system or another chokes on, and their twins. */
const PIECES = [
  '', '.', '..', '...', ' ', '  ', '_', '~', 'a', 'A', 'b', 'a.', 'a ', ' a', 'a. .', 'a..txt', '.bashrc', '.Bashrc',
  'C:', 'C:\\Windows', '\\\\server\\share', '..\\..\\evil', '%2e%2e', '%2F', 'a%20b', 'a+b', 'a&b', "a'b", 'a"b',
  'CON', 'con', 'Con.txt', 'con .txt', 'PRN', 'AUX', 'aux.tar.gz', 'NUL', 'nul.', 'COM1', 'com0', 'COM¹.log', 'LPT9', 'lpt³',
  'CONIN$', 'conout$.txt', 'CLOCK$', 'CONSOLE', 'COM10',
  'a<b', 'a>b', 'a:b', 'a"b', 'a|b', 'a?b', 'a*b', 'a\\b', 'file.txt:stream', 'a_b',
  'a\u0000b', 'a\u0001b', 'a\tb', 'a\nb', 'a\r\nb', 'a\u001fb', 'a\u007fb', 'a\u0085b', 'a\u2028b', '\ufeffa', 'a\u200bb', 'ab',
  'x.txt', 'X.txt', 'X.TXT', 'x (2).txt', 'x (3).txt', 'X (2).TXT', 'x (2) (2).txt', 'x', 'x (2)',
  'é', 'e\u0301', 'É', 'E\u0301', 'Å', '\u212b', 'A\u030a', 'ﬁ', 'fi', 'ß', 'ẞ', 'ss', 'SS', 'İ', 'i̇', 'ı', 'I', 'i', 'ſ', 's',
  'ς', 'σ', 'Σ', 'K', 'k', '한글', '\u1112\u1161\u11ab글', 'ǅ', 'ǆ',
  '🪣', '👩‍👩‍👧', '👩👩👧', '🇩🇪', 'שלום', 'مرحبا', '\u202egpj.exe', '\u200fx', '漢字', '\u{10ffff}', '\ufffe', '\ufffd',
  'cooper-manifest.json', 'Cooper-Manifest.JSON', 'PROGRA~1', '__MACOSX', '-rf', '$HOME', '`id`', '\u00a0', 'a\u00a0',
  'n'.repeat(255), `${'n'.repeat(254)}N`, 'n'.repeat(256), `${'é'.repeat(130)}.jpeg`, `${'🪣'.repeat(70)}.txt`, `x${'🪣'.repeat(70)}.txt`,
  `${'w'.repeat(300)}.txt`, `${'w'.repeat(301)}.txt`, '.'.repeat(300),
]; // prettier-ignore

const MAX_KEY_BYTES = 1024;

/** A key that S3 accepts: 1 to 1,024 bytes of well-formed UTF-8, otherwise anything. */
export function hostileKey(): fc.Arbitrary<string> {
  const segment = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...PIECES) },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom(...PIECES), fc.constantFrom(...PIECES)).map((p) => p.join('')),
    },
  );
  const deep = fc
    .tuple(
      fc.constantFrom('d', 'D', 'é', '..', 'deep folder', 'k'.repeat(200)),
      fc.integer({ min: 50, max: 600 }),
    )
    .map(([part, times]) => `${part}/`.repeat(times));
  return fc
    .tuple(
      fc.constantFrom('', '', '', '', '/', '//', '../', '../../', 'a/', 'A/', './'),
      fc.oneof(
        { weight: 19, arbitrary: fc.array(segment, { minLength: 1, maxLength: 4 }).map((s) => s.join('/')) },
        { weight: 1, arbitrary: deep },
      ),
      fc.constantFrom('', '', '', '', '', '/', '//'),
    )
    .map((parts) => cutToBytes(parts.join(''), MAX_KEY_BYTES))
    .filter((key) => key !== '');
}

/** A key that may also hold halves of surrogate pairs, which no server can be asked to store but a page could carry. */
export function malformedKey(): fc.Arbitrary<string> {
  return fc.tuple(hostileKey(), fc.nat(), fc.constantFrom('\ud83e', '\udea3', '')).map(([key, at, half]) => {
    const cut = at % (key.length + 1);
    return key.slice(0, cut) + half + key.slice(cut);
  });
}

/** `count` distinct hostile keys, the same for the same `seed`. */
export function hostileKeys(count: number, seed = 1): string[] {
  const keys = new Set<string>();
  for (let round = 0; keys.size < count; round++) {
    for (const key of fc.sample(hostileKey(), { numRuns: count, seed: seed + round })) keys.add(key);
  }
  return [...keys].slice(0, count);
}

function cutToBytes(text: string, bytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}
