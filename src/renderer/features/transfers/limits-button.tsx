import { Gauge } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from '#renderer/ui/button.tsx';
import { Check, Select } from '#renderer/ui/choices.tsx';
import { Popover } from '#renderer/ui/popover.tsx';
import { FailureCallout } from '#renderer/ui/states.tsx';
import { limitText } from './limits.ts';
import { RateField } from './rate-field.tsx';
import { changeSettings, loadSettings, setLimitsOpen, useSettings } from './settings-store.ts';
import { Timetable } from './timetable.tsx';
import './transfers.css';

const counts = (numbers: readonly number[], current: number) =>
  [...new Set([...numbers, current])].sort((a, b) => a - b).map((n) => ({ id: String(n), label: String(n) }));

/** The limits of all transfers, in a pane at the dock. What is changed counts at once, also for what is under way. */
export function LimitsButton() {
  const settings = useSettings((state) => state.settings);
  const failure = useSettings((state) => state.failure);
  const open = useSettings((state) => state.open);
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    void loadSettings();
    const clock = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(clock);
  }, []);
  const limit = limitText(settings, now);
  return (
    <Popover
      label="Limits of transfers"
      open={open}
      onOpenChange={setLimitsOpen}
      button={
        <Button
          small
          icon={Gauge}
          aria-label="Limits of transfers"
          title={limit === '' ? 'Limits' : `Limits: ${limit}`}
        >
          <span className="limits-text">{limit === '' ? 'Limits' : limit}</span>
        </Button>
      }
    >
      <div className="limits">
        <h2 className="limits-title">Limits of transfers</h2>
        {failure !== undefined && <FailureCallout failure={failure} onRetry={() => void loadSettings()} />}
        {settings !== undefined && (
          <>
            <div className="limits-numbers">
              <Select
                label="Transfers at once"
                value={String(settings.transfersAtOnce)}
                options={counts([1, 2, 3, 4, 6, 8, 16], settings.transfersAtOnce)}
                onChange={(n) => changeSettings({ transfersAtOnce: Number(n) })}
              />
              <Select
                label="Objects at once"
                value={String(settings.objectsAtOnce)}
                options={counts([1, 2, 4, 8, 16, 32, 64], settings.objectsAtOnce)}
                onChange={(n) => changeSettings({ objectsAtOnce: Number(n) })}
              />
              <Select
                label="Parts at once"
                value={String(settings.partsAtOnce)}
                options={counts([1, 2, 4, 8, 16], settings.partsAtOnce)}
                onChange={(n) => changeSettings({ partsAtOnce: Number(n) })}
              />
            </div>
            <RateField
              label="Bandwidth"
              value={settings.bytesPerSecond}
              onChange={(bytesPerSecond) => changeSettings({ bytesPerSecond })}
            />
            <Timetable rows={settings.timetable} onChange={(timetable) => changeSettings({ timetable })} />
            <Check
              label="Keep this computer awake while something is moved"
              checked={settings.keepAwake}
              onChange={(keepAwake) => changeSettings({ keepAwake })}
            />
            <Check
              label="Tell by a notification when a transfer has ended"
              checked={settings.notify}
              onChange={(notify) => changeSettings({ notify })}
            />
          </>
        )}
      </div>
    </Popover>
  );
}
