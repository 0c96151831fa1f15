import { Ban, Upload } from 'lucide-react';
import { Icon } from '#renderer/ui/icons.tsx';
import { placeText } from './places.ts';
import { useTransfers } from './store.ts';
import './transfers.css';

/** Says, while files are dragged over the window, where they would land, or why they cannot. */
export function DropHint() {
  const over = useTransfers((state) => state.over);
  if (over === undefined) return null;
  return (
    <div className="drop-hint" role="status" data-refused={over.is === 'refused'}>
      <Icon of={over.is === 'refused' ? Ban : Upload} />
      <span className="truncate">{over.is === 'refused' ? over.reason : `Upload to ${placeText(over)}`}</span>
    </div>
  );
}
