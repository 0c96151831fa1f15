import { CircleSlash, X } from 'lucide-react';
import { useEffect, useId, type KeyboardEvent } from 'react';
import type { Feature } from '#shared/profile.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { Icon } from '#renderer/ui/icons.tsx';
import { useModal } from '#renderer/ui/use-modal.ts';
import { sectionOf, sectionsOf, type SectionId } from './sections.ts';
import { SettingsPanel } from './settings-panel.tsx';
import { closeSettings, leave, remove, showSection, stopAsking, unsaved, useSettings } from './store.ts';
import './bucket-settings.css';

interface SettingsDialogProps {
  /** Why nothing can be changed on a connection. */
  whyNoChange: (connectionId: string) => string | undefined;
  /** Why a connection's server does not have a feature, as far as is known. */
  whyNotOffered: (connectionId: string, feature: Feature) => string | undefined;
}

/** The settings of the bucket that they are open for, and the question that is asked about them. */
export function SettingsDialog(props: SettingsDialogProps) {
  const place = useSettings((state) => state.place);
  if (place === undefined) return null;
  return (
    <>
      <Sheet {...props} key={`${place.connectionId}/${place.bucket}`} />
      <Question />
    </>
  );
}

/** The window stays open, with the question in it. */
function askBeforeLeaving(event: BeforeUnloadEvent): void {
  if (unsaved().length === 0) return;
  event.preventDefault();
  leave();
}

function Sheet({ whyNoChange, whyNotOffered }: SettingsDialogProps) {
  const ref = useModal();
  const titleId = useId();
  const place = useSettings((state) => state.place);
  const section = useSettings((state) => state.section);
  const loaded = useSettings((state) => state.loaded);
  const drafts = useSettings((state) => state.drafts);
  useEffect(() => {
    window.addEventListener('beforeunload', askBeforeLeaving);
    return () => window.removeEventListener('beforeunload', askBeforeLeaving);
  }, []);
  if (place === undefined) return null;
  const { connectionId, bucket, isHcp } = place;
  const changed: readonly SectionId[] = unsaved({ drafts, loaded });
  const pages = sectionsOf(isHcp);
  const isMissing = (id: SectionId): boolean => {
    if (id === 'namespace') return false;
    const known = loaded[id];
    if (known?.state === 'ready') return known.value.state === 'not-offered';
    return whyNotOffered(connectionId, id) !== undefined;
  };
  return (
    <dialog
      ref={ref}
      className="dialog settings-dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        leave();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <header className="dialog-head">
        <h2 id={titleId} className="dialog-title">
          Settings of {bucket}
        </h2>
        <button type="button" className="button button-icon button-small" aria-label="Close" onClick={leave}>
          <Icon of={X} />
        </button>
      </header>
      <div className="settings-body">
        <div
          className="settings-tabs"
          role="tablist"
          aria-label="Settings"
          aria-orientation="vertical"
          tabIndex={-1}
          onKeyDown={(event) =>
            onTabKey(
              event,
              pages.map(({ id }) => id),
              section,
            )
          }
        >
          {pages.map(({ id, label }) => (
            <button
              key={id}
              type="button"
              role="tab"
              className="settings-tab"
              aria-selected={id === section}
              aria-controls="settings-panel"
              tabIndex={id === section ? 0 : -1}
              data-first-focus={id === section ? '' : undefined}
              data-missing={isMissing(id)}
              title={isMissing(id) ? 'Not available on this server' : undefined}
              onClick={() => showSection(id)}
            >
              <span className="truncate">{label}</span>
              {isMissing(id) && <Icon of={CircleSlash} />}
              {changed.includes(id) && <span className="settings-dot" aria-label="not saved" role="img" />}
            </button>
          ))}
        </div>
        <SettingsPanel section={section} whyNoChange={whyNoChange(connectionId)} />
      </div>
    </dialog>
  );
}

/** The arrow keys, Home and End go from tab to tab. */
function onTabKey(event: KeyboardEvent<HTMLElement>, ids: readonly SectionId[], current: SectionId): void {
  const at = ids.indexOf(current);
  const last = ids.length - 1;
  const to = { ArrowDown: at === last ? 0 : at + 1, ArrowUp: at === 0 ? last : at - 1, Home: 0, End: last }[
    event.key
  ];
  const id = to === undefined ? undefined : ids[to];
  if (id === undefined || to === undefined) return;
  event.preventDefault();
  showSection(id);
  event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')[to]?.focus();
}

function Question() {
  const question = useSettings((state) => state.question);
  const bucket = useSettings((state) => state.place?.bucket ?? '');
  switch (question?.is) {
    case 'leave': {
      const names = unsaved().map((name) => sectionOf(name).label);
      return (
        <Dialog title="Leave without saving?" onClose={stopAsking}>
          <div className="dialog-body">
            <p>
              Changes to {names.join(', ')} of {bucket} were not saved. Left now, they are lost.
            </p>
          </div>
          <div className="dialog-actions">
            <Button look="danger" onClick={closeSettings}>
              Discard changes
            </Button>
            <Button look="outline" data-first-focus onClick={stopAsking}>
              Keep editing
            </Button>
          </div>
        </Dialog>
      );
    }
    case 'remove': {
      const { name } = question;
      const { label } = sectionOf(name);
      return (
        <Dialog title={`Remove ${label} from ${bucket}?`} onClose={stopAsking}>
          <div className="dialog-body">
            <p>{removalText[name]}</p>
          </div>
          <div className="dialog-actions">
            <Button look="outline" data-first-focus onClick={stopAsking}>
              Cancel
            </Button>
            <Button look="danger" onClick={() => void remove(name)}>
              Remove {label}
            </Button>
          </div>
        </Dialog>
      );
    }
    default:
      return null;
  }
}

const removalText = {
  cors: 'All rules go: web pages of other origins are then refused.',
  tags: 'All tags of the bucket go.',
  lifecycle: 'All rules go: the server then moves and deletes nothing by itself any more.',
  policy: 'What it allows and what it forbids ends at once; the access control list stays.',
} as const;
