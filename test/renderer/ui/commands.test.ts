import { expect, test } from 'vitest';
import { formatShortcut, matchesShortcut, type KeyPress } from '#renderer/ui/commands.ts';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});

test('Mod is Ctrl, and Cmd on a Mac, and never the other', () => {
  expect(matchesShortcut(press('k', { ctrlKey: true }), 'Mod+K', false)).toBe(true);
  expect(matchesShortcut(press('k', { metaKey: true }), 'Mod+K', true)).toBe(true);
  expect(matchesShortcut(press('k', { metaKey: true }), 'Mod+K', false)).toBe(false);
  expect(matchesShortcut(press('k', { ctrlKey: true }), 'Mod+K', true)).toBe(false);
});

test('a modifier more is another shortcut', () => {
  const shifted = press('C', { ctrlKey: true, shiftKey: true });
  expect(matchesShortcut(shifted, 'Mod+Shift+C', false)).toBe(true);
  expect(matchesShortcut(shifted, 'Mod+C', false)).toBe(false);
});

test('on a keyboard that types another script, a letter is found by its place', () => {
  const cyrillic = press('с', { ctrlKey: true, code: 'KeyC' });
  expect(matchesShortcut(cyrillic, 'Mod+C', false)).toBe(true);
  // on a Dvorak keyboard the letter that is typed decides, not the place
  expect(matchesShortcut(press('j', { ctrlKey: true, code: 'KeyC' }), 'Mod+C', false)).toBe(false);
});

test('shortcuts read as each system writes them', () => {
  expect(formatShortcut('Mod+Shift+C', false)).toBe('Ctrl+Shift+C');
  expect(formatShortcut('Mod+Shift+C', true)).toBe('⇧⌘C');
  expect(formatShortcut('Alt+ArrowUp', false)).toBe('Alt+↑');
  expect(formatShortcut('Alt+ArrowUp', true)).toBe('⌥↑');
});
