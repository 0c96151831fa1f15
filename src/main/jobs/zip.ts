import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ZipInput } from '#shared/job.ts';
import type { ZipResult } from '#shared/job-results.ts';
import type { ListedObject } from '#shared/objects.ts';
import { StorageError } from '#storage/errors.ts';
import type { Storage } from '#storage/storage.ts';
import { FailurePolicy } from './failures.ts';
import { NamePlanner } from './names.ts';
import type { Operation, Step } from './operation.ts';
import {
  isPlaceholder,
  listSelected,
  nothingFound,
  requireObjects,
  type Selection,
  selectionOf,
} from './selection.ts';
import { Tally } from './tally.ts';
import { deflateBlocks } from './zip/deflate-blocks.ts';
import { Manifest } from './zip/manifest.ts';
import { OutputFile } from './zip/output-file.ts';
import { pack, type PackItem } from './zip/pack.ts';
import { Survey } from './zip/survey.ts';
import { checkTarget, partialPath, publish } from './target-file.ts';
import { ZipWriter } from './zip/zip-writer.ts';

const MANIFEST_NAME = 'cooper-manifest.json';

/**
 * Writes the chosen objects into one ZIP, straight to its folder, under a partial name until it is whole. Names are
 * keys made safe (`names.ts`); dates are those of the objects. An object that cannot be read (gone, denied, changed
 * since it was listed, of another length) is left out and named in the manifest inside the ZIP, and the job goes on.
 * It fails when the disk does, when the connection does (credentials, or a server that fails on several objects in a
 * row), and when not a single object could be read: a ZIP of nothing but excuses helps nobody.
 */
export const zip: Operation<ZipInput, ZipResult> = {
  async prepare(storage, input, signal) {
    const base = baseOf(input);
    const outside = [input.prefix ?? base, ...(input.keys ?? []), ...(input.prefixes ?? [])].find(
      (start) => !start.startsWith(base),
    );
    if (outside !== undefined) {
      const message = `“${outside}” is not in the folder “${base}” that the names in the ZIP begin after.`;
      throw new StorageError({
        kind: 'invalid-input',
        operation: 'zip',
        bucket: input.bucket,
        key: outside,
        message,
      });
    }
    await checkTarget(input.path, input.overwrite);
    await requireObjects(storage, selectionOf(input), signal, isPackable(base));
  },
  run,
};

async function* run(
  storage: Storage,
  input: ZipInput,
  signal: AbortSignal,
): AsyncGenerator<Step<ZipResult>, void> {
  const partial = partialPath(input.path);
  const manifest = new Manifest(partial);
  const selection = selectionOf(input);
  const base = baseOf(input);
  const survey = new Survey(storage, selection, { counts: isPackable(base), signal });
  let file: OutputFile | undefined;
  let writer: ZipWriter | undefined;
  try {
    file = await OutputFile.create(partial);
    writer = new ZipWriter(file);
    yield* write(file, writer, { storage, input, selection, base, survey, manifest, signal });
  } catch (error) {
    throw roomError(error, input.path, survey);
  } finally {
    await survey.stop();
    try {
      await file?.close(); // a network disk tells of lack of room only here
    } finally {
      await rm(partial, { force: true });
      await Promise.all([manifest.dispose(), writer?.dispose()]);
    }
  }
}

interface ZipJob {
  storage: Storage;
  input: ZipInput;
  selection: Selection;
  base: string;
  survey: Survey;
  manifest: Manifest;
  signal: AbortSignal;
}

