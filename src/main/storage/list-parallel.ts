import { compareKeys } from '#shared/key-order.ts';
import { StorageError } from './errors.ts';
import type { KeyPage } from './key-page.ts';
import { KeySpace } from './key-space.ts';
import { loopLoad } from './loop-load.ts';
import type { CallOptions, ListPageInput, Storage } from './storage.ts';

/** Pages that are asked for at once: more than two only while this process has time to read them. */
const AT_ONCE = 16;
const AT_ONCE_WHEN_BUSY = 2;
const PAGE = 1000;
/** What a part is tried with, which may turn out to be empty: then the server shows what is others'. */
const TRIAL = 100;

/** A part of the key space, as it goes: each key belongs to exactly one. */
export interface ListPart {
  readonly previous: ListPart | undefined;
  readonly next: ListPart | undefined;
}

export interface PartPage {
  part: ListPart;
  /** Those that follow the ones that the part had until now. */
  keys: KeyPage;
  /** Nothing more comes for the part. Then its `next` is given all that it had: it is no part of its own any more. */
  hasEnded: boolean;
}

/** The server does not list as it has to for this: list in series, from the beginning. */
export class UnsortedError extends Error {
  override readonly name = 'UnsortedError';
}

/**
 * Everything under a prefix, in parts of the key space that are listed at the same time. One page is listed first; while
 * there is room for more requests, what is probably the largest rest is parted by a key in its middle (`start-after`),
 * which need not exist. The parts come as they come, each in the order of its keys.
 *
 * Nothing is taken on trust: keys have to come sorted and after what was asked for, and where a part ends, the key that
 * follows has to be the first one of the next part.
 *
 * @throws UnsortedError when they do not; StorageError; the signal's reason.
 */
export async function* listInParts(
  storage: Pick<Storage, 'listKeysPage'>,
  input: Pick<ListPageInput, 'bucket' | 'prefix'>,
  {
    signal,
    atOnce = AT_ONCE,
    pageSize = PAGE,
    isBusy = loopLoad(),
  }: CallOptions & { atOnce?: number; pageSize?: number; isBusy?: () => boolean } = {},
): AsyncGenerator<PartPage, void, undefined> {
  signal?.throwIfAborted();
  const stop = new AbortController();
  const all = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const { prefix = '' } = input;
  const space = new KeySpace(prefix);
  const arrived: { part: Part; page?: KeyPage; error?: unknown }[] = [];
  const parts = new Set<Part>();
  const underWay = new Set<Promise<void>>();
  let wake = () => {};
  let useful = 0;
  let wasted = 0;

  const ask = (part: Part) => {
    const { token, after } = part;
    const from = token === undefined ? { startAfter: after } : { token };
    const isTrial = pageSize === PAGE && part.pages === 0 && after !== undefined;
    const maxKeys = isTrial ? TRIAL : pageSize === PAGE ? undefined : pageSize;
    const asked = storage
      .listKeysPage({ ...input, prefix, maxKeys, ...from }, { signal: all })
      .then(
        (page) => void arrived.push({ part, page }),
        (error: unknown) => void arrived.push({ part, error }),
      )
      .finally(() => {
        underWay.delete(asked);
        wake();
      });
    underWay.add(asked);
  };
  const partMore = () => {
    const most = isBusy() ? Math.min(atOnce, AT_ONCE_WHEN_BUSY) : atOnce;
    // What is found out by asking in vain is bounded by what was not in vain.
    while (underWay.size < most && wasted <= 8 + useful / 4) {
      const untried = [...parts].filter(({ pages }) => pages === 0).length;
      if (untried >= 2 * useful + 2) return;
      const right = largestSplit(parts, space, pageSize);
      if (right === undefined) return;
      parts.add(right);
      ask(right);
    }
  };

  try {
    const first = new Part(undefined, undefined);
    parts.add(first);
    ask(first);
    while (parts.size > 0) {
      if (arrived.length === 0)
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (arrived.length > 0) resolve();
        });
      const answer = arrived.shift();
      if (answer === undefined) continue;
      const { part, page } = answer;
      if (page === undefined)
        throw isRefusal(answer.error) && part.isUntried ? new UnsortedError() : answer.error;
      space.learn(page);
      const keys = part.take(page, prefix);
      if (part.hasEnded) {
        parts.delete(part);
        if (part.first === undefined && part.after !== undefined) wasted += 1;
      } else ask(part);
      if (keys.count > 0) useful += 1;
      partMore();
      yield { part, keys, hasEnded: part.hasEnded };
      signal?.throwIfAborted();
      if (part.hasEnded) part.leave();
    }
  } finally {
    stop.abort(new DOMException('The listing was left.', 'AbortError'));
    await Promise.all(underWay);
  }
}

