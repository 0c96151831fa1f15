import type { Failure } from '#shared/failure.ts';
import { Spool } from './spool.ts';

const ABOUT =
  'What this ZIP holds under another name than in the bucket, and what it could not hold, written by Cooper.';

/**
 * `cooper-manifest.json`: every object whose name in the ZIP differs from its key, and every object that could not be
 * packed, with the reason. Bounded in memory: what is much waits in files that start with `spoolPath`.
 */
export class Manifest {
  readonly #renamed: Spool;
  readonly #failed: Spool;
  #counts = { renamed: 0, failed: 0 };

  constructor(spoolPath: string) {
    this.#renamed = new Spool(`${spoolPath}-renamed`);
    this.#failed = new Spool(`${spoolPath}-failed`);
  }

  get isEmpty(): boolean {
    return this.#counts.renamed + this.#counts.failed === 0;
  }

  async addRenamed(key: string, name: string): Promise<void> {
    await this.#renamed.append(line(this.#counts.renamed++, { key, name }));
  }

  async addFailed(key: string, failure: Failure): Promise<void> {
    const { kind, message, code } = failure;
    await this.#failed.append(line(this.#counts.failed++, { key, kind, code, reason: message }));
  }

  /** The whole document, once all is added: its length, and its bytes. */
  document(head: { bucket: string; createdAt: Date }): { bytes: number; chunks: AsyncIterable<Uint8Array> } {
    const start = JSON.stringify({ about: ABOUT, ...head, counts: this.#counts }, undefined, 2).replace(
      /\n}$/,
      '',
    );
    const texts = [`${start},\n  "renamed": [`, '\n  ],\n  "failed": [', '\n  ]\n}\n'].map((text) =>
      Buffer.from(text),
    );
    const [first = EMPTY, second = EMPTY, third = EMPTY] = texts;
    const [renamed, failed] = [this.#renamed, this.#failed];
    async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
      yield first;
      yield* renamed.read();
      yield second;
      yield* failed.read();
      yield third;
    }
    return {
      bytes: first.length + renamed.bytes + second.length + failed.bytes + third.length,
      chunks: chunks(),
    };
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#renamed.dispose(), this.#failed.dispose()]);
  }
}

const EMPTY = Buffer.alloc(0);

function line(index: number, entry: object): string {
  return `${index === 0 ? '' : ','}\n    ${JSON.stringify(entry)}`;
}
