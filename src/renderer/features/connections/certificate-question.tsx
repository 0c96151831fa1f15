import { FileKey, ShieldAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { api, failureOf } from '#renderer/api.ts';
import type { ConnectionDraft, ServerCertificate } from '#shared/connection.ts';
import type { Failure } from '#shared/failure.ts';
import { Button } from '#renderer/ui/button.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { formatDate, formatIso } from '#renderer/ui/format.ts';
import { Callout, FailureCallout } from '#renderer/ui/states.tsx';
import { fingerprintGroups } from './fingerprint.ts';
import { choosePath } from './store.ts';
import './facts.css';

/** What was decided: an authority to trust, or this one certificate. */
export type Trust = { caFile: string } | { trustedFingerprint: string };

interface CertificateQuestionProps {
  draft: ConnectionDraft;
  onTrust: (trust: Trust) => void;
  onCancel: () => void;
  /** What came of the decision, when it did not help. */
  failure?: Failure | undefined;
}

type Shown =
  | { is: 'asking' }
  | { is: 'there'; certificate: ServerCertificate; isExpired: boolean }
  | { is: 'failed'; failure: Failure };

/** Shows the certificate that the server presents, before anything secret is sent to it, and what can be done. */
export function CertificateQuestion({ draft, onTrust, onCancel, failure }: CertificateQuestionProps) {
  const [shown, setShown] = useState<Shown>({ is: 'asking' });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const call = new AbortController();
    api.connections.certificate.mutate(draft, { signal: call.signal }).then(
      (certificate) =>
        setShown({ is: 'there', certificate, isExpired: certificate.validTo.getTime() < Date.now() }),
      (error: unknown) => {
        if (!call.signal.aborted) setShown({ is: 'failed', failure: failureOf(error) });
      },
    );
    return () => call.abort();
  }, [draft, attempt]);

  const retry = () => {
    setShown({ is: 'asking' });
    setAttempt((n) => n + 1);
  };
  const chooseCaFile = async () => {
    const caFile = await choosePath('ca-file');
    if (caFile !== undefined) onTrust({ caFile });
  };
  return (
    <Dialog title="Is this the right server?" wide onClose={onCancel}>
      <div className="dialog-body certificate">
        {shown.is === 'asking' && <p className="muted">Asking the server for its certificate…</p>}
        {shown.is === 'failed' && <FailureCallout failure={shown.failure} onRetry={retry} />}
        {shown.is === 'there' && <Certificate {...shown} before={trustedBefore(draft)} />}
        {failure !== undefined && <FailureCallout failure={failure} />}
      </div>
      <div className="dialog-actions">
        <Button onClick={onCancel}>Cancel</Button>
        <span className="gap" />
        <Button
          look="outline"
          icon={ShieldAlert}
          disabled={shown.is !== 'there'}
          onClick={() => {
            if (shown.is === 'there') onTrust({ trustedFingerprint: shown.certificate.fingerprint });
          }}
        >
          Trust this certificate only
        </Button>
        <Button look="primary" icon={FileKey} data-first-focus onClick={() => void chooseCaFile()}>
          Choose a CA file…
        </Button>
      </div>
    </Dialog>
  );
}

function trustedBefore(draft: ConnectionDraft): string | undefined {
  switch (draft.kind) {
    case 'sandbox':
      return undefined;
    case 's3':
      return draft.s3.trustedFingerprint;
    case 'hcp':
      return draft.hcp.trustedFingerprint;
  }
}

interface CertificateProps {
  certificate: ServerCertificate;
  isExpired: boolean;
  /** The fingerprint that was trusted so far. */
  before: string | undefined;
}

function Certificate({ certificate, isExpired, before }: CertificateProps) {
  const { host, subject, issuer, validFrom, validTo, fingerprint, problem } = certificate;
  const isNew = before !== undefined && before !== fingerprint;
  return (
    <>
      {problem === undefined ? (
        <Callout tone="ok" title={`${host} is trusted now`} text="Try again: nothing has to be chosen." />
      ) : (
        <Callout
          tone="warn"
          title={isNew ? `${host} shows another certificate than before` : `${host} is not trusted`}
          text={sentence(problem)}
        />
      )}
      <dl className="fact-list selectable">
        <dt>Issued to</dt>
        <dd>{subject}</dd>
        <dt>Issued by</dt>
        <dd>{issuer}</dd>
        <dt>Valid</dt>
        <dd data-tone={isExpired ? 'danger' : undefined}>
          <time dateTime={formatIso(validFrom)} title={formatIso(validFrom)}>
            {formatDate(validFrom)}
          </time>{' '}
          to{' '}
          <time dateTime={formatIso(validTo)} title={formatIso(validTo)}>
            {formatDate(validTo)}
          </time>
          {isExpired && ' (over)'}
        </dd>
        <dt>
          SHA-256 <CopyButton look="icon" label="Copy fingerprint" text={() => fingerprint} />
        </dt>
        <dd>
          <Fingerprint of={fingerprint} />
        </dd>
        {isNew && (
          <>
            <dt>Before</dt>
            <dd>
              <Fingerprint of={before} />
            </dd>
          </>
        )}
      </dl>
      <p className="muted">
        A CA file is the safe choice: it holds the authority that signs your servers, and their certificates
        may be renewed. To trust this certificate alone, compare its fingerprint with what the server’s
        administrator tells you; otherwise somebody between you and the server may read your keys.
      </p>
    </>
  );
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`.replace(/\.\.$/u, '.');

/** Read aloud and copied as it is, shown in groups that can be compared. */
export function Fingerprint({ of: fingerprint }: { of: string }) {
  return (
    <span className="fingerprint mono" aria-label={fingerprint}>
      {fingerprintGroups(fingerprint).map((group, i) => (
        <span key={i}>{group}</span>
      ))}
    </span>
  );
}
