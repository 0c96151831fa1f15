import { Tooltip } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';
import { formatShortcut } from './commands.ts';

export function TipProvider({ children }: { children: ReactNode }) {
  return (
    <Tooltip.Provider delayDuration={500} skipDelayDuration={200}>
      {children}
    </Tooltip.Provider>
  );
}

/** Says what a control does, and its shortcut, when it is pointed at or focused. */
export function Tip({
  text,
  shortcut,
  children,
}: {
  text: string;
  shortcut?: string | undefined;
  children: ReactElement;
}) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className="tooltip" side="bottom" sideOffset={4} collisionPadding={8}>
          {text}
          {shortcut !== undefined && <span className="kbd">{formatShortcut(shortcut)}</span>}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
