import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_PATH_BYTES, NamePlanner, type PlannedName } from '#jobs/names.ts';
import { fold, MAX_SEGMENT_BYTES } from '#jobs/segments.ts';
import { hostileKey, hostileKeys, malformedKey } from '#test/support/hostile-keys.ts';

function planAll(keys: string[], hasBytes: (key: string) => boolean = () => true): PlannedName[] {
  const planner = new NamePlanner();
  return keys.map((key) => planner.plan(key, hasBytes(key)));
}
const paths = (keys: string[]) => planAll(keys).map((name) => name.path);

/** Why a path is not safe to unpack somewhere, written without the code under test. */
function complaint(path: string): string | undefined {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return 'path too long';
  if (/\p{Surrogate}/u.test(path)) return 'half a character';
  for (const segment of (path.endsWith('/') ? path.slice(0, -1) : path).split('/')) {
    if (segment === '' || segment === '.' || segment === '..') return `segment ${JSON.stringify(segment)}`;
    if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES) return 'segment too long';
    for (const char of segment) {
      if (char.charCodeAt(0) < 32 || char === '\u007f' || '<>:"\\|?*'.includes(char))
        return `character ${char}`;
    }
    if (segment.endsWith('.') || segment.endsWith(' ')) return 'trailing dot or space';
    const stem = (segment.split('.')[0] ?? '').trimEnd().toUpperCase();
    if (/^(CON|PRN|AUX|NUL|COM[0-9¹²³]|LPT[0-9¹²³]|CONIN\$|CONOUT\$)$/.test(stem)) return 'device name';
  }
  return undefined;
}

/** Two forms under which file systems look names up: case-insensitive NTFS and HFS+/APFS. */
const lookups = [(path: string) => path.toUpperCase(), (path: string) => path.normalize('NFD').toLowerCase()];

function clash(names: PlannedName[]): string | undefined {
  for (const lookup of lookups) {
    const files = new Set<string>();
    const folders = new Map<string, string>();
    for (const { path, isFolder } of names) {
      const segments = (isFolder ? path.slice(0, -1) : path).split('/');
      const parents = isFolder ? segments.length : segments.length - 1;
      for (let depth = 1; depth <= parents; depth++) {
        const folder = segments.slice(0, depth).join('/');
        const seen = folders.get(lookup(folder));
        if (seen !== undefined && seen !== folder) return `folders ${seen} and ${folder}`;
        folders.set(lookup(folder), folder);
      }
      if (isFolder) continue;
      if (files.has(lookup(path))) return `two files at ${path}`;
      files.add(lookup(path));
    }
    for (const file of files) if (folders.has(file)) return `file and folder at ${file}`;
  }
  return undefined;
}

