import { Plus, X } from 'lucide-react';
import { Button } from '#renderer/ui/button.tsx';
import { Icon } from '#renderer/ui/icons.tsx';
import type { TransferSettings } from '#shared/transfer-settings.ts';
import { clockText, dayName, parseClock } from './limits.ts';
import { RateField } from './rate-field.tsx';

type TimeRow = TransferSettings['timetable'][number];

/** Monday first: most of those who set office hours count so. */
const DAYS = [1, 2, 3, 4, 5, 6, 0];
const OFFICE_HOURS: TimeRow = { days: [1, 2, 3, 4, 5], from: 480, until: 1080, bytesPerSecond: 1_000_000 };

/** Other limits at other times; the first row that is true counts. */
export function Timetable({ rows, onChange }: { rows: TimeRow[]; onChange: (rows: TimeRow[]) => void }) {
  const change = (at: number, part: Partial<TimeRow>) =>
    onChange(rows.map((row, i) => (i === at ? { ...row, ...part } : row)));
  return (
    <fieldset className="timetable">
      <legend className="field-label">Timetable</legend>
      {rows.map((row, i) => (
        <div key={i} role="group" aria-label={`Row ${i + 1} of the timetable`} className="timetable-row">
          <div className="timetable-days">
            {DAYS.map((day) => {
              const isOn = row.days.length === 0 || row.days.includes(day);
              return (
                <label key={day} className="day">
                  <input
                    type="checkbox"
                    checked={isOn}
                    onChange={() => change(i, { days: toggled(row.days, day) })}
                  />
                  {dayName(day)}
                </label>
              );
            })}
          </div>
          <div className="timetable-times">
            <input
              type="time"
              className="input"
              aria-label="From"
              value={clockText(row.from)}
              onChange={(event) => change(i, { from: parseClock(event.target.value) ?? row.from })}
            />
            <span className="muted">to</span>
            <input
              type="time"
              className="input"
              aria-label="Until"
              value={clockText(row.until)}
              onChange={(event) =>
                change(i, { until: parseClock(event.target.value, { isEnd: true }) ?? row.until })
              }
            />
            <RateField
              label="Limit then"
              hideLabel
              value={row.bytesPerSecond}
              onChange={(bytesPerSecond) =>
                onChange(rows.map((each, at) => (at === i ? withRate(each, bytesPerSecond) : each)))
              }
            />
            <button
              type="button"
              className="button button-icon"
              aria-label={`Take away row ${i + 1}`}
              onClick={() => onChange(rows.filter((_, at) => at !== i))}
            >
              <Icon of={X} />
            </button>
          </div>
        </div>
      ))}
      <div>
        <Button
          small
          icon={Plus}
          disabled={rows.length >= 50}
          onClick={() => onChange([...rows, OFFICE_HOURS])}
        >
          Add hours
        </Button>
      </div>
      {rows.length > 0 && (
        <p className="field-help">
          By this computer’s clock. The first row that is true counts; else the limit above.
        </p>
      )}
    </fieldset>
  );
}

/** The days with one more or one less; all of them, and none, are every day. */
export function toggled(days: readonly number[], day: number): number[] {
  const now = days.length === 0 ? DAYS : days;
  const next = now.includes(day) ? now.filter((each) => each !== day) : [...now, day];
  return next.length === DAYS.length ? [] : next.toSorted((a, b) => a - b);
}

function withRate({ bytesPerSecond: _, ...row }: TimeRow, bytesPerSecond: number | undefined): TimeRow {
  return bytesPerSecond === undefined ? row : { ...row, bytesPerSecond };
}
