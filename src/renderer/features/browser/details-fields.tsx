import type { ReactNode } from 'react';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { Revealed } from '#renderer/ui/name.tsx';

/** What the details are about. */
export function DetailsHead({ icon, title, word }: { icon: ReactNode; title: string; word: string }) {
  return (
    <header className="details-head">
      {icon}
      <div>
        <h2 className="details-title selectable">
          {title === '' ? <span className="name-none">(no name)</span> : <Revealed text={title} />}
        </h2>
        <p className="muted">{word}</p>
      </div>
    </header>
  );
}

/** A label over its value. */
export function Field({
  label,
  title,
  children,
}: {
  label: string;
  title?: string | undefined;
  children: ReactNode;
}) {
  return (
    <div className="details-field" title={title}>
      <span className="details-label">{label}</span>
      <span className="details-value selectable">{children}</span>
    </div>
  );
}

/** The same for text that may not be there. */
export const TextField = ({ label, value }: { label: string; value: string | undefined }) =>
  value === undefined ? null : (
    <Field label={label}>
      <Revealed text={value} />
    </Field>
  );

/** A value to take along: its copy is exact, what is shown makes odd characters visible. */
export function CopyField({ label, value, mono = false }: { label: string; value: string; mono?: boolean }) {
  return (
    <div className="details-field details-copy">
      <span className="details-label">{label}</span>
      <span className={`details-value selectable ${mono ? 'mono' : ''}`}>
        <Revealed text={value} />
      </span>
      <CopyButton look="icon" label={`Copy ${label}`} text={() => value} />
    </div>
  );
}
