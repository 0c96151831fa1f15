import type { TransferJobInput } from '#shared/transfer.ts';
import { subjectOf } from '../verbs.ts';
import { across } from './across/across.ts';
import { type BoundTransfer, bindTransfer } from './bound-transfer.ts';
import { fetch } from './fetch/fetch.ts';
import { sync } from './sync/sync.ts';
import { upload } from './upload/upload.ts';

/** The table of the verbs that outlive the process. */
export function bindTransferVerb(input: TransferJobInput): BoundTransfer {
  switch (input.kind) {
    case 'upload': {
      const subject = subjectOf(input);
      return bindTransfer(upload, input, (has) => ({ kind: 'upload', input: subject, ...has }));
    }
    case 'fetch': {
      const subject = subjectOf(input);
      return bindTransfer(fetch, input, (has) => ({ kind: 'fetch', input: subject, ...has }));
    }
    case 'transfer': {
      const subject = subjectOf(input);
      return bindTransfer(across, input, (has) => ({ kind: 'transfer', input: subject, ...has }));
    }
    case 'sync': {
      const subject = subjectOf(input);
      return bindTransfer(sync, input, (has) => ({ kind: 'sync', input: subject, ...has }));
    }
  }
}
