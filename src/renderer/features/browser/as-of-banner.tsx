import { History } from 'lucide-react';
import { Button } from '#renderer/ui/button.tsx';
import { focusRows } from '#renderer/ui/focus.ts';
import { formatDate, formatIso } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/icons.tsx';
import { lookAsOf } from './store.ts';

/** Says that the past is looked at, and leads back. */
export function AsOfBanner({ asOf, onOtherTime }: { asOf: Date; onOtherTime: () => void }) {
  return (
    <div className="as-of" role="status">
      <Icon of={History} />
      <span title={formatIso(asOf)}>
        As it was at <strong>{formatDate(asOf)}</strong>. Only restoring is possible here.
      </span>
      <span className="gap" />
      <Button small onClick={onOtherTime}>
        Other time…
      </Button>
      <Button
        small
        look="outline"
        onClick={() => {
          lookAsOf(undefined);
          focusRows();
        }}
      >
        Back to now
      </Button>
    </div>
  );
}
