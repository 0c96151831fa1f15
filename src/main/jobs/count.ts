import type { CountInput } from '#shared/job.ts';
import type { CountResult } from '#shared/job-results.ts';
import { keyPageOf } from '#storage/key-page.ts';
import type { Storage } from '#storage/storage.ts';
import { Census } from './count/census.ts';
import { countInParts } from './count/in-parts.ts';
import { FailurePolicy } from './failures.ts';
import type { Operation, Step } from './operation.ts';
import { listSelected, requireObjects, selectionOf, statSelected } from './selection.ts';
import { Tally } from './tally.ts';

/**
 * Counts files, folders and bytes, from listings alone. Placeholders of folders are folders, not files. Folders are
 * those that keys are in, at any depth under the prefix, without the prefix itself; at one level, those of the level.
 * One prefix is split by its next level of folders; of several chosen prefixes each is a row of its own. A chosen key
 * that is not there is a failure among the others. Bounded in memory, whatever there is to count.
 */
export const count: Operation<CountInput, CountResult> = {
  async prepare(storage, input, signal) {
    await requireObjects(storage, selectionOf(input), signal);
  },
  run,
};

async function* run(
  storage: Storage,
  input: CountInput,
  signal: AbortSignal,
): AsyncGenerator<Step<CountResult>, void> {
  const selection = selectionOf(input);
  const { prefixes, keys } = selection;
  const byPrefix = prefixes.length + keys.length > 1;
  const census = new Census(byPrefix);
  const tally = new Tally();
  const policy = new FailurePolicy();
  const step = (now = census): Step<CountResult> => {
    tally.objects = now.files;
    tally.bytes = now.bytes;
    return { progress: tally.snapshot(), result: now.result() };
  };

  for (const prefix of prefixes) {
    if (selection.asOf === undefined && !selection.oneLevel) {
      const place = { bucket: selection.bucket, prefix, byPrefix };
      let whole: Census | undefined;
      for await (const found of countInParts(storage, place, signal)) {
        tally.current = found.current ?? tally.current;
        if (found.isFinal) whole = found.census();
        else if (tally.isDue()) yield step(joined(census, found.census(), byPrefix));
      }
      if (whole !== undefined) {
        census.absorb(whole);
        continue;
      }
    }
    for await (const page of listSelected(storage, { ...selection, prefixes: [prefix] }, signal)) {
      census.add(keyPageOf(page.objects), page.prefix);
      census.addFolders(page.folders.length);
      tally.current = page.objects.at(-1)?.key ?? page.folders.at(-1);
      if (tally.isDue()) yield step();
    }
  }
  for await (const chosen of statSelected(storage, selection, signal)) {
    if ('object' in chosen) {
      policy.succeeded();
      census.addChosen(chosen.object);
      tally.current = chosen.object.key;
    } else {
      tally.fail(policy.failed(chosen.error));
    }
    if (tally.isDue()) yield step();
  }
  tally.total = { objects: census.files, bytes: census.bytes, isFinal: true };
  tally.current = undefined;
  yield step();
}

function joined(before: Census, found: Census, byPrefix: boolean): Census {
  const all = new Census(byPrefix);
  all.absorb(before);
  all.absorb(found);
  return all;
}
