import { useEffect } from 'react';
import type { Connection } from '#shared/connection.ts';
import { connectionTools, goTo } from './app-actions.ts';
import { bucketTools } from './bucket-actions.ts';
import type { Location } from './features/browser/location.ts';
import { BucketList } from './features/buckets/bucket-list.tsx';
import { bucketMenu } from './features/buckets/commands.ts';
import { needBuckets, useBuckets } from './features/buckets/store.ts';
import { ConnectionList } from './features/connections/connection-list.tsx';
import type { ConnectionStatus } from './features/connections/connection-row.tsx';
import { secretNameOf, showDialog } from './features/connections/store.ts';
import { TenantList } from './features/connections/tenant-overview.tsx';
import { isSystemLevel, useTenants } from './features/connections/tenants.ts';
import { setFolded, useLayout } from './layout-store.ts';

/** The connections with their buckets. Only the one that is looked at is asked for its buckets unbidden. */
export function Sidebar({ narrow, location }: { narrow: boolean; location: Location | undefined }) {
  const folded = useLayout((state) => state.folded);
  const opened = useLayout((state) => state.opened);
  const buckets = useBuckets((state) => state.lists);
  const tenants = useTenants((state) => state.lists);
  const current = location?.connectionId;
  const statusOf = (connection: Connection): ConnectionStatus => {
    const list = isSystemLevel(connection) ? tenants[connection.id] : buckets[connection.id];
    if (list?.state === 'ready') return 'in';
    return list?.state === 'failed' ? 'failed' : 'out';
  };
  const isOpen = (id: string) => (id === current ? !folded.has(id) : opened.has(id));
  return (
    <ConnectionList
      narrow={narrow}
      current={current}
      isOpen={isOpen}
      onToggle={(id) => setFolded(id, isOpen(id))}
      statusOf={statusOf}
      tools={connectionTools}
      renderBuckets={(connection) =>
        isSystemLevel(connection) ? (
          <TenantList connection={connection} onGo={connectionTools.select} />
        ) : (
          <ConnectionBuckets
            connectionId={connection.id}
            current={connection.id === current ? location?.bucket : undefined}
            secretName={secretNameOf(connection)}
            onSecret={(retry) => showDialog({ is: 'secret', connection, onSupplied: retry })}
          />
        )
      }
    />
  );
}

function ConnectionBuckets(props: {
  connectionId: string;
  current: string | undefined;
  secretName: string;
  onSecret: (retry: () => void) => void;
}) {
  const { connectionId } = props;
  useEffect(() => needBuckets(connectionId), [connectionId]);
  return (
    <BucketList
      {...props}
      onOpen={(bucket) => goTo({ connectionId, bucket, prefix: '' })}
      menu={(bucket) => bucketMenu(bucketTools, { connectionId, bucket })}
    />
  );
}
