import type { TransferJobInput } from '#shared/transfer.ts';
import { StorageError } from '#storage/errors.ts';
import type { BoundTransfer } from './bound-transfer.ts';

/** The table of the verbs that outlive the process. */
export function bindTransferVerb(input: TransferJobInput): BoundTransfer {
  switch (input.kind) {
    default:
      throw new StorageError({ kind: 'not-supported', operation: input.kind });
  }
}
