import { TriangleAlert, X } from 'lucide-react';
import { IconButton } from '#renderer/ui/button.tsx';
import { focusRows } from '#renderer/ui/focus.ts';
import { plural } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/icons.tsx';
import { dismissDamaged, useTransfers } from './store.ts';
import './transfers.css';

/** Says once a start that transfers could not be read, and where what is left of them lies. */
export function DamagedTransfers() {
  const damaged = useTransfers((state) => state.damaged);
  if (damaged.length === 0) return null;
  const isOne = damaged.length === 1;
  return (
    <div className="damaged-transfers" role="status">
      <Icon of={TriangleAlert} tone="warn" />
      <div className="selectable">
        <p>
          What Cooper knew of {plural(damaged.length, 'transfer')} cannot be read any more, so{' '}
          {isOne ? 'it does' : 'they do'} not go on. Nothing that has arrived is lost: start{' '}
          {isOne ? 'it' : 'them'} again, and what is there is left. What was left of {isOne ? 'it' : 'them'}{' '}
          is kept in
        </p>
        <ul>
          {damaged.map((folder) => (
            <li key={folder} className="mono">
              {folder}
            </li>
          ))}
        </ul>
      </div>
      <IconButton
        label="Dismiss"
        icon={X}
        small
        onClick={() => {
          focusRows();
          dismissDamaged();
        }}
      />
    </div>
  );
}
