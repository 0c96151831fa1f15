import type { TransferJobInput } from '#shared/transfer.ts';
import { bandwidthAt, type TransferSettings } from '#shared/transfer-settings.ts';
import type { Storage } from '#storage/storage.ts';
import { TransferQueue } from './queue.ts';
import { RateLimit } from './rate-limit.ts';
import type { TransferStore } from './store.ts';
import type { TransferContext } from './transfer.ts';
import { TransferJob, type TransferHost } from './transfer-job.ts';
import { bindTransferVerb } from './verbs.ts';

export interface TransferSetup {
  store: TransferStore;
  /** As the user has set them now; asked again and again. */
  settings: () => TransferSettings;
  /** Opens a connection. @throws StorageError, also for a secret that is missing */
  storage: (connectionId: string) => Promise<Storage>;
}

/** Makes transfers and gives them what they share: their queue, their limits, their place on the disk. */
export class Transfers {
  readonly #setup: TransferSetup;
  readonly #host: TransferHost;
  readonly #queue: TransferQueue;
  readonly #rate: RateLimit;

  constructor(setup: TransferSetup, hooks: Pick<TransferHost, 'onChange' | 'onBug'>) {
    this.#setup = setup;
    this.#queue = new TransferQueue(
      () => setup.settings().transfersAtOnce,
      (waiting) => waiting.forEach((id) => hooks.onChange(id)),
    );
    this.#rate = new RateLimit(() => bandwidthAt(setup.settings(), new Date()));
    this.#host = {
      ...hooks,
      queue: this.#queue,
      store: setup.store,
      contextOf: (input) => this.#contextOf(input),
    };
  }

  create(input: TransferJobInput): TransferJob {
    return new TransferJob(input, bindTransferVerb(input), this.#host);
  }

  /** What was left from before: to be offered, not begun. What cannot be read was set aside, and is named. */
  async restore(): Promise<{ jobs: TransferJob[]; damaged: string[] }> {
    const { records, damaged } = await this.#setup.store.list();
    const jobs = records.map(
      (record) => new TransferJob(record.input, bindTransferVerb(record.input), this.#host, record),
    );
    for (const job of jobs) await job.recover();
    return { jobs, damaged };
  }

  /** Puts one that waits before another; before none: last. */
  move(id: string, before: string | undefined): void {
    this.#queue.move(id, before);
  }

  /** The settings have changed. */
  look(): void {
    this.#queue.look();
  }

  async #contextOf(input: TransferJobInput): Promise<TransferContext> {
    const { settings, storage } = this.#setup;
    return {
      storage: await storage(input.connectionId),
      storageOf: storage,
      limits: {
        objectsAtOnce: () => settings().objectsAtOnce,
        partsAtOnce: () => settings().partsAtOnce,
        rate: this.#rate,
      },
    };
  }
}
