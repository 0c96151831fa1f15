import type { Note, Verification } from '#shared/transfer-journal.ts';
import type { ItemTask } from '../transfer.ts';
import { DATE_ROUNDED_MS } from '../disk/file-work.ts';
import { existingFile } from './existing-file.ts';
import { removePartial } from './partial-file.ts';
import { rangeBytesFor, type Source } from './receive.ts';

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
    Math.abs(file.mtimeMs - named.mtimeMs) <= DATE_ROUNDED_MS &&
    (rest?.id ?? file.id) === file.id;
  return isIt ? named : undefined;
}

/** Takes away what was left of an object. @throws StorageError of a `disk-*` kind */
export async function removePartials(notes: readonly Note[]): Promise<void> {
  for (const note of notes) if (note.note === 'partial') await removePartial(note.path);
}

/** A partial file that is whole, checked and on the disk. */
export interface Finished {
  size: number;
  mtimeMs: number;
  verified: Verification;
}

/** What is half done of one object: in the journal, and here as far as it has to be known again. */
export class FetchNotes {
  readonly #task: Pick<ItemTask, 'note' | 'forget'>;
  #all: readonly Note[];

  constructor(task: Pick<ItemTask, 'notes' | 'note' | 'forget'>) {
    this.#task = task;
    this.#all = task.notes;
  }

  get all(): readonly Note[] {
    return this.#all;
  }

  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  /** A partial file is about to be made. */
  async begin(path: string, { size, etag }: Pick<Source, 'size' | 'etag'>): Promise<{ rangeBytes: number }> {
    const note = { note: 'partial', path, etag, rangeBytes: rangeBytesFor(size) } as const;
    this.#all = [note];
    await this.#task.note(note);
    return note;
  }

  /** It is about to be given its name. */
  async named(path: string, is: Finished): Promise<void> {
    await this.#task.note({ note: 'named', path, ...is });
  }

  /** Takes away what is half done. @throws StorageError of a `disk-*` kind */
  async startAnew(): Promise<void> {
    const isNoted = !this.isEmpty;
    await removePartials(this.#all);
    this.#all = [];
    if (isNoted) await this.#task.forget();
  }
}
