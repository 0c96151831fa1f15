import { Command as Cmdk } from 'cmdk';
import { useEffect, useRef } from 'react';
import { formatShortcut, type Command } from './commands.ts';
import { Icon } from './icons.tsx';

/** Every command that can run now, found by typing. Mounted is open; Escape or a click beside it closes it. */
export function Palette({ commands, onClose }: { commands: readonly Command[]; onClose: () => void }) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const ready = commands.filter((command) => command.when());
  const groups = [...new Set(ready.map((command) => command.group))];
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
        <Cmdk.Input placeholder="Find a command" autoFocus />
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
                    onSelect={() => {
                      onClose();
                      // the dialog gives the focus back first, so that the command can move it
                      setTimeout(command.run);
                    }}
                  >
                    <Icon of={command.icon} />
                    <span className="palette-label">
                      <span>{command.label}</span>
                      <span className="palette-hint truncate">{command.hint?.()}</span>
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
