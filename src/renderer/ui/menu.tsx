import { ContextMenu, DropdownMenu } from 'radix-ui';
import { Fragment, useId, useRef, type ReactElement } from 'react';
import { canRun, formatShortcut, type Command } from './commands.ts';
import { Icon, type IconComponent } from './icons.tsx';

export interface MenuItem {
  id: string;
  label: string;
  icon: IconComponent;
  shortcut?: string | undefined;
  disabled?: boolean;
  /** Why it cannot be done here, in words below its label. */
  reason?: string | undefined;
  tone?: 'danger';
  run: () => void;
}

/** Commands as menu items; what cannot run now is shown, greyed. */
export function itemsOf(commands: readonly Command[]): MenuItem[] {
  return commands.map((command) => ({
    id: command.id,
    label: command.label,
    icon: command.icon,
    shortcut: command.shortcuts?.[0],
    disabled: !canRun(command),
    reason: command.unavailable?.(),
    ...(command.tone !== undefined && { tone: command.tone }),
    run: command.run,
  }));
}

function ItemBody({ item }: { item: MenuItem }) {
  return (
    <>
      <Icon of={item.icon} />
      <span className="menu-label">
        <span>{item.label}</span>
        {item.reason !== undefined && <span className="menu-reason">{item.reason}</span>}
      </span>
      {item.shortcut !== undefined && <span className="kbd">{formatShortcut(item.shortcut)}</span>}
    </>
  );
}

interface MenuProps {
  /** Asked when the menu opens. Groups are parted by a line. */
  groups: () => MenuItem[][];
  label: string;
  children: ReactElement;
}

/** Runs what was chosen once the menu is gone and has given the focus back, so that a dialog knows where it was. */
function useChoice() {
  const chosen = useRef<() => void>(undefined);
  return {
    choose: (run: () => void) => {
      chosen.current = run;
    },
    runChosen: () => {
      const run = chosen.current;
      chosen.current = undefined;
      if (run !== undefined) queueMicrotask(run);
    },
  };
}

interface GroupsProps {
  of: Pick<typeof DropdownMenu | typeof ContextMenu, 'Item' | 'Separator'>;
  groups: () => MenuItem[][];
  choose: (run: () => void) => void;
}

// Menus are not modal: a modal one locks scrolling by a style element, which the content security policy forbids.

/** A menu that opens from a button. */
export function ButtonMenu({ groups, label, children }: MenuProps) {
  const { choose, runChosen } = useChoice();
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{children}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className="menu"
          aria-label={label}
          sideOffset={4}
          align="start"
          collisionPadding={8}
          onCloseAutoFocus={runChosen}
        >
          <Groups of={DropdownMenu} groups={groups} choose={choose} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** A menu at the pointer, over all of its child. */
export function PointerMenu({ groups, label, children }: MenuProps) {
  const { choose, runChosen } = useChoice();
  return (
    <ContextMenu.Root modal={false}>
      <ContextMenu.Trigger asChild>{children}</ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content
          className="menu"
          aria-label={label}
          collisionPadding={8}
          onCloseAutoFocus={runChosen}
        >
          <Groups of={ContextMenu} groups={groups} choose={choose} />
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

/** The reason that several items have: it is said once, above them. */
function sharedReason(groups: MenuItem[][]): string | undefined {
  const reasons = groups.flat().flatMap(({ reason }) => reason ?? []);
  return reasons.find((reason, i) => reasons.indexOf(reason) !== i);
}

/** Both kinds of menu are made of the same parts. */
function Groups({ of: { Item, Separator }, groups, choose }: GroupsProps) {
  const shown = groups();
  const shared = sharedReason(shown);
  const noteId = useId();
  return (
    <>
      {shared !== undefined && (
        <p id={noteId} className="menu-title">
          {shared}
        </p>
      )}
      {shown.map((group, i) => (
        <Fragment key={group[0]?.id ?? i}>
          {i > 0 && <Separator className="menu-line" />}
          {group.map((item) => {
            const isShared = shared !== undefined && item.reason === shared;
            return (
              <Item
                key={item.id}
                className="menu-item"
                data-tone={item.tone}
                disabled={item.disabled ?? false}
                aria-describedby={isShared ? noteId : undefined}
                title={isShared ? shared : undefined}
                onSelect={() => choose(item.run)}
              >
                <ItemBody item={isShared ? { ...item, reason: undefined } : item} />
              </Item>
            );
          })}
        </Fragment>
      ))}
    </>
  );
}
