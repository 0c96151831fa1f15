import { Check, Select } from '#renderer/ui/choices.tsx';
import { Field } from '#renderer/ui/field.tsx';
import { Callout } from '#renderer/ui/states.tsx';
import type { MakeErrors, MakeField, MakeValues } from './make-model.ts';

interface NamespaceFieldsProps {
  values: MakeValues;
  errors: MakeErrors;
  onChange: <K extends MakeField>(field: K, value: MakeValues[K]) => void;
}

const byTenant = { id: '', label: 'As the tenant has it' } as const;
const yesOrNo = [byTenant, { id: 'yes', label: 'Yes' }, { id: 'no', label: 'No' }] as const;
const schemes = [
  byTenant,
  ...(['MD5', 'SHA-1', 'SHA-256', 'SHA-384', 'SHA-512', 'RIPEMD160'] as const).map((id) => ({
    id,
    label: id,
  })),
];
const optimized = [
  byTenant,
  { id: 'CLOUD', label: 'S3 and REST only' },
  { id: 'ALL', label: 'All protocols' },
] as const;

/** What HCP lets one choose for a new namespace, which S3 calls a bucket. */
export function NamespaceFields({ values, errors, onChange }: NamespaceFieldsProps) {
  const text = (field: 'description' | 'hardQuota' | 'softQuota' | 'pruneDays') => ({
    name: field,
    value: values[field],
    error: errors[field],
    onChange: (value: string) => onChange(field, value),
  });
  return (
    <>
      <div className="make-columns">
        <Field label="Description" className="make-wide" maxLength={1024} {...text('description')} />
        <Field
          label="Hard quota"
          placeholder="50 GB"
          help="The most that it may hold, in MB, GB or TB."
          {...text('hardQuota')}
        />
        <Field
          label="Soft quota, per cent"
          placeholder="85"
          inputMode="numeric"
          help="From here on HCP warns: 10 to 95."
          {...text('softQuota')}
        />
        <Select
          label="Hash scheme"
          value={values.hashScheme}
          options={schemes}
          help="Cannot be changed later."
          onChange={(scheme) => onChange('hashScheme', scheme)}
        />
        <Select
          label="Optimized for"
          value={values.optimizedFor}
          options={optimized}
          onChange={(goal) => onChange('optimizedFor', goal)}
        />
        <Select
          label="Search"
          value={values.searchEnabled}
          options={yesOrNo}
          help="Switched off later, its index is lost."
          onChange={(search) => onChange('searchEnabled', search)}
        />
        <Select
          label="Overwrite without versions"
          value={values.s3UnversionedOverwrite}
          options={yesOrNo}
          help="Without versions HCP refuses to write over an object unless this is on."
          onChange={(overwrite) => onChange('s3UnversionedOverwrite', overwrite)}
        />
      </div>
      <div className="make-section" role="group" aria-label="Versions">
        <Check
          label="Keep old versions"
          checked={values.versioning}
          help="What is overwritten or deleted stays as a version and can be brought back."
          onChange={(versioning) => onChange('versioning', versioning)}
        />
        {values.versioning && (
          <>
            <Check
              label="Prune old versions"
              checked={values.prune}
              help="HCP deletes versions of that age for good."
              onChange={(prune) => onChange('prune', prune)}
            />
            {values.prune && (
              <Field
                label="Prune after days"
                inputMode="numeric"
                help="0 to 36500; 0 prunes at once."
                {...text('pruneDays')}
              />
            )}
            <Check
              label="Keep deletion records"
              checked={values.keepDeletionRecords}
              help="HCP remembers what was deleted. As long as it does, the bucket cannot be deleted."
              onChange={(keep) => onChange('keepDeletionRecords', keep)}
            />
            <Check
              label="Use delete markers"
              checked={values.useDeleteMarkers}
              help="A delete leaves a marker that is listed, as on other S3 servers."
              onChange={(use) => onChange('useDeleteMarkers', use)}
            />
            {values.useDeleteMarkers && (
              <Callout
                tone="warn"
                title="Delete markers cannot be switched off again"
                text="Once a namespace uses them it does so for good."
              />
            )}
          </>
        )}
      </div>
    </>
  );
}
