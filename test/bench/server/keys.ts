import { compareKeys } from '#shared/key-order.ts';
import type { ServerOptions } from './options.ts';

const FOLDER = 'scans/2024/';
/** Each has its place: what comes before them differs. */
const ODD_ENDS = ['', ' (2)', ' & more', ' grün', ' <a>', ' 100%+', ' 写真 📷'];

/** The keys of the bucket, by their places in the order of a listing, made when they are asked for. */
export class Keys {
  readonly count: number;
  readonly #perFolder: number;
  readonly #folders: number;
  readonly #ends: string[];

  constructor({ keys, folders, names, extension }: ServerOptions) {
    this.count = keys;
    this.#folders = folders;
    this.#perFolder = folders === 0 ? keys : Math.ceil(keys / folders);
    this.#ends = (names === 'odd' ? ODD_ENDS : ['']).map((end) => `${end}.${extension}`);
  }

  at(index: number): string {
    const end = this.#ends[index % this.#ends.length] ?? '';
    if (this.#folders === 0) return `${FOLDER}page-${String(index).padStart(8, '0')}${end}`;
    const folder = Math.floor(index / this.#perFolder);
    const page = index - folder * this.#perFolder;
    return `${FOLDER}box-${String(folder).padStart(5, '0')}/page-${String(page).padStart(8, '0')}${end}`;
  }

  /** The key's place; -1 when there is none. */
  indexOf(key: string): number {
    const [, box = '0', page] = /^scans\/2024\/(?:box-(\d{5})\/)?page-(\d{8})/.exec(key) ?? [];
    if (page === undefined) return -1;
    const index = Number(box) * this.#perFolder + Number(page);
    return index < this.count && this.at(index) === key ? index : -1;
  }

  /** The first place whose key is `text` or comes after it. */
  from(text: string): number {
    return this.#first(0, (key) => compareKeys(key, text) >= 0);
  }

  /** The first place whose key comes after `text`. */
  after(text: string): number {
    return this.#first(0, (key) => compareKeys(key, text) > 0);
  }

  /** The first place, from `start` on, whose key comes after all that begin with `prefix`. */
  afterPrefix(prefix: string, start = 0): number {
    if (prefix === '') return this.count;
    return this.#first(start, (key) => compareKeys(key, prefix) > 0 && !key.startsWith(prefix));
  }

  #first(start: number, isThere: (key: string) => boolean): number {
    let [low, high] = [start, this.count];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (isThere(this.at(middle))) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
