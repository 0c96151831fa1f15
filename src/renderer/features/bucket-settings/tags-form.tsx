import { Plus, X } from 'lucide-react';
import { Button } from '#renderer/ui/button.tsx';
import { Icon } from '#renderer/ui/icons.tsx';
import { pretty, tagRowsSchema, type DraftProblem, type TagRow } from './drafts.ts';
import { formOf } from './form-values.ts';

interface TagsFormProps {
  text: string;
  onChange: (text: string) => void;
  problem: DraftProblem | undefined;
  disabled: boolean;
}

/** The tags, one a row. */
export function TagsForm({ text, onChange, problem, disabled }: TagsFormProps) {
  const rows = formOf(tagRowsSchema, text) ?? [];
  const put = (next: TagRow[]) => onChange(pretty(next));
  const change = (at: number, changes: Partial<TagRow>) =>
    put(rows.map((row, i) => (i === at ? { ...row, ...changes } : row)));
  return (
    <div className="acl">
      {rows.length === 0 && <p className="note">There is no tag.</p>}
      {rows.length > 0 && (
        <table className="settings-table" aria-label="Tags">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Value</th>
              <th scope="col">
                <span className="visually-hidden">Remove</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              <tr key={i}>
                <td>
                  <input
                    className="input"
                    aria-label={`Name of tag ${i + 1}`}
                    spellCheck={false}
                    value={row.name}
                    disabled={disabled}
                    onChange={(event) => change(i, { name: event.target.value })}
                  />
                </td>
                <td>
                  <input
                    className="input"
                    aria-label={`Value of tag ${i + 1}`}
                    spellCheck={false}
                    value={row.value}
                    disabled={disabled}
                    onChange={(event) => change(i, { value: event.target.value })}
                  />
                </td>
                <td>
                  <button
                    type="button"
                    className="button button-icon button-small"
                    aria-label={`Remove tag ${i + 1}`}
                    disabled={disabled}
                    onClick={() => put(rows.filter((_, other) => other !== i))}
                  >
                    <Icon of={X} />
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Button
        look="outline"
        icon={Plus}
        disabled={disabled}
        onClick={() => put([...rows, { name: '', value: '' }])}
      >
        Add a tag
      </Button>
      {problem !== undefined && (
        <p className="json-problem" role="status">
          {problem.words}
        </p>
      )}
    </div>
  );
}
