import { availableParallelism } from 'node:os';
import { constants } from 'node:zlib';
import { mapConcurrent } from '#storage/concurrency.ts';
import { deflatePool } from './deflate-pool.ts';

const BLOCK_BYTES = 1024 * 1024;
/** How far back deflate can refer (RFC 1951, 2). */
const WINDOW_BYTES = 32 * 1024;
/** One for each thread that deflates, and one that is being filled. */
const BLOCKS_AT_ONCE = availableParallelism() + 1;

/** Some bytes, and what they are in a raw deflate stream. */
export interface DeflatedBlock {
  raw: Uint8Array;
  data: Uint8Array;
}

interface Block {
  raw: Buffer<ArrayBuffer>;
  /** The end of what came before: what deflate may refer to. */
  before: Uint8Array;
  isLast: boolean;
}

/**
 * Deflates a stream of any length on several cores. Each block is deflated by itself, with the 32 KiB before it as its
 * dictionary, and all but the last end at the boundary of a byte without ending the stream (Z_SYNC_FLUSH), so that
 * the results, one after the other, are one raw deflate stream (RFC 1951). pigz does it like this.
 *
 * @throws what `body` throws; the signal's reason.
 */
export function deflateBlocks(
  body: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<DeflatedBlock, void, undefined> {
  return mapConcurrent(cutIntoBlocks(body), deflateBlock, { limit: BLOCKS_AT_ONCE, signal });
}

async function deflateBlock({ raw, before, isLast }: Block): Promise<DeflatedBlock> {
  const finishFlush = isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
  const dictionary = before.length > 0 ? { dictionary: before } : {};
  return deflatePool.deflate(raw, { ...dictionary, finishFlush });
}

async function* cutIntoBlocks(body: AsyncIterable<Uint8Array>): AsyncGenerator<Block, void, undefined> {
  let before = new Uint8Array(0);
  let block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  let filled = 0;
  for await (const chunk of body) {
    for (let at = 0; at < chunk.length;) {
      if (filled === BLOCK_BYTES) {
        const end = new Uint8Array(block.subarray(BLOCK_BYTES - WINDOW_BYTES)); // the block is handed over
        yield { raw: block, before, isLast: false };
        before = end;
        block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
        filled = 0;
      }
      const piece = chunk.subarray(at, at + BLOCK_BYTES - filled);
      block.set(piece, filled);
      filled += piece.length;
      at += piece.length;
    }
  }
  yield { raw: block.subarray(0, filled), before, isLast: true };
}