/** The server does not take what it is asked to begin after. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof StorageError && ['invalid-input', 'not-supported', 'server-error'].includes(error.kind)
  );
}

/** Parts what has the largest rest, if that is worth a request. */
function largestSplit(parts: ReadonlySet<Part>, space: KeySpace, pageSize: number): Part | undefined {
  let best: { part: Part; rest: number } | undefined;
  for (const part of parts) {
    const { first, last, count, upTo } = part;
    if (first === undefined || last === undefined) continue;
    const rest = space.estimate({ first, last, count, upTo }) - pageSize; // one page is on its way
    if (rest > pageSize && (best === undefined || rest > best.rest)) best = { part, rest };
  }
  if (best === undefined) return undefined;
  const { last = '', upTo } = best.part;
  const middle = space.middle(last, upTo);
  if (middle === undefined) return undefined;
  return best.part.split(middle);
}

/** The keys after `after`, up to and with `upTo`. */
class Part implements ListPart {
  previous: Part | undefined;
  next: Part | undefined;
  readonly after: string | undefined;
  upTo: string | undefined;
  token: string | undefined;
  first: string | undefined;
  last: string | undefined;
  count = 0;
  pages = 0;
  hasEnded = false;
  /** The key behind its end that the server showed; undefined when there is none. */
  #behind: string | undefined;
  /** The first key of what it was given from its left, and itself. */
  #lead: string | undefined;
  /** What those on its left saw behind their ends. */
  readonly #expected: (string | undefined)[] = [];

  constructor(after: string | undefined, upTo: string | undefined) {
    this.after = after;
    this.upTo = upTo;
  }

  /** It begins after a key, and nothing has come of it yet. */
  get isUntried(): boolean {
    return this.pages === 0 && this.after !== undefined;
  }

  /** Its end moves to `middle`; what comes after is the new part's. */
  split(middle: string): Part {
    const right = new Part(middle, this.upTo);
    right.previous = this;
    right.next = this.next;
    if (this.next !== undefined) this.next.previous = right;
    this.next = right;
    this.upTo = middle;
    return right;
  }

  /** Takes from a page what is the part's own. */
  take(page: KeyPage, prefix: string): KeyPage {
    const { upTo } = this;
    const before = this.last ?? this.after;
    const first = page.key(0);
    const last = page.key(-1);
    if (first !== undefined && last !== undefined) {
      if (!page.isSorted || page.hasReplacement()) throw new UnsortedError(first);
      if (before !== undefined && compareKeys(before, first) >= 0) throw new UnsortedError(first);
      // What lies between two keys with the prefix has it, too.
      if (!first.startsWith(prefix) || !last.startsWith(prefix)) throw new UnsortedError(first);
    }
    const isOwn = upTo === undefined || last === undefined || compareKeys(last, upTo) <= 0;
    const own = isOwn ? page : page.first(page.countUpTo(upTo));
    this.pages += 1;
    this.count += own.count;
    if (own.count > 0) this.last = isOwn ? last : own.key(-1);
    if (this.first === undefined && own.count > 0) {
      this.first = first;
      this.#lead ??= first;
      for (const key of this.#expected) if (key !== first) throw new UnsortedError(key);
    }
    this.token = page.nextToken;
    if (own.count < page.count || page.nextToken === undefined) this.#end(page.key(own.count));
    return own;
  }

  /** Gives its place to the one on its right. */
  leave(): void {
    const { previous, next } = this;
    if (next === undefined) return;
    next.previous = previous;
    if (previous !== undefined) previous.next = next;
  }

  #end(behind: string | undefined): void {
    this.hasEnded = true;
    this.#behind = behind;
    if (this.first === undefined)
      for (const key of this.#expected) if (key !== behind) throw new UnsortedError(key);
    const { next } = this;
    if (next === undefined) return;
    next.#expect(behind);
    if (this.#lead !== undefined) next.#lead = this.#lead;
  }

  #expect(key: string | undefined): void {
    const known = this.#lead ?? this.first;
    if (known !== undefined || this.hasEnded) {
      if (key !== (known ?? this.#behind)) throw new UnsortedError(key);
    } else this.#expected.push(key);
  }
}
