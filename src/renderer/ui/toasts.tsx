import { CircleCheck, Info, OctagonAlert, TriangleAlert, X } from 'lucide-react';
import { Button, IconButton } from './button.tsx';
import { Icon } from './icons.tsx';

export interface Notice {
  tone: 'plain' | 'ok' | 'warn' | 'danger';
  text: string;
  action?: { label: string; run: () => void };
}

const icons = { plain: Info, ok: CircleCheck, warn: TriangleAlert, danger: OctagonAlert };

/** What needs no answer, at the lower right, over everything. */
export function Toasts({
  toasts,
  onClose,
}: {
  toasts: readonly (Notice & { id: number })[];
  onClose: (id: number) => void;
}) {
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className="toast">
          <Icon of={icons[toast.tone]} tone={toast.tone} />
          <span>{toast.text}</span>
          {toast.action !== undefined && (
            <Button
              look="link"
              onClick={() => {
                toast.action?.run();
                onClose(toast.id);
              }}
            >
              {toast.action.label}
            </Button>
          )}
          <IconButton label="Dismiss message" icon={X} small onClick={() => onClose(toast.id)} />
        </div>
      ))}
    </div>
  );
}
