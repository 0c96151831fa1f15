import { useEffect, useState } from 'react';
import { api, failureOf } from '#renderer/api.ts';
import type { Failure } from '#shared/failure.ts';
import { Select } from '#renderer/ui/choices.tsx';
import { Field, Segments } from '#renderer/ui/field.tsx';
import { Callout } from '#renderer/ui/states.tsx';
import { asFolder, goalProblem } from './names.ts';
import { FormDialog } from './simple-dialog.tsx';
import { closeDone, subjectOf, type ObjectTarget, type StartJob } from './store.ts';
import { targetText } from './target-text.ts';

/** A connection that objects can be copied to, or why not. */
export interface Goal {
  id: string;
  name: string;
  refused: string | undefined;
}

interface CopyDialogProps {
  target: ObjectTarget;
  move: boolean;
  connections: readonly Goal[];
  onStart: StartJob;
}

const exists = [
  { id: 'skip', label: 'Leave it as it is' },
  { id: 'replace', label: 'Replace it' },
] as const;

/** Copies or moves to a folder of any bucket: on the server within one connection, else across. */
export function CopyDialog({ target, move, connections, onStart }: CopyDialogProps) {
  const { bucket, base } = target;
  const [connectionId, setConnectionId] = useState(() => firstGoal(connections, target.connectionId));
  const [to, setTo] = useState(bucket);
  const [folder, setFolder] = useState(base);
  const [ifExists, setIfExists] = useState<'skip' | 'replace'>('skip');
  const [tried, setTried] = useState(false);
  const isOther = connectionId !== target.connectionId;
  const { buckets, failure } = useBuckets(connectionId, isOther ? undefined : bucket);
  const chosen = isOther && !buckets.includes(to) ? (buckets[0] ?? '') : to;

  const goal = { bucket: chosen, prefix: asFolder(folder) };
  // on another connection it is nowhere yet
  const problem = goalProblem(goal, isOther ? { bucket: '', base: '', prefixes: [] } : target);
  const start = async () => {
    setTried(true);
    if (problem !== undefined) return;
    closeDone();
    const from = { connectionId: target.connectionId, bucket, ...subjectOf(target), base };
    if (isOther)
      await onStart({ kind: 'transfer', ...from, to: { connectionId, ...goal }, ifExists }, 'Transfer');
    else await onStart({ kind: 'copy', ...from, to: goal, move, ifExists }, move ? 'Move' : 'Copy');
  };
  return (
    <FormDialog
      title={`${move ? 'Move' : 'Copy'} ${targetText(target)} to…`}
      deed={move && !isOther ? 'Move' : 'Copy'}
      disabled={isOther && chosen === ''}
      failure={failure}
      onSubmit={() => void start()}
    >
      {connections.length > 1 && (
        <Select
          label="Connection"
          value={connectionId}
          options={connections.map(({ id, name, refused }) => ({
            id,
            label: refused === undefined ? name : `${name} (read-only)`,
            disabled: refused !== undefined,
          }))}
          onChange={setConnectionId}
        />
      )}
      <Select
        label="Bucket"
        value={chosen}
        options={buckets.map((id) => ({ id, label: id }))}
        onChange={setTo}
      />
      <Field
        label="Folder"
        data-first-focus
        value={folder}
        placeholder="Top of the bucket"
        onChange={setFolder}
        error={tried ? problem : undefined}
        help="A path such as scans/2024/. It need not be there yet."
      />
      <div className="field">
        <span className="field-label">When something has that key already</span>
        <Segments
          label="When something has that key already"
          value={ifExists}
          options={exists}
          onChange={setIfExists}
        />
      </div>
      {move && isOther && (
        <Callout
          tone="warn"
          title="To another connection it is copied"
          text="Nothing is deleted at the old place: delete it there once you have looked at the copy."
        />
      )}
      <p className="note">{noteOf(move, isOther)}</p>
    </FormDialog>
  );
}

/** The connection itself, else the first that takes objects. */
function firstGoal(connections: readonly Goal[], own: string): string {
  const isRefused = connections.some(({ id, refused }) => id === own && refused !== undefined);
  const other = connections.find(({ refused }) => refused === undefined);
  return isRefused && other !== undefined ? other.id : own;
}

function noteOf(move: boolean, isOther: boolean): string {
  const what = isOther
    ? 'By the server where both are on one and it can, else through this computer, without touching its disk. Metadata goes along; older versions and access control lists are not copied.'
    : 'Metadata and tags go along; older versions and access control lists are not copied.';
  if (isOther) return what;
  return move
    ? `On the server: each object is copied, then deleted at its old place. ${what}`
    : `On the server: nothing passes through this computer. ${what}`;
}

/** The buckets of a connection, with `known`, which is there whatever the server lists. */
function useBuckets(connectionId: string, known: string | undefined) {
  const [found, setFound] = useState<{ of: string; names: string[]; failure?: Failure }>();
  useEffect(() => {
    const abort = new AbortController();
    const ask = async () => {
      try {
        const buckets = await api.buckets.list.query({ connectionId }, { signal: abort.signal });
        if (!abort.signal.aborted) setFound({ of: connectionId, names: buckets.map(({ name }) => name) });
      } catch (error) {
        if (!abort.signal.aborted) setFound({ of: connectionId, names: [], failure: failureOf(error) });
      }
    };
    void ask();
    return () => abort.abort();
  }, [connectionId]);
  const names = found?.of === connectionId ? found.names : [];
  const buckets = known === undefined || names.includes(known) ? names : [known, ...names];
  return { buckets, failure: found?.of === connectionId ? found.failure : undefined };
}
