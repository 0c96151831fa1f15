import { Check, CircleHelp, RotateCw, X } from 'lucide-react';
import { useEffect } from 'react';
import type { Connection } from '#shared/connection.ts';
import { featureNames, features, type Profile, type Support } from '#shared/profile.ts';
import { loadProfile, needProfile, useProfiles } from '#renderer/profiles.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { formatDate, formatIso } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/icons.tsx';
import { FailureCallout, SkeletonRows } from '#renderer/ui/states.tsx';
import { closeDialog } from './store.ts';
import './facts.css';

/** What the connection's server can do, as it was found out, and why not what it cannot. */
export function ProfileDialog({ connection: { id, name } }: { connection: Connection }) {
  useEffect(() => needProfile(id), [id]);
  const entry = useProfiles((state) => state.entries[id]);
  const isAsking = entry === undefined || entry.state === 'asking';
  const profile = entry?.profile;
  return (
    <Dialog title={`What ${name} can do`} wide onClose={closeDialog}>
      <div className="dialog-body profile">
        {entry?.state === 'failed' && <FailureCallout failure={entry.failure} />}
        {profile === undefined && isAsking && (
          <div role="status" aria-label="Asking the server">
            <SkeletonRows rows={8} widths={[70, 55, 62]} />
          </div>
        )}
        {profile !== undefined && <ProfileFacts profile={profile} />}
      </div>
      <div className="dialog-actions">
        <Button
          look="outline"
          icon={RotateCw}
          disabled={isAsking}
          onClick={() => void loadProfile(id, { again: true })}
        >
          {isAsking ? 'Asking…' : 'Ask again'}
        </Button>
        <span className="gap" />
        <Button look="primary" data-first-focus onClick={closeDialog}>
          Close
        </Button>
      </div>
    </Dialog>
  );
}

const orders: Record<Profile['versionOrder'], string> = {
  'newest-first': 'Newest first',
  'oldest-first': 'Oldest first',
  unknown: 'Not known: no key with two versions was seen',
};
const addressings: Record<Profile['addressing'], string> = {
  path: 'In the path: host/bucket',
  'virtual-host': 'In the host name: bucket.host',
};
const digests: Record<Profile['deleteNeedsMd5'], string> = {
  yes: 'Has to be sent with it, and is',
  no: 'Need not be sent, but is',
  unknown: 'Not known; it is always sent',
};

function ProfileFacts({ profile }: { profile: Profile }) {
  const { server, bucket, probedAt, versionOrder, addressing, deleteNeedsMd5 } = profile;
  const facts: [string, string][] = [
    ['Server', server ?? 'Does not say'],
    ['Where the bucket goes', addressings[addressing]],
    ['Order of versions', orders[versionOrder]],
    ['Checksum of a delete', digests[deleteNeedsMd5]],
    ['Asked about', bucket === undefined ? 'No bucket: there was none to ask' : `Bucket ${bucket}`],
  ];
  const probed = new Date(probedAt);
  return (
    <>
      <dl className="fact-list selectable">
        {facts.map(([label, value]) => (
          <div key={label} className="fact">
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div className="fact">
          <dt>Found out</dt>
          <dd>
            <time dateTime={formatIso(probed)} title={formatIso(probed)}>
              {formatDate(probed)}
            </time>
          </dd>
        </div>
      </dl>
      <table className="profile-table">
        <thead>
          <tr>
            <th scope="col">Feature</th>
            <th scope="col">Offered</th>
          </tr>
        </thead>
        <tbody>
          {features.map((feature) => (
            <tr key={feature}>
              <th scope="row">{featureNames[feature]}</th>
              <td>
                <SupportCell support={profile.features[feature] ?? { offered: 'unknown' }} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="note">
        Only questions that change nothing were asked. What is not known is offered, and the server decides
        when it is used.
      </p>
    </>
  );
}

function SupportCell({ support }: { support: Support }) {
  switch (support.offered) {
    case 'yes':
      return (
        <span className="support">
          <Icon of={Check} tone="ok" /> Yes
        </span>
      );
    case 'no':
      return (
        <span className="support selectable">
          <Icon of={X} tone="muted" />
          <span>
            No<span className="support-reason">: {support.reason}</span>
          </span>
        </span>
      );
    case 'unknown':
      return (
        <span className="support muted">
          <Icon of={CircleHelp} /> Not known
        </span>
      );
  }
}
