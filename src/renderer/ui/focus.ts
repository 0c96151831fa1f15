/** Puts the focus on the rows of the level that is shown, if there are any. */
export function focusRows(): void {
  document.querySelector<HTMLElement>('[role="grid"]')?.focus({ preventScroll: true });
}

/** Gives the focus back to what had it before; to the rows when that is gone or was nothing. */
export function giveFocusBack(before: Element | null): void {
  if (before instanceof HTMLElement && before.isConnected && before !== document.body) before.focus();
  else focusRows();
}
