import { ArrowLeft, CircleX, CloudUpload, Hourglass, RotateCw, SearchX } from 'lucide-react';
import { useEffect, type ReactNode } from 'react';
import { Button, IconButton } from '#renderer/ui/button.tsx';
import { focusRows } from '#renderer/ui/focus.ts';
import { formatCount, plural } from '#renderer/ui/format.ts';
import { EmptyState, FailureState, SkeletonRows } from '#renderer/ui/states.tsx';
import { AbortDialog, type AbortWish } from './abort-dialog.tsx';
import {
  ask,
  chosenUploads,
  hideUploads,
  listUploads,
  setPrefix,
  useUploads,
  type UploadsPlace,
} from './store.ts';
import { UploadTable } from './upload-table.tsx';
import './uploads.css';

interface UploadsPaneProps {
  place: UploadsPlace;
  /** Why nothing can be changed on this connection. */
  whyNoChange: string | undefined;
  onAbort: (place: UploadsPlace, wish: AbortWish) => void;
}

/** Asks about what is chosen. */
export function askAboutChosen(): void {
  const uploads = chosenUploads();
  if (uploads.length > 0) ask({ is: 'chosen', uploads });
}

/** A bucket's unfinished uploads, in place of its objects. */
export function UploadsPane({ place, whyNoChange, onAbort }: UploadsPaneProps) {
  const { bucket } = place;
  const uploads = useUploads((state) => state.uploads);
  const listing = useUploads((state) => state.listing);
  const prefix = useUploads((state) => state.prefix);
  const chosen = useUploads((state) => state.choice.chosen.size);
  const isWaiting = listing.state === 'loading' && uploads.length === 0;

  useEffect(() => {
    const active = document.activeElement;
    if (!isWaiting && (active === null || active === document.body)) focusRows();
  }, [isWaiting]);

  let body: ReactNode;
  if (listing.state === 'failed') body = <FailureState failure={listing.failure} onRetry={listUploads} />;
  else if (isWaiting)
    body = (
      <div className="pane-loading" role="status" aria-label="Loading uploads">
        <SkeletonRows rows={6} widths={[38, 24, 52]} />
        <p className="pane-wait">Waiting for the uploads of {bucket}…</p>
      </div>
    );
  else if (uploads.length === 0)
    body =
      prefix === '' ? (
        <EmptyState
          icon={CloudUpload}
          title={`No unfinished upload in ${bucket}`}
          text="Uploads in parts that were begun and neither completed nor aborted would be here. Their parts take space that no listing of objects shows."
        >
          <Button look="outline" onClick={hideUploads}>
            Back to the objects
          </Button>
        </EmptyState>
      ) : (
        <EmptyState
          icon={SearchX}
          title="No unfinished upload begins like this"
          text="Upper and lower case differ."
        >
          <Button look="outline" onClick={() => setPrefix('')}>
            Show all
          </Button>
        </EmptyState>
      );
  else
    body = (
      <UploadTable
        label={`Unfinished uploads in ${bucket}`}
        onAbort={() => {
          if (whyNoChange === undefined) askAboutChosen();
        }}
      />
    );

  const cannot = whyNoChange !== undefined;
  return (
    <section className="pane" aria-label="Unfinished uploads">
      <div className="toolbar" role="toolbar" aria-label="Unfinished uploads">
        <IconButton label="Back to the objects" icon={ArrowLeft} onClick={hideUploads} />
        <span className="uploads-title">Unfinished uploads</span>
        <Button icon={CircleX} disabled={chosen === 0} reason={whyNoChange} onClick={askAboutChosen}>
          {chosen === 0 ? 'Abort' : `Abort ${formatCount(chosen)}`}
        </Button>
        <Button
          icon={Hourglass}
          disabled={uploads.length === 0}
          reason={whyNoChange}
          onClick={() => ask({ is: 'older' })}
        >
          Abort old ones…
        </Button>
        <span className="gap" />
        <input
          type="search"
          className="input uploads-prefix"
          aria-label="Begins with"
          placeholder="Begins with"
          spellCheck={false}
          value={prefix}
          onChange={(event) => setPrefix(event.target.value)}
        />
        <IconButton label="Refresh uploads" icon={RotateCw} onClick={listUploads} />
      </div>
      <div className="pane-body">{body}</div>
      {uploads.length > 0 && (
        <footer className="uploads-status" role="status">
          {plural(uploads.length, 'unfinished upload')}
          {listing.state === 'loading' && ' so far'}
          {chosen > 0 && ` · ${formatCount(chosen)} chosen`}
          {cannot && ` · ${whyNoChange}`}
        </footer>
      )}
      <AbortDialog bucket={bucket} onAbort={(wish) => onAbort(place, wish)} />
    </section>
  );
}
