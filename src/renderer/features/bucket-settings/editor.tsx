import {
  removableSettings,
  versioningSchema,
  type RemovableSetting,
  type SettingState,
  type WritableSetting,
} from '#shared/bucket-settings.ts';
import { Button } from '#renderer/ui/button.tsx';
import { FailureCallout } from '#renderer/ui/states.tsx';
import { AclForm } from './acl-form.tsx';
import { CorsForm } from './cors-form.tsx';
import { readDraft, textOf, type DraftProblem } from './drafts.ts';
import { examples } from './examples.ts';
import { JsonEditor } from './json-editor.tsx';
import { sectionOf } from './sections.ts';
import { askToRemove, edit, revert, save, useSettings } from './store.ts';
import { TagsForm } from './tags-form.tsx';
import { VersioningForm } from './versioning-form.tsx';

interface EditorProps {
  name: WritableSetting;
  setting: Exclude<SettingState, { state: 'not-offered' }>;
  /** Why nothing can be changed on this connection. */
  whyNoChange: string | undefined;
}

const isRemovable = (name: WritableSetting): name is RemovableSetting =>
  removableSettings.some((each) => each === name);

/** Edits one setting: its form, what is wrong, and Save, Revert and Remove below it. */
export function Editor({ name, setting, whyNoChange }: EditorProps) {
  const draft = useSettings((state) => state.drafts[name]);
  const sending = useSettings((state) => state.sending[name]);
  const saved = textOf(name, setting);
  const text = draft ?? saved;
  const isChanged = text !== saved;
  const read = isChanged && text.trim() !== '' ? readDraft(name, text) : undefined;
  const problem = read !== undefined && 'problem' in read ? read.problem : undefined;
  const busy = sending?.state === 'sending';
  const disabled = whyNoChange !== undefined || busy;
  const canSave = read !== undefined && 'change' in read && !disabled;
  const { label } = sectionOf(name);
  return (
    <>
      <div className="settings-fields">
        <Form name={name} text={text} saved={saved} problem={problem} disabled={disabled} setting={setting} />
        {isChanged && text.trim() === '' && saved !== '' && (
          <p className="json-problem" role="status">
            Nothing is left to save. To take the setting away, press Remove.
          </p>
        )}
        {sending?.state === 'failed' && <FailureCallout failure={sending.failure} />}
      </div>
      <footer className="settings-actions">
        {isRemovable(name) && setting.state === 'set' && (
          <Button disabled={disabled} title={whyNoChange} onClick={() => askToRemove(name)}>
            Remove…
          </Button>
        )}
        <span className="settings-sent" role="status">
          {whyNoChange ?? (sending?.state === 'saved' && !isChanged ? sending.text : '')}
        </span>
        <span className="gap" />
        <Button look="outline" disabled={!isChanged || busy} onClick={() => revert(name)}>
          Revert
        </Button>
        <Button look="primary" disabled={!canSave} title={whyNoChange} onClick={() => void save(name)}>
          {busy ? 'Saving…' : `Save ${label === 'CORS' ? label : label.toLowerCase()}`}
        </Button>
      </footer>
    </>
  );
}

interface FormProps {
  name: WritableSetting;
  text: string;
  saved: string;
  problem: DraftProblem | undefined;
  disabled: boolean;
  setting: EditorProps['setting'];
}

function Form({ name, text, saved, problem, disabled, setting }: FormProps) {
  const onChange = (next: string) => edit(name, next);
  const common = { text, onChange, disabled };
  const json = (
    <JsonEditor
      label={`${sectionOf(name).label} as JSON`}
      problem={problem}
      {...common}
      placeholder="Nothing is set."
    />
  );
  switch (name) {
    case 'versioning':
      return (
        <VersioningForm
          current={setting.state === 'set' ? versioningSchema.safeParse(setting.value).data : undefined}
          {...common}
        />
      );
    case 'tags':
      return <TagsForm problem={problem} {...common} />;
    case 'acl':
      return (
        <div className="settings-both">
          <AclForm savedText={saved} {...common} />
          {json}
        </div>
      );
    case 'cors':
      return (
        <div className="settings-both">
          <CorsForm {...common} />
          {json}
        </div>
      );
    case 'lifecycle':
    case 'policy':
      return (
        <>
          {text.trim() === '' && (
            <p className="note">
              Nothing is set.{' '}
              <button
                type="button"
                className="button button-link"
                disabled={disabled}
                onClick={() => onChange(examples[name](useSettings.getState().place?.bucket ?? ''))}
              >
                Begin with an example
              </button>
            </p>
          )}
          {json}
        </>
      );
  }
}
