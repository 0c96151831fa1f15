import { useState } from 'react';
import type { Upload } from '#shared/objects.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { Field } from '#renderer/ui/field.tsx';
import { formatCount, plural } from '#renderer/ui/format.ts';
import { Revealed } from '#renderer/ui/name.tsx';
import { olderThan, readDays } from './age.ts';
import { stopAsking, useUploads } from './store.ts';

/** What is to be aborted: those that were chosen, or all under a prefix of an age. */
export type AbortWish =
  | { uploads: { key: string; uploadId: string }[]; olderThanDays?: never; prefix?: never }
  | { olderThanDays: number; prefix: string; uploads?: never };

interface AbortDialogProps {
  bucket: string;
  onAbort: (wish: AbortWish) => void;
}

/** Asks once before uploads are aborted, and says how many. */
export function AbortDialog({ bucket, onAbort }: AbortDialogProps) {
  const question = useUploads((state) => state.question);
  const go = (wish: AbortWish) => {
    stopAsking();
    onAbort(wish);
  };
  switch (question?.is) {
    case 'chosen':
      return <AbortChosen uploads={question.uploads} bucket={bucket} onAbort={go} />;
    case 'older':
      return <AbortOlder bucket={bucket} onAbort={go} />;
    default:
      return null;
  }
}

const SHOWN = 5;

function AbortChosen({ uploads, bucket, onAbort }: AbortDialogProps & { uploads: Upload[] }) {
  const what = plural(uploads.length, 'unfinished upload');
  return (
    <Dialog title={`Abort ${what} in ${bucket}?`} onClose={stopAsking}>
      <div className="dialog-body">
        <ul className="abort-list">
          {uploads.slice(0, SHOWN).map(({ key, uploadId }) => (
            <li key={`${key} ${uploadId}`}>
              <Revealed text={key} />
            </li>
          ))}
          {uploads.length > SHOWN && (
            <li className="muted">and {plural(uploads.length - SHOWN, 'more', 'more')}</li>
          )}
        </ul>
        <p>
          The parts that arrived are deleted for good. Whoever is still sending one of them has to begin
          again.
        </p>
      </div>
      <div className="dialog-actions">
        <Button look="outline" data-first-focus onClick={stopAsking}>
          Cancel
        </Button>
        <Button
          look="danger"
          onClick={() => onAbort({ uploads: uploads.map(({ key, uploadId }) => ({ key, uploadId })) })}
        >
          Abort {what}
        </Button>
      </div>
    </Dialog>
  );
}

function AbortOlder({ bucket, onAbort }: AbortDialogProps) {
  const uploads = useUploads((state) => state.uploads);
  const prefix = useUploads((state) => state.prefix);
  const complete = useUploads((state) => state.listing.state === 'complete');
  const [text, setText] = useState('7');
  const [now] = useState(() => Date.now());
  const days = readDays(text);
  const count = days === undefined ? 0 : olderThan(uploads, days, now).length;
  const what = `${complete ? '' : 'at least '}${plural(count, 'unfinished upload')}`;
  const isReady = days !== undefined && (count > 0 || !complete);
  return (
    <Dialog title={`Abort old uploads in ${bucket}?`} onClose={stopAsking}>
      <form
        aria-label="Abort old uploads"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) onAbort({ olderThanDays: days, prefix });
        }}
      >
        <div className="dialog-body">
          <Field
            label="Older than days"
            value={text}
            inputMode="decimal"
            error={days === undefined ? 'Give a number of days from 0 to 36500.' : undefined}
            onChange={setText}
          />
          {days !== undefined && (
            <p role="status">
              {count === 0 && complete
                ? `None of the ${plural(uploads.length, 'unfinished upload')} is that old.`
                : `${formatCount(count)} of ${complete ? '' : 'at least '}${plural(uploads.length, 'unfinished upload')} ${count === 1 ? 'is' : 'are'} that old.`}
            </p>
          )}
          {prefix !== '' && (
            <p>
              Only keys that begin with <Revealed text={prefix} />.
            </p>
          )}
          <p>
            The parts that arrived are deleted for good. Whoever is still sending one of them has to begin
            again.
          </p>
        </div>
        <div className="dialog-actions">
          <Button look="outline" onClick={stopAsking}>
            Cancel
          </Button>
          <Button look="danger" type="submit" disabled={!isReady}>
            Abort {what}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
