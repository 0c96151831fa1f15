import type { ObjectStat } from '#shared/objects.ts';
import { storageClasses } from '#shared/storage-classes.ts';
import { Check, Select } from '#renderer/ui/choices.tsx';
import { Field, Segments } from '#renderer/ui/field.tsx';
import { cannedOptions, headerFields, type Draft, type HeaderId } from './changes.ts';
import { PairRows } from './pair-rows.tsx';

interface FieldsProps {
  draft: Draft;
  setDraft: (draft: Draft) => void;
}
type ManyProps = FieldsProps & { many: boolean };

/** Of one object: what it has. Of many: each with a box that says whether it changes. */
export function HeaderFields({ draft, setDraft, many }: ManyProps) {
  const change = (id: HeaderId, part: Partial<Draft['headers'][HeaderId]>) =>
    setDraft({ ...draft, headers: { ...draft.headers, [id]: { ...draft.headers[id], ...part } } });
  return (
    <div className="edit-headers">
      {headerFields.map(({ id, label, example }, i) => {
        const { on, value } = draft.headers[id];
        return many ? (
          <div key={id} className="edit-many">
            <Check
              label={`Change ${label.toLowerCase()}`}
              checked={on}
              onChange={(ticked) => change(id, { on: ticked })}
            />
            <input
              className="input"
              aria-label={label}
              placeholder={on ? 'Empty takes it away' : example}
              spellCheck={false}
              value={value}
              onChange={(event) => change(id, { value: event.target.value, on: true })}
            />
          </div>
        ) : (
          <Field
            key={id}
            label={label}
            // it comes late, once the server has answered
            autoFocus={i === 0}
            placeholder={example}
            value={value}
            onChange={(text) => change(id, { value: text })}
          />
        );
      })}
    </div>
  );
}

export function MetadataFields({ draft, setDraft, many }: ManyProps) {
  return (
    <>
      <PairRows
        label={many ? 'Metadata to set on each' : 'Metadata'}
        one="metadata"
        pairs={draft.metadata}
        onChange={(metadata) => setDraft({ ...draft, metadata })}
      />
      {many && (
        <Field
          label="Metadata to take away"
          placeholder="Names, with commas between"
          value={draft.removedMetadata}
          onChange={(removedMetadata) => setDraft({ ...draft, removedMetadata })}
        />
      )}
    </>
  );
}

export function TagFields({ draft, setDraft, many, refused }: ManyProps & { refused: string | undefined }) {
  const { on, pairs } = draft.tags;
  if (refused !== undefined)
    return (
      <div className="field">
        <span className="field-label">Tags</span>
        <p className="field-help">{refused}</p>
      </div>
    );
  return (
    <>
      {many && (
        <Check
          label="Replace all tags of each"
          checked={on}
          onChange={(ticked) => setDraft({ ...draft, tags: { on: ticked, pairs } })}
        />
      )}
      {(on || !many) && (
        <PairRows
          label="Tags"
          one="tag"
          pairs={pairs}
          onChange={(next) => setDraft({ ...draft, tags: { on, pairs: next } })}
        />
      )}
    </>
  );
}

export function StorageFields({
  draft,
  setDraft,
  current,
}: FieldsProps & { current: ObjectStat | undefined }) {
  return (
    <Select
      label="Storage class"
      value={draft.storageClass}
      options={[
        {
          id: '',
          label: current === undefined ? 'As it is' : `As it is (${current.storageClass ?? 'STANDARD'})`,
        },
        ...storageClasses.map((id) => ({ id, label: id })),
      ]}
      onChange={(storageClass) => setDraft({ ...draft, storageClass })}
    />
  );
}

const modes = [
  { id: 'keep', label: 'As it is' },
  { id: 'canned', label: 'A ready one' },
  { id: 'grants', label: 'Grants as JSON' },
] as const;

const EXAMPLE = `{
  "Owner": { "ID": "…" },
  "Grants": [
    { "Grantee": { "Type": "CanonicalUser", "ID": "…" }, "Permission": "FULL_CONTROL" }
  ]
}`;

export function AccessFields({ draft, setDraft, refused }: FieldsProps & { refused: string | undefined }) {
  const { access } = draft;
  const setMode = (mode: Draft['access']['mode']) =>
    setDraft({
      ...draft,
      access:
        mode === 'keep'
          ? { mode }
          : mode === 'canned'
            ? { mode, canned: 'private' }
            : { mode, json: EXAMPLE },
    });
  return (
    <div className="field">
      <span className="field-label">Access control list</span>
      {refused === undefined ? (
        <Segments label="Access control list" value={access.mode} options={modes} onChange={setMode} />
      ) : (
        <p className="field-help">{refused}</p>
      )}
      {access.mode === 'canned' && (
        <Select
          label="Who may"
          value={access.canned}
          options={cannedOptions}
          onChange={(canned) => setDraft({ ...draft, access: { mode: 'canned', canned } })}
        />
      )}
      {access.mode === 'grants' && (
        <textarea
          className="input json-field"
          aria-label="Grants as JSON"
          rows={8}
          spellCheck={false}
          value={access.json}
          onChange={(event) => setDraft({ ...draft, access: { mode: 'grants', json: event.target.value } })}
        />
      )}
    </div>
  );
}
