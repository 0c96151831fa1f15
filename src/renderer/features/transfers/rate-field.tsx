import { useEffect, useEffectEvent, useId, useState } from 'react';
import { parseRate, rateText, type RateText } from './limits.ts';

interface RateFieldProps {
  label: string;
  hideLabel?: boolean;
  value: number | undefined;
  onChange: (bytesPerSecond: number | undefined) => void;
}

/** So many kB or MB a second; empty is without limit. Counts when the field is left, however that is, or with Enter. */
export function RateField({ label, hideLabel = false, value, onChange }: RateFieldProps) {
  const id = useId();
  const [typed, setTyped] = useState<RateText>();
  const shown = typed ?? rateText(value);
  const parsed = parseRate(shown);
  const problem = 'problem' in parsed ? parsed.problem : undefined;
  const take = (text: RateText) => {
    const result = parseRate(text);
    if ('problem' in result) return;
    setTyped(undefined);
    if (result.bytes !== value) onChange(result.bytes);
  };
  const leave = useEffectEvent(() => {
    if (typed !== undefined) take(typed);
  });
  useEffect(() => () => leave(), []);
  return (
    <div className="field rate">
      <label className={hideLabel ? 'visually-hidden' : 'field-label'} htmlFor={id}>
        {label}
      </label>
      <div className="rate-inputs">
        <input
          id={id}
          className="input"
          inputMode="decimal"
          placeholder="No limit"
          autoComplete="off"
          value={shown.amount}
          aria-invalid={problem !== undefined}
          aria-describedby={problem === undefined ? undefined : `${id}-problem`}
          onChange={(event) => setTyped({ ...shown, amount: event.target.value })}
          onBlur={() => take(shown)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') take(shown);
          }}
        />
        <select
          className="input select"
          aria-label={`Unit of ${label.toLowerCase()}`}
          value={shown.unit}
          onChange={(event) => take({ ...shown, unit: event.target.value === 'kB' ? 'kB' : 'MB' })}
        >
          <option value="kB">kB/s</option>
          <option value="MB">MB/s</option>
        </select>
      </div>
      {problem !== undefined && (
        <p id={`${id}-problem`} className="field-error">
          {problem}
        </p>
      )}
    </div>
  );
}
