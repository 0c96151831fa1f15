import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SyncItem, syncItemSchema } from '#shared/transfer-journal.ts';
import { Spool } from '#jobs/zip/spool.ts';

/** What is to be deleted, kept until everything else is known: in memory while it is little, else on this disk. */
export class KeptItems {
  readonly #spool: Spool;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#spool = new Spool(join(folder, 'deletes'));
  }

  static async open(): Promise<KeptItems> {
    return new KeptItems(await mkdtemp(join(tmpdir(), 'cooper-sync-')));
  }

  /** @throws StorageError of a `disk-*` kind */
  add(item: SyncItem): Promise<void> {
    return this.#spool.append(`${JSON.stringify(item)}\n`);
  }

  /** In their order, once. */
  async *all(): AsyncGenerator<SyncItem, void, undefined> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const piece of this.#spool.read()) {
      const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield syncItemSchema.parse(JSON.parse(line));
    }
  }

  async close(): Promise<void> {
    await this.#spool.dispose();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
