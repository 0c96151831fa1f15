import { TriangleAlert, X } from 'lucide-react';
import { IconButton } from '#renderer/ui/button.tsx';
import { focusRows } from '#renderer/ui/focus.ts';
import { plural } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/icons.tsx';
import { dismissDamaged, useConnections } from './store.ts';

/** Says once a start that connections could not be read, and that nothing of them is lost. */
export function DamagedNotice() {
  const damaged = useConnections((state) => state.damaged);
  if (damaged === 0) return null;
  const [theyAre, them] = damaged === 1 ? ['It is', 'it'] : ['They are', 'them'];
  return (
    <div className="damaged" role="status">
      <Icon of={TriangleAlert} tone="warn" />
      <p className="selectable">
        {plural(damaged, 'saved connection')} could not be read. {theyAre} kept in the settings file,
        settings.json, under “damagedConnections”: mend {them} there, or make {them} anew here.
      </p>
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
