import { z } from 'zod';
import type { Versioning } from '#shared/bucket-settings.ts';
import { Callout } from '#renderer/ui/states.tsx';
import { pretty } from './drafts.ts';

const draftSchema = z.object({ status: z.enum(['enabled', 'suspended', 'off']) });

const choices = [
  {
    id: 'off',
    label: 'Off',
    text: 'It never was on. Once on, it can be suspended, and not be switched off again.',
  },
  {
    id: 'enabled',
    label: 'On',
    text: 'What is overwritten or deleted stays as an old version, and takes space until it is deleted too.',
  },
  {
    id: 'suspended',
    label: 'Suspended',
    text: 'New objects have no versions; those that are there stay. An overwritten object without a version is gone.',
  },
] as const;

interface VersioningFormProps {
  /** As the server has it. */
  current: Versioning | undefined;
  text: string;
  onChange: (text: string) => void;
  disabled: boolean;
}

/** Off, on or suspended, each with what it means. */
export function VersioningForm({ current, text, onChange, disabled }: VersioningFormProps) {
  const status = readStatus(text) ?? current?.status ?? 'off';
  const wasOn = current !== undefined && current.status !== 'off';
  const shown = wasOn ? choices.filter(({ id }) => id !== 'off') : choices;
  return (
    <>
      <div className="settings-choices" role="radiogroup" aria-label="Versioning">
        {shown.map(({ id, label, text: meaning }) => (
          <div key={id} className="settings-choice">
            <input
              id={`versioning-${id}`}
              type="radio"
              aria-describedby={`versioning-${id}-meaning`}
              name="versioning"
              checked={status === id}
              disabled={disabled || (id === 'suspended' && !wasOn)}
              onChange={() => onChange(pretty({ status: id }))}
            />
            <label htmlFor={`versioning-${id}`}>{label}</label>
            <p id={`versioning-${id}-meaning`} className="note">
              {meaning}
            </p>
          </div>
        ))}
      </div>
      {status === 'suspended' && current?.status === 'enabled' && (
        <Callout
          tone="warn"
          title="From then on overwriting and deleting cannot be undone"
          text="Old versions stay as they are. What is written while versioning is suspended replaces what was written before without a version."
        />
      )}
      {current?.mfaDelete !== undefined && (
        <p className="note">
          MFA delete is {current.mfaDelete ? 'on: deleting a version needs a second factor' : 'off'}. Only the
          account’s root user can change that, with other tools.
        </p>
      )}
    </>
  );
}

function readStatus(text: string): Versioning['status'] | undefined {
  try {
    return draftSchema.safeParse(JSON.parse(text)).data?.status;
  } catch {
    return undefined; // an empty draft
  }
}
