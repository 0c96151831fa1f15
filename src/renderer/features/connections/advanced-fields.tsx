import { Button } from '#renderer/ui/button.tsx';
import { Field, Segments } from './field.tsx';
import type { FieldName, FormValues } from './form-model.ts';
import { choosePath } from './store.ts';

interface AdvancedFieldsProps {
  values: FormValues;
  onChange: (values: FormValues, field?: FieldName) => void;
  bind: (field: FieldName) => {
    name: string;
    value: string;
    error: string | undefined;
    onChange: (value: string) => void;
  };
}

export function AdvancedFields({ values, onChange, bind }: AdvancedFieldsProps) {
  const chooseCaFile = async () => {
    const caFile = await choosePath('ca-file');
    if (caFile !== undefined) onChange({ ...values, caFile }, 'caFile');
  };
  return (
    <div className="form-columns">
      <div className="field form-wide">
        <span className="field-label">Where the bucket goes</span>
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
      <Field label="Proxy" type="url" className="form-wide" placeholder="None" {...bind('proxy')} />
      <Field label="Connect within, seconds" inputMode="decimal" {...bind('connectTimeoutSeconds')} />
      <Field label="Give up after silence, seconds" inputMode="decimal" {...bind('idleTimeoutSeconds')} />
    </div>
  );
}
