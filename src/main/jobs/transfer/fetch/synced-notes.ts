const MIB = 2 ** 20;
/** How often what has come is put on the disk itself: after so long, ms, or so many bytes. */
const SYNC_MS = 1_000;
const SYNC_BYTES = 128 * MIB;

export interface SyncedNotesInput {
  /** Resolves when all that was written is on the disk. */
  sync: () => Promise<void>;
  note: (index: number) => Promise<void>;
}

/**
 * Notes what was written, but only when it is on the disk: a note must not outlive its bytes. To wait for the disk with each
 * piece takes longer than to bring it, so one sync is for all that was written when it began.
 */
export class SyncedNotes {
  readonly #input: SyncedNotesInput;
  #pending: number[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #syncing: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;

  constructor(input: SyncedNotesInput) {
    this.#input = input;
  }

  /** To be told of a piece that was written as a whole. Waits while too much is not on the disk. @throws what `sync` and `note` throw */
  async wrote(index: number, bytes: number): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#pending.push(index);
    this.#bytes += bytes;
    if (this.#bytes < SYNC_BYTES) {
      this.#timer ??= setTimeout(() => this.#begin(), SYNC_MS);
      return;
    }
    const before = this.#syncing;
    if (before !== undefined) await before; // the disk is slower than what brings it more
    this.#begin();
  }

  /** Notes all that was written. @throws what `sync` and `note` throw */
  async end(): Promise<void> {
    await this.#syncing;
    this.#begin();
    await this.#syncing;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #begin(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#syncing !== undefined || this.#failure !== undefined || this.#pending.length === 0) return;
    const written = this.#pending;
    this.#pending = [];
    this.#bytes = 0;
    const noteAll = async () => {
      try {
        await this.#input.sync();
        await Promise.all(written.map((index) => this.#input.note(index)));
      } catch (error) {
        this.#failure = { error };
      } finally {
        this.#syncing = undefined;
      }
      // What came while it lasted.
      if (this.#pending.length > 0) this.#timer ??= setTimeout(() => this.#begin(), SYNC_MS);
    };
    this.#syncing = noteAll();
  }
}
