import { useState } from 'react';
import { api, failureOf } from '#renderer/api.ts';
import type { Failure } from '#shared/failure.ts';
import type { PresignedLink } from '#shared/objects.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Select } from '#renderer/ui/choices.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { Field, Segments } from '#renderer/ui/field.tsx';
import { plural } from '#renderer/ui/format.ts';
import { revealText } from '#renderer/ui/reveal.ts';
import { FailureCallout } from '#renderer/ui/states.tsx';
import { LinkList } from './link-list.tsx';
import {
  leftOut,
  lifetimeOf,
  lifetimes,
  lifetimeUnits,
  type LifetimeUnit,
  type LinkMethod,
} from './links.ts';
import { ownName } from './names.ts';
import { closeDialog, type Place } from './store.ts';

interface LinksDialogProps {
  place: Place;
  /** The folder that a key is typed in. */
  inside: string;
  objects: { key: string; versionId?: string }[];
  /** How many folders were chosen besides: no link is made for them. */
  folders: number;
  /** Why no link to put an object can be made. */
  putRefused: string | undefined;
}

const methods = [
  { id: 'get_object', label: 'To download' },
  { id: 'put_object', label: 'To upload' },
] as const;

/** Links that work without keys, for a time: to get objects or to put them. */
export function LinksDialog({ place, inside, objects, folders, putRefused }: LinksDialogProps) {
  const typed = objects.length === 0;
  const [key, setKey] = useState(inside);
  const [method, setMethod] = useState<LinkMethod>(typed ? 'put_object' : 'get_object');
  const [amount, setAmount] = useState('1');
  const [unit, setUnit] = useState<LifetimeUnit>('hours');
  const [links, setLinks] = useState<PresignedLink[]>();
  const [failure, setFailure] = useState<Failure>();
  const lifetime = lifetimeOf(amount, unit);
  const refused = method === 'put_object' ? putRefused : undefined;
  const keyProblem = typed && (key === '' || key.endsWith('/')) ? 'Name the object.' : undefined;
  const cannot = refused !== undefined || keyProblem !== undefined || 'problem' in lifetime;

  const changed = <T,>(set: (value: T) => void) => {
    return (value: T) => {
      set(value);
      setLinks(undefined);
      setFailure(undefined);
    };
  };
  const make = async () => {
    if ('problem' in lifetime || cannot) return;
    // a link to put names no version: what is put becomes a new one
    const wanted = typed
      ? [{ key }]
      : objects.map((object) => (method === 'get_object' ? object : { key: object.key }));
    try {
      setFailure(undefined);
      setLinks(
        await api.objects.presign.mutate({
          ...place,
          method,
          objects: wanted,
          expiresSeconds: lifetime.seconds,
        }),
      );
    } catch (error) {
      setLinks(undefined);
      setFailure(failureOf(error));
    }
  };
  const [first] = objects;
  const what =
    first === undefined
      ? 'a new object'
      : objects.length === 1
        ? revealText(ownName({ key: first.key, isFolder: false }))
        : plural(objects.length, 'object');
  return (
    <Dialog title={`Links for ${what}`} wide onClose={closeDialog}>
      <form
        className="dialog-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <div className="dialog-body">
          {folders > 0 && <p className="note">{leftOut(folders)}</p>}
          {typed && <Field label="Key" value={key} onChange={changed(setKey)} error={keyProblem} />}
          <Segments label="What for" value={method} options={methods} onChange={changed(setMethod)} />
          {refused !== undefined && <p className="field-error">{refused}</p>}
          <div className="lifetime">
            <Field
              label="Works for"
              inputMode="decimal"
              value={amount}
              onChange={changed(setAmount)}
              error={'problem' in lifetime ? lifetime.problem : undefined}
            />
            <Select label="Unit" value={unit} options={lifetimeUnits} onChange={changed(setUnit)} />
            <div className="actions">
              {lifetimes.map(({ seconds, label }) => (
                <Button
                  key={seconds}
                  small
                  look="outline"
                  aria-pressed={'seconds' in lifetime && lifetime.seconds === seconds}
                  onClick={() => {
                    const [number, word] = label.split(' ');
                    changed(setAmount)(number ?? '');
                    setUnit(
                      lifetimeUnits.find(({ id }) => id.startsWith(word?.slice(0, 3) ?? ''))?.id ?? 'hours',
                    );
                  }}
                >
                  {label}
                </Button>
              ))}
            </div>
          </div>
          <p className="note">
            Whoever has a link can use it until it ends; it cannot be called back, except by ending the access
            key that signed it.
            {method === 'put_object' && ' What is put replaces what has that key.'}
          </p>
          {failure !== undefined && <FailureCallout failure={failure} />}
          {links !== undefined && <LinkList links={links} method={method} />}
        </div>
        <div className="dialog-actions">
          <Button onClick={closeDialog}>Close</Button>
          <Button look="primary" type="submit" disabled={cannot}>
            {objects.length > 1 ? `Make ${plural(objects.length, 'link')}` : 'Make link'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
