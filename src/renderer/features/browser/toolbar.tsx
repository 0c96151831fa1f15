import { Button, IconButton } from '#renderer/ui/button.tsx';
import type { Command } from '#renderer/ui/commands.ts';
import { Tip } from '#renderer/ui/tooltip.tsx';
import { useRows } from './store.ts';

interface ToolbarProps {
  /** With words, from the left. */
  main: readonly Command[];
  /** Icons only, at the right. */
  side: readonly Command[];
}

/** Rendered anew with every change of rows or selection, since that decides what can run. */
export function Toolbar({ main, side }: ToolbarProps) {
  useRows();
  return (
    <div className="toolbar" role="toolbar" aria-label="Objects">
      {main.map((command) => {
        const hint = command.hint?.();
        return (
          <Tip
            key={command.id}
            text={hint === undefined ? command.label : `${command.label.replace('…', '')}: ${hint}`}
            shortcut={command.shortcuts?.[0]}
          >
            <Button icon={command.icon} disabled={!command.when()} onClick={command.run}>
              {command.label}
            </Button>
          </Tip>
        );
      })}
      <span className="gap" />
      {side.map((command) => (
        <IconButton
          key={command.id}
          label={command.label}
          icon={command.icon}
          shortcut={command.shortcuts?.[0]}
          disabled={!command.when()}
          onClick={command.run}
        />
      ))}
    </div>
  );
}
