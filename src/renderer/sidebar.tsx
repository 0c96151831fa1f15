import { useEffect } from 'react';
import { goTo } from './app-actions.ts';
import type { Location } from './features/browser/location.ts';
import { BucketList } from './features/buckets/bucket-list.tsx';
import { loadBuckets, needBuckets } from './features/buckets/store.ts';
import { ConnectionList } from './features/connections/connection-list.tsx';
import { showDialog } from './features/connections/store.ts';
import { setFolded, useLayout } from './layout-store.ts';

/** The connections with their buckets. Only the one that is looked at is asked for its buckets unbidden. */
export function Sidebar({ narrow, location }: { narrow: boolean; location: Location | undefined }) {
  const folded = useLayout((state) => state.folded);
  const opened = useLayout((state) => state.opened);
  const current = location?.connectionId;
  const isOpen = (id: string) => (id === current ? !folded.has(id) : opened.has(id));
  return (
    <ConnectionList
      narrow={narrow}
      current={current}
      isOpen={isOpen}
      onToggle={(id) => setFolded(id, isOpen(id))}
      onSelect={({ id }) => goTo({ connectionId: id, prefix: '' })}
      onRefresh={({ id }) => void loadBuckets(id)}
      renderBuckets={(connection) => (
        <ConnectionBuckets
          connectionId={connection.id}
          current={connection.id === current ? location?.bucket : undefined}
          onSecret={(retry) => showDialog({ is: 'secret', connection, onSupplied: retry })}
        />
      )}
    />
  );
}

function ConnectionBuckets(props: {
  connectionId: string;
  current: string | undefined;
  onSecret: (retry: () => void) => void;
}) {
  const { connectionId } = props;
  useEffect(() => needBuckets(connectionId), [connectionId]);
  return <BucketList {...props} onOpen={(bucket) => goTo({ connectionId, bucket, prefix: '' })} />;
}
