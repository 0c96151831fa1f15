import type { Acl } from '#shared/bucket-settings.ts';
import type { UpdateInput } from '#shared/job.ts';
import type { UpdateResult } from '#shared/job-results.ts';
import type { ListedObject, ObjectChanges } from '#shared/objects.ts';
import { attributesOf, copyLimits, copyObject, type CopyLimits } from '#storage/copy-object.ts';
import { isAbort, StorageError } from '#storage/errors.ts';
import type { CallOptions, ObjectAttributes, ObjectRef, Storage } from '#storage/storage.ts';
import { classToKeep, refusedToReplace } from './copy/copy-one.ts';
import { attemptEach, withTicks } from './each.ts';
import { FailurePolicy } from './failures.ts';
import type { Operation, Step } from './operation.ts';
import {
  type ChosenObject,
  isPlaceholder,
  requireObjects,
  selectedObjects,
  selectionOf,
} from './selection.ts';
import { Tally } from './tally.ts';

/** Objects that are changed at once, each by one to five requests. */
const OBJECTS_AT_ONCE = 16;

/**
 * Changes headers, metadata, tags, storage class or ACL of objects; all else of them stays. Headers and storage class
 * are changed by copying the object onto itself on the server, which makes a new version where the bucket has versions;
 * the copy then gets the ACL that the object had. One that cannot be changed is counted.
 */
export const update = updateWithin(copyLimits);

/** The same with other limits for one request. */
export function updateWithin(limits: CopyLimits): Operation<UpdateInput, UpdateResult> {
  return {
    prepare: (storage, input, signal) => requireObjects(storage, selectionOf(input), signal),
    run: (storage, input, signal) => run(storage, input, limits, signal),
  };
}

async function* run(
  storage: Storage,
  input: UpdateInput,
  limits: CopyLimits,
  signal: AbortSignal,
): AsyncGenerator<Step<UpdateResult>, void> {
  const { bucket, changes } = input;
  const tally = new Tally();
  const policy = new FailurePolicy();
  const total = { objects: 0, bytes: 0, isFinal: false };
  const step = (): Step<UpdateResult> => {
    tally.total = total;
    return { progress: tally.snapshot(), result: { changed: tally.objects } };
  };
  async function* counted() {
    for await (const chosen of selectedObjects(storage, selectionOf(input), signal)) {
      total.objects++;
      if ('object' in chosen) total.bytes += chosen.object.size;
      yield chosen;
    }
    total.isFinal = true;
  }
  const work = async (chosen: ChosenObject, stop: AbortSignal) => {
    if ('error' in chosen) throw chosen.error;
    try {
      await change({ storage, bucket, changes, limits }, chosen.object, stop);
    } catch (error) {
      if (!isBareFolder(chosen.object, error)) throw error;
      total.objects--;
      return undefined;
    }
    return chosen.object.size;
  };

  for await (const done of withTicks(attemptEach(counted(), work, { limit: OBJECTS_AT_ONCE, signal }))) {
    if (done !== undefined) {
      tally.current = 'object' in done.item ? done.item.object.key : done.item.key;
      if ('error' in done) tally.fail(policy.failed(done.error));
      else if (done.value !== undefined) {
        tally.objects++;
        tally.bytes += done.value;
        policy.succeeded();
      }
    }
    if (done === undefined || tally.isDue()) yield step();
  }
  tally.current = undefined;
  yield step();
}

/** Hitachi lists folders that nobody made: they have nothing that could be changed. */
function isBareFolder(object: ListedObject, error: unknown): boolean {
  return isPlaceholder(object) && error instanceof StorageError && error.kind === 'not-found';
}

interface ChangeContext {
  storage: Storage;
  bucket: string;
  changes: ObjectChanges;
  limits: CopyLimits;
}

async function change(context: ChangeContext, { key }: ListedObject, signal: AbortSignal): Promise<void> {
  const { storage, bucket, changes } = context;
  const ref = { bucket, key };
  const options = { signal };
  if (changes.headers !== undefined || changes.storageClass !== undefined) {
    await rewrite(context, ref, options);
  } else if (changes.tags !== undefined) {
    await storage.writeObjectTags(ref, changes.tags, options);
  }
  if (changes.acl !== undefined) await storage.writeObjectAcl(ref, changes.acl, options);
}

/** Copies an object onto itself, with what is to be changed; everything else as it was. */
async function rewrite(
  { storage, changes, limits }: ChangeContext,
  ref: ObjectRef,
  options: CallOptions,
): Promise<void> {
  const stat = await storage.stat(ref, options);
  const acl = changes.acl === undefined ? await aclToKeep(storage, ref, options) : undefined;
  try {
    await copyObject(
      storage,
      {
        from: ref,
        to: ref,
        size: stat.size,
        ifMatch: stat.etag,
        // Given in any case: a copy onto itself that changes nothing is refused (a storage class that it has already).
        attributes: changed(attributesOf(stat), changes.headers),
        tags: changes.tags,
        storageClass: changes.storageClass ?? classToKeep(stat.storageClass),
      },
      { ...options, limits },
    );
  } catch (error) {
    throw refusedToReplace(error, ref, 'its headers stayed as they were');
  }
  if (acl !== undefined) await putBack(storage, ref, acl, options);
}

/** The attributes with the changes: `null` takes one away. */
export function changed(
  { metadata = {}, ...attributes }: ObjectAttributes,
  { metadata: metadataChanges = {}, ...headers }: NonNullable<ObjectChanges['headers']> = {},
): ObjectAttributes {
  const names = Object.entries(metadataChanges).map(([name, value]) => [name.toLowerCase(), value] as const);
  const merged = Object.entries({ ...metadata, ...Object.fromEntries(names) });
  return {
    ...attributes,
    ...Object.fromEntries(
      Object.entries(headers)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, value ?? undefined]),
    ),
    metadata: Object.fromEntries(
      merged.flatMap(([name, value]) => (value === null || value === undefined ? [] : [[name, value]])),
    ),
  };
}

/** The ACL that a copy would lose; undefined when it is that of any new object, or the server has none. */
async function aclToKeep(storage: Storage, ref: ObjectRef, options: CallOptions): Promise<Acl | undefined> {
  try {
    const acl = await storage.readObjectAcl(ref, options);
    const isOwners = ({ Grantee, Permission }: Acl['Grants'][number]) =>
      Permission === 'FULL_CONTROL' && 'ID' in Grantee && Grantee.ID === acl.Owner.ID;
    return acl.Grants.every(isOwners) ? undefined : acl;
  } catch (error) {
    if (error instanceof StorageError && error.kind === 'not-supported') return undefined;
    throw error;
  }
}

async function putBack(storage: Storage, ref: ObjectRef, acl: Acl, options: CallOptions): Promise<void> {
  try {
    await storage.writeObjectAcl(ref, acl, options);
  } catch (error) {
    if (isAbort(error, options.signal) || !(error instanceof StorageError)) throw error;
    const { kind, operation, bucket, key, code, requestId } = error;
    const message = `Object “${ref.key}” in bucket “${ref.bucket}” was changed, but the access that others had to it could not be given back. ${error.message}`;
    throw new StorageError({ kind, operation, bucket, key, code, requestId, message, cause: error });
  }
}
