import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { constants, deflateRaw } from 'node:zlib';
import { mapConcurrent } from '#storage/concurrency.ts';

const deflate = promisify(deflateRaw);

const BLOCK_BYTES = 1024 * 1024;
/** How far back deflate can refer (RFC 1951, 2). */
const WINDOW_BYTES = 32 * 1024;
/** libuv has four threads. */
const BLOCKS_AT_ONCE = Math.min(4, availableParallelism());

/** Some bytes, and what they are in a raw deflate stream. */
export interface DeflatedBlock {
  raw: Uint8Array;
  data: Uint8Array;
}

interface Block {
  raw: Buffer;
  /** The end of what came before: what deflate may refer to. */
  before: Buffer;
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
  return { raw, data: await deflate(raw, { ...dictionary, finishFlush, chunkSize: BLOCK_BYTES / 4 }) };
}

async function* cutIntoBlocks(body: AsyncIterable<Uint8Array>): AsyncGenerator<Block, void, undefined> {
  let before = Buffer.alloc(0);
  let block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  let filled = 0;
  for await (const chunk of body) {
    for (let at = 0; at < chunk.length;) {
      if (filled === BLOCK_BYTES) {
        yield { raw: block, before, isLast: false };
        before = block.subarray(BLOCK_BYTES - WINDOW_BYTES);
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
