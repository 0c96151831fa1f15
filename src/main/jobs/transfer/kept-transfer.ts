import type { Failure } from '#shared/failure.ts';
import type { JobState } from '#shared/job.ts';
import type { TransferJobInput, TransferRecord } from '#shared/transfer.ts';
import { StorageError } from '#storage/errors.ts';
import { toFailure } from '#storage/failure.ts';
import type { BoundTransfer, OpenTransfer } from './bound-transfer.ts';
import { DamagedError } from './record-file.ts';
import type { TransferStore } from './store.ts';

/** What a transfer has on this disk: what it is and how it stands, and its journal, which is open while it is used. */
export class KeptTransfer {
  readonly #id: string;
  readonly #input: TransferJobInput;
  readonly #bound: BoundTransfer;
  readonly #host: { store: TransferStore; onBug(error: unknown): void };
  #open: OpenTransfer | undefined;
  #isSetAside = false;

  constructor(
    { id, input }: Pick<TransferRecord, 'id' | 'input'>,
    bound: BoundTransfer,
    host: { store: TransferStore; onBug(error: unknown): void },
  ) {
    this.#id = id;
    this.#input = input;
    this.#bound = bound;
    this.#host = host;
  }

  /** Whether it could not be read when it was last used, and is elsewhere. */
  get isSetAside(): boolean {
    return this.#isSetAside;
  }

  /** It is used again, in the place where it was. */
  begin(): void {
    this.#isSetAside = false;
  }

  /** The journal, opened when it is not. @throws DamagedError, StorageError */
  async journal(): Promise<OpenTransfer> {
    this.#open ??= await this.#bound.open(this.#host.store.folderOf(this.#id));
    return this.#open;
  }

  /** Lets go of the journal's files. */
  async release(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.close();
  }

  /** Keeps how the transfer stands. @throws StorageError */
  save(standing: Pick<TransferRecord, 'state' | 'startedAt' | 'finishedAt'>): Promise<void> {
    return this.#host.store.save({ version: 1, id: this.#id, input: this.#input, ...standing });
  }

  /** Takes everything away. @throws StorageError */
  async remove(): Promise<void> {
    await this.release();
    await this.#host.store.remove(this.#id);
  }

  /** What a transfer failed by. What is damaged is set aside, and it says where it is then. */
  async failureOf(error: unknown): Promise<Failure> {
    if (error instanceof DamagedError) return this.#setAside(error);
    const failure = toFailure(error);
    if (failure.kind === 'internal') this.#host.onBug(error);
    return failure;
  }

  async #setAside({ message }: DamagedError): Promise<Failure> {
    let folder = this.#host.store.folderOf(this.#id);
    try {
      folder = await this.#host.store.setAside(this.#id);
      this.#isSetAside = true;
    } catch (error) {
      this.#host.onBug(error); // it stays where it is, and is found damaged again
    }
    return toFailure(
      new StorageError({
        kind: 'disk-error',
        operation: 'go on with',
        path: folder,
        message: `What Cooper knew of this transfer cannot be read any more. ${message} It was set aside in “${folder}”.`,
      }),
    );
  }
}

/** How a transfer stands after a restart: one that was at work has been interrupted. */
export function stateOf(kept: TransferRecord['state']): JobState {
  switch (kept.state) {
    case 'open':
      return { state: 'paused', interrupted: true };
    case 'paused':
    case 'done':
    case 'failed':
      return kept;
  }
}
