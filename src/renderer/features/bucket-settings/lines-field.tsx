import { useId, useState } from 'react';
import { readLines } from './form-values.ts';

interface LinesFieldProps {
  label: string;
  values: readonly string[];
  onChange: (values: string[]) => void;
  disabled: boolean;
  placeholder?: string;
}

/** A list of texts, one a line. What is typed stays as it is typed while it means the same list. */
export function LinesField({ label, values, onChange, disabled, placeholder }: LinesFieldProps) {
  const id = useId();
  const [typed, setTyped] = useState(() => values.join('\n'));
  const isSame = readLines(typed).join('\n') === values.join('\n');
  const text = isSame ? typed : values.join('\n');
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        className="input lines-input"
        rows={Math.min(6, Math.max(2, text.split('\n').length))}
        spellCheck={false}
        placeholder={placeholder}
        value={text}
        disabled={disabled}
        onChange={(event) => {
          setTyped(event.target.value);
          onChange(readLines(event.target.value));
        }}
      />
    </div>
  );
}
