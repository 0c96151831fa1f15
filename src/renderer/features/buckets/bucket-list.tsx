import { Database, KeyRound, RotateCw } from 'lucide-react';
import { Button } from '#renderer/ui/button.tsx';
import { Icon } from '#renderer/ui/icons.tsx';
import type { MenuItem } from '#renderer/ui/menu.tsx';
import { SkeletonRows } from '#renderer/ui/states.tsx';
import { BucketMenu } from './bucket-menu.tsx';
import { markOf } from './marks.ts';
import { loadBuckets, useBuckets } from './store.ts';
import './buckets.css';

interface BucketListProps {
  connectionId: string;
  /** The bucket that is being looked at. */
  current: string | undefined;
  onOpen: (bucket: string) => void;
  /** What this connection signs in with: "secret key", "password". */
  secretName: string;
  /** Given when the connection's secret is what is missing. */
  onSecret: (retry: () => void) => void;
  menu: (bucket: string) => MenuItem[][];
}

/** A connection's buckets in the sidebar. */
export function BucketList({ connectionId, current, onOpen, secretName, onSecret, menu }: BucketListProps) {
  const list = useBuckets((state) => state.lists[connectionId]);
  const reload = () => void loadBuckets(connectionId);
  if (list === undefined || (list.state === 'loading' && list.buckets.length === 0))
    return (
      <div className="bucket-list" role="status" aria-label="Loading buckets">
        <SkeletonRows rows={3} widths={[60, 45, 70]} />
      </div>
    );
  if (list.state === 'failed')
    return (
      <div className="bucket-list bucket-note" role="alert">
        <p title={list.failure.message}>{list.failure.message}</p>
        {list.failure.kind === 'missing-secret' ? (
          <Button look="link" icon={KeyRound} onClick={() => onSecret(reload)}>
            Enter {secretName}
          </Button>
        ) : (
          <Button look="link" icon={RotateCw} onClick={reload}>
            Retry
          </Button>
        )}
      </div>
    );
  if (list.buckets.length === 0) return <p className="bucket-list bucket-note">No buckets</p>;
  return (
    <BucketMenu menu={menu}>
      <ul className="bucket-list" data-buckets-of={connectionId}>
        {list.buckets.map((bucket) => (
          <li key={bucket.name} data-bucket={bucket.name}>
            <button
              type="button"
              className="bucket"
              title={[bucket.name, markOf(bucket)?.text].filter(Boolean).join('\n')}
              aria-current={bucket.name === current ? 'true' : undefined}
              onClick={() => onOpen(bucket.name)}
            >
              <Icon of={Database} />
              <span className="truncate">{bucket.name}</span>
            </button>
          </li>
        ))}
      </ul>
    </BucketMenu>
  );
}
