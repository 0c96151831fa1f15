import type { Bodies } from './bodies.ts';
import type { Keys } from './keys.ts';
import { Records } from './records.ts';
import type { State } from './state.ts';
import { around, escaped, keyText, Refusal } from './xml.ts';

const MOST_KEYS = 1000;

/** ListObjectsV2 (Amazon S3 API Reference), out of records that were written before. */
export class Listing {
  readonly #keys: Keys;
  readonly #state: State;
  readonly #records: { plain: Records; encoded: Records };

  constructor(state: State, bodies: Bodies, needsEncoding: boolean) {
    this.#keys = state.keys;
    this.#state = state;
    const plain = new Records(state.keys, bodies, false);
    this.#records = { plain, encoded: needsEncoding ? new Records(state.keys, bodies, true) : plain };
  }

  /** A page, in the pieces that it is sent in. @throws Refusal */
  page(query: URLSearchParams): Buffer[] {
    const isEncoded = query.get('encoding-type') === 'url';
    const prefix = query.get('prefix') ?? '';
    const delimiter = query.get('delimiter') ?? '';
    const startAfter = query.get('start-after') ?? '';
    const token = query.get('continuation-token');
    const most = mostKeys(query);
    const start = Math.max(
      this.#keys.from(prefix),
      token === null ? (startAfter === '' ? 0 : this.#keys.after(startAfter)) : placeOf(token),
    );
    const end = this.#keys.afterPrefix(prefix);
    const { runs, prefixes, count, next } = this.#walk({ start, end, prefix, delimiter, most });
    const isTruncated = most > 0 && next < end;
    const text = (key: string) => keyText(key, isEncoded);
    const { head, foot } = around('ListBucketResult');
    const fields =
      `<Name>bench</Name><Prefix>${text(prefix)}</Prefix>` +
      (delimiter === '' ? '' : `<Delimiter>${text(delimiter)}</Delimiter>`) +
      (startAfter === '' ? '' : `<StartAfter>${text(startAfter)}</StartAfter>`) +
      (token === null ? '' : `<ContinuationToken>${escaped(token)}</ContinuationToken>`) +
      (isTruncated ? `<NextContinuationToken>${tokenOf(next)}</NextContinuationToken>` : '') +
      `<KeyCount>${count}</KeyCount><MaxKeys>${most}</MaxKeys>` +
      (isEncoded ? '<EncodingType>url</EncodingType>' : '') +
      `<IsTruncated>${isTruncated}</IsTruncated>`;
    const folders = prefixes.map(
      (folder) => `<CommonPrefixes><Prefix>${text(folder)}</Prefix></CommonPrefixes>`,
    );
    const records = isEncoded ? this.#records.encoded : this.#records.plain;
    return [
      Buffer.from(head + fields),
      ...runs.flatMap(([from, to]) => records.between(from, to)),
      Buffer.from(folders.join('') + foot),
    ];
  }

  /** What is on a page: runs of places, and folders; and the first place that is not. */
  #walk(page: { start: number; end: number; prefix: string; delimiter: string; most: number }) {
    const { end, prefix, delimiter, most } = page;
    const runs: [number, number][] = [];
    const prefixes: string[] = [];
    let count = 0;
    let at = Math.min(this.#state.nextLive(page.start), end);
    while (at < end && count < most) {
      if (delimiter === '') {
        const run = this.#state.endOfRun(at, Math.min(end, at + most - count));
        runs.push([at, run]);
        count += run - at;
        at = run;
      } else {
        const key = this.#keys.at(at);
        const cut = key.indexOf(delimiter, prefix.length);
        if (cut === -1) {
          const last = runs.at(-1);
          if (last?.[1] === at) last[1] = at + 1;
          else runs.push([at, at + 1]);
          at += 1;
        } else {
          const folder = key.slice(0, cut + delimiter.length);
          prefixes.push(folder);
          at = this.#keys.afterPrefix(folder, at);
        }
        count += 1;
      }
      at = Math.min(this.#state.nextLive(at), end);
    }
    return { runs, prefixes, count, next: at };
  }
}

/** @throws Refusal */
export function mostKeys(query: URLSearchParams): number {
  const asked = query.get('max-keys') ?? String(MOST_KEYS);
  if (!/^\d{1,9}$/.test(asked)) throw new Refusal(400, 'InvalidArgument', `max-keys is ${asked}.`);
  return Math.min(MOST_KEYS, Number(asked));
}

/** The token of the page that begins at a place: known beforehand, so that pages can be asked for at once. */
export function tokenOf(place: number): string {
  return `place-${place}`;
}

function placeOf(token: string): number {
  const place = /^place-(\d+)$/.exec(token)?.[1];
  if (place === undefined) throw new Refusal(400, 'InvalidArgument', 'The continuation token is wrong.');
  return Number(place);
}
