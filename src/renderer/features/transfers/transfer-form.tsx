import type { ReactNode } from 'react';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { Name } from '#renderer/ui/name.tsx';
import { formatCount, plural } from '#renderer/ui/format.ts';
import { closeDialog } from './store.ts';
import type { Deed } from './words.ts';

interface TransferFormProps {
  title: string;
  /** `small` for a few fields, `large` for a table. */
  look?: 'small' | 'wide' | 'large';
  deed: Deed;
  /** It deletes something: the safe button has the focus. */
  destroys?: boolean;
  /** Why it cannot be started as things stand. */
  problem?: string | undefined;
  onSubmit: () => void;
  children: ReactNode;
}

/** A dialog before a transfer: what it would do, and the button named by the deed. Escape leaves it. */
export function TransferForm({ title, look = 'wide', deed, destroys = false, ...props }: TransferFormProps) {
  const { problem } = props;
  const disabled = deed.isNothing || problem !== undefined;
  return (
    <Dialog title={title} wide={look !== 'small'} onClose={closeDialog}>
      <form
        className="dialog-form"
        data-look={look}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!disabled && !destroys) props.onSubmit();
        }}
      >
        <div className="dialog-body transfer-body">{props.children}</div>
        <div className="dialog-actions">
          {problem !== undefined && (
            <p className="transfer-problem" role="alert">
              {problem}
            </p>
          )}
          <Button
            look={destroys ? 'outline' : 'plain'}
            data-first-focus={destroys || undefined}
            onClick={closeDialog}
          >
            Cancel
          </Button>
          <Button
            look={destroys ? 'danger' : 'primary'}
            // what destroys something is pressed, never a field's Enter
            type={destroys ? 'button' : 'submit'}
            onClick={destroys ? props.onSubmit : undefined}
            data-first-focus={!destroys || undefined}
            disabled={disabled}
          >
            {deed.label}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface FigureProps {
  label: string;
  value: string;
  exact?: string | undefined;
  tone?: 'warn' | 'danger' | undefined;
}

/** Numbers side by side; `counting` says that they still grow. */
export function Figures({ figures, counting }: { figures: FigureProps[]; counting: boolean }) {
  return (
    <div className="transfer-figures" data-counting={counting}>
      <dl>
        {figures.map(({ label, value, exact, tone }) => (
          <div key={label} data-tone={tone}>
            <dt>{label}</dt>
            <dd title={exact}>{value}</dd>
          </div>
        ))}
      </dl>
      <p role="status" className="transfer-counting">
        {counting ? 'Counting…' : <span className="visually-hidden">Counted.</span>}
      </p>
    </div>
  );
}

interface NamedListProps {
  /** What they are: "12 exist there already". */
  summary: string;
  count: number;
  rows: { name: string; note?: string | undefined; to?: string | undefined }[];
  open?: boolean;
}

/** The first of many names, folded away until they are asked for. */
export function NamedList({ summary, count, rows, open = false }: NamedListProps) {
  return (
    <details className="transfer-list" open={open}>
      <summary>{summary}</summary>
      <ul>
        {rows.map(({ name, note, to }, i) => (
          <li key={i} data-pair={note !== undefined || to !== undefined}>
            <Name name={name} />
            {to !== undefined && (
              <span className="transfer-to">
                <Name name={to} />
              </span>
            )}
            {note !== undefined && <span className="muted">{note}</span>}
          </li>
        ))}
        {count > rows.length && (
          <li className="muted">
            and {plural(count - rows.length, 'more', 'more')}; the first {formatCount(rows.length)} are shown
          </li>
        )}
      </ul>
    </details>
  );
}
