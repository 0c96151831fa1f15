import { Button } from '#renderer/ui/button.tsx';
import { Field, Segments } from '#renderer/ui/field.tsx';
import { Fingerprint } from './certificate-question.tsx';
import type { FieldsProps } from './fields-props.ts';
import { choosePath } from './store.ts';

/** The way to the server, for the few who have to say more of it. */
export function AdvancedFields({ values, onChange, bind }: FieldsProps) {
  const chooseCaFile = async () => {
    const caFile = await choosePath('ca-file');
    if (caFile !== undefined) onChange({ ...values, caFile }, 'caFile');
  };
  return (
    <div className="form-columns">
      {values.server === 'hcp' ? (
        <>
          <Field
            label="Address"
            className="form-wide"
            placeholder="What the names resolve to"
            help="An IP address or host to connect to, for a system whose names are in no DNS."
            {...bind('address')}
          />
          <Field label="S3 port" inputMode="numeric" {...bind('s3Port')} />
          <Field label="Management API port" inputMode="numeric" {...bind('managementPort')} />
        </>
      ) : (
        <div className="field form-wide">
          <span className="field-label" aria-hidden>
            Where the bucket goes
          </span>
          <Segments
            label="Where the bucket goes"
            value={values.addressing}
            options={[
              { id: 'path', label: 'In the path: host/bucket' },
              { id: 'virtual-host', label: 'In the host name: bucket.host' },
            ]}
            onChange={(addressing) => onChange({ ...values, addressing })}
          />
        </div>
      )}
      <Field
        label="CA certificate"
        className="form-wide"
        placeholder="The system’s own"
        help="A PEM file with the authority that signed the server’s certificate. Trusted for this connection only."
        button={
          <Button look="outline" className="choose" onClick={() => void chooseCaFile()}>
            Choose…
          </Button>
        }
        {...bind('caFile')}
      />
      {values.trustedFingerprint !== '' && (
        <div className="field form-wide">
          <span className="field-label">Certificate that is trusted though no authority vouches for it</span>
          <div className="trusted">
            <Fingerprint of={values.trustedFingerprint} />
            <Button
              look="outline"
              onClick={() => onChange({ ...values, trustedFingerprint: '' }, 'trustedFingerprint')}
            >
              Trust it no more
            </Button>
          </div>
        </div>
      )}
      <Field label="Proxy" type="url" className="form-wide" placeholder="None" {...bind('proxy')} />
      <Field label="Connect within, seconds" inputMode="decimal" {...bind('connectTimeoutSeconds')} />
      <Field label="Give up after silence, seconds" inputMode="decimal" {...bind('idleTimeoutSeconds')} />
    </div>
  );
}
