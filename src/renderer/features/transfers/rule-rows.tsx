import { Plus, X } from 'lucide-react';
import { Button } from '#renderer/ui/button.tsx';
import { Icon } from '#renderer/ui/icons.tsx';
import { ruleHeaders, type RuleRow } from './words.ts';

const examples = {
  contentType: 'image/tiff',
  cacheControl: 'max-age=3600',
  contentDisposition: 'attachment',
  contentEncoding: 'gzip',
} as const;

/** Headers that new objects get by the end of their names, one a line. */
export function RuleRows({ rows, onChange }: { rows: RuleRow[]; onChange: (rows: RuleRow[]) => void }) {
  const change = (at: number, part: Partial<RuleRow>) =>
    onChange(rows.map((row, i) => (i === at ? { ...row, ...part } : row)));
  return (
    <fieldset className="rules">
      <legend className="field-label">Headers by name</legend>
      {rows.map((row, i) => (
        <div key={i} className="rule">
          <input
            className="input"
            aria-label={`Names of rule ${i + 1}`}
            placeholder="*.tif"
            spellCheck={false}
            value={row.pattern}
            onChange={(event) => change(i, { pattern: event.target.value })}
          />
          <select
            className="input select"
            aria-label={`Header of rule ${i + 1}`}
            value={row.header}
            onChange={(event) => {
              const chosen = ruleHeaders.find(({ id }) => id === event.target.value);
              if (chosen !== undefined) change(i, { header: chosen.id });
            }}
          >
            {ruleHeaders.map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
          <input
            className="input"
            aria-label={`Value of rule ${i + 1}`}
            placeholder={examples[row.header]}
            spellCheck={false}
            value={row.value}
            onChange={(event) => change(i, { value: event.target.value })}
          />
          <button
            type="button"
            className="button button-icon"
            aria-label={`Take away rule ${i + 1}`}
            onClick={() => onChange(rows.filter((_, at) => at !== i))}
          >
            <Icon of={X} />
          </button>
        </div>
      ))}
      <div>
        <Button
          small
          icon={Plus}
          onClick={() => onChange([...rows, { pattern: '', header: 'contentType', value: '' }])}
        >
          Add rule
        </Button>
      </div>
      <p className="field-help">
        Without a rule, the content type follows from a name’s ending. For each header the first rule that
        fits counts. Rules are remembered for the next upload.
      </p>
    </fieldset>
  );
}
