import { goalProblem } from './names.ts';
import { subjectOf, take, useObjects, type Place, type StartJob } from './store.ts';

type Here = (Place & { inside: string }) | undefined;

/** Why what was taken cannot be pasted here, in words. */
export function pasteProblem(here: Here): string | undefined {
  const { taken } = useObjects.getState();
  if (taken === undefined || here === undefined) return undefined;
  const { connectionId, bucket, base, prefixes, prefix } = taken.target;
  if (connectionId !== here.connectionId)
    return 'It is of another connection: copies are made by one server. Export a ZIP to take it along.';
  return goalProblem(
    { bucket: here.bucket, prefix: here.inside },
    { bucket, base, prefixes: prefix === undefined || prefix === '' ? prefixes : [prefix] },
  );
}

/** Copies or moves what was taken to the folder that is looked at; what has the same key stays. */
export async function paste(here: Here, startJob: StartJob): Promise<void> {
  const { taken } = useObjects.getState();
  if (taken === undefined || here === undefined || pasteProblem(here) !== undefined) return;
  const { target, move } = taken;
  const { connectionId, bucket, base } = target;
  const id = await startJob(
    {
      kind: 'copy',
      connectionId,
      bucket,
      ...subjectOf(target),
      base,
      to: { bucket: here.bucket, prefix: here.inside },
      move,
      ifExists: 'skip',
    },
    'Paste',
  );
  if (move && id !== undefined) take(undefined);
}
