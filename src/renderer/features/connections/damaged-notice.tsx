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
  const [was, them] = damaged === 1 ? ['was', 'it'] : ['were', 'them'];
  return (
    <div className="damaged" role="status">
      <Icon of={TriangleAlert} tone="warn" />
      <p className="selectable">
        {plural(damaged, 'saved connection')} could not be read and {was} kept aside in the settings file,
        settings.json, under “damagedConnections”. Make {them} anew here, or mend {them} there.
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
