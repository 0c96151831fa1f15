import { useEffect, useState } from 'react';
import { Callout, FailureCallout } from '#renderer/ui/states.tsx';
import { formatBytes, formatDate } from '#renderer/ui/format.ts';
import { Name } from '#renderer/ui/name.tsx';
import { revealText } from '#renderer/ui/reveal.ts';
import type { ObjectVersion } from '#shared/objects.ts';
import { deedText, sizeText, type Scope } from './delete-text.ts';
import { FormDialog } from './simple-dialog.tsx';
import { closeDone, versioningOf, subjectOf, type ObjectTarget, type Place, type StartJob } from './store.ts';
import { targetText } from './target-text.ts';
import { useSurvey } from './use-survey.ts';

const NAMES_SHOWN = 8;

/** What will be destroyed, in numbers that are counted while the question stands; the safe answer has the focus. */
export function DeleteDialog({ target, onStart }: { target: ObjectTarget; onStart: StartJob }) {
  const [scope, setScope] = useState<Scope>('current');
  const [versioning, setVersioning] = useState<Awaited<ReturnType<typeof versioningOf>>>();
  const figures = useSurvey(target);
  useEffect(() => {
    const abort = new AbortController();
    const ask = async () => {
      const known = await versioningOf(target, abort.signal);
      if (!abort.signal.aborted) setVersioning(known);
    };
    void ask();
    return () => abort.abort();
  }, [target]);
  const { found, failure } = figures;
  const start = async () => {
    const { connectionId, bucket } = target;
    closeDone();
    await onStart({ kind: 'delete', connectionId, bucket, ...subjectOf(target), scope }, 'Delete');
  };
  const names = [...target.prefixes, ...target.keys];
  return (
    <FormDialog
      title={`Delete ${targetText(target)}?`}
      deed={deedText(figures, scope)}
      destroys
      onSubmit={() => void start()}
    >
      {names.length > 1 && (
        <ul className="chosen-names" aria-label="Chosen">
          {names.slice(0, NAMES_SHOWN).map((name) => (
            <li key={name}>
              <Name name={name} />
            </li>
          ))}
          {names.length > NAMES_SHOWN && <li className="muted">and {names.length - NAMES_SHOWN} more</li>}
        </ul>
      )}
      <p role="status" className="delete-figures">
        {found === undefined ? (
          failure === undefined && <span className="muted">Counting…</span>
        ) : (
          <>
            <span className="muted">In all: </span>
            {sizeText(found)}
          </>
        )}
      </p>
      {failure !== undefined && <FailureCallout failure={failure} />}
      {versioning === 'off' ? (
        <Callout
          tone="warn"
          title="This cannot be undone"
          text="The bucket keeps no versions: what is deleted is gone."
        />
      ) : (
        <ScopeChoice scope={scope} suspended={versioning === 'suspended'} onChange={setScope} />
      )}
    </FormDialog>
  );
}

const scopes = [
  {
    id: 'current',
    label: 'As S3 deletes',
    help: 'In a versioned bucket this can be undone: a delete marker hides each object, its versions stay.',
  },
  {
    id: 'all-versions',
    label: 'For good: all versions and delete markers',
    help: 'This cannot be undone. Versions that a retention or a legal hold keeps stay, and are reported.',
  },
] as const;

const SUSPENDED =
  'Versioning is suspended here: what was written since then is gone at once; older versions stay and can be brought back.';

interface ScopeChoiceProps {
  scope: Scope;
  suspended: boolean;
  onChange: (scope: Scope) => void;
}

function ScopeChoice({ scope, suspended, onChange }: ScopeChoiceProps) {
  return (
    <fieldset className="scope-choice">
      <legend className="visually-hidden">How to delete</legend>
      {scopes.map(({ id, label, help }) => (
        <label key={id}>
          <input type="radio" name="scope" checked={scope === id} onChange={() => onChange(id)} />
          <span>
            {label}
            <span className="field-help">{suspended && id === 'current' ? SUSPENDED : help}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** One version of an object, or a delete marker. */
export function DeleteVersionDialog(props: { place: Place; version: ObjectVersion; onStart: StartJob }) {
  const { place, version, onStart } = props;
  const { key, versionId, kind, isLatest, size, modifiedAt } = version;
  const marker = kind === 'delete-marker';
  const word = marker ? 'delete marker' : 'version';
  const start = async () => {
    closeDone();
    await onStart({ kind: 'delete', ...place, versions: [{ key, versionId }] }, 'Delete');
  };
  return (
    <FormDialog
      title={`Delete this ${word}?`}
      deed={`Delete 1 ${word}`}
      destroys
      onSubmit={() => void start()}
    >
      <p>
        {revealText(key)}
        <br />
        <span className="muted">
          {formatDate(modifiedAt)}
          {!marker && ` · ${formatBytes(size)}`} · <span className="mono">{versionId}</span>
        </span>
      </p>
      <p className="note">
        {marker
          ? isLatest
            ? 'The version before it becomes the current one: the object is there again.'
            : 'It hides nothing any more; only the history gets shorter.'
          : isLatest
            ? 'This cannot be undone. The version before it becomes the current one; without one, the object is gone.'
            : 'This cannot be undone. The current version stays.'}
      </p>
    </FormDialog>
  );
}