describe('names for what is unpacked', () => {
  it('keeps a name that every system takes', () => {
    const keys = [
      'photos/2024/a.jpg',
      'Ünï/çødé.txt',
      'שלום.txt',
      '🪣.png',
      'x (2).txt',
      '.bashrc',
      '-rf',
      'COM10',
      '~',
    ];
    expect(planAll(keys)).toEqual(keys.map((path) => ({ path, isFolder: false, renamed: false })));
  });

  it.each([
    ['../../etc/passwd', '__/__/etc/passwd'],
    ['/etc/passwd', '_/etc/passwd'],
    ['a//b', 'a/_/b'],
    ['./a', '_/a'],
    ['C:\\Windows\\x', 'C__Windows_x'],
    ['a<>:"|?*\u0000\u001f\u007f\u0085b', 'a___________b'],
    ['nul', '_nul'],
    ['Con .tar.gz', '_Con .tar.gz'],
    ['COM¹.txt', '_COM¹.txt'],
    ['dots...', 'dots___'],
    ['space ', 'space_'],
    ['a\ud83eb', 'a_b'],
    ['folder/', 'folder/_'],
  ])('makes %j safe as %j', (key, path) => {
    expect(paths([key])).toEqual([path]);
  });

  it('numbers names that some system takes for one', () => {
    expect(paths(['a.txt', 'A.txt', 'A.TXT'])).toEqual(['a.txt', 'A (2).txt', 'A (3).TXT']);
    expect(paths(['é', 'e\u0301'])).toEqual(['é', 'e\u0301 (2)']);
    expect(paths(['straße', 'STRASSE', 'STRAẞE'])).toEqual(['straße', 'STRASSE (2)', 'STRAẞE (3)']);
    expect(paths(['a:b', 'a_b', 'a?b'])).toEqual(['a_b', 'a_b (2)', 'a_b (3)']);
  });

  it('never takes a number that a key has in its own name', () => {
    expect(paths(['X.txt', 'x (2).txt', 'x.txt'])).toEqual(['X.txt', 'x (2).txt', 'x (3).txt']);
  });

  it('keeps two folders apart that differ in case only', () => {
    expect(paths(['Docs/a', 'docs/a', 'Docs/b', 'docs/b'])).toEqual([
      'Docs/a',
      'docs (2)/a',
      'Docs/b',
      'docs (2)/b',
    ]);
  });

  it('gives no file the path of a folder, whichever comes first', () => {
    expect(paths(['a', 'a/b', 'a/c'])).toEqual(['a', 'a (2)/b', 'a (2)/c']);
    expect(paths(['a/b', 'A', 'a/c'])).toEqual(['a/b', 'A (2)', 'a/c']);
  });

  it('makes a folder of a placeholder, and a file inside of one that has bytes', () => {
    expect(planAll(['a/', 'a/b', 'c/'], (key) => key === 'c/')).toEqual([
      { path: 'a/', isFolder: true, renamed: false },
      { path: 'a/b', isFolder: false, renamed: false },
      { path: 'c/_', isFolder: false, renamed: true },
    ]);
  });

  it('shortens what is too long, keeps the extension, and keeps the results apart', () => {
    const [first = '', second = ''] = paths([`${'w'.repeat(300)}1.jpeg`, `${'w'.repeat(300)}2.jpeg`]);
    expect(first).toMatch(/^w+~[0-9a-f]{8}\.jpeg$/);
    expect(Buffer.byteLength(first)).toBe(MAX_SEGMENT_BYTES);
    expect(second).not.toBe(first);
    const [emoji = ''] = paths([`${'🪣'.repeat(80)}.txt`]);
    expect(emoji).toMatch(/^(🪣)+~[0-9a-f]{8}\.txt$/u);
  });

  it('puts what lies too deep into one folder of its own', () => {
    const deep = 'd/'.repeat(500);
    const [a = '', b = '', c = ''] = paths([`${deep}a`, `${deep}b`, `${'d/'.repeat(499)}e/a`]);
    expect(a.slice(0, -1)).toBe(b.slice(0, -1));
    expect(c.slice(0, -1)).not.toBe(a.slice(0, -1));
    expect(a).toMatch(/^(d\/)+~[0-9a-f]{8}\/a$/);
  });

  it('names ten thousand twins without slowing down', () => {
    const twins = Array.from(
      { length: 10_000 },
      (_, i) => `a${String.fromCharCode(1 + (i % 31))}${':?*|<>"'.charAt(i % 7)}/${i % 3}`,
    );
    expect(clash(planAll([...new Set(twins)]))).toBeUndefined();
    const many = Array.from({ length: 20_000 }, (_, i) =>
      [...i.toString(2).padStart(15, '0')].map((bit) => (bit === '1' ? ':' : '?')).join(''),
    );
    expect(new Set(paths(many)).size).toBe(20_000);
  });

  it('gives safe, separate, repeatable paths to 20,000 hostile keys', () => {
    const keys = hostileKeys(20_000);
    const names = planAll(keys);
    expect(names.map(({ path }) => complaint(path)).filter((text) => text !== undefined)).toEqual([]);
    expect(clash(names)).toBeUndefined();
    expect(planAll(keys)).toEqual(names);
    expect(names.every(({ path, renamed }, i) => renamed === (path !== keys[i]))).toBe(true);
  });

  it('does so for any keys in any order, halves of characters and placeholders among them', () => {
    const selection = fc.uniqueArray(fc.oneof(hostileKey(), malformedKey()), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(selection, fc.infiniteStream(fc.boolean()), (keys, coin) => {
        const names = planAll(keys, () => coin.next().value === true);
        expect(names.map(({ path }) => complaint(path)).filter((text) => text !== undefined)).toEqual([]);
        expect(clash(names)).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps every folder together, however its keys are ordered', () => {
    fc.assert(
      fc.property(fc.uniqueArray(hostileKey(), { minLength: 1, maxLength: 30 }), (folders) => {
        const planner = new NamePlanner();
        const parent = (key: string) => planner.plan(key).path.replace(/[^/]*$/, '');
        const first = folders.map((folder) => parent(`${folder}/1`));
        expect(folders.map((folder) => parent(`${folder}/2`))).toEqual(first);
      }),
      { numRuns: 500 },
    );
  });
});

describe('what a file system may take for one name', () => {
  it('covers the case and the normal forms of every character there is', () => {
    const missed: string[] = [];
    for (let code = 0; code <= 0x10ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const char = String.fromCodePoint(code);
      const folded = fold(char);
      for (const twin of [
        char.toUpperCase(),
        char.toLowerCase(),
        char.normalize('NFC'),
        char.normalize('NFD'),
      ]) {
        if (twin !== char && fold(twin) !== folded) missed.push(code.toString(16));
      }
    }
    expect(missed).toEqual([]);
  });

  it('folds a path as it folds its parts', () => {
    fc.assert(
      fc.property(hostileKey(), hostileKey(), (a, b) => fold(`${a}/${b}`) === `${fold(a)}/${fold(b)}`),
      { numRuns: 2000 },
    );
  });
});
