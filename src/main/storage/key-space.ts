import { compareKeys } from '#shared/key-order.ts';
import type { KeyPage } from './key-page.ts';

/** Characters of a key that count for its place: more than a number of 53 bits can tell apart. */
const DEPTH = 14;
/** Comes after all other characters. */
const LAST = '\u{10FFFF}';
/** Beyond that many an alphabet tells nothing more. */
const MOST_CHARACTERS = 512;

/**
 * Guesses where keys lie: a key is a fraction, whose digits are the characters that keys were seen to have. Whatever it
 * guesses, it only says how a listing is best parted, never what is in it.
 */
export class KeySpace {
  readonly #prefix: string;
  readonly #seen = new Set<number>();
  #alphabet: number[] = [];
  /** What all keys that were seen begin with. */
  #common: string | undefined;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Looks at some keys of a page for characters that it does not know. */
  learn(page: KeyPage): void {
    const before = this.#seen.size;
    for (const key of [page.key(0), page.key(-1)]) {
      if (key === undefined) continue;
      this.#common = key.slice(0, this.#base(this.#common ?? key, key));
    }
    const step = Math.max(1, Math.floor(page.count / 16));
    for (let at = 0; at < page.count && this.#seen.size < MOST_CHARACTERS; at += step) {
      for (const character of (page.key(at) ?? '').slice(this.#prefix.length, this.#prefix.length + 64)) {
        const point = character.codePointAt(0) ?? 0;
        if (point < 0xd800 || point > 0xdfff) this.#seen.add(point);
      }
    }
    if (this.#seen.size > before) this.#alphabet = [...this.#seen].sort((a, b) => a - b);
  }

  /** How many keys may be left between `last` and `upTo`, where `count` were found from `first` to `last`. */
  estimate(found: { first: string; last: string; count: number; upTo: string | undefined }): number {
    const { first, last, count, upTo } = found;
    const base = this.#base(first, upTo);
    const at = this.#place(last, base);
    const width = at - this.#place(first, base);
    const rest = (upTo === undefined ? 1 : this.#place(upTo, base)) - at;
    if (rest <= 0) return 0;
    return width <= 0 ? Number.MAX_VALUE : (count * rest) / width;
  }

  /** A key about half-way between the two, neither of them; undefined when none comes to mind. */
  middle(last: string, upTo: string | undefined): string | undefined {
    const common = this.#common ?? '';
    // Most likely all begin alike: one request tells what does not.
    if (upTo === undefined && common.length > this.#prefix.length && last.startsWith(common))
      return compareKeys(last, common + LAST) < 0 ? common + LAST : undefined;
    const base = this.#base(last, upTo);
    const low = this.#place(last, base);
    const high = upTo === undefined ? 1 : this.#place(upTo, base);
    if (!(high > low)) return undefined;
    const middle = this.#at((low + high) / 2, (high - low) / 8, last.slice(0, base));
    const isBetween = compareKeys(last, middle) < 0 && (upTo === undefined || compareKeys(middle, upTo) < 0);
    return isBetween ? middle : undefined;
  }

  /** What both begin with, in whole characters. */
  #base(a: string, b: string | undefined): number {
    if (b === undefined) return this.#prefix.length;
    let same = 0;
    while (same < a.length && same < b.length && a.charCodeAt(same) === b.charCodeAt(same)) same++;
    const unit = same === 0 ? 0 : a.charCodeAt(same - 1);
    return unit >= 0xd800 && unit < 0xdc00 ? same - 1 : same;
  }

  /** 0 to 1. The end of a key comes before any character. */
  #place(key: string, base: number): number {
    const digits = this.#alphabet.length + 1;
    let place = 0;
    let scale = 1;
    let depth = 0;
    for (const character of key.slice(base, base + 2 * DEPTH)) {
      if (++depth > DEPTH) break;
      scale /= digits;
      place += scale * (this.#digit(character.codePointAt(0) ?? 0) + 1);
    }
    return place;
  }

  #at(place: number, precision: number, start: string): string {
    const digits = this.#alphabet.length + 1;
    let key = start;
    let rest = place;
    let scale = 1;
    for (let depth = 0; depth < DEPTH && scale > precision; depth++) {
      scale /= digits;
      const digit = Math.min(digits - 1, Math.floor(rest / scale));
      rest -= digit * scale;
      const point = this.#alphabet[digit - 1];
      if (point === undefined) break;
      key += String.fromCodePoint(point);
    }
    return key;
  }

  /** Where a character stands in the alphabet, or would. */
  #digit(point: number): number {
    let low = 0;
    let high = this.#alphabet.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#alphabet[middle] ?? 0) < point) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
