import { Field } from '#renderer/ui/field.tsx';
import type { FieldsProps } from './fields-props.ts';
import { proposedName } from './form-model.ts';
import { withRegion } from './form-values.ts';
import { presetOf } from './presets.ts';

/** Address and keys of an S3 server. */
export function S3Fields({ values, onChange, bind, hasSecret }: FieldsProps) {
  const { placeholder } = presetOf(values.server === 'hcp' ? 'generic' : values.server);
  return (
    <div className="form-columns">
      <Field
        label="Endpoint"
        type="url"
        placeholder={placeholder}
        className="form-wide"
        {...bind('endpoint')}
      />
      <Field
        label="Region"
        {...bind('region')}
        onChange={(region) => onChange(withRegion(values, region), 'region')}
      />
      <Field label="Name" placeholder={proposedName(values) || 'Archive'} maxLength={80} {...bind('name')} />
      <Field label="Access key" {...bind('accessKeyId')} />
      <Field
        label="Secret key"
        type="password"
        placeholder={hasSecret ? 'unchanged' : ''}
        {...bind('secretAccessKey')}
      />
    </div>
  );
}
