import { Link } from 'lucide-react';
import { useState } from 'react';
import { api, failureOf } from '#renderer/api.ts';
import { Button } from '#renderer/ui/button.tsx';
import { FailureCallout } from '#renderer/ui/states.tsx';
import type { Failure } from '#shared/failure.ts';
import type { PresignedLink } from '#shared/objects.ts';
import { LinkList } from './link-list.tsx';
import type { ObjectRef } from './store.ts';

interface LinksTabProps {
  object: ObjectRef;
  /** Why none can be made. */
  refused: string | undefined;
  onMore: () => void;
}

/** For one object, named by its `key`. A link to download the object for an hour at one press, and the way to all others. */
export function LinksTab({ object, refused, onMore }: LinksTabProps) {
  const [links, setLinks] = useState<PresignedLink[]>();
  const [failure, setFailure] = useState<Failure>();
  const { connectionId, bucket, key, versionId } = object;
  if (refused !== undefined) return <p className="note">{refused}</p>;
  const make = async () => {
    try {
      setFailure(undefined);
      const objects = [versionId === undefined ? { key } : { key, versionId }];
      setLinks(await api.objects.presign.mutate({ connectionId, bucket, method: 'get_object', objects }));
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  return (
    <>
      <p className="note">A link lets somebody without keys download this object, until it ends.</p>
      <div className="actions">
        <Button look="outline" icon={Link} onClick={() => void make()}>
          Link for 1 hour
        </Button>
        <Button look="plain" onClick={onMore}>
          Other links…
        </Button>
      </div>
      {failure !== undefined && <FailureCallout failure={failure} />}
      {links !== undefined && <LinkList links={links} method="get_object" />}
    </>
  );
}
