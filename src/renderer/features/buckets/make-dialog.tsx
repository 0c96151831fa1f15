import { useRef, useState } from 'react';
import type { Connection } from '#shared/connection.ts';
import type { Failure } from '#shared/failure.ts';
import type { Bucket } from '#shared/objects.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Check } from '#renderer/ui/choices.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { Field } from '#renderer/ui/field.tsx';
import { FailureCallout } from '#renderer/ui/states.tsx';
import {
  emptyValues,
  nameProblem,
  nameRules,
  readMakeForm,
  type MakeErrors,
  type MakeField,
  type MakeValues,
} from './make-model.ts';
import { NamespaceFields } from './namespace-fields.tsx';
import { makeBucket, stopMaking, useBuckets } from './store.ts';

/** Why the server cannot have it: versioning, object lock. */
export type WhyNot = (feature: 'versioning' | 'objectLock') => string | undefined;

interface MakeBucketDialogProps {
  whyNot: (connectionId: string) => WhyNot;
  onMade: (made: { connectionId: string; bucket: string }) => void;
}

const noBuckets: Bucket[] = [];

/** The dialog for a new bucket, while one is being made. */
export function MakeBucketDialog({ whyNot, onMade }: MakeBucketDialogProps) {
  const connection = useBuckets((state) => state.making);
  if (connection === undefined) return null;
  return (
    <Dialog title={`New bucket on ${connection.name}`} wide onClose={stopMaking}>
      <MakeForm connection={connection} whyNot={whyNot(connection.id)} onMade={onMade} />
    </Dialog>
  );
}

interface MakeFormProps {
  connection: Connection;
  whyNot: WhyNot;
  onMade: MakeBucketDialogProps['onMade'];
}

function MakeForm({ connection, whyNot, onMade }: MakeFormProps) {
  const { kind, id } = connection;
  const buckets = useBuckets((state) => state.lists[id]?.buckets) ?? noBuckets;
  const [values, setValues] = useState<MakeValues>(emptyValues);
  const [errors, setErrors] = useState<MakeErrors>({});
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const change = <K extends MakeField>(field: K, value: MakeValues[K]) => {
    setValues((before) => ({ ...before, [field]: value }));
    setFailure(undefined);
    // a name is checked as it is typed, the rest when it is sent; what was wrong is not said any longer
    const problem = field === 'name' ? nameProblem(String(value).trim(), kind, buckets) : undefined;
    setErrors(({ [field]: _, ...others }) =>
      problem === undefined || value === '' ? others : { ...others, [field]: problem },
    );
  };

  const make = async () => {
    const read = readMakeForm(values, connection, buckets);
    if ('errors' in read) {
      setErrors(read.errors);
      const [first] = Object.keys(values).filter((field) => field in read.errors);
      const field = form.current?.elements.namedItem(first ?? '');
      if (field instanceof HTMLElement) field.focus();
      return;
    }
    setBusy(true);
    const problem = await makeBucket(read.input);
    setBusy(false);
    setFailure(problem);
    if (problem !== undefined) return;
    stopMaking();
    onMade({ connectionId: id, bucket: read.input.bucket });
  };

  const noVersioning = whyNot('versioning');
  const noLock = whyNot('objectLock');
  return (
    <form
      ref={form}
      className="make-form"
      aria-label="New bucket"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <div className="dialog-body">
        <Field
          label="Name"
          name="name"
          value={values.name}
          error={errors.name}
          help={nameRules(kind)}
          maxLength={100}
          onChange={(name) => change('name', name)}
        />
        {kind === 'hcp' ? (
          <NamespaceFields values={values} errors={errors} onChange={change} />
        ) : (
          <>
            {kind === 's3' && (
              <Field
                label="Region"
                name="region"
                value={values.region}
                error={errors.region}
                placeholder={connection.s3.region}
                help="Left empty: the connection’s."
                onChange={(region) => change('region', region)}
              />
            )}
            <Check
              label="Keep old versions"
              checked={values.versioning || values.objectLock}
              disabled={noVersioning !== undefined || values.objectLock}
              help={
                noVersioning ??
                'What is overwritten or deleted stays as a version and can be brought back. It can be suspended later, never undone.'
              }
              onChange={(versioning) => change('versioning', versioning)}
            />
            <Check
              label="Object lock"
              checked={values.objectLock}
              disabled={noLock !== undefined}
              help={
                noLock ??
                'Objects can be given a time in which nobody can delete them. Only for a new bucket, and it cannot be undone; old versions are kept with it.'
              }
              onChange={(objectLock) => change('objectLock', objectLock)}
            />
          </>
        )}
        {failure !== undefined && <FailureCallout failure={failure} />}
      </div>
      <div className="dialog-actions">
        <Button look="outline" onClick={stopMaking}>
          Cancel
        </Button>
        <Button look="primary" type="submit" disabled={busy}>
          {busy ? 'Making…' : 'Make bucket'}
        </Button>
      </div>
    </form>
  );
}
