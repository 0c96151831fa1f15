import { Pencil, Plus, Server, Trash2 } from 'lucide-react';
import type { Connection } from '#shared/connection.ts';
import type { Command } from '#renderer/ui/commands.ts';
import { showDialog, useConnections } from './store.ts';

/**
 * What can be done about connections. `current` is the one that is being looked at, `select` goes to one.
 * The list has one command for each connection, so it is asked for anew when it is shown.
 */
export function connectionCommands(
  current: () => string | undefined,
  select: (connection: Connection) => void,
): Command[] {
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
    {
      id: 'connection-edit',
      label: 'Edit connection…',
      group: 'Connections',
      icon: Pencil,
      hint: () => found?.name,
      when: () => found !== undefined,
      run: () => {
        if (found !== undefined) showDialog({ is: 'edit', connection: found });
      },
    },
    {
      id: 'connection-remove',
      label: 'Remove connection…',
      group: 'Connections',
      icon: Trash2,
      hint: () => found?.name,
      when: () => found !== undefined,
      run: () => {
        if (found !== undefined) showDialog({ is: 'remove', connection: found });
      },
    },
    ...connections.map((connection): Command => ({
      id: `connection-${connection.id}`,
      label: `Go to ${connection.name}`,
      group: 'Connections',
      icon: Server,
      when: () => connection.id !== current(),
      run: () => select(connection),
    })),
  ];
}
