import type { Note } from '#shared/transfer-journal.ts';
import { existingFile } from './existing-file.ts';
import { removePartial } from './partial-file.ts';

type NamedNote = Extract<Note, { note: 'named' }>;
type PartialNote = Extract<Note, { note: 'partial' }>;

/** The partial file that was begun last. */
export const partialNote = (notes: readonly Note[]) =>
  notes.findLast((note): note is PartialNote => note.note === 'partial');

/**
 * Whether the file got its name before Cooper was ended: then its partial file is gone, or is the same file.
 * @throws StorageError of a `disk-*` kind
 */
export async function wasNamed(notes: readonly Note[]): Promise<NamedNote | undefined> {
  const named = notes.findLast((note): note is NamedNote => note.note === 'named');
  const partial = partialNote(notes);
  if (named === undefined || partial === undefined) return undefined;
  const [file, rest] = await Promise.all([existingFile(named.path), existingFile(partial.path)]);
  const isIt =
    file?.kind === 'file' &&
    file.size === named.size &&
    file.mtimeMs === named.mtimeMs &&
    (rest?.id ?? file.id) === file.id;
  return isIt ? named : undefined;
}

/** Takes away what was left of an object. @throws StorageError of a `disk-*` kind */
export async function removePartials(notes: readonly Note[]): Promise<void> {
  for (const note of notes) if (note.note === 'partial') await removePartial(note.path);
}
