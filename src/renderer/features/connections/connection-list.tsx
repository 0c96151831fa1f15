import { Plus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { Connection } from '#shared/connection.ts';
import { IconButton } from '#renderer/ui/button.tsx';
import type { ConnectionTools } from './commands.ts';
import { ConnectionIcon, ConnectionRow, type ConnectionStatus } from './connection-row.tsx';
import { moveBefore } from './look.ts';
import { showDialog, useConnections } from './store.ts';
import './connections.css';
import './sidebar.css';

interface ConnectionListProps {
  /** The connection that is being looked at. */
  current: string | undefined;
  isOpen: (id: string) => boolean;
  statusOf: (connection: Connection) => ConnectionStatus;
  onToggle: (id: string) => void;
  tools: ConnectionTools;
  /** What stands below an open connection. */
  renderBuckets: (connection: Connection) => ReactNode;
  /** Icons only. */
  narrow: boolean;
}

/** The connections and, below each that is open, its buckets. They are put in order by dragging or by key. */
export function ConnectionList({ narrow, current, tools, ...props }: ConnectionListProps) {
  const connections = useConnections((state) => state.connections);
  const [dragged, setDragged] = useState<string>();
  /** The connection that the dragged one would stand before; null for the end. */
  const [target, setTarget] = useState<string | null>();
  const add = (
    <IconButton
      label="New connection"
      icon={Plus}
      small={!narrow}
      onClick={() => showDialog({ is: 'edit' })}
    />
  );
  const letGo = () => {
    setDragged(undefined);
    setTarget(undefined);
  };
  const drop = async () => {
    letGo();
    if (dragged === undefined || target === undefined) return;
    const failure = await moveBefore(dragged, target);
    if (failure !== undefined) tools.notify({ tone: 'danger', text: failure.message });
  };
  return (
    <nav aria-label="Connections" className="connections" data-narrow={narrow} data-gives-focus>
      {!narrow && (
        <header className="connections-head">
          <h2>Connections</h2>
          {add}
        </header>
      )}
      <ul
        data-drop-last={dragged !== undefined && target === null}
        onDragOver={(event) => {
          if (dragged === undefined) return;
          event.preventDefault();
          event.dataTransfer.dropEffect = 'move';
          setTarget(placeUnder(event.currentTarget, event.clientY));
        }}
        onDrop={(event) => {
          if (dragged === undefined) return;
          event.preventDefault();
          void drop();
        }}
      >
        {connections.map((connection, at) => {
          const { id } = connection;
          const place = { connection, isCurrent: id === current, status: props.statusOf(connection), tools };
          if (narrow) return <ConnectionIcon key={id} {...place} />;
          const open = props.isOpen(id);
          return (
            <ConnectionRow
              key={id}
              {...place}
              position={`${at + 1} of ${connections.length}`}
              open={open}
              onToggle={() => props.onToggle(id)}
              isDragged={dragged === id}
              isTarget={dragged !== undefined && target === id}
              onDragStart={() => setDragged(id)}
              onDragEnd={letGo}
            >
              {open && props.renderBuckets(connection)}
            </ConnectionRow>
          );
        })}
      </ul>
      {narrow && add}
    </nav>
  );
}

/** Before which connection something that is dropped at this height would stand; null for the end. */
function placeUnder(list: Element, y: number): string | null {
  const items = [...list.querySelectorAll('[data-connection]')];
  const below = items.find((item) => {
    const { top, height } = item.getBoundingClientRect();
    return y < top + height / 2;
  });
  return below?.getAttribute('data-connection') ?? null;
}
