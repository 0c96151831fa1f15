import type { NameFilter } from './name-filter.ts';

/** Keys as they came, in one text; where each ends in it. */
interface Chunk {
  text: string;
  ends: Uint32Array;
  /** The row of its first key. */
  first: number;
  /** The text in lower case, when it is ASCII only, so that it has the same places. */
  folded: string | undefined;
}

const isAscii = (text: string) => /^[\0-\x7f]*$/.test(text);

/** Keys in the order that they came in, numbered from 0. A million of them are a thousand texts and arrays. */
export class KeyTexts {
  readonly #chunks: Chunk[] = [];
  /** Where the last key was looked up: the next one is mostly near. */
  #near = 0;
  length = 0;

  /** @param ends where each key ends in `text`, ascending */
  append(text: string, ends: Uint32Array): void {
    if (ends.length === 0) return;
    const folded = isAscii(text) ? text.toLowerCase() : undefined;
    this.#chunks.push({ text, ends, first: this.length, folded });
    this.length += ends.length;
  }

  /** The key of a row; empty for one that is not there. */
  at(row: number): string {
    const chunk = this.#chunkOf(row);
    if (chunk === undefined) return '';
    const place = row - chunk.first;
    return chunk.text.slice(place === 0 ? 0 : chunk.ends[place - 1], chunk.ends[place]);
  }

  /** The row of a key, or -1. */
  indexOf(key: string): number {
    if (key === '') return -1; // no object has it, and it would be found everywhere
    for (const { text, ends, first } of this.#chunks) {
      let place = 0;
      let start = 0;
      for (let at = text.indexOf(key); at !== -1; at = text.indexOf(key, at + 1)) {
        for (; place < ends.length && (ends[place] ?? 0) <= at; place += 1) start = ends[place] ?? 0;
        const end = ends[place];
        if (at === start && end === start + key.length) return first + place;
      }
    }
    return -1;
  }

  /** Whether what comes after `nameStart` in a row's key begins with the filter's text. */
  startsWith(row: number, nameStart: number, filter: NameFilter): boolean {
    const chunk = this.#chunkOf(row);
    if (chunk === undefined) return false;
    const place = row - chunk.first;
    const start = (place === 0 ? 0 : (chunk.ends[place - 1] ?? 0)) + nameStart;
    const end = chunk.ends[place] ?? 0;
    const { folded } = chunk;
    return folded === undefined
      ? filter.starts(chunk.text.slice(start, end))
      : filter.ascii.some((text) => start + text.length <= end && folded.startsWith(text, start));
  }

  /**
   * Calls `take` with the rows from `from` to before `to`, ascending, in whose keys the filter's text is after
   * `nameStart`.
   */
  match(from: number, to: number, { nameStart, filter, take }: Match): void {
    for (let row = from; row < to;) {
      const chunk = this.#chunkOf(row);
      if (chunk === undefined) return;
      const until = Math.min(to, chunk.first + chunk.ends.length);
      const range = { chunk, from: row - chunk.first, to: until - chunk.first };
      if (chunk.folded === undefined) matchNames(range, { nameStart, filter, take });
      else matchAscii(range, chunk.folded, { nameStart, filter, take });
      row = until;
    }
  }

  #chunkOf(row: number): Chunk | undefined {
    const near = this.#chunks[this.#near];
    if (near !== undefined && row >= near.first && row < near.first + near.ends.length) return near;
    if (row < 0 || row >= this.length) return undefined;
    let [low, high] = [0, this.#chunks.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#chunks[middle]?.first ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    this.#near = low;
    return this.#chunks[low];
  }
}

interface Match {
  nameStart: number;
  filter: NameFilter;
  take: (row: number) => void;
}
interface Range {
  chunk: Chunk;
  from: number;
  to: number;
}

/** Looks at each name by itself. */
function matchNames({ chunk, from, to }: Range, { nameStart, filter, take }: Match): void {
  const { text, ends, first } = chunk;
  let start = from === 0 ? 0 : (ends[from - 1] ?? 0);
  for (let place = from; place < to; place += 1) {
    const end = ends[place] ?? 0;
    if (filter.isIn(text.slice(start + nameStart, Math.max(start + nameStart, end)))) take(first + place);
    start = end;
  }
}

/** Looks through the whole text at once, and whose name it was that was hit. */
function matchAscii({ chunk, from, to }: Range, folded: string, { nameStart, filter, take }: Match): void {
  const { ends, first } = chunk;
  const [wanted, other] = filter.ascii;
  if (wanted === undefined) return;
  if (other !== undefined) throw new Error('ASCII has one spelling.');
  let place = from;
  let start = from === 0 ? 0 : (ends[from - 1] ?? 0);
  let at = start;
  const last = ends[to - 1] ?? 0;
  for (;;) {
    at = folded.indexOf(wanted, at);
    if (at === -1 || at >= last) return;
    for (; (ends[place] ?? last) <= at; place += 1) start = ends[place] ?? last;
    const end = ends[place] ?? last;
    if (at < start + nameStart) at = start + nameStart;
    else {
      if (at + wanted.length <= end) take(first + place);
      at = end;
    }
  }
}
