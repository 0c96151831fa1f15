import { useId } from 'react';
import { colours, type Colour } from '#shared/connection.ts';
import { Check } from '#renderer/ui/choices.tsx';
import type { FieldsProps } from './fields-props.ts';
import { colourNames } from './look.ts';
import './look.css';

/** What is no matter of the server: buckets named by hand, the colour, the read-only switch. */
export function LookFields({ values, onChange, bind }: FieldsProps) {
  const id = useId();
  const { name, value, error, onChange: onText, onBlur } = bind('buckets');
  return (
    <div className="form-columns">
      <div className="field form-wide">
        <label className="field-label" htmlFor={id}>
          Buckets by name
        </label>
        <textarea
          id={id}
          className="input bucket-names"
          rows={3}
          spellCheck={false}
          placeholder="One a line"
          aria-invalid={error !== undefined}
          aria-describedby={`${id}-note`}
          {...{ name, value, onBlur }}
          onChange={(event) => onText(event.target.value)}
        />
        <p id={`${id}-note`} className={error === undefined ? 'field-help' : 'field-error'}>
          {error ??
            'For keys that may not list all buckets. They are shown beside those that the server lists.'}
        </p>
      </div>
      <div className="field">
        <span className="field-label" aria-hidden>
          Colour
        </span>
        <ColourChoice value={values.colour} onChange={(colour) => onChange({ ...values, colour })} />
      </div>
      <Check
        label="Read-only"
        checked={values.readOnly}
        onChange={(readOnly) => onChange({ ...values, readOnly })}
        help="Cooper refuses to change anything through this connection."
      />
    </div>
  );
}

interface ColourChoiceProps {
  value: Colour | '';
  onChange: (colour: Colour | '') => void;
  /** The chosen one has the focus when its dialog opens. */
  takesFocus?: boolean;
}

/** A colour, or none; each has a name, too. */
export function ColourChoice({ value, onChange, takesFocus = false }: ColourChoiceProps) {
  const name = useId();
  return (
    <div className="colours" role="radiogroup" aria-label="Colour">
      {(['', ...colours] as const).map((colour) => (
        <label key={colour} className="colour" title={nameOf(colour)}>
          <input
            type="radio"
            name={name}
            aria-label={nameOf(colour)}
            checked={colour === value}
            data-first-focus={takesFocus && colour === value ? true : undefined}
            onChange={() => onChange(colour)}
          />
          <span className="dot" data-colour={colour} />
        </label>
      ))}
      <span className="colour-name" aria-hidden>
        {nameOf(value)}
      </span>
    </div>
  );
}

const nameOf = (colour: Colour | '') => (colour === '' ? 'None' : colourNames[colour]);
