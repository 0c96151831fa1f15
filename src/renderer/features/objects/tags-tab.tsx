import { Pencil } from 'lucide-react';
import { api } from '#renderer/api.ts';
import { Button } from '#renderer/ui/button.tsx';
import { FailureCallout } from '#renderer/ui/states.tsx';
import type { FactsTabProps } from './access-tab.tsx';
import type { ObjectRef } from './store.ts';
import { useAsked } from './use-asked.ts';

const askTags = ({ connectionId, bucket, key, versionId }: ObjectRef, signal: AbortSignal) =>
  api.objects.tags.query({ connectionId, bucket, key, versionId }, { signal });

/** The tags of an object. */
export function TagsTab(props: FactsTabProps) {
  return props.refused === undefined ? <TagList {...props} /> : <p className="note">{props.refused}</p>;
}

function TagList({ object, unchangeable, onEdit }: FactsTabProps) {
  const { asked, again } = useAsked(object, askTags);
  if (asked.state === 'asking') return <p className="note">Asking for the tags…</p>;
  if (asked.state === 'failed') return <FailureCallout failure={asked.failure} onRetry={again} />;
  const tags = Object.entries(asked.value);
  return (
    <>
      {tags.length === 0 && <p className="note">It has no tags.</p>}
      <ul className="grants" aria-label="Tags">
        {tags.map(([name, value]) => (
          <li key={name}>
            <span className="selectable">{name}</span>
            <span className="muted selectable">{value}</span>
          </li>
        ))}
      </ul>
      <div className="actions">
        <Button look="outline" icon={Pencil} reason={unchangeable} onClick={onEdit}>
          Edit tags…
        </Button>
      </div>
    </>
  );
}
