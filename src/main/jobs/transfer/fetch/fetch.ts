import type { FetchInput } from '#shared/transfer.ts';
import { type FetchItem, fetchItemSchema } from '#shared/transfer-journal.ts';
import { requireObjects, selectionOf } from '#jobs/selection.ts';
import type { PlannedBefore } from '../journal.ts';
import type { Found, Transfer, TransferContext } from '../transfer.ts';
import { fetchObject } from './fetch-object.ts';
import { FreePlaces } from './free-places.ts';
import { removePartials } from './notes.ts';
import { baseOf, isFetchable, planFetch, requireInBase } from './plan.ts';
import { checkFolder, makeFolder } from './target-folder.ts';

/**
 * Objects into a folder of this computer, under their keys made safe (`names.ts`). A file has the date of the file that
 * its object was made of, or the object's. What is half there has a hidden partial name, and never a final one.
 */
export const fetch: Transfer<FetchInput, FetchItem> = {
  parser: fetchItemSchema,
  identity: ({ key }) => key,
  bytes: ({ size }) => size,
  isRenamed: ({ renamed = false }) => renamed,
  nameOf: ({ key }) => key,

  async prepare(input, { storage }, signal) {
    requireInBase(input);
    await checkFolder(input.folder);
    await requireObjects(storage, selectionOf(input), signal, isFetchable(baseOf(input)));
  },

  plan,

  move: ({ bucket, folder, ifExists }, item, task, context) =>
    fetchObject(
      { storage: context.storage, bucket, folder, ifExists, places: placesOf(context, folder) },
      item,
      task,
      context,
    ),

  discard: (_input, _item, notes) => removePartials(notes),
};

/** As long as one run of a transfer takes. */
const places = new WeakMap<TransferContext, FreePlaces>();

function placesOf(context: TransferContext, folder: string): FreePlaces {
  const known = places.get(context) ?? new FreePlaces(folder);
  places.set(context, known);
  return known;
}

async function* plan(
  input: FetchInput,
  { storage }: TransferContext,
  signal: AbortSignal,
  before: PlannedBefore<FetchItem>,
): AsyncGenerator<Found<FetchItem>, void, undefined> {
  // One that is gone since was on a disk that was taken out, perhaps: it is not made where that was.
  if (await isNew(before)) await makeFolder(input.folder);
  for await (const item of planFetch(storage, input, signal, before)) yield { item };
}

async function isNew(before: PlannedBefore<FetchItem>): Promise<boolean> {
  for await (const _item of before.items()) return false;
  return true;
}
