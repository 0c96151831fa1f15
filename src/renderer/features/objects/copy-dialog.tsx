import { useEffect, useState } from 'react';
import { api, failureOf } from '#renderer/api.ts';
import type { Failure } from '#shared/failure.ts';
import { Select } from '#renderer/ui/choices.tsx';
import { Field, Segments } from '#renderer/ui/field.tsx';
import { asFolder, goalProblem } from './names.ts';
import { FormDialog } from './simple-dialog.tsx';
import { closeDone, subjectOf, type ObjectTarget, type StartJob } from './store.ts';
import { targetText } from './target-text.ts';

interface CopyDialogProps {
  target: ObjectTarget;
  move: boolean;
  onStart: StartJob;
}

const exists = [
  { id: 'skip', label: 'Leave it as it is' },
  { id: 'replace', label: 'Replace it' },
] as const;

/** Copies or moves to a folder of any bucket of the connection, on the server. */
export function CopyDialog({ target, move, onStart }: CopyDialogProps) {
  const { connectionId, bucket, base } = target;
  const [buckets, setBuckets] = useState<string[]>([bucket]);
  const [to, setTo] = useState(bucket);
  const [folder, setFolder] = useState(base);
  const [ifExists, setIfExists] = useState<'skip' | 'replace'>('skip');
  const [tried, setTried] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  useEffect(() => {
    const abort = new AbortController();
    const ask = async () => {
      try {
        const found = await api.buckets.list.query({ connectionId }, { signal: abort.signal });
        const names = found.map(({ name }) => name);
        if (!abort.signal.aborted) setBuckets(names.includes(bucket) ? names : [bucket, ...names]);
      } catch (error) {
        if (!abort.signal.aborted) setFailure(failureOf(error));
      }
    };
    void ask();
    return () => abort.abort();
  }, [connectionId, bucket]);

  const goal = { bucket: to, prefix: asFolder(folder) };
  const problem = goalProblem(goal, target);
  const start = async () => {
    setTried(true);
    if (problem !== undefined) return;
    closeDone();
    await onStart(
      { kind: 'copy', connectionId, bucket, ...subjectOf(target), base, to: goal, move, ifExists },
      move ? 'Move' : 'Copy',
    );
  };
  const deed = move ? 'Move' : 'Copy';
  return (
    <FormDialog
      title={`${deed} ${targetText(target)} to…`}
      deed={deed}
      failure={failure}
      onSubmit={() => void start()}
    >
      <Select label="Bucket" value={to} options={buckets.map((id) => ({ id, label: id }))} onChange={setTo} />
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
      <p className="note">
        {move
          ? 'On the server: each object is copied, then deleted at its old place. '
          : 'On the server: nothing passes through this computer. '}
        Metadata and tags go along; older versions and access control lists are not copied.
      </p>
    </FormDialog>
  );
}
