import { useEffect, useRef, type RefObject } from 'react';
import { giveFocusBack } from './focus.ts';

/** Opens a dialog element while it is mounted, puts the focus into it, and gives it back where it was. */
export function useModal(): RefObject<HTMLDialogElement | null> {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    const before = document.activeElement;
    dialog.showModal();
    const first =
      dialog.querySelector<HTMLElement>('[data-first-focus]') ??
      dialog.querySelector<HTMLElement>('input:not([type="radio"])');
    first?.focus();
    return () => {
      dialog.close();
      giveFocusBack(before);
    };
  }, []);
  return ref;
}
