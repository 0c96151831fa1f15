import { ChevronRight, PlugZap } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Connection } from '#shared/connection.ts';
import type { Failure } from '#shared/failure.ts';
import { Button } from '#renderer/ui/button.tsx';
import { plural } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/icons.tsx';
import { Callout, FailureCallout } from '#renderer/ui/states.tsx';
import { AdvancedFields } from './advanced-fields.tsx';
import { Field, Segments } from './field.tsx';
import {
  proposedName,
  readForm,
  valuesOf,
  withPreset,
  withRegion,
  type FieldName,
  type FormErrors,
  type FormValues,
  type S3Connection,
} from './form-model.ts';
import { presetOf, presets } from './presets.ts';
import { saveConnection, testConnection } from './store.ts';
import { WeakVaultQuestion } from './weak-vault-question.tsx';

type Outcome =
  | { is: 'none' }
  | { is: 'testing' }
  | { is: 'saving' }
  | { is: 'works'; buckets: number }
  | { is: 'failed'; failure: Failure }
  | { is: 'weak-vault' };

interface ConnectionFormProps {
  /** Absent for a new connection. */
  connection?: S3Connection | undefined;
  onSaved: (connection: Connection) => void;
  /** Buttons before Test and Save. */
  children?: ReactNode;
}

/** The form of an S3 connection: filled by a preset, checked as it is sent, tested before it is kept. */
export function ConnectionForm({ connection, onSaved, children }: ConnectionFormProps) {
  const [values, setValues] = useState(() => valuesOf(connection));
  const [errors, setErrors] = useState<FormErrors>({});
  const [outcome, setOutcome] = useState<Outcome>({ is: 'none' });
  const form = useRef<HTMLFormElement>(null);
  const test = useRef<AbortController>(undefined);
  useEffect(() => () => test.current?.abort(), []);

  const preset = presetOf(values.preset);
  const busy = outcome.is === 'testing' || outcome.is === 'saving';

  const change = (next: FormValues, field?: FieldName) => {
    test.current?.abort();
    setValues(next);
    setOutcome({ is: 'none' });
    if (field !== undefined) setErrors(({ [field]: _, ...others }) => others);
    else setErrors({});
  };
  const bind = (field: FieldName) => ({
    name: field,
    value: values[field],
    error: errors[field],
    onChange: (value: string) =>
      change(field === 'region' ? withRegion(values, value) : { ...values, [field]: value }, field),
  });

  const read = (keepSecret?: 'vault' | 'session' | 'weak-vault') => {
    const result = readForm(values, { id: connection?.id, keepSecret });
    if ('draft' in result) return result.draft;
    setErrors(result.errors);
    const [first] = Object.keys(values).filter((field) => field in result.errors);
    const field = form.current?.elements.namedItem(first ?? '');
    if (field instanceof HTMLElement) {
      const hidden = field.closest('details');
      if (hidden !== null) hidden.open = true;
      field.focus();
    }
    return undefined;
  };

  const onTest = async () => {
    const draft = read();
    if (draft === undefined) return;
    const call = new AbortController();
    test.current = call;
    setOutcome({ is: 'testing' });
    try {
      const result = await testConnection(draft, call.signal);
      setOutcome(
        'failure' in result
          ? { is: 'failed', failure: result.failure }
          : { is: 'works', buckets: result.buckets },
      );
    } catch {
      // only an abort is thrown: the form was changed or left
    }
  };

  const onSave = async (keepSecret?: 'session' | 'weak-vault') => {
    const draft = read(keepSecret);
    if (draft === undefined) return;
    setOutcome({ is: 'saving' });
    const result = await saveConnection(draft);
    if ('connection' in result) onSaved(result.connection);
    else if (result.failure.kind === 'weak-vault') setOutcome({ is: 'weak-vault' });
    else setOutcome({ is: 'failed', failure: result.failure });
  };

  return (
    <form
      ref={form}
      className="connection-form"
      aria-label="Connection"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void onSave();
      }}
    >
      <div className="form-body">
        <div className="field">
          <Segments
            label="Kind of server"
            value={values.preset}
            options={presets}
            onChange={(id) => change(withPreset(values, id))}
          />
          <p className="field-help">{preset.text}</p>
        </div>
        <div className="form-columns">
          <Field
            label="Endpoint"
            type="url"
            placeholder={preset.placeholder}
            className="form-wide"
            {...bind('endpoint')}
          />
          <Field label="Region" {...bind('region')} />
          <Field
            label="Name"
            placeholder={proposedName(values) || 'Archive'}
            maxLength={80}
            {...bind('name')}
          />
          <Field label="Access key" {...bind('accessKeyId')} />
          <Field
            label="Secret key"
            type="password"
            placeholder={connection === undefined ? '' : 'unchanged'}
            {...bind('secretAccessKey')}
          />
        </div>
        <details className="advanced">
          <summary>
            <Icon of={ChevronRight} />
            Addressing, certificate, proxy, timeouts
          </summary>
          <AdvancedFields values={values} onChange={change} bind={bind} />
        </details>
        <Result outcome={outcome} name={connection?.name} />
      </div>
      {outcome.is === 'weak-vault' && (
        <WeakVaultQuestion
          onChoose={(keepSecret) => void onSave(keepSecret)}
          onCancel={() => setOutcome({ is: 'none' })}
        />
      )}
      <footer className="form-actions">
        {children}
        <span className="gap" />
        <Button look="outline" icon={PlugZap} disabled={busy} onClick={() => void onTest()}>
          {outcome.is === 'testing' ? 'Testing…' : 'Test connection'}
        </Button>
        <Button look="primary" type="submit" disabled={busy}>
          {outcome.is === 'saving' ? 'Saving…' : connection === undefined ? 'Connect' : 'Save'}
        </Button>
      </footer>
    </form>
  );
}

function Result({ outcome, name }: { outcome: Outcome; name: string | undefined }) {
  switch (outcome.is) {
    case 'none':
    case 'testing':
    case 'saving':
    case 'weak-vault':
      return null;
    case 'works':
      return (
        <Callout
          tone="ok"
          title={`It works: ${plural(outcome.buckets, 'bucket')}`}
          text={
            outcome.buckets === 0 ? 'The keys are right, but no bucket can be seen with them.' : undefined
          }
        />
      );
    case 'failed':
      return outcome.failure.kind === 'missing-secret' ? (
        <Callout
          tone="warn"
          title="The secret key is needed"
          text={`The secret of ${name ?? 'this connection'} was kept for one session only. Type it again above.`}
        />
      ) : (
        <FailureCallout failure={outcome.failure} />
      );
  }
}
