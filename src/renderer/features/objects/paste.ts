import { goalProblem } from './names.ts';
import { subjectOf, take, useObjects, type ObjectTarget, type Place, type StartJob } from './store.ts';

type Here = (Place & { inside: string }) | undefined;

/** Why what was taken cannot be pasted here, in words. */
export function pasteProblem(here: Here): string | undefined {
  const { taken } = useObjects.getState();
  if (taken === undefined || here === undefined) return undefined;
  const { connectionId, bucket, base, prefixes, prefix } = taken.target;
  if (connectionId !== here.connectionId)
    return taken.move
      ? 'It was cut on another connection: what goes across is copied. Copy it there instead of cutting it.'
      : undefined;
  return goalProblem(
    { bucket: here.bucket, prefix: here.inside },
    { bucket, base, prefixes: prefix === undefined || prefix === '' ? prefixes : [prefix] },
  );
}

/**
 * Copies or moves what was taken to the folder that is looked at; what has the same key stays. What goes to another
 * bucket or connection is asked about by `transfer`.
 */
export async function paste(
  here: Here,
  startJob: StartJob,
  transfer: (target: ObjectTarget, to: Place & { prefix: string }) => void,
): Promise<void> {
  const { taken } = useObjects.getState();
  if (taken === undefined || here === undefined || pasteProblem(here) !== undefined) return;
  const { target, move } = taken;
  const { connectionId, bucket, base } = target;
  if (!move && (here.connectionId !== connectionId || here.bucket !== bucket))
    return transfer(target, { connectionId: here.connectionId, bucket: here.bucket, prefix: here.inside });
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
