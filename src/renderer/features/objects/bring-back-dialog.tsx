import { useState } from 'react';
import { formatCount, formatDate, plural } from '#renderer/ui/format.ts';
import { Name } from '#renderer/ui/name.tsx';
import { FailureCallout } from '#renderer/ui/states.tsx';
import { FormDialog } from './simple-dialog.tsx';
import { closeDone, subjectOf, type ObjectTarget, type StartJob } from './store.ts';
import { targetText } from './target-text.ts';
import { useSurvey } from './use-survey.ts';

/** What was deleted and still has its versions; all of it, or what is ticked, is brought back. */
export function BringBackDialog({ target, onStart }: { target: ObjectTarget; onStart: StartJob }) {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const { found, failure } = useSurvey(target);
  const deleted = found?.deleted ?? { count: 0, first: [] };
  const isFinal = found?.isFinal === true;
  // single ones can be chosen only where every one is named
  const choosable = isFinal && deleted.count === deleted.first.length;
  const chosen = choosable ? deleted.first.filter(({ key }) => !left.has(key)) : deleted.first;
  const count = choosable ? chosen.length : deleted.count;
  const start = async () => {
    const { connectionId, bucket } = target;
    const subject = choosable && left.size > 0 ? { keys: chosen.map(({ key }) => key) } : subjectOf(target);
    closeDone();
    await onStart({ kind: 'restore', connectionId, bucket, ...subject }, 'Bring back');
  };
  return (
    <FormDialog
      title={`Deleted in ${targetText(target).replace(/^everything in /u, '')}`}
      wide
      deed={
        count === 0
          ? 'Bring back'
          : `Bring back ${formatCount(count)}${isFinal ? '' : '+'} ${count === 1 ? 'object' : 'objects'}`
      }
      disabled={count === 0}
      onSubmit={() => void start()}
    >
      <p role="status">
        {isFinal
          ? deleted.count === 0
            ? 'Nothing here is deleted and still has a version to bring back.'
            : `${plural(deleted.count, 'object is', 'objects are')} deleted; the newest version of each is brought back.`
          : failure === undefined && `Looking… ${formatCount(deleted.count)} found so far`}
      </p>
      {deleted.first.length > 0 && (
        <ul className="deleted-keys" aria-label="Deleted objects">
          {deleted.first.map(({ key, deletedAt }) => (
            <li key={key}>
              <label>
                <input
                  type="checkbox"
                  disabled={!choosable}
                  checked={!left.has(key)}
                  onChange={() => {
                    const next = new Set(left);
                    if (!next.delete(key)) next.add(key);
                    setLeft(next);
                  }}
                />
                <Name name={key} />
                <span className="muted">{formatDate(deletedAt)}</span>
              </label>
            </li>
          ))}
        </ul>
      )}
      {deleted.count > deleted.first.length && (
        <p className="note">The first {formatCount(deleted.first.length)} are shown.</p>
      )}
      {failure !== undefined && <FailureCallout failure={failure} />}
    </FormDialog>
  );
}
