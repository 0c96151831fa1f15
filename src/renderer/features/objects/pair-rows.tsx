import { Plus, X } from 'lucide-react';
import { Button } from '#renderer/ui/button.tsx';
import { Icon } from '#renderer/ui/icons.tsx';
import type { Pair } from './changes.ts';

interface PairRowsProps {
  label: string;
  /** What one is called: "metadata", "tag". */
  one: string;
  pairs: Pair[];
  onChange: (pairs: Pair[]) => void;
  disabled?: boolean;
}

/** Names with their values, to be changed, added and taken away. */
export function PairRows({ label, one, pairs, onChange, disabled = false }: PairRowsProps) {
  const change = (at: number, part: Partial<Pair>) =>
    onChange(pairs.map((pair, i) => (i === at ? { ...pair, ...part } : pair)));
  return (
    <fieldset className="pairs" disabled={disabled}>
      <legend className="field-label">{label}</legend>
      {pairs.map((pair, i) => (
        <div key={i} className="pair">
          <input
            className="input"
            aria-label={`Name of ${one} ${i + 1}`}
            placeholder="Name"
            spellCheck={false}
            value={pair.name}
            onChange={(event) => change(i, { name: event.target.value })}
          />
          <input
            className="input"
            aria-label={`Value of ${one} ${i + 1}`}
            placeholder="Value"
            spellCheck={false}
            value={pair.value}
            onChange={(event) => change(i, { value: event.target.value })}
          />
          <button
            type="button"
            className="button button-icon"
            aria-label={`Take away ${one} ${pair.name === '' ? i + 1 : pair.name}`}
            onClick={() => onChange(pairs.filter((_, at) => at !== i))}
          >
            <Icon of={X} />
          </button>
        </div>
      ))}
      <div>
        <Button small icon={Plus} onClick={() => onChange([...pairs, { name: '', value: '' }])}>
          Add {one}
        </Button>
      </div>
    </fieldset>
  );
}
