import { Command as Cmdk } from 'cmdk';
import { formatShortcut, type Command } from './commands.ts';
import { Icon } from './icons.tsx';
import { useModal } from './use-modal.ts';

const groupOrder: readonly Command['group'][] = [
  'Objects',
  'Buckets',
  'Go',
  'View',
  'Activity',
  'Connections',
];

/** Every command that can run now, and those that cannot here with their reason, found by typing. Mounted is open; Escape or a click beside it closes it. */
export function Palette({ commands, onClose }: { commands: readonly Command[]; onClose: () => void }) {
  const ref = useModal();
  const ready = commands.filter((command) => command.when() || command.unavailable?.() !== undefined);
  const groups = groupOrder.filter((group) => ready.some((command) => command.group === group));
  return (
    <dialog
      ref={ref}
      className="palette"
      aria-label="Commands"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <Cmdk label="Commands" loop>
        <Cmdk.Input placeholder="Find a command" />
        <Cmdk.List>
          <Cmdk.Empty>No command has this name.</Cmdk.Empty>
          {groups.map((group) => (
            <Cmdk.Group key={group} heading={group}>
              {ready
                .filter((command) => command.group === group)
                .map((command) => (
                  <Cmdk.Item
                    key={command.id}
                    value={`${command.label} ${command.id}`}
                    disabled={command.unavailable?.() !== undefined}
                    onSelect={() => {
                      onClose();
                      // the dialog gives the focus back first, so that the command can move it
                      setTimeout(command.run);
                    }}
                  >
                    <Icon of={command.icon} />
                    <span className="palette-label">
                      <span>{command.label}</span>
                      <span className="palette-hint truncate">
                        {command.unavailable?.() ?? command.hint?.()}
                      </span>
                    </span>
                    {command.shortcuts?.[0] !== undefined && (
                      <span className="kbd">{formatShortcut(command.shortcuts[0])}</span>
                    )}
                  </Cmdk.Item>
                ))}
            </Cmdk.Group>
          ))}
        </Cmdk.List>
      </Cmdk>
    </dialog>
  );
}