async function* write(
  file: OutputFile,
  writer: ZipWriter,
  job: ZipJob,
): AsyncGenerator<Step<ZipResult>, void> {
  const { storage, input, selection, survey, manifest, signal } = job;
  const { bucket, path } = input;
  const planner = new NamePlanner();
  const tally = new Tally();
  let renamed = 0;
  let bytesLost = 0;
  const total = (isFinal: boolean) => ({ objects: survey.objects, bytes: survey.bytes - bytesLost, isFinal });

  const context = { storage, bucket, zip: writer, compress: input.compression === 'auto', signal };
  for await (const event of pack(packItems(job, planner), { ...context, policy: new FailurePolicy() })) {
    switch (event.type) {
      case 'bytes':
        tally.bytes += event.bytes;
        tally.current = event.key;
        break;
      case 'packed':
        tally.objects++;
        tally.bytes += event.bytes;
        tally.current = event.object.key;
        if (!event.name.renamed) break;
        renamed++;
        await manifest.addRenamed(event.object.key, event.name.path);
        break;
      case 'failed':
        tally.bytes -= event.taken;
        bytesLost += event.size;
        tally.fail(event.failure);
        await manifest.addFailed(event.key, event.failure);
        break;
    }
    if (!tally.isDue()) continue;
    tally.total = total(survey.isFinal);
    yield { progress: tally.snapshot() };
  }
  signal.throwIfAborted();
  if (tally.objects === 0) throw nothingPacked(selection, tally);

  const manifestName = manifest.isEmpty ? undefined : planner.plan(MANIFEST_NAME).path;
  if (manifestName !== undefined) await addManifest(writer, manifestName, manifest, bucket);
  const zipBytes = await writer.finish();
  await file.close();
  signal.throwIfAborted();
  await publish(file.path, path, input.overwrite);
  tally.total = { objects: tally.objects + tally.failures.count, bytes: tally.bytes, isFinal: true };
  tally.current = undefined;
  const result = { path, zipBytes, entries: tally.objects, renamed };
  yield {
    progress: tally.snapshot(),
    result: manifestName === undefined ? result : { ...result, manifest: manifestName },
  };
}

async function* packItems(
  { storage, selection, base, survey, signal }: ZipJob,
  planner: NamePlanner,
): AsyncGenerator<PackItem, void, undefined> {
  const counts = isPackable(base);
  const named = (object: ListedObject) => ({
    object,
    name: planner.plan(object.key.slice(base.length), !isPlaceholder(object)),
  });
  for await (const { objects } of listSelected(storage, selection, signal)) {
    for (const object of objects) if (counts(object)) yield named(object);
  }
  for await (const chosen of survey.chosen()) yield 'object' in chosen ? named(chosen.object) : chosen;
}

async function addManifest(
  writer: ZipWriter,
  name: string,
  manifest: Manifest,
  bucket: string,
): Promise<void> {
  const createdAt = new Date();
  const { bytes, chunks } = manifest.document({ bucket, createdAt });
  const entry = await writer.openEntry({ name, modifiedAt: createdAt }, { method: 'deflate', bytes });
  for await (const { raw, data } of deflateBlocks(chunks)) await entry.write(raw, data);
  await entry.close();
}

/** The folder that names in the ZIP begin after: never half a segment. */
function baseOf({ base, prefix, keys = [], prefixes = [] }: ZipInput): string {
  const start = base ?? (keys.length + prefixes.length === 0 ? prefix : undefined) ?? '';
  return start.slice(0, start.lastIndexOf('/') + 1);
}

/** All but the placeholder of the base itself, for which there is no name in the ZIP. */
function isPackable(base: string): (object: Pick<ListedObject, 'key' | 'size'>) => boolean {
  return (object) => !(object.key === base && isPlaceholder(object));
}

function nothingPacked(selection: Selection, { failures }: Tally): StorageError {
  const first = failures.first[0];
  if (first === undefined) return nothingFound(selection, selection.keys.length);
  const { kind, message, ...rest } = first;
  const objects = failures.count === 1 ? 'The object' : `None of the ${failures.count} objects`;
  const said = failures.count === 1 ? 'could not be read' : 'could be read. The first';
  return new StorageError({ ...rest, kind, message: `${objects} ${said}: ${message}` });
}

/** A full disk is worth telling how much it should have held. */
function roomError(error: unknown, path: string, survey: Survey): unknown {
  if (!(error instanceof StorageError) || error.kind !== 'disk-full') return error;
  const folder = `the folder “${dirname(path)}”`;
  const happened =
    error.code === 'EFBIG' // FAT32 has files of up to 4 GiB
      ? `The disk of ${folder} cannot hold so large a file`
      : `There is no room left in ${folder}`;
  const atLeast = survey.isFinal ? '' : 'at least ';
  const message = `${happened}: the objects have ${atLeast}${megabytes(survey.bytes)} before compression.`;
  const { kind, operation, code, cause } = error;
  return new StorageError({ kind, operation, path, code, cause, message });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} MB`;
}
