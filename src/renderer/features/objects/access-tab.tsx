import { Pencil } from 'lucide-react';
import { api } from '#renderer/api.ts';
import { Button } from '#renderer/ui/button.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { FailureCallout } from '#renderer/ui/states.tsx';
import {
  ALL_USERS,
  AUTHENTICATED_USERS,
  LOG_DELIVERY,
  type Acl,
  type Grant,
} from '#shared/bucket-settings.ts';
import type { ObjectRef } from './store.ts';
import { useAsked } from './use-asked.ts';

export interface FactsTabProps {
  object: ObjectRef;
  /** Why the server has none of this. */
  refused: string | undefined;
  /** Why nothing may be changed. */
  unchangeable: string | undefined;
  onEdit: () => void;
}

const groupNames: Record<string, string> = {
  [ALL_USERS]: 'Everybody',
  [AUTHENTICATED_USERS]: 'Everybody with an account',
  [LOG_DELIVERY]: 'Log delivery',
};

const permissionWords: Record<Grant['Permission'], string> = {
  FULL_CONTROL: 'full control',
  READ: 'read',
  WRITE: 'write',
  READ_ACP: 'read the access list',
  WRITE_ACP: 'write the access list',
};

function granteeText({ Grantee }: Grant): string {
  switch (Grantee.Type) {
    case 'CanonicalUser':
      return Grantee.DisplayName ?? Grantee.ID;
    case 'AmazonCustomerByEmail':
      return Grantee.EmailAddress;
    case 'Group':
      return groupNames[Grantee.URI] ?? Grantee.URI;
  }
}

const askAcl = ({ connectionId, bucket, key, versionId }: ObjectRef, signal: AbortSignal): Promise<Acl> =>
  api.objects.acl.query({ connectionId, bucket, key, versionId }, { signal });

/** Who may do what with an object: its access control list. */
export function AccessTab(props: FactsTabProps) {
  return props.refused === undefined ? <Grants {...props} /> : <p className="note">{props.refused}</p>;
}

function Grants({ object, unchangeable, onEdit }: FactsTabProps) {
  const { asked, again } = useAsked(object, askAcl);
  if (asked.state === 'asking') return <p className="note">Asking who may…</p>;
  if (asked.state === 'failed') return <FailureCallout failure={asked.failure} onRetry={again} />;
  const { Owner, Grants: grants } = asked.value;
  return (
    <>
      <div className="details-field">
        <span className="details-label">Owner</span>
        <span className="details-value selectable">{Owner.DisplayName ?? Owner.ID}</span>
      </div>
      <ul className="grants" aria-label="Grants">
        {grants.map((grant, i) => (
          <li key={i}>
            <span className="selectable">{granteeText(grant)}</span>
            <span className="muted">{permissionWords[grant.Permission]}</span>
          </li>
        ))}
      </ul>
      {grants.length === 0 && <p className="note">No grants: only the owner may.</p>}
      <div className="actions">
        <Button look="outline" icon={Pencil} reason={unchangeable} onClick={onEdit}>
          Edit access…
        </Button>
        <CopyButton
          look="plain"
          label="Copy as JSON"
          text={() => JSON.stringify(asked.value, undefined, 2)}
        />
      </div>
    </>
  );
}
