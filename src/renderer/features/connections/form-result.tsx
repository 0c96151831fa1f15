import type { Failure } from '#shared/failure.ts';
import { Button } from '#renderer/ui/button.tsx';
import { plural } from '#renderer/ui/format.ts';
import { Callout, FailureCallout } from '#renderer/ui/states.tsx';
import type { ServerDraft } from './form-model.ts';

export type Outcome =
  | { is: 'none' }
  | { is: 'testing' }
  | { is: 'saving' }
  | { is: 'works'; buckets: number; isSystemLevel: boolean }
  | { is: 'failed'; failure: Failure }
  /** `isAsking`: the certificate is shown, with what can be done about it. */
  | { is: 'untrusted'; failure: Failure; draft: ServerDraft; isAsking: boolean }
  | { is: 'weak-vault' };

interface FormResultProps {
  outcome: Outcome;
  /** Of the connection that is edited. */
  name: string | undefined;
  isHcp: boolean;
  onShowCertificate: () => void;
}

/** What came of a test or of saving. */
export function FormResult({ outcome, name, isHcp, onShowCertificate }: FormResultProps) {
  switch (outcome.is) {
    case 'none':
    case 'testing':
    case 'saving':
    case 'weak-vault':
      return null;
    case 'works':
      return <Works {...outcome} />;
    case 'untrusted':
      return (
        <FailureCallout failure={outcome.failure}>
          <Button look="link" onClick={onShowCertificate}>
            Look at the certificate…
          </Button>
        </FailureCallout>
      );
    case 'failed':
      return outcome.failure.kind === 'missing-secret' ? (
        <Callout
          tone="warn"
          title={isHcp ? 'The password is needed' : 'The secret key is needed'}
          text={`The secret of ${name ?? 'this connection'} was kept for one session only. Type it again above.`}
        />
      ) : (
        <FailureCallout failure={outcome.failure} />
      );
  }
}

function Works({ buckets, isSystemLevel }: { buckets: number; isSystemLevel: boolean }) {
  if (isSystemLevel)
    return <Callout tone="ok" title="It works" text="Connect to see the tenants of the system." />;
  return (
    <Callout
      tone="ok"
      title={`It works: ${plural(buckets, 'bucket')}`}
      text={buckets === 0 ? 'The keys are right, but no bucket can be seen with them.' : undefined}
    />
  );
}
