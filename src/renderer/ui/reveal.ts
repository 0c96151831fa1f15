/**
 * Keys are any Unicode, so two that differ may look alike. This makes what cannot be seen visible: control
 * characters as their pictures (U+2400 block), spaces where the eye misses them, and everything else that has no
 * shape of its own (direction and format characters, odd spaces, lone surrogates) by a short name in brackets.
 */
export interface NamePart {
  text: string;
  /** Stands for a character that cannot be seen. */
  odd: boolean;
}

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
const codeName = (code: number) => NAMES[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;

function symbolOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '␡';
  return `[${codeName(code)}]`;
}

/** Splits a name into what can be seen as it is and what had to be made visible; joined, the parts tell names apart. */
export function revealParts(name: string): NamePart[] {
  if (!needsLook.test(name)) return [{ text: name, odd: false }];
  const characters = [...name];
  const firstInk = characters.findIndex((c) => c !== ' ');
  const lastInk = characters.findLastIndex((c) => c !== ' ');
  const parts: NamePart[] = [];
  characters.forEach((character, i) => {
    const before = characters[i - 1] ?? '';
    const after = characters[i + 1] ?? '';
    let text = character;
    let odd = false;
    if (character === ' ') {
      odd = i < firstInk || i > lastInk || firstInk === -1 || before === ' ' || after === ' ';
      if (odd) text = '␣';
    } else if (hasNoShape.test(character)) {
      // a joiner between two emoji is part of one picture
      odd = !(character === '\u200d' && joins.test(before) && joins.test(after));
      if (odd) text = symbolOf(character);
    }
    const last = parts.at(-1);
    if (last !== undefined && last.odd === odd) last.text += text;
    else parts.push({ text, odd });
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
  if (text.length < 20) return { head: text, tail: '' };
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
