import { Plus, X } from 'lucide-react';
import {
  ALL_USERS,
  AUTHENTICATED_USERS,
  cannedAcls,
  LOG_DELIVERY,
  permissions,
} from '#shared/bucket-settings.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Select } from '#renderer/ui/choices.tsx';
import { Icon } from '#renderer/ui/icons.tsx';
import { pretty } from './drafts.ts';
import { aclFormSchema, formOf, type AclForm, type GrantForm } from './form-values.ts';

interface AclFormProps {
  text: string;
  /** As the server has it, to go back to from a ready list. */
  savedText: string;
  onChange: (text: string) => void;
  disabled: boolean;
}

type Kind = 'user' | 'email' | 'everyone' | 'signed-in' | 'logs' | 'group';

const kinds: readonly { id: Kind; label: string }[] = [
  { id: 'user', label: 'User' },
  { id: 'email', label: 'E-mail' },
  { id: 'everyone', label: 'Everyone' },
  { id: 'signed-in', label: 'All who sign in' },
  { id: 'logs', label: 'Log delivery' },
  { id: 'group', label: 'Other group' },
];

const groups: Partial<Record<Kind, string>> = {
  everyone: ALL_USERS,
  'signed-in': AUTHENTICATED_USERS,
  logs: LOG_DELIVERY,
};

const permissionNames: Record<(typeof permissions)[number], string> = {
  FULL_CONTROL: 'Everything',
  READ: 'List',
  WRITE: 'Write',
  READ_ACP: 'See access',
  WRITE_ACP: 'Change access',
};

const cannedOptions = [{ id: '', label: 'The grants below' }, ...cannedAcls.map((id) => ({ id, label: id }))];

function kindOf({ Grantee }: GrantForm): Kind {
  if (Grantee.Type === 'CanonicalUser') return 'user';
  if (Grantee.Type === 'AmazonCustomerByEmail') return 'email';
  const known = kinds.find(({ id }) => groups[id] !== undefined && groups[id] === Grantee.URI);
  return known?.id ?? 'group';
}

function granteeOf(kind: Kind, text: string): GrantForm['Grantee'] {
  switch (kind) {
    case 'user':
      return { Type: 'CanonicalUser', ID: text };
    case 'email':
      return { Type: 'AmazonCustomerByEmail', EmailAddress: text };
    case 'everyone':
    case 'signed-in':
    case 'logs':
    case 'group':
      return { Type: 'Group', URI: groups[kind] ?? text };
  }
}

const nameOf = ({ Grantee }: GrantForm): string => Grantee.ID ?? Grantee.EmailAddress ?? Grantee.URI ?? '';

/** A ready list by its name, or the grants one by one. */
export function AclForm({ text, savedText, onChange, disabled }: AclFormProps) {
  const form = formOf(aclFormSchema, text);
  if (form === undefined)
    return <p className="note">The table shows the grants again once the JSON beside it can be read.</p>;
  return (
    <div className="acl">
      <Select
        label="Ready list"
        value={'canned' in form ? String(form.canned) : ''}
        options={cannedOptions}
        disabled={disabled}
        help={'canned' in form ? 'It replaces all grants when it is saved.' : undefined}
        onChange={(canned) => onChange(canned === '' ? savedText : pretty({ canned }))}
      />
      {isList(form) && (
        <GrantTable form={form} disabled={disabled} onChange={(next) => onChange(pretty(next))} />
      )}
    </div>
  );
}

type List = Extract<AclForm, { Grants: unknown }>;
const isList = (form: AclForm): form is List => 'Grants' in form;

function GrantTable({
  form,
  disabled,
  onChange,
}: {
  form: List;
  disabled: boolean;
  onChange: (next: List) => void;
}) {
  const put = (Grants: GrantForm[]) => onChange({ ...form, Grants });
  const change = (at: number, grant: GrantForm) =>
    put(form.Grants.map((each, i) => (i === at ? grant : each)));
  return (
    <>
      <p className="note">
        Owner: <span className="selectable">{form.Owner.DisplayName ?? form.Owner.ID}</span>
      </p>
      <table className="settings-table" aria-label="Grants">
        <thead>
          <tr>
            <th scope="col">To</th>
            <th scope="col">Who</th>
            <th scope="col">May</th>
            <th scope="col">
              <span className="visually-hidden">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {form.Grants.map((grant, i) => (
            <GrantRow
              key={i}
              grant={grant}
              number={i + 1}
              disabled={disabled}
              onChange={(next) => change(i, next)}
              onRemove={() => put(form.Grants.filter((_, other) => other !== i))}
            />
          ))}
        </tbody>
      </table>
      {form.Grants.length === 0 && <p className="note">There is no grant: only the owner has access.</p>}
      <Button
        look="outline"
        icon={Plus}
        disabled={disabled}
        onClick={() => put([...form.Grants, { Grantee: granteeOf('user', ''), Permission: 'READ' }])}
      >
        Add a grant
      </Button>
    </>
  );
}

interface GrantRowProps {
  grant: GrantForm;
  number: number;
  disabled: boolean;
  onChange: (grant: GrantForm) => void;
  onRemove: () => void;
}

function GrantRow({ grant, number, disabled, onChange, onRemove }: GrantRowProps) {
  const kind = kindOf(grant);
  const isFixed = groups[kind] !== undefined;
  const permission = permissions.find((each) => each === grant.Permission) ?? 'READ';
  return (
    <tr>
      <td>
        <Select
          label={`Kind of grantee ${number}`}
          hideLabel
          value={kind}
          options={kinds}
          disabled={disabled}
          onChange={(next) => onChange({ ...grant, Grantee: granteeOf(next, '') })}
        />
      </td>
      <td>
        <input
          className="input"
          aria-label={`Grantee ${number}`}
          spellCheck={false}
          value={isFixed ? '' : nameOf(grant)}
          placeholder={isFixed ? '' : kind === 'user' ? 'Canonical ID' : undefined}
          title={grant.Grantee.DisplayName}
          disabled={disabled || isFixed}
          onChange={(event) => onChange({ ...grant, Grantee: granteeOf(kind, event.target.value) })}
        />
      </td>
      <td>
        <Select
          label={`Permission ${number}`}
          hideLabel
          value={permission}
          options={permissions.map((id) => ({ id, label: permissionNames[id] }))}
          disabled={disabled}
          onChange={(next) => onChange({ ...grant, Permission: next })}
        />
      </td>
      <td>
        <button
          type="button"
          className="button button-icon button-small"
          aria-label={`Remove grant ${number}`}
          disabled={disabled}
          onClick={onRemove}
        >
          <Icon of={X} />
        </button>
      </td>
    </tr>
  );
}
