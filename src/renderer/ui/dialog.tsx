import { X } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { Icon } from './icons.tsx';
import { useModal } from './use-modal.ts';

interface DialogProps {
  title: string;
  wide?: boolean;
  onClose: () => void;
  children: ReactNode;
}

/**
 * A modal dialog, the browser's own: it keeps the focus inside, makes the rest inert, gives the focus back, and
 * closes with Escape. Mounted is open. The first focus goes to what has `data-first-focus`, else to the first field.
 */
export function Dialog({ title, wide = false, onClose, children }: DialogProps) {
  const ref = useModal();
  const titleId = useId();
  return (
    <dialog
      ref={ref}
      className={`dialog ${wide ? 'dialog-wide' : ''}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <header className="dialog-head">
        <h2 id={titleId} className="dialog-title">
          {title}
        </h2>
        {/* no tooltip: it would lie below the dialog, and take its Escape */}
        <button
          type="button"
          className="button button-icon button-small"
          aria-label="Close"
          onClick={onClose}
        >
          <Icon of={X} />
        </button>
      </header>
      {children}
    </dialog>
  );
}
