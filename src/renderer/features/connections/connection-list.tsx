import {
  ChevronRight,
  Ellipsis,
  FlaskConical,
  KeyRound,
  Pencil,
  Plus,
  RotateCw,
  Server,
  Trash2,
} from 'lucide-react';
import type { ReactNode } from 'react';
import type { Connection } from '#shared/connection.ts';
import { IconButton } from '#renderer/ui/button.tsx';
import { Icon } from '#renderer/ui/icons.tsx';
import { ButtonMenu, PointerMenu, type MenuItem } from '#renderer/ui/menu.tsx';
import { Tip } from '#renderer/ui/tooltip.tsx';
import { showDialog, useConnections } from './store.ts';
import './connections.css';

interface ConnectionListProps {
  /** The connection that is being looked at. */
  current: string | undefined;
  isOpen: (id: string) => boolean;
  onToggle: (id: string) => void;
  onSelect: (connection: Connection) => void;
  onRefresh: (connection: Connection) => void;
  /** The buckets below an open connection. */
  renderBuckets: (connection: Connection) => ReactNode;
  /** Icons only. */
  narrow: boolean;
}

/** The connections and, below each that is open, its buckets. */
export function ConnectionList({ narrow, ...props }: ConnectionListProps) {
  const connections = useConnections((state) => state.connections);
  const add = (
    <IconButton
      label="New connection"
      icon={Plus}
      small={!narrow}
      onClick={() => showDialog({ is: 'edit' })}
    />
  );
  return (
    <nav aria-label="Connections" className="connections" data-narrow={narrow} data-gives-focus>
      {!narrow && (
        <header className="connections-head">
          <h2>Connections</h2>
          {add}
        </header>
      )}
      <ul>
        {connections.map((connection) => (
          <ConnectionItem key={connection.id} connection={connection} narrow={narrow} {...props} />
        ))}
      </ul>
      {narrow && add}
    </nav>
  );
}

function ConnectionItem({
  connection,
  narrow,
  current,
  isOpen,
  onToggle,
  onSelect,
  onRefresh,
  renderBuckets,
}: ConnectionListProps & { connection: Connection }) {
  const { id, name } = connection;
  const icon = connection.kind === 'sandbox' ? FlaskConical : Server;
  const isCurrent = id === current;
  if (narrow)
    return (
      <li>
        <Tip text={name}>
          <button
            type="button"
            className="connection-icon"
            aria-label={name}
            aria-current={isCurrent ? 'true' : undefined}
            onClick={() => onSelect(connection)}
          >
            <Icon of={icon} />
          </button>
        </Tip>
      </li>
    );
  const open = isOpen(id);
  const menu = (): MenuItem[][] => [
    [
      { id: 'refresh', label: 'Refresh buckets', icon: RotateCw, run: () => onRefresh(connection) },
      {
        id: 'edit',
        label: 'Edit connection…',
        icon: Pencil,
        run: () => showDialog({ is: 'edit', connection }),
      },
      ...(connection.kind === 's3'
        ? [
            {
              id: 'secret',
              label: 'Enter secret key…',
              icon: KeyRound,
              run: () => showDialog({ is: 'secret', connection, onSupplied: () => onRefresh(connection) }),
            },
          ]
        : []),
    ],
    [
      {
        id: 'remove',
        label: 'Remove connection…',
        icon: Trash2,
        tone: 'danger',
        run: () => showDialog({ is: 'remove', connection }),
      },
    ],
  ];
  return (
    <li>
      <PointerMenu groups={menu} label={name}>
        <div className="connection" data-current={isCurrent}>
          <button
            type="button"
            className="connection-toggle"
            aria-label={`Buckets of ${name}`}
            aria-expanded={open}
            onClick={() => onToggle(id)}
          >
            <Icon of={ChevronRight} />
          </button>
          <button type="button" className="connection-name" title={name} onClick={() => onSelect(connection)}>
            <Icon of={icon} />
            <bdi className="truncate">{name}</bdi>
          </button>
          <ButtonMenu groups={menu} label={name}>
            <button
              type="button"
              className="button button-icon button-small"
              aria-label={`More about ${name}`}
            >
              <Icon of={Ellipsis} />
            </button>
          </ButtonMenu>
        </div>
      </PointerMenu>
      {open && renderBuckets(connection)}
    </li>
  );
}
