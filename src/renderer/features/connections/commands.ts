import {
  ArrowDown,
  ArrowUp,
  Copy,
  FileKey,
  KeyRound,
  ListChecks,
  Lock,
  LockOpen,
  Palette,
  Pencil,
  Plus,
  RotateCw,
  Server,
  Trash2,
} from 'lucide-react';
import type { Connection } from '#shared/connection.ts';
import type { Failure } from '#shared/failure.ts';
import type { Command } from '#renderer/ui/commands.ts';
import type { Notice } from '#renderer/ui/toasts.tsx';
import { canMove, duplicate, moveBy, setLook } from './look.ts';
import { secretNameOf, showDialog, useConnections } from './store.ts';
import { isSystemLevel } from './tenants.ts';

/** What the commands need of the rest of the window. */
export interface ConnectionTools {
  select: (connection: Connection) => void;
  /** Asks anew for what stands below the connection. */
  refresh: (connection: Connection) => void;
  notify: (notice: Notice) => void;
}

/** What can be done about one connection: the same in its menu and, for the one that is looked at, in the palette. */
export function commandsFor(connection: Connection, tools: ConnectionTools): Command[] {
  const { id, name } = connection;
  const isReadOnly = connection.readOnly === true;
  const tell = (failure: Failure | undefined) => {
    if (failure !== undefined)
      tools.notify({ tone: 'danger', text: `${failure.message} ${failure.nextStep}` });
  };
  const command = (about: Omit<Command, 'group' | 'hint' | 'when'> & { when?: () => boolean }): Command => ({
    when: () => true,
    ...about,
    group: 'Connections',
    hint: () => name,
  });
  return [
    command({
      id: 'connection-refresh',
      label: 'Refresh connection',
      icon: RotateCw,
      run: () => tools.refresh(connection),
    }),
    command({
      id: 'connection-edit',
      label: 'Edit connection…',
      icon: Pencil,
      run: () => showDialog({ is: 'edit', connection }),
    }),
    command({
      id: 'connection-duplicate',
      label: 'Duplicate connection',
      icon: Copy,
      run: () => void duplicate(id).then((result) => told(result, tell, tools)),
    }),
    command({
      id: 'connection-credentials',
      label: 'Show S3 credentials…',
      icon: FileKey,
      unavailable: () => whyNoKeys(connection),
      run: () => showDialog({ is: 'credentials', connection }),
    }),
    command({
      id: 'connection-profile',
      label: 'What this server can do…',
      icon: ListChecks,
      unavailable: () => (isSystemLevel(connection) ? NO_S3 : undefined),
      run: () => showDialog({ is: 'profile', connection }),
    }),
    command({
      id: 'connection-secret',
      label: `Enter ${secretNameOf(connection)}…`,
      icon: KeyRound,
      when: () => connection.kind !== 'sandbox',
      run: () => showDialog({ is: 'secret', connection, onSupplied: () => tools.refresh(connection) }),
    }),
    command({
      id: 'connection-colour',
      label: 'Colour…',
      icon: Palette,
      run: () => showDialog({ is: 'colour', connection }),
    }),
    command({
      id: 'connection-read-only',
      label: isReadOnly ? 'Allow changes' : 'Make read-only',
      icon: isReadOnly ? LockOpen : Lock,
      run: () => void setLook(id, { readOnly: !isReadOnly }).then(tell),
    }),
    command({
      id: 'connection-up',
      label: 'Move connection up',
      icon: ArrowUp,
      when: () => canMove(id, 'up'),
      run: () => void moveBy(id, 'up').then(tell),
    }),
    command({
      id: 'connection-down',
      label: 'Move connection down',
      icon: ArrowDown,
      when: () => canMove(id, 'down'),
      run: () => void moveBy(id, 'down').then(tell),
    }),
    command({
      id: 'connection-remove',
      label: 'Remove connection…',
      icon: Trash2,
      tone: 'danger',
      run: () => showDialog({ is: 'remove', connection }),
    }),
  ];
}

function told(
  result: Awaited<ReturnType<typeof duplicate>>,
  tell: (failure: Failure) => void,
  { notify }: ConnectionTools,
): void {
  if ('failure' in result) return tell(result.failure);
  const { connection } = result;
  notify({
    tone: 'ok',
    text: `Made ${connection.name}.`,
    action: { label: 'Edit…', run: () => showDialog({ is: 'edit', connection }) },
  });
}

const NO_S3 = 'The system level of HCP has tenants, and no S3: sign in to one of them.';

function whyNoKeys(connection: Connection): string | undefined {
  if (connection.kind !== 'hcp') return undefined;
  const { tenant, account } = connection.hcp;
  if (tenant === undefined) return NO_S3;
  return account === 'ad' ? 'HCP has S3 keys for local accounts only, not for Active Directory.' : undefined;
}

/** How a connection's menu is parted by lines. */
export const menuGroups = [
  ['connection-refresh', 'connection-edit', 'connection-duplicate'],
  ['connection-credentials', 'connection-profile', 'connection-secret'],
  ['connection-colour', 'connection-read-only', 'connection-up', 'connection-down'],
  ['connection-remove'],
];

/** Keys for the connection in the sidebar that has the focus; elsewhere they mean other things. */
export const rowKeys: Readonly<Record<string, string>> = {
  'connection-edit': 'F2',
  'connection-up': 'Alt+ArrowUp',
  'connection-down': 'Alt+ArrowDown',
  'connection-remove': 'Delete',
};

/**
 * What can be done about connections. `current` is the one that is being looked at. The list has one command for each
 * connection, so it is asked for anew when it is shown.
 */
export function connectionCommands(current: () => string | undefined, tools: ConnectionTools): Command[] {
  const { connections } = useConnections.getState();
  const found = connections.find(({ id }) => id === current());
  return [
    {
      id: 'connection-new',
      label: 'New connection…',
      group: 'Connections',
      icon: Plus,
      shortcuts: ['Mod+N'],
      when: () => true,
      run: () => showDialog({ is: 'edit' }),
    },
    ...(found === undefined ? [] : commandsFor(found, tools)),
    ...connections.map((connection): Command => ({
      id: `connection-${connection.id}`,
      label: `Go to ${connection.name}`,
      group: 'Connections',
      icon: Server,
      when: () => connection.id !== current(),
      run: () => tools.select(connection),
    })),
  ];
}
