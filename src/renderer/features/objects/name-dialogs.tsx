import { useState } from 'react';
import { api, failureOf } from '#renderer/api.ts';
import type { Failure } from '#shared/failure.ts';
import { Field } from '#renderer/ui/field.tsx';
import { revealText } from '#renderer/ui/reveal.ts';
import {
  folderProblem,
  folderAbove,
  ownName,
  renamedKey,
  renameProblem,
  stemLength,
  type Named,
} from './names.ts';
import { FormDialog } from './simple-dialog.tsx';
import { closeDone, isTaken, type Place, type StartJob } from './store.ts';

/** Makes a folder: an object without bytes whose key ends in a slash. */
export function NewFolderDialog(props: {
  place: Place;
  inside: string;
  onMade: (place: Place, key: string) => void;
}) {
  const { place, inside, onMade } = props;
  const [name, setName] = useState('');
  const [tried, setTried] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const problem = folderProblem(name, inside);
  const make = async () => {
    setTried(true);
    if (problem !== undefined) return;
    const key = `${inside}${name}/`;
    try {
      await api.objects.createFolder.mutate({ ...place, key });
      closeDone();
      onMade(place, key);
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  return (
    <FormDialog title="New folder" deed="Make folder" failure={failure} onSubmit={() => void make()}>
      <Field
        label="Name"
        value={name}
        onChange={(text) => {
          setName(text);
          setFailure(undefined);
        }}
        error={tried ? problem : undefined}
        help={`In ${place.bucket}/${revealText(inside)}. Stored as an empty object whose key ends in /.`}
      />
    </FormDialog>
  );
}

/** Gives an object or a folder another name: a job that copies, then deletes the old. */
export function RenameDialog(props: { place: Place; named: Named; onStart: StartJob }) {
  const { place, named, onStart } = props;
  const old = ownName(named);
  const [name, setName] = useState(old);
  const [tried, setTried] = useState(false);
  const [taken, setTaken] = useState<string>();
  const [failure, setFailure] = useState<Failure>();
  const problem = renameProblem(name, named) ?? (taken === name ? `“${name}” is there already.` : undefined);
  const rename = async () => {
    setTried(true);
    if (problem !== undefined) return;
    const key = renamedKey(name, named);
    try {
      if (await isTaken(place, { key, isFolder: named.isFolder })) return setTaken(name);
    } catch (error) {
      return setFailure(failureOf(error));
    }
    closeDone();
    await onStart(
      {
        kind: 'copy',
        ...place,
        ...(named.isFolder ? { prefixes: [named.key] } : { keys: [named.key] }),
        base: named.key,
        to: { bucket: place.bucket, prefix: key },
        move: true,
      },
      'Rename',
    );
  };
  return (
    <FormDialog
      title={`Rename ${revealText(old)}${named.isFolder ? '/' : ''}`}
      deed="Rename"
      failure={failure}
      onSubmit={() => void rename()}
    >
      <Field
        label="New name"
        value={name}
        onChange={(text) => {
          setName(text);
          setFailure(undefined);
        }}
        onFocus={({ currentTarget }) => {
          if (currentTarget.value === old)
            currentTarget.setSelectionRange(0, stemLength(old, named.isFolder));
        }}
        error={tried ? problem : undefined}
        help={`In ${place.bucket}/${revealText(folderAbove(named))}`}
      />
      <p className="note">
        {named.isFolder
          ? 'Every object below is copied on the server to its new key, then the old one is deleted.'
          : 'The object is copied on the server to its new key, then the old one is deleted.'}{' '}
        Metadata and tags go along; older versions stay under the old key, and access control lists are not
        copied.
      </p>
    </FormDialog>
  );
}
