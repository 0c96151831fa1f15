import { useId, useRef } from 'react';
import type { DraftProblem } from './drafts.ts';
import './json-editor.css';

interface JsonEditorProps {
  label: string;
  text: string;
  onChange: (text: string) => void;
  problem: DraftProblem | undefined;
  disabled: boolean;
  placeholder?: string;
}

/** Text with the numbers of its lines; what is wrong is said below it, with its place, which a button goes to. */
export function JsonEditor({ label, text, onChange, problem, disabled, placeholder }: JsonEditorProps) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const numbers = useRef<HTMLDivElement>(null);
  const lines = text.split('\n').length;
  const goTo = () => {
    if (area.current === null || problem === undefined) return;
    area.current.focus();
    area.current.setSelectionRange(problem.start, Math.max(problem.start, problem.end));
  };
  return (
    <div className="json">
      <div className="json-frame" data-invalid={problem !== undefined}>
        <div ref={numbers} className="json-numbers" aria-hidden>
          {Array.from({ length: lines }, (_, i) => (
            <div key={i} data-wrong={problem?.line === i + 1}>
              {i + 1}
            </div>
          ))}
        </div>
        <textarea
          ref={area}
          className="json-text"
          aria-label={label}
          aria-invalid={problem !== undefined}
          aria-describedby={problem === undefined ? undefined : id}
          spellCheck={false}
          autoComplete="off"
          wrap="off"
          value={text}
          placeholder={placeholder}
          readOnly={disabled}
          onChange={(event) => onChange(event.target.value)}
          onScroll={(event) => {
            if (numbers.current !== null) numbers.current.scrollTop = event.currentTarget.scrollTop;
          }}
        />
      </div>
      {problem !== undefined && (
        <p id={id} className="json-problem" role="status">
          <button type="button" className="button button-link" onClick={goTo}>
            Line {problem.line}, column {problem.column}
          </button>{' '}
          {problem.words}
        </p>
      )}
    </div>
  );
}
