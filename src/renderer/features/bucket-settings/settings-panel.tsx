import { CircleSlash } from 'lucide-react';
import { useEffect, type ReactNode } from 'react';
import type { SettingName, SettingState, WritableSetting } from '#shared/bucket-settings.ts';
import { Icon } from '#renderer/ui/icons.tsx';
import { FailureCallout, SkeletonRows } from '#renderer/ui/states.tsx';
import { pretty } from './drafts.ts';
import { Editor } from './editor.tsx';
import { NamespaceFacts } from './namespace-facts.tsx';
import { sectionOf, type SectionId } from './sections.ts';
import { loadSetting, needSetting, useSettings, type Loaded } from './store.ts';

interface SettingsPanelProps {
  section: SectionId;
  whyNoChange: string | undefined;
}

/** The page of one setting. */
export function SettingsPanel({ section, whyNoChange }: SettingsPanelProps) {
  const { label, text } = sectionOf(section);
  return (
    <section
      className="settings-panel"
      id="settings-panel"
      role="tabpanel"
      aria-label={label}
      // what a panel holds may be text only: it can be scrolled by keyboard all the same
      tabIndex={0}
    >
      <header className="settings-head">
        <h3>{label}</h3>
        <p className="note">{text}</p>
      </header>
      {section === 'namespace' ? (
        <div className="settings-fields">
          <NamespaceFacts />
        </div>
      ) : (
        <SettingPage key={section} name={section} whyNoChange={whyNoChange} />
      )}
    </section>
  );
}

const writable: readonly SettingName[] = ['versioning', 'acl', 'cors', 'tags', 'lifecycle', 'policy'];
const isWritable = (name: SettingName): name is WritableSetting => writable.includes(name);

function SettingPage({ name, whyNoChange }: { name: SettingName; whyNoChange: string | undefined }) {
  const loaded: Loaded<SettingState> | undefined = useSettings((state) => state.loaded[name]);
  const place = useSettings((state) => state.place);
  useEffect(() => needSetting(name), [name, place]);
  if (loaded === undefined || loaded.state === 'loading')
    return (
      <Fields>
        <div role="status" aria-label="Loading">
          <SkeletonRows rows={4} widths={[40, 55, 35]} />
        </div>
      </Fields>
    );
  if (loaded.state === 'failed')
    return (
      <Fields>
        <FailureCallout failure={loaded.failure} onRetry={() => void loadSetting(name)} />
      </Fields>
    );
  const setting = loaded.value;
  if (setting.state === 'not-offered')
    return (
      <Fields>
        <div className="settings-missing">
          <Icon of={CircleSlash} />
          <div className="selectable">
            <strong>{sectionOf(name).label} is not available here</strong>
            <p>{setting.reason}</p>
          </div>
        </div>
      </Fields>
    );
  if (isWritable(name)) return <Editor name={name} setting={setting} whyNoChange={whyNoChange} />;
  return (
    <Fields>
      {setting.state === 'unset' ? (
        <p>This bucket does not use it.</p>
      ) : (
        <>
          <p className="note">As the server gives it. Cooper shows it, and changes nothing of it.</p>
          <pre className="settings-json selectable" aria-label={`${sectionOf(name).label} as JSON`}>
            {pretty(setting.value)}
          </pre>
        </>
      )}
    </Fields>
  );
}

const Fields = ({ children }: { children: ReactNode }) => <div className="settings-fields">{children}</div>;
