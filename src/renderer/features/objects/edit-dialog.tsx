import { useEffect, useState } from 'react';
import { api, failureOf } from '#renderer/api.ts';
import type { Failure } from '#shared/failure.ts';
import { FailureCallout } from '#renderer/ui/states.tsx';
import { formatCount } from '#renderer/ui/format.ts';
import { changeLines, changesOf, draftOf, type Draft, type Known } from './changes.ts';
import { AccessFields, HeaderFields, MetadataFields, StorageFields, TagFields } from './edit-fields.tsx';
import { FormDialog } from './simple-dialog.tsx';
import { closeDone, subjectOf, type ObjectTarget, type StartJob } from './store.ts';
import { targetText } from './target-text.ts';
import { useSurvey } from './use-survey.ts';

/** Why tags or access cannot be edited on this connection; undefined when they can. */
export interface EditOffers {
  tags: string | undefined;
  access: string | undefined;
}

interface EditDialogProps {
  target: ObjectTarget;
  offers: EditOffers;
  onStart: StartJob;
}

/** Content headers, metadata, tags, storage class and access: of one object as they are, of many what is to change. */
export function EditDialog(props: EditDialogProps) {
  const { target } = props;
  const [only] = target.keys;
  const isOne = target.prefix === undefined && target.keys.length === 1 && target.prefixes.length === 0;
  return isOne && only !== undefined ? <EditOne {...props} objectKey={only} /> : <EditMany {...props} />;
}

function EditOne({ target, offers, onStart, objectKey }: EditDialogProps & { objectKey: string }) {
  const [known, setKnown] = useState<Known>();
  const [draft, setDraft] = useState<Draft>();
  const [failure, setFailure] = useState<Failure>();
  const { connectionId, bucket } = target;
  const hasTags = offers.tags === undefined;
  useEffect(() => {
    const abort = new AbortController();
    const ref = { connectionId, bucket, key: objectKey };
    const ask = async () => {
      const [stat, tags] = await Promise.all([
        api.objects.stat.query(ref, { signal: abort.signal }),
        hasTags ? api.objects.tags.query(ref, { signal: abort.signal }) : undefined,
      ]);
      if (abort.signal.aborted) return;
      setKnown({ stat, tags });
      setDraft(draftOf({ stat, tags }));
    };
    ask().catch((error: unknown) => {
      if (!abort.signal.aborted) setFailure(failureOf(error));
    });
    return () => abort.abort();
  }, [connectionId, bucket, objectKey, hasTags]);
  return (
    <EditForm
      target={target}
      offers={offers}
      onStart={onStart}
      known={known}
      draft={draft}
      setDraft={setDraft}
      failure={failure}
      deed="Change 1 object"
    />
  );
}

function EditMany(props: EditDialogProps) {
  const [draft, setDraft] = useState<Draft | undefined>(() => draftOf(undefined));
  const { found, failure, notAsked } = useSurvey(props.target);
  const count = (found?.objects ?? 0) + notAsked;
  const grows = found?.isFinal === true ? '' : '+';
  const deed =
    found === undefined
      ? 'Change'
      : `Change ${formatCount(count)}${grows} ${count === 1 && grows === '' ? 'object' : 'objects'}`;
  return (
    <EditForm {...props} known={undefined} draft={draft} setDraft={setDraft} failure={failure} deed={deed} />
  );
}

interface EditFormProps extends EditDialogProps {
  known: Known | undefined;
  draft: Draft | undefined;
  setDraft: (draft: Draft) => void;
  failure: Failure | undefined;
  deed: string;
}

function EditForm({ target, offers, onStart, known, draft, setDraft, failure, deed }: EditFormProps) {
  const result = draft === undefined ? undefined : changesOf(draft, known);
  const changes = result !== undefined && 'changes' in result ? result.changes : undefined;
  const start = async () => {
    if (changes === undefined) return;
    const { connectionId, bucket } = target;
    closeDone();
    await onStart({ kind: 'update', connectionId, bucket, ...subjectOf(target), changes }, 'Edit properties');
  };
  return (
    <FormDialog
      title={`Properties of ${targetText(target)}`}
      wide
      deed={deed}
      disabled={changes === undefined}
      onSubmit={() => void start()}
    >
      {failure !== undefined && <FailureCallout failure={failure} />}
      {draft === undefined && failure === undefined && <p className="muted">Asking the server…</p>}
      {draft !== undefined && (
        <>
          <HeaderFields draft={draft} setDraft={setDraft} many={known === undefined} />
          <MetadataFields draft={draft} setDraft={setDraft} many={known === undefined} />
          <TagFields draft={draft} setDraft={setDraft} many={known === undefined} refused={offers.tags} />
          <StorageFields draft={draft} setDraft={setDraft} current={known?.stat} />
          <AccessFields draft={draft} setDraft={setDraft} refused={offers.access} />
        </>
      )}
      <div className="edit-summary" role="status">
        {result !== undefined && 'problem' in result && <p className="field-error">{result.problem}</p>}
        {changes === undefined ? (
          result !== undefined && !('problem' in result) && <p className="note">Nothing is changed yet.</p>
        ) : (
          <>
            <p className="field-label">What will change</p>
            <ul>
              {changeLines(changes).map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
            {(changes.headers !== undefined || changes.storageClass !== undefined) && (
              <p className="note">
                S3 changes these by copying each object onto itself: in a versioned bucket that makes a new
                version. Access that others had is given back afterwards, as a request of its own.
              </p>
            )}
          </>
        )}
      </div>
    </FormDialog>
  );
}
