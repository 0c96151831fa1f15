import type { Progress } from '#shared/job.ts';
import type { TransferResult } from '#shared/transfer.ts';
import type { Task } from '../verbs.ts';
import { Journal } from './journal.ts';
import { newMemory, runTransfer, stepOf, type TransferMemory } from './run-transfer.ts';
import type { Transfer, TransferContext } from './transfer.ts';

/** A transfer with its input, whatever its types are. */
export interface BoundTransfer {
  task: Task;
  prepare(context: TransferContext, signal: AbortSignal): Promise<void>;
  /** Opens its journal in a folder. @throws DamagedError; StorageError of a `disk-*` kind */
  open(folder: string): Promise<OpenTransfer>;
}

/** A transfer with its journal. */
export interface OpenTransfer {
  /** How far it is by the journal, while nothing moves. */
  now(): { progress: Progress; task: Task };
  run(
    context: TransferContext,
    signal: AbortSignal,
  ): AsyncGenerator<{ progress: Progress; task: Task }, void, undefined>;
  /** Opens what failed once more. */
  retryFailed(): Promise<void>;
  /** Takes away everything that is half done. @throws StorageError for what cannot be taken away */
  discard(context: TransferContext): Promise<void>;
  close(): Promise<void>;
}

/** @param describe gives the task with what is known of its result */
export function bindTransfer<Input, Item>(
  transfer: Transfer<Input, Item>,
  input: Input,
  describe: (has: { result?: TransferResult }) => Task,
): BoundTransfer {
  const memory = newMemory();
  return {
    task: describe({}),
    prepare: (context, signal) => transfer.prepare(input, context, signal),
    open: async (folder) =>
      openTransfer(transfer, input, await Journal.open(folder, transfer), memory, describe),
  };
}

function openTransfer<Input, Item>(
  transfer: Transfer<Input, Item>,
  input: Input,
  journal: Journal<Item>,
  memory: TransferMemory,
  describe: (has: { result?: TransferResult }) => Task,
): OpenTransfer {
  const told = ({ progress, result }: ReturnType<typeof stepOf>) => ({
    progress,
    task: describe({ result }),
  });
  return {
    now: () => told(stepOf(journal, memory, [])),
    async *run(context, signal) {
      for await (const step of runTransfer({ transfer, input, journal, context, memory, signal }))
        yield told(step);
    },
    retryFailed: () => journal.retryFailed(),
    async discard(context) {
      for await (const { n, item } of journal.items()) {
        const notes = journal.notesOf(n);
        if (notes.length === 0) continue;
        await transfer.discard(input, item, notes, context);
        await journal.forget(n);
      }
    },
    close: () => journal.close(),
  };
}
