/**
 * Keys are any Unicode, so two that differ may look alike. This makes what cannot be seen visible: control
 * characters, spaces where the eye misses them, and everything else that has no shape of its own (direction and
 * format characters, odd spaces, lone surrogates).
 */
export interface NamePart {
  /** As plain text: a picture such as ␀ (U+2400 block), ␣, or a short name in brackets. */
  text: string;
  /** For one character that cannot be seen: its short name, to be set apart by looks. A space's is empty. */
  label?: string;
}

const CONTROLS =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(
    ' ',
  );

const NAMES: Record<number, string> = {
  0x00a0: 'NBSP',
  0x00ad: 'SHY',
  0x034f: 'CGJ',
  0x061c: 'ALM',
  0x200b: 'ZWSP',
  0x200c: 'ZWNJ',
  0x200d: 'ZWJ',
  0x200e: 'LRM',
  0x200f: 'RLM',
  0x2028: 'LSEP',
  0x2029: 'PSEP',
  0x202a: 'LRE',
  0x202b: 'RLE',
  0x202c: 'PDF',
  0x202d: 'LRO',
  0x202e: 'RLO',
  0x2060: 'WJ',
  0x2066: 'LRI',
  0x2067: 'RLI',
  0x2068: 'FSI',
  0x2069: 'PDI',
  0xfeff: 'BOM',
  0xfffd: 'U+FFFD',
};

const needsLook = /[^\x21-\x7e]/u;
const hasNoShape = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}|\u034f|\ufffd/u;
const joins = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]/u;

function reveal(character: string): Required<NamePart> {
  const code = character.codePointAt(0) ?? 0;
  if (character === ' ') return { text: '␣', label: '' };
  const control = CONTROLS[code];
  if (control !== undefined) return { text: String.fromCodePoint(0x2400 + code), label: control };
  if (code === 0x7f) return { text: '␡', label: 'DEL' };
  const label = NAMES[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return { text: `[${label}]`, label };
}

/** Splits a name into what can be seen as it is and what had to be made visible; the parts' texts tell names apart. */
export function revealParts(name: string): NamePart[] {
  if (!needsLook.test(name)) return [{ text: name }];
  const characters = [...name];
  const firstInk = characters.findIndex((c) => c !== ' ');
  const lastInk = characters.findLastIndex((c) => c !== ' ');
  const parts: NamePart[] = [];
  characters.forEach((character, i) => {
    const before = characters[i - 1] ?? '';
    const after = characters[i + 1] ?? '';
    const isHidden =
      character === ' '
        ? i < firstInk || i > lastInk || before === ' ' || after === ' '
        : // a joiner between two emoji is part of one picture
          hasNoShape.test(character) && !(character === '\u200d' && joins.test(before) && joins.test(after));
    const last = parts.at(-1);
    if (isHidden) parts.push(reveal(character));
    else if (last !== undefined && last.label === undefined) last.text += character;
    else parts.push({ text: character });
  });
  return parts;
}

/** The same as plain text, for tooltips and for screen readers. */
export function revealText(name: string): string {
  return revealParts(name)
    .map((part) => part.text)
    .join('');
}

/** True for a name that is spelled with combining marks where one character exists (as macOS writes "é"). */
export const isDecomposed = (name: string): boolean => needsLook.test(name) && name.normalize('NFC') !== name;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const TAIL_LENGTH = 8;
const LONGEST_EXTENSION = 10;

/**
 * Where to cut a name for an ellipsis in its middle: the tail keeps the extension and a few characters before it.
 * A short name is all head. Never cuts inside what is seen as one character.
 */
export function splitForEllipsis(text: string): { head: string; tail: string } {
  if (text.length < 32) return { head: text, tail: '' };
  const dot = text.lastIndexOf('.');
  const extension = dot > 0 ? text.length - dot : 0;
  const wanted = text.length - TAIL_LENGTH - (extension <= LONGEST_EXTENSION ? extension : 0);
  const from = Math.max(0, wanted - 40);
  let cut = from;
  for (const { index } of graphemes.segment(text.slice(from))) {
    if (from + index > wanted) break;
    cut = from + index;
  }
  return { head: text.slice(0, cut), tail: text.slice(cut) };
}
