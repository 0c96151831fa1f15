import { Ellipsis } from 'lucide-react';
import { Button, IconButton } from '#renderer/ui/button.tsx';
import { canRun, type Command } from '#renderer/ui/commands.ts';
import { ButtonMenu, type MenuItem } from '#renderer/ui/menu.tsx';
import { Tip } from '#renderer/ui/tooltip.tsx';
import { useRows } from './store.ts';

interface ToolbarProps {
  /** With words, from the left; asked anew with every change. */
  main: () => readonly Command[];
  /** Icons only, at the right. */
  side: readonly Command[];
  /** Everything else, asked when its menu opens. */
  more: () => MenuItem[][];
}

/** Rendered anew with every change of rows or selection, since that decides what can run. */
export function Toolbar({ main, side, more }: ToolbarProps) {
  useRows();
  return (
    <div className="toolbar" role="toolbar" aria-label="Objects">
      {main().map((command) => (
        <MainButton key={command.id} command={command} />
      ))}
      <ButtonMenu groups={more} label="More">
        <button type="button" className="button button-icon" aria-label="More" title="More">
          <Ellipsis size={16} strokeWidth={1.5} aria-hidden />
        </button>
      </ButtonMenu>
      <span className="gap" />
      {side.map((command) => (
        <IconButton
          key={command.id}
          label={command.label}
          icon={command.icon}
          shortcut={command.shortcuts?.[0]}
          disabled={!command.when()}
          reason={command.unavailable?.()}
          onClick={command.run}
        />
      ))}
    </div>
  );
}

/** With the reason where it cannot be done here, whatever is selected. */
function MainButton({ command }: { command: Command }) {
  const reason = command.unavailable?.();
  const label = (
    <span className="toolbar-label" data-command={command.id}>
      {command.short ?? command.label}
    </span>
  );
  if (reason !== undefined)
    return (
      <Button
        icon={command.icon}
        reason={`${command.label.replace('…', '')}: ${reason}`}
        aria-label={command.label}
      >
        {label}
      </Button>
    );
  const hint = command.hint?.();
  return (
    <Tip
      text={hint === undefined ? command.label : `${command.label.replace('…', '')}: ${hint}`}
      shortcut={command.shortcuts?.[0]}
    >
      <Button
        icon={command.icon}
        disabled={!canRun(command)}
        aria-label={command.label}
        onClick={command.run}
      >
        {label}
      </Button>
    </Tip>
  );
}
