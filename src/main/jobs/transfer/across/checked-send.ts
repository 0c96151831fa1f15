import { createHash } from 'node:crypto';
import type { Verification } from '#shared/transfer-journal.ts';
import { StorageError } from '#storage/errors.ts';
import type { SentBody } from '#storage/storage.ts';
import { isMd5 } from '../existing.ts';
import type { PartPassing } from '../upload/send-parts.ts';
import { type Slice, sliceBody } from '../upload/source-file.ts';
import type { SourceObject } from './source-object.ts';

/** Sends a body to the server, which refuses what is not of this MD5 when it is given one. */
export type Send = (body: SentBody, md5: string | undefined) => Promise<{ etag: string }>;

/** What is known of a target's ETags. */
export interface EtagKnowledge {
  /** They look like MD5s and are none: the server encrypts by keys of its own. */
  areOther: boolean;
}

/**
 * Sends a slice of an object as it is read, and checks what has arrived: by the MD5 of what passed and the ETag. An ETag
 * that says otherwise is not believed at once: the slice goes once more, with its MD5, which the server compares by itself.
 *
 * @throws StorageError `incomplete` when other bytes came from the source a second time
 */
export async function sendChecked(
  source: SourceObject,
  slice: Slice,
  send: Send,
  etags: EtagKnowledge,
  passing: PartPassing,
): Promise<{ etag: string; verified: Verification }> {
  const first = await sendOnce(source, slice, send, undefined, passing);
  if (!isMd5(first.etag) || etags.areOther) return { etag: first.etag, verified: 'length' };
  if (first.etag === first.md5) return { etag: first.etag, verified: 'md5' };
  first.takeBack();
  passing.retried();
  const second = await sendOnce(source, slice, send, first.md5, passing);
  etags.areOther = second.etag !== first.md5;
  return { etag: second.etag, verified: etags.areOther ? 'checksum' : 'md5' };
}

/** The same with an MD5 that is known before: the server stores nothing else. */
export async function sendOnce(
  source: SourceObject,
  slice: Slice,
  send: Send,
  md5: string | undefined,
  passing: PartPassing,
): Promise<{ etag: string; md5: string; takeBack: () => void }> {
  let hash = createHash('md5');
  const body = sliceBody(
    {
      stream: (piece, through) => {
        hash = createHash('md5'); // each try begins anew
        return source.stream(piece, through, hash);
      },
    },
    slice,
    passing,
  );
  try {
    const { etag } = await send(body, md5);
    return { etag, md5: hash.digest('hex'), takeBack: body.takeBack };
  } catch (error) {
    body.takeBack();
    throw error;
  }
}

/** Whether the server says that what came was not of the MD5 that it was told. */
export function isOtherDigest(error: unknown): boolean {
  return error instanceof StorageError && error.code === 'BadDigest';
}
