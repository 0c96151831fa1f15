/** The focus goes to the head of the activity, before the button that has it goes away. */
export function focusDock(): void {
  document.querySelector<HTMLElement>('.dock-toggle')?.focus();
}
