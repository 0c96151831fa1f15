import { X } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, type ReactNode } from 'react';
import { IconButton } from './button.tsx';
import { giveFocusBack } from './focus.ts';

interface SheetProps {
  label: string;
  /** In pixels. */
  width: number;
  onClose: () => void;
  children: ReactNode;
}

/**
 * A pane over another one where there is no place beside it. It leaves the focus where it is, so that the rows can
 * be walked through beside it; Escape closes it from anywhere but a field, a menu or a dialog.
 */
export function Sheet({ label, width, onClose, children }: SheetProps) {
  const ref = useRef<HTMLElement>(null);

  useLayoutEffect(() => {
    const before = document.activeElement;
    const sheet = ref.current;
    return () => {
      if (sheet?.contains(document.activeElement) === true) giveFocusBack(before);
    };
  }, []);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || document.querySelector('dialog[open], [role="menu"]') !== null) return;
      if (event.target instanceof HTMLElement && event.target.matches('input, textarea, select')) return;
      event.preventDefault();
      event.stopPropagation();
      onClose();
    };
    // before the rows, for which Escape lets go of the selection
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  }, [onClose]);

  return (
    <aside ref={ref} className="details" aria-label={label} data-sheet style={{ width }}>
      <IconButton
        className="sheet-close"
        label={`Close ${label.toLowerCase()}`}
        icon={X}
        small
        onClick={onClose}
      />
      {children}
    </aside>
  );
}
