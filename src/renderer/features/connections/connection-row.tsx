import { Building2, ChevronRight, Ellipsis, FlaskConical, Lock, Server } from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import type { Connection } from '#shared/connection.ts';
import { canRun, matchesShortcut, pickCommands } from '#renderer/ui/commands.ts';
import { Icon, type IconComponent } from '#renderer/ui/icons.tsx';
import { ButtonMenu, itemsOf, PointerMenu, type MenuItem } from '#renderer/ui/menu.tsx';
import { Tip } from '#renderer/ui/tooltip.tsx';
import { commandsFor, menuGroups, rowKeys, type ConnectionTools } from './commands.ts';
import { colourNames } from './look.ts';
import './look.css';

/** `in`: it has answered since the start. */
export type ConnectionStatus = 'in' | 'out' | 'failed';

const statusWords: Record<ConnectionStatus, string> = {
  in: 'signed in',
  out: 'not signed in yet',
  failed: 'did not answer',
};

const kindIcons: Record<Connection['kind'], IconComponent> = {
  sandbox: FlaskConical,
  s3: Server,
  hcp: Building2,
};

interface PlaceProps {
  connection: Connection;
  isCurrent: boolean;
  status: ConnectionStatus;
  tools: ConnectionTools;
}

interface ConnectionRowProps extends PlaceProps {
  /** "2 of 5". */
  position: string;
  open: boolean;
  onToggle: () => void;
  isDragged: boolean;
  /** What is dragged would be put above it. */
  isTarget: boolean;
  onDragStart: () => void;
  onDragEnd: () => void;
  children: ReactNode;
}

/** One connection in the sidebar, with what can be done about it and, when it is open, what stands below it. */
export function ConnectionRow({
  connection,
  isCurrent,
  status,
  tools,
  position,
  open,
  onToggle,
  children,
  ...drag
}: ConnectionRowProps) {
  const { id, name, readOnly = false } = connection;
  const about = describe(connection, status);
  const menu = () => menuOf(connection, tools);
  return (
    <li data-dragged={drag.isDragged} data-target={drag.isTarget}>
      <PointerMenu groups={menu} label={name}>
        <div
          className="connection"
          role="group"
          aria-label={`Connection ${name}`}
          data-connection={id}
          data-current={isCurrent}
          draggable
          onDragStart={(event) => {
            event.dataTransfer.effectAllowed = 'move';
            event.dataTransfer.setData('application/x-cooper-connection', id);
            drag.onDragStart();
          }}
          onDragEnd={drag.onDragEnd}
          onKeyDown={(event) => onRowKey(event, connection, tools)}
        >
          <button
            type="button"
            className="connection-toggle"
            aria-label={`Buckets of ${name}`}
            aria-expanded={open}
            onClick={onToggle}
          >
            <Icon of={ChevronRight} />
          </button>
          <button
            type="button"
            className="connection-name"
            data-main
            title={`${name}: ${about}`}
            aria-describedby={`about-${id}`}
            onClick={() => tools.select(connection)}
          >
            <Mark connection={connection} status={status} />
            <bdi className="truncate">{name}</bdi>
          </button>
          <span id={`about-${id}`} hidden>
            {about}, {position}
          </span>
          {readOnly && (
            <Tip text="Read-only: Cooper changes nothing through this connection">
              <span className="read-only" role="img" aria-label={`${name} is read-only`}>
                <Icon of={Lock} />
              </span>
            </Tip>
          )}
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
      {children}
    </li>
  );
}

/** A connection in a narrow window. */
export function ConnectionIcon({ connection, isCurrent, status, tools }: PlaceProps) {
  const { id, name } = connection;
  return (
    <li>
      <PointerMenu groups={() => menuOf(connection, tools)} label={name}>
        <div
          role="group"
          aria-label={`Connection ${name}`}
          data-connection={id}
          onKeyDown={(event) => onRowKey(event, connection, tools)}
        >
          <Tip text={`${name}: ${describe(connection, status)}`}>
            <button
              type="button"
              className="connection-icon"
              data-main
              aria-label={name}
              aria-current={isCurrent ? 'true' : undefined}
              onClick={() => tools.select(connection)}
            >
              <Mark connection={connection} status={status} />
            </button>
          </Tip>
        </div>
      </PointerMenu>
    </li>
  );
}

/** The kind by its icon, with the colour as a dot: filled once the connection has answered. */
function Mark({ connection, status }: Pick<PlaceProps, 'connection' | 'status'>) {
  return (
    <span className="connection-mark">
      <Icon of={kindIcons[connection.kind]} />
      <span className="dot" data-colour={connection.colour ?? ''} data-status={status} />
    </span>
  );
}

/** What the dot and the badge say, in words. */
function describe({ colour, readOnly }: Connection, status: ConnectionStatus): string {
  return [
    statusWords[status],
    ...(colour === undefined ? [] : [colourNames[colour].toLowerCase()]),
    ...(readOnly === true ? ['read-only'] : []),
  ].join(', ');
}

function menuOf(connection: Connection, tools: ConnectionTools): MenuItem[][] {
  const commands = commandsFor(connection, tools);
  return menuGroups.map((ids) =>
    itemsOf(pickCommands(commands, ids))
      .filter(({ id, disabled = false }) => !(id === 'connection-secret' && disabled))
      .map((item) => ({ ...item, shortcut: rowKeys[item.id] })),
  );
}

/** The keys of one connection, before those of the window. */
function onRowKey(event: KeyboardEvent, connection: Connection, tools: ConnectionTools): void {
  const command = commandsFor(connection, tools).find(({ id }) => {
    const key = rowKeys[id];
    return key !== undefined && matchesShortcut(event.nativeEvent, key);
  });
  if (command === undefined) return;
  event.preventDefault(); // also at either end of the list: the keys mean nothing else here
  event.stopPropagation();
  if (canRun(command)) command.run();
}
