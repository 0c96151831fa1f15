import { Hourglass } from 'lucide-react';
import { useShallow } from 'zustand/react/shallow';
import { Button } from '#renderer/ui/button.tsx';
import { formatDate, formatIso } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/icons.tsx';
import { askAboutStop, stopOfPending, useDeletion, type BucketPlace } from './store.ts';
import './bucket-deletion.css';

interface PendingNoticeProps {
  connectionId: string;
  /** Starts the job again. */
  onTryAgain: (place: BucketPlace) => void;
  /** Why nothing can be changed on this connection. */
  whyNoChange: string | undefined;
}

/** Buckets whose deletion waits for HCP's clean-up, those of before a restart too, and what can be done about each. */
export function PendingNotice({ connectionId, onTryAgain, whyNoChange }: PendingNoticeProps) {
  const pending = useDeletion(
    useShallow((state) => state.pending.filter((deletion) => deletion.connectionId === connectionId)),
  );
  if (pending.length === 0) return null;
  return (
    <ul className="pending" aria-label="Deletions that wait">
      {pending.map((deletion) => (
        <li key={deletion.bucket} className="pending-row">
          <Icon of={Hourglass} />
          <span className="pending-text" title={formatIso(deletion.since)}>
            The deletion of <strong>{deletion.bucket}</strong> waits for HCP’s clean-up since{' '}
            {formatDate(deletion.since)}.
          </span>
          <Button
            small
            look="outline"
            reason={whyNoChange}
            aria-label={`Try again to delete ${deletion.bucket}`}
            onClick={() => onTryAgain(deletion)}
          >
            Try again
          </Button>
          <Button
            small
            aria-label={`What next about ${deletion.bucket}`}
            onClick={() => askAboutStop(stopOfPending(deletion))}
          >
            What next…
          </Button>
        </li>
      ))}
    </ul>
  );
}
