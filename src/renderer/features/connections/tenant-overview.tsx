import { ArrowRight, Building2, KeyRound, LogIn, RotateCw } from 'lucide-react';
import { useEffect, type KeyboardEvent, type ReactNode } from 'react';
import type { Connection } from '#shared/connection.ts';
import type { Failure } from '#shared/failure.ts';
import { Button, IconButton } from '#renderer/ui/button.tsx';
import { plural } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/icons.tsx';
import { EmptyState, FailureState, SkeletonRows } from '#renderer/ui/states.tsx';
import { secretNameOf, showDialog, useConnections } from './store.ts';
import {
  connectionTo,
  loadTenants,
  needTenants,
  signInTo,
  useTenants,
  type HcpConnection,
} from './tenants.ts';
import './tenants.css';

interface TenantOverviewProps {
  connection: HcpConnection;
  onGo: (connection: Connection) => void;
  /** What else can be done about a failure. */
  remedy: (failure: Failure, retry: () => void) => ReactNode;
}

/** What the system level of HCP has in place of buckets: its tenants, each to be signed in to. */
export function TenantOverview({ connection, onGo, remedy }: TenantOverviewProps) {
  const { id, name } = connection;
  const list = useTenants((state) => state.lists[id]);
  const connections = useConnections((state) => state.connections);
  useEffect(() => needTenants(id), [id]);
  const reload = () => void loadTenants(id);

  let body: ReactNode;
  if (list === undefined || (list.state === 'loading' && list.tenants.length === 0))
    body = (
      <div className="pane-loading" role="status" aria-label="Loading tenants">
        <SkeletonRows rows={6} widths={[26, 34, 20]} />
        <p className="pane-wait">Waiting for {name}…</p>
      </div>
    );
  else if (list.state === 'failed')
    body = (
      <FailureState failure={list.failure} onRetry={reload}>
        {remedy(list.failure, reload)}
      </FailureState>
    );
  else if (list.tenants.length === 0)
    body = (
      <EmptyState
        icon={Building2}
        title={`${name} shows no tenant`}
        text="Either the system has none yet, or this account may not see them. If you know a tenant’s name, make a connection to it."
      >
        <Button look="outline" icon={LogIn} onClick={() => signInTo(connection, '')}>
          Sign in to a tenant…
        </Button>
      </EmptyState>
    );
  else
    body = (
      <div role="table" aria-label={`Tenants of ${name}`} className="tenants" onKeyDown={moveFocus}>
        {list.tenants.map((tenant) => {
          const known = connectionTo(connections, connection, tenant);
          return (
            <div key={tenant} role="row" aria-label={tenant} className="tenant">
              <span role="cell" className="tenant-name">
                <Icon of={Building2} />
                <span className="truncate" title={tenant}>
                  {tenant}
                </span>
              </span>
              <span role="cell">
                {known === undefined ? (
                  <Button look="outline" small icon={LogIn} onClick={() => signInTo(connection, tenant)}>
                    Sign in to this tenant
                  </Button>
                ) : (
                  <Button small icon={ArrowRight} title={known.name} onClick={() => onGo(known)}>
                    <span className="truncate">Go to {known.name}</span>
                  </Button>
                )}
              </span>
            </div>
          );
        })}
      </div>
    );
  return (
    <section className="pane" aria-label="Tenants">
      <div className="toolbar">
        <span className="tenants-title">
          {list?.state === 'ready' ? plural(list.tenants.length, 'tenant') : 'Tenants'}
        </span>
        <span className="gap" />
        <IconButton label="Refresh tenants" icon={RotateCw} onClick={reload} />
      </div>
      <div className="pane-body">{body}</div>
    </section>
  );
}

/** The tenants in the sidebar, below the system. */
export function TenantList({ connection, onGo }: Pick<TenantOverviewProps, 'connection' | 'onGo'>) {
  const list = useTenants((state) => state.lists[connection.id]);
  const connections = useConnections((state) => state.connections);
  useEffect(() => needTenants(connection.id), [connection.id]);
  if (list === undefined || list.state === 'loading')
    return (
      <div className="sidebar-note" role="status" aria-label="Loading tenants">
        <SkeletonRows rows={2} widths={[60, 45]} />
      </div>
    );
  if (list.state === 'failed')
    return (
      <div className="sidebar-note" role="alert">
        <p>{list.failure.message}</p>
        {list.failure.kind === 'missing-secret' ? (
          <Button
            look="link"
            icon={KeyRound}
            onClick={() =>
              showDialog({ is: 'secret', connection, onSupplied: () => void loadTenants(connection.id) })
            }
          >
            Enter {secretNameOf(connection)}
          </Button>
        ) : (
          <Button look="link" icon={RotateCw} onClick={() => void loadTenants(connection.id)}>
            Retry
          </Button>
        )}
      </div>
    );
  if (list.tenants.length === 0) return <p className="sidebar-note">No tenants</p>;
  return (
    <ul className="sidebar-tenants">
      {list.tenants.map((tenant) => {
        const known = connectionTo(connections, connection, tenant);
        return (
          <li key={tenant}>
            <button
              type="button"
              className="sidebar-tenant"
              title={known === undefined ? `Sign in to tenant ${tenant}` : `Go to ${known.name}`}
              onClick={() => (known === undefined ? signInTo(connection, tenant) : onGo(known))}
            >
              <Icon of={Building2} />
              <span className="truncate">{tenant}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** The arrow keys go from tenant to tenant. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined || event.altKey) return;
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  event.preventDefault();
  buttons[Math.min(buttons.length - 1, Math.max(0, at + step))]?.focus();
}
