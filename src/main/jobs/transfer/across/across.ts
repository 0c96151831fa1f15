import type { TransferInput } from '#shared/transfer.ts';
import { type TransferItem, transferItemSchema } from '#shared/transfer-journal.ts';
import { attributesOf, copyLimits, type CopyLimits } from '#storage/copy-object.ts';
import { StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import { copyPlaceholder, refusedToReplace } from '#jobs/copy/copy-one.ts';
import { newKey } from '#jobs/copy/key-map.ts';
import { FailurePolicy } from '#jobs/failures.ts';
import { requireObjects, selectedObjects, selectionOf } from '#jobs/selection.ts';
import { decide, existingObject, freeName, isMd5 } from '../existing.ts';
import type { Found, ItemTask, Moved, Transfer, TransferContext } from '../transfer.ts';
import { sendParts, uploadNote } from '../upload/send-parts.ts';
import { TargetLevels } from '../upload/target-level.ts';
import { PARTS_FROM_BYTES } from '../upload/upload.ts';
import { waitsFor } from '../waiting.ts';
import { requireElsewhere, requireInBase, requireTarget } from './place.ts';
import { comparable, copiedParts, type ObjectTarget, sendObject, streamedParts } from './send-object.ts';
import { SourceObject } from './source-object.ts';
import { tagsToKeep, withTags } from './tags.ts';

/**
 * Objects to another bucket or another connection. Where both ends are one connection the server copies by itself; else
 * the bytes pass through memory. Headers, metadata and tags go along; the storage class and the ACL do not.
 */
export const across = acrossWithin(copyLimits);

/** The same with other limits for one request of a copy on the server. */
export function acrossWithin(limits: CopyLimits): Transfer<TransferInput, TransferItem> {
  return {
    parser: transferItemSchema,
    identity: ({ key }) => key,
    bytes: ({ size }) => size,
    isRenamed: () => false,
    nameOf: ({ key }) => key,

    async prepare(input, context, signal) {
      const { storage } = context;
      requireInBase(input);
      const target = await context.storageOf(input.to.connectionId);
      const selection = selectionOf(input);
      await requireTarget(target, input.to, signal);
      await requireElsewhere(storage, target, input, selection, signal);
      await requireObjects(storage, selection, signal);
    },

    async *plan(input, context, signal) {
      const target = await context.storageOf(input.to.connectionId);
      yield* planned(context.storage, new TargetLevels(target, input.to.bucket, signal), input, signal);
    },

    async move(input, item, task, context) {
      const { signal } = task;
      const { bucket, to } = input;
      const target = await context.storageOf(to.connectionId);
      const from = { bucket, key: item.key };
      const isHere = to.connectionId === input.connectionId;
      if (item.target.endsWith('/') && item.size === 0)
        return moveFolder(
          context.storage,
          target,
          from,
          { bucket: to.bucket, key: item.target },
          isHere,
          task,
        );
      const source = await SourceObject.open(context.storage, from, { signal });
      const key = await targetKey(target, input, item, source, task);
      if (key === undefined) return { state: 'skipped', bytes: item.size };
      const there = { storage: target, bucket: to.bucket, key, attributes: attributesOf(source.stat) };
      if (await wasSent(there, source, task)) {
        task.moved(source.size);
        return { state: 'done', bytes: source.size, verified: 'md5' };
      }
      try {
        return await moved(source, there, { isHere, limits }, task, context);
      } catch (error) {
        throw refusedToReplace(error, there, 'it was not transferred');
      }
    },

    async discard({ to }, _item, notes, context) {
      const note = uploadNote(notes);
      if (note === undefined) return;
      const target = await context.storageOf(to.connectionId);
      await target.abortUpload({ bucket: to.bucket, key: note.key, uploadId: note.uploadId });
    },
  };
}

async function* planned(
  storage: Storage,
  levels: TargetLevels,
  input: TransferInput,
  signal: AbortSignal,
): AsyncGenerator<Found<TransferItem>, void, undefined> {
  for await (const chosen of selectedObjects(storage, selectionOf(input), signal)) {
    const key = 'object' in chosen ? chosen.object.key : chosen.key;
    const target = newKey(input, key);
    if (target === '') {
      yield { leftOut: { path: key, reason: 'it would have no name at its new place' } };
      continue;
    }
    if (!('object' in chosen)) {
      requirePassing(chosen.error);
      yield { item: { key, target, size: 0, etag: '', modifiedMs: 0 } };
      continue;
    }
    const { size, etag, modifiedAt } = chosen.object;
    const item = { key, target, size, etag, modifiedMs: modifiedAt.getTime() };
    const there = input.ifExists === 'replace' ? null : await levels.find(target);
    yield { item: there === 'unknown' ? item : { ...item, there: there ?? null } };
  }
}

/** What is wrong with one object is found again when its turn comes. @throws what is wrong with all */
function requirePassing(error: unknown): void {
  if (error instanceof StorageError && waitsFor(error) !== undefined) throw error;
  new FailurePolicy().failed(error);
}

/** Where an object goes; undefined when it is not to be sent. Once that is settled, a further try keeps to it. */
async function targetKey(
  storage: Storage,
  { to: { bucket }, ifExists }: TransferInput,
  { target, there: found }: TransferItem,
  source: SourceObject,
  task: ItemTask,
): Promise<string | undefined> {
  const before = task.notes.findLast((note) => note.note === 'target' || note.note === 'upload');
  if (before !== undefined && 'key' in before) return before.key;
  const options = { signal: task.signal };
  const there =
    found === undefined
      ? await existingObject(storage, { bucket, key: target }, options)
      : (found ?? undefined);
  if (there === undefined || ifExists === 'replace') return target;
  const is = { size: source.size, modifiedMs: source.mtimeMs, etag: source.md5 };
  const decision = decide(ifExists, is, there);
  if (decision === 'skip') return undefined;
  if (decision === 'send') return target;
  const isTaken = async (key: string) =>
    (await existingObject(storage, { bucket, key }, options)) !== undefined;
  return freeName(target, isTaken);
}

/** Whether a try before, whose end nobody saw, has stored this object already. */
async function wasSent(
  { storage, bucket, key }: ObjectTarget,
  source: SourceObject,
  task: ItemTask,
): Promise<boolean> {
  const { md5 } = source;
  const isNoted = task.notes.some(
    (note) => note.note === 'target' && note.key === key && md5 !== undefined && note.md5 === md5,
  );
  if (!isNoted) return false;
  const there = await existingObject(storage, { bucket, key }, { signal: task.signal });
  return there !== undefined && there.size === source.size && there.etag === md5;
}

async function moved(
  source: SourceObject,
  target: ObjectTarget,
  { isHere, limits }: { isHere: boolean; limits: CopyLimits },
  task: ItemTask,
  context: TransferContext,
): Promise<Moved> {
  const noteTarget = () => task.note({ note: 'target', key: target.key, md5: source.md5 ?? '' });
  const { storage } = target;
  const keep = async () => tagsToKeep(source, storage, { signal: task.signal });
  if (isHere) {
    try {
      if (source.size > limits.singleBytes) {
        const input = { ...target, tags: await keep(), partBytes: limits.partBytes };
        return await sendParts(copiedParts(source, storage), input, task, context);
      }
      await noteTarget();
      return await copied(source, target, task);
    } catch (error) {
      // Some servers cannot copy some keys; what is thrown otherwise would be thrown likewise.
      if (!(error instanceof StorageError && error.kind === 'not-supported')) throw error;
    }
  }
  // A stream within one connection takes two of its sockets: fewer at once, so that none waits for the other.
  const through = isHere ? { ...context, limits: { ...context.limits, partsAtOnce: () => 1 } } : context;
  const tags = await keep();
  if (source.size > PARTS_FROM_BYTES) {
    const parted = streamedParts(source, storage);
    return withTags(storage, tags, (kept) => sendParts(parted, { ...target, tags: kept }, task, through));
  }
  await noteTarget();
  return withTags(storage, tags, (kept) => sendObject(source, { ...target, tags: kept }, task, through));
}

async function copied(
  { ref, size, etag }: SourceObject,
  { storage, bucket, key }: ObjectTarget,
  task: ItemTask,
): Promise<Moved> {
  const { signal } = task;
  const made = await storage.copy({ from: ref, to: { bucket, key }, ifMatch: comparable(etag) }, { signal });
  task.moved(size);
  if (isMd5(etag) && made.etag === etag) return { state: 'done', bytes: size, verified: 'md5' };
  const there = await storage.stat({ bucket, key }, { signal });
  if (there.size === size) return { state: 'done', bytes: size, verified: 'length' };
  const message = `The copy “${key}” in bucket “${bucket}” has ${there.size} bytes of ${size}.`;
  throw new StorageError({ kind: 'incomplete', operation: 'transfer', bucket, key, message });
}

/** A placeholder, which some servers list although nobody made it, and cannot be read: an empty object is as good. */
async function moveFolder(
  source: Storage,
  target: Storage,
  from: { bucket: string; key: string },
  to: { bucket: string; key: string },
  isHere: boolean,
  { signal }: ItemTask,
): Promise<Moved> {
  if ((await existingObject(target, to, { signal })) !== undefined) return { state: 'skipped', bytes: 0 };
  if (isHere) await copyPlaceholder(source, { from, to }, signal);
  else {
    const found = await source.stat(from, { signal }).catch((error: unknown) => {
      if (error instanceof StorageError && error.kind === 'not-found') return undefined;
      throw error;
    });
    const attributes = found === undefined ? {} : attributesOf(found);
    await target.write({ ...to, ...attributes, body: new Uint8Array() }, { signal });
  }
  return { state: 'done', bytes: 0 };
}
