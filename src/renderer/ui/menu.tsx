import { ContextMenu, DropdownMenu } from 'radix-ui';
import { Fragment, type ReactElement } from 'react';
import { formatShortcut, type Command } from './commands.ts';
import { Icon, type IconComponent } from './icons.tsx';

export interface MenuItem {
  id: string;
  label: string;
  icon: IconComponent;
  shortcut?: string | undefined;
  disabled?: boolean;
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
    disabled: !command.when(),
    run: command.run,
  }));
}

function ItemBody({ item }: { item: MenuItem }) {
  return (
    <>
      <Icon of={item.icon} />
      <span>{item.label}</span>
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

// Menus are not modal: a modal one locks scrolling by a style element, which the content security policy forbids.

/** A menu that opens from a button. */
export function ButtonMenu({ groups, label, children }: MenuProps) {
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
        >
          <DropdownGroups groups={groups} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function DropdownGroups({ groups }: { groups: () => MenuItem[][] }) {
  return groups().map((group, i) => (
    <Fragment key={group[0]?.id ?? i}>
      {i > 0 && <DropdownMenu.Separator className="menu-line" />}
      {group.map((item) => (
        <DropdownMenu.Item
          key={item.id}
          className="menu-item"
          data-tone={item.tone}
          disabled={item.disabled ?? false}
          onSelect={item.run}
        >
          <ItemBody item={item} />
        </DropdownMenu.Item>
      ))}
    </Fragment>
  ));
}

/** A menu at the pointer, over all of its child. */
export function PointerMenu({ groups, label, children }: MenuProps) {
  return (
    <ContextMenu.Root modal={false}>
      <ContextMenu.Trigger asChild>{children}</ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content className="menu" aria-label={label} collisionPadding={8}>
          <PointerGroups groups={groups} />
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

function PointerGroups({ groups }: { groups: () => MenuItem[][] }) {
  return groups().map((group, i) => (
    <Fragment key={group[0]?.id ?? i}>
      {i > 0 && <ContextMenu.Separator className="menu-line" />}
      {group.map((item) => (
        <ContextMenu.Item
          key={item.id}
          className="menu-item"
          data-tone={item.tone}
          disabled={item.disabled ?? false}
          onSelect={item.run}
        >
          <ItemBody item={item} />
        </ContextMenu.Item>
      ))}
    </Fragment>
  ));
}
