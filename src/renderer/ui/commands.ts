import type { IconComponent } from './icons.tsx';

/**
 * Something a user can do, once, for the toolbar, the context menu, the palette, the keyboard and the native menu.
 * `when` and `run` read their stores at the time they are called.
 */
export interface Command {
  id: string;
  label: string;
  /** What its button in a toolbar says, where the label is too long. */
  short?: string;
  group: 'Objects' | 'Buckets' | 'Go' | 'View' | 'Connections' | 'Activity';
  icon: IconComponent;
  /** Such as `Mod+Shift+C`; Mod is Cmd on macOS and Ctrl elsewhere. The first is the one shown. */
  shortcuts?: readonly string[];
  /** What it would be done to, for tooltips and the palette: "3 selected objects". */
  hint?: () => string | undefined;
  when: () => boolean;
  /**
   * Why it cannot be done here whatever is selected: what the server lacks, a connection that is read-only. It is then
   * shown, greyed, with this reason, and never run.
   */
  unavailable?: () => string | undefined;
  /** It destroys something. */
  tone?: 'danger';
  run: () => void;
}

/** Whether a command can run now. */
export const canRun = (command: Command): boolean => command.when() && command.unavailable?.() === undefined;

export interface KeyPress {
  key: string;
  /** The key's place on the keyboard, such as `KeyC`. */
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/** Whether this is a Mac, where Mod is Cmd. */
export const isMac = typeof navigator !== 'undefined' && navigator.platform.startsWith('Mac');

/** Whether a key press is this shortcut. Letters match by what is typed, or by place where the layout is not Latin. */
export function matchesShortcut(press: KeyPress, shortcut: string, mac = isMac): boolean {
  const parts = shortcut.split('+');
  const key = parts.at(-1) ?? '';
  const wants = (modifier: string) => parts.includes(modifier);
  if (press.shiftKey !== wants('Shift') || press.altKey !== wants('Alt')) return false;
  if (press.ctrlKey !== (wants('Mod') && !mac) || press.metaKey !== (wants('Mod') && mac)) return false;
  if (press.key.toLowerCase() === key.toLowerCase()) return true;
  const typedLatin = /^[a-z]$/i.test(press.key);
  return /^[A-Z]$/.test(key) && !typedLatin && press.code === `Key${key}`;
}

const MAC_SYMBOLS: Record<string, string> = { Mod: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↩', Backspace: '⌫' };
const ARROWS: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→' };

/** A shortcut as people read it: "Ctrl+Shift+C", "⇧⌘C". */
export function formatShortcut(shortcut: string, mac = isMac): string {
  const parts = shortcut.split('+').map((part) => ARROWS[part] ?? part);
  if (!mac) return parts.map((part) => (part === 'Mod' ? 'Ctrl' : part)).join('+');
  const order = ['Alt', 'Shift', 'Mod'];
  const modifiers = order.filter((modifier) => parts.includes(modifier));
  const key = parts.at(-1) ?? '';
  return [...modifiers, key].map((part) => MAC_SYMBOLS[part] ?? part).join('');
}

/** The first command that this key press is a shortcut of and that can run now. */
export function commandFor(press: KeyPress, commands: readonly Command[]): Command | undefined {
  return commands.find(
    (command) => command.shortcuts?.some((shortcut) => matchesShortcut(press, shortcut)) && canRun(command),
  );
}

/** The commands of these ids, in this order; an id that is not there is left out. */
export function pickCommands(commands: readonly Command[], ids: readonly string[]): Command[] {
  return ids.flatMap((id) => commands.find((command) => command.id === id) ?? []);
}
