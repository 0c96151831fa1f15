import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ListedObject } from '#shared/objects.ts';
import type { Storage } from '#storage/storage.ts';
import { type ChosenObject, listSelected, selectedObjects, type Selection } from '../selection.ts';
import { Spool } from '../zip/spool.ts';
import { Survey } from '../zip/survey.ts';
import { type KeyMapInput, meetsItself, turnOf } from './key-map.ts';

type Objects = AsyncGenerator<ChosenObject, void, undefined>;

/** What is to be copied, and how much of it is known. Must be stopped. */
export interface Sources {
  readonly total: { objects: number; bytes: number; isFinal: boolean };
  /** Turns of objects: one turn must have ended before the next begins. */
  turns(): AsyncGenerator<Objects, void, undefined>;
  stop(): Promise<void>;
}

/**
 * What a copy works through. As a rule in one turn, as it is listed; a copy that meets its own results is listed to the
 * end before it begins, and then goes turn by turn.
 */
export function sourcesOf(
  storage: Storage,
  input: KeyMapInput,
  selection: Selection,
  signal: AbortSignal,
): Sources {
  return meetsItself(input, selection)
    ? listedBefore(storage, input, selection, signal)
    : asListed(storage, selection, signal);
}

function asListed(storage: Storage, selection: Selection, signal: AbortSignal): Sources {
  const survey = new Survey(storage, selection, { counts: () => true, signal });
  async function* objects() {
    for await (const page of listSelected(storage, selection, signal))
      for (const object of page.objects) yield { object };
    yield* survey.chosen();
  }
  return {
    get total() {
      return { objects: survey.objects, bytes: survey.bytes, isFinal: survey.isFinal };
    },
    async *turns() {
      yield objects();
    },
    stop: () => survey.stop(),
  };
}

function listedBefore(
  storage: Storage,
  input: KeyMapInput,
  selection: Selection,
  signal: AbortSignal,
): Sources {
  const total = { objects: 0, bytes: 0, isFinal: false };
  async function* counted() {
    for await (const chosen of selectedObjects(storage, selection, signal)) {
      total.objects++;
      if ('object' in chosen) total.bytes += chosen.object.size;
      yield chosen;
    }
    total.isFinal = true;
  }
  return { total, turns: () => inTurns(counted(), input), stop: async () => {} };
}

async function* inTurns(all: Objects, input: KeyMapInput): AsyncGenerator<Objects, void, undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'cooper-copy-'));
  const spools = new Map<number, Spool>();
  const failed: ChosenObject[] = [];
  try {
    for await (const chosen of all) {
      if ('error' in chosen) {
        failed.push(chosen);
        continue;
      }
      const turn = turnOf(input, chosen.object.key);
      const spool = spools.get(turn) ?? new Spool(join(folder, String(turn)));
      spools.set(turn, spool);
      await spool.append(`${JSON.stringify(chosen.object)}\n`);
    }
    yield (async function* () {
      yield* failed;
    })();
    for (const [, spool] of [...spools].sort(([a], [b]) => a - b)) yield objectsIn(spool);
  } finally {
    for (const spool of spools.values()) await spool.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

async function* objectsIn(spool: Spool): Objects {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of spool.read()) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const stored: unknown = JSON.parse(line);
      if (isStored(stored)) yield { object: { ...stored, modifiedAt: new Date(stored.modifiedAt) } };
    }
  }
}

/** Told from anything else, so that the compiler knows what was written above. */
function isStored(value: unknown): value is Omit<ListedObject, 'modifiedAt'> & { modifiedAt: string } {
  return typeof value === 'object' && value !== null && 'key' in value && 'modifiedAt' in value;
}
