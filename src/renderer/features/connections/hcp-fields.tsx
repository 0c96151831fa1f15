import { Field, Segments } from '#renderer/ui/field.tsx';
import type { FieldsProps } from './fields-props.ts';
import { proposedName } from './form-model.ts';
import { hcpMeaning } from './hcp-meaning.ts';
import './facts.css';

/** System, tenant and account of HCP, and what they come to. */
export function HcpFields({ values, onChange, bind, hasSecret }: FieldsProps) {
  const isAd = values.account === 'ad';
  return (
    <>
      <div className="form-columns">
        <Field label="Domain" placeholder="hcp.example" {...bind('domain')} />
        <Field label="Tenant" placeholder="None: the system level" {...bind('tenant')} />
        <Field
          label="User name"
          placeholder={isAd ? 'user@ad.example' : 'user, or tenant/user'}
          {...bind('username')}
        />
        <Field
          label="Password"
          type="password"
          placeholder={hasSecret ? 'unchanged' : ''}
          {...bind('password')}
        />
        <div className="field">
          <span className="field-label" aria-hidden>
            Account
          </span>
          <Segments
            label="Account"
            value={values.account}
            options={[
              { id: 'local', label: 'Local' },
              { id: 'ad', label: 'Active Directory' },
            ]}
            onChange={(account) => onChange({ ...values, account })}
          />
        </div>
        <Field
          label="Name"
          placeholder={proposedName(values) || 'Archive'}
          maxLength={80}
          {...bind('name')}
        />
      </div>
      <Meaning values={values} />
    </>
  );
}

/** Shown while it is typed: who signs in where. */
function Meaning({ values }: Pick<FieldsProps, 'values'>) {
  const meaning = hcpMeaning(values);
  if (meaning === undefined) return null;
  const { tenant, username, isTenantFromUser, s3Endpoint, managementEndpoint } = meaning;
  return (
    <dl className="fact-list hcp-meaning selectable" aria-label="What this comes to">
      <dt>Signs in</dt>
      <dd>
        {username === '' ? 'nobody yet' : <strong>{username}</strong>}
        {tenant === undefined ? ' to the system level' : <> to tenant {<strong>{tenant}</strong>}</>}
        {isTenantFromUser && <span className="muted">, taken from the user name</span>}
      </dd>
      <dt>S3</dt>
      <dd className={s3Endpoint === undefined ? 'muted' : 'mono'}>
        {s3Endpoint ?? (tenant === undefined ? 'None: the system level has tenants, no buckets' : '—')}
      </dd>
      <dt>Management API</dt>
      <dd className={managementEndpoint === undefined ? 'muted' : 'mono'}>{managementEndpoint ?? '—'}</dd>
    </dl>
  );
}
