import { CircleCheck, OctagonAlert, RotateCw, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Failure } from '#shared/failure.ts';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { failureDetails } from './failure-text.ts';
import { Icon, type IconComponent } from './icons.tsx';

interface EmptyStateProps {
  icon: IconComponent;
  title: string;
  /** Why it is empty. */
  text: ReactNode;
  /** The next step. */
  children?: ReactNode;
}

export function EmptyState({ icon, title, text, children }: EmptyStateProps) {
  return (
    <div className="state">
      <div className="state-icon">
        <Icon of={icon} />
      </div>
      <h2 className="state-title">{title}</h2>
      <p className="state-text">{text}</p>
      {children !== undefined && <div className="state-actions">{children}</div>}
    </div>
  );
}

interface FailureProps {
  failure: Failure;
  onRetry?: (() => void) | undefined;
  /** What else can be done about this failure, before Retry. */
  children?: ReactNode;
}

/** Characters from which a message is read as a text, not as a title. */
const LONG_MESSAGE = 200;

/** A failure that takes the place of what it hid: what happened, to what, what to do, details to copy, Retry. */
export function FailureState({ failure, onRetry, children }: FailureProps) {
  return (
    <div className="state" role="alert">
      <div className="state-icon" data-tone="danger">
        <Icon of={OctagonAlert} />
      </div>
      <h2 className="state-title selectable" data-long={failure.message.length > LONG_MESSAGE}>
        {failure.message}
      </h2>
      <p className="state-text selectable">{failure.nextStep}</p>
      <div className="state-actions">
        {children}
        {onRetry !== undefined && (
          <Button look="outline" icon={RotateCw} onClick={onRetry}>
            Retry
          </Button>
        )}
        <CopyButton look="plain" label="Copy details" text={() => failureDetails(failure)} />
      </div>
    </div>
  );
}

const toneIcons = { ok: CircleCheck, warn: TriangleAlert, danger: OctagonAlert };

interface CalloutProps {
  tone: 'ok' | 'warn' | 'danger';
  title: string;
  text?: ReactNode;
  children?: ReactNode;
}

/** A few lines beside the thing that they are about. */
export function Callout({ tone, title, text, children }: CalloutProps) {
  return (
    <div className="callout" data-tone={tone} role={tone === 'danger' ? 'alert' : 'status'}>
      <Icon of={toneIcons[tone]} />
      <div className="callout-body selectable">
        <strong>{title}</strong>
        {text !== undefined && <span className="callout-text">{text}</span>}
        {children !== undefined && <div className="callout-actions">{children}</div>}
      </div>
    </div>
  );
}

export function FailureCallout({ failure, onRetry, children }: FailureProps) {
  return (
    <Callout tone="danger" title={failure.message} text={failure.nextStep}>
      {children}
      {onRetry !== undefined && (
        <Button look="link" onClick={onRetry}>
          Retry
        </Button>
      )}
      <CopyButton look="link" label="Copy details" text={() => failureDetails(failure)} />
    </Callout>
  );
}

/** Rows to come. They appear only when the wait is longer than 200 ms. */
export function SkeletonRows({ rows, widths }: { rows: number; widths: readonly number[] }) {
  return Array.from({ length: rows }, (_, i) => (
    <div key={i} className="skeleton-row" aria-hidden>
      <div className="skeleton" style={{ width: `${widths[i % widths.length] ?? 50}%` }} />
    </div>
  ));
}
