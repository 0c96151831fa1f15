import { ChevronRight, PlugZap } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Connection, KeepSecret } from '#shared/connection.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Segments } from '#renderer/ui/field.tsx';
import { Icon } from '#renderer/ui/icons.tsx';
import { AdvancedFields } from './advanced-fields.tsx';
import { CertificateQuestion, type Trust } from './certificate-question.tsx';
import type { FieldsProps } from './fields-props.ts';
import { readForm, type ServerDraft } from './form-model.ts';
import { FormResult, type Outcome } from './form-result.tsx';
import {
  valuesOf,
  withServer,
  type FieldName,
  type FormErrors,
  type FormValues,
  type ServerConnection,
  type TextField,
} from './form-values.ts';
import { HcpFields } from './hcp-fields.tsx';
import { LookFields } from './look-fields.tsx';
import { hcpChoice, presetOf, presets } from './presets.ts';
import { S3Fields } from './s3-fields.tsx';
import { saveConnection, testConnection } from './store.ts';
import { WeakVaultQuestion } from './weak-vault-question.tsx';

interface ConnectionFormProps {
  /** Absent for a new connection. */
  connection?: ServerConnection | undefined;
  /** What a new one is filled in with. */
  start?: FormValues | undefined;
  onSaved: (connection: Connection) => void;
}

const [firstPreset, ...otherPresets] = presets;
const allServers = [firstPreset, hcpChoice, ...otherPresets];

/** The form of a connection to S3 or HCP: filled by a preset, checked as it is typed and sent, tested before it is kept. */
export function ConnectionForm({ connection, start, onSaved }: ConnectionFormProps) {
  const [values, setValues] = useState(() => start ?? valuesOf(connection));
  const [errors, setErrors] = useState<FormErrors>({});
  const [outcome, setOutcome] = useState<Outcome>({ is: 'none' });
  const form = useRef<HTMLFormElement>(null);
  const test = useRef<AbortController>(undefined);
  useEffect(() => () => test.current?.abort(), []);

  const isHcp = values.server === 'hcp';
  const busy = outcome.is === 'testing' || outcome.is === 'saving';
  const id = connection?.id;

  const change = (next: FormValues, field?: FieldName) => {
    test.current?.abort();
    setValues(next);
    setOutcome({ is: 'none' });
    if (field !== undefined) setErrors(({ [field]: _, ...others }) => others);
    else setErrors({});
  };
  /** A field that was typed into and left says at once what is wrong with it. */
  const check = (field: TextField) => {
    if (values[field].trim() === '') return;
    const result = readForm(values, { id });
    const error = 'errors' in result ? result.errors[field] : undefined;
    if (error !== undefined) setErrors((others) => ({ ...others, [field]: error }));
  };
  const fields: FieldsProps = {
    values,
    onChange: change,
    hasSecret: connection !== undefined,
    bind: (field) => ({
      name: field,
      value: values[field],
      error: errors[field],
      onChange: (value) => change({ ...values, [field]: value }, field),
      onBlur: () => check(field),
    }),
  };

  const read = (from: FormValues, keepSecret?: KeepSecret): ServerDraft | undefined => {
    const result = readForm(from, { id, keepSecret });
    if ('draft' in result) return result.draft;
    setErrors(result.errors);
    focusFirst(form.current, result.errors);
    return undefined;
  };

  const onTest = async (from = values) => {
    const draft = read(from);
    if (draft === undefined) return;
    const call = new AbortController();
    test.current = call;
    setOutcome({ is: 'testing' });
    try {
      const result = await testConnection(draft, call.signal);
      if ('failure' in result) setOutcome(failed(result.failure, draft));
      else {
        const isSystemLevel = draft.kind === 'hcp' && draft.hcp.tenant === undefined;
        setOutcome({ is: 'works', buckets: result.buckets, isSystemLevel });
      }
    } catch {
      // only an abort is thrown: the form was changed or left
    }
  };

  const onSave = async (keepSecret?: 'session' | 'weak-vault') => {
    const draft = read(values, keepSecret);
    if (draft === undefined) return;
    setOutcome({ is: 'saving' });
    const result = await saveConnection(draft);
    if ('connection' in result) onSaved(result.connection);
    else if (result.failure.kind === 'weak-vault') setOutcome({ is: 'weak-vault' });
    else setOutcome(failed(result.failure, draft));
  };

  const onTrust = (trust: Trust) => {
    const trusting = { ...values, ...trust };
    change(trusting);
    void onTest(trusting);
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
        {connection?.kind !== 'hcp' && (
          <div className="field">
            <Segments
              label="Kind of server"
              value={values.server}
              options={connection === undefined ? allServers : presets}
              onChange={(server) => change(withServer(values, server))}
            />
            <p className="field-help">
              {values.server === 'hcp' ? hcpChoice.text : presetOf(values.server).text}
            </p>
          </div>
        )}
        {isHcp ? <HcpFields {...fields} /> : <S3Fields {...fields} />}
        <div className="more-fields">
          <More
            title={
              isHcp
                ? 'Address, ports, certificate, proxy, timeouts'
                : 'Addressing, certificate, proxy, timeouts'
            }
          >
            <AdvancedFields {...fields} />
          </More>
          <More title="Buckets by name, colour, read-only">
            <LookFields {...fields} />
          </More>
        </div>
        <FormResult
          outcome={outcome}
          name={connection?.name}
          isHcp={isHcp}
          onShowCertificate={() => {
            if (outcome.is === 'untrusted') setOutcome({ ...outcome, isAsking: true });
          }}
        />
      </div>
      {outcome.is === 'weak-vault' && (
        <WeakVaultQuestion
          what={isHcp ? 'password' : 'secret key'}
          onChoose={(keepSecret) => void onSave(keepSecret)}
          onCancel={() => setOutcome({ is: 'none' })}
        />
      )}
      {outcome.is === 'untrusted' && outcome.isAsking && (
        <CertificateQuestion
          draft={outcome.draft}
          onTrust={onTrust}
          onCancel={() => setOutcome({ ...outcome, isAsking: false })}
        />
      )}
      <footer className="form-actions">
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

function failed(failure: Extract<Outcome, { is: 'failed' }>['failure'], draft: ServerDraft): Outcome {
  return failure.kind === 'untrusted-certificate'
    ? { is: 'untrusted', failure, draft, isAsking: true }
    : { is: 'failed', failure };
}

/** Puts the focus into the first field that is wrong, in the order that they are seen in. */
function focusFirst(form: HTMLFormElement | null, errors: FormErrors): void {
  const first = [...(form?.elements ?? [])].find((element) => (element.getAttribute('name') ?? '') in errors);
  if (!(first instanceof HTMLElement)) return;
  const hidden = first.closest('details');
  if (hidden !== null) hidden.open = true;
  first.focus();
}

function More({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className="advanced">
      <summary>
        <Icon of={ChevronRight} />
        {title}
      </summary>
      {children}
    </details>
  );
}
