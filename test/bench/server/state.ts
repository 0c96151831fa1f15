import { hex, mixed } from './bodies.ts';
import type { Keys } from './keys.ts';
import { Refusal } from './xml.ts';

/** An object that was sent; what was in it is not kept. */
export interface Sent {
  size: number;
  etag: string;
  modifiedAt: Date;
}

/** What clients have changed: which versions are gone, and what was sent. All of it can be undone. */
export class State {
  readonly keys: Keys;
  readonly versions: number;
  readonly #gone: Uint8Array;
  #goneCount = 0;
  /** All before this place is gone. */
  #firstLive = 0;
  hasBucket = true;
  readonly sent = new Map<string, Sent>();
  readonly uploads = new Map<string, { key: string; parts: Map<number, Sent & { digest: Buffer }> }>();

  constructor(keys: Keys, versions: number) {
    this.keys = keys;
    this.versions = versions;
    this.#gone = new Uint8Array(Math.ceil((keys.count * versions) / 8));
  }

  reset(): void {
    this.#gone.fill(0);
    this.#goneCount = 0;
    this.#firstLive = 0;
    this.hasBucket = true;
    this.sent.clear();
    this.uploads.clear();
  }

  get isUntouched(): boolean {
    return this.#goneCount === 0;
  }

  get isVersioned(): boolean {
    return this.versions > 1;
  }

  get isEmpty(): boolean {
    return this.#goneCount === this.keys.count * this.versions && this.sent.size === 0;
  }

  isThere(index: number, version: number): boolean {
    const bit = index * this.versions + version;
    return ((this.#gone[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0;
  }

  /** The newest version of a key that is left, 0 is the newest of all; -1 when there is none. */
  newest(index: number): number {
    for (let version = 0; version < this.versions; version++)
      if (this.isThere(index, version)) return version;
    return -1;
  }

  /** The first place from `index` on that has something. */
  nextLive(index: number): number {
    if (this.isUntouched) return index;
    let at = Math.max(index, this.#firstLive);
    while (at < this.keys.count && this.newest(at) === -1) at++;
    if (index <= this.#firstLive) this.#firstLive = at;
    return at;
  }

  /** The end of what is there without a gap from `index` on, but no more than `most`. */
  endOfRun(index: number, most: number): number {
    if (this.isUntouched) return most;
    let at = index;
    while (at < most && this.newest(at) !== -1) at++;
    return at;
  }

  versionId(index: number, version: number): string {
    if (!this.isVersioned) return 'null';
    const bits = index * this.versions + version;
    return `${hex(mixed(bits + 1))}${hex(mixed(bits + 2))}${hex(mixed(bits + 3))}${String(version).padStart(8, '0')}`;
  }

  /** The place of a version among its key's; -1 when there is none, or none any more. */
  versionOf(index: number, versionId: string): number {
    const version = versionId === 'null' && !this.isVersioned ? 0 : Number(versionId.slice(-8));
    const isKnown = version < this.versions && this.versionId(index, version) === versionId;
    return isKnown && this.isThere(index, version) ? version : -1;
  }

  /**
   * Deletes an object, or one version; what is not there is no failure.
   * @throws Refusal where a marker would have to be made
   */
  delete(key: string, versionId: string | undefined): void {
    if (versionId === undefined && this.isVersioned)
      throw new Refusal(501, 'NotImplemented', 'This server makes no delete markers: name a version.');
    this.sent.delete(key);
    const index = this.keys.indexOf(key);
    const version = index === -1 ? -1 : this.versionOf(index, versionId ?? 'null');
    if (version === -1) return;
    const bit = index * this.versions + version;
    this.#gone[bit >> 3] = (this.#gone[bit >> 3] ?? 0) | (1 << (bit & 7));
    this.#goneCount += 1;
  }
}
