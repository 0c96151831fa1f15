import type { ListedObject } from '#shared/objects.ts';
import type { Storage } from '#storage/storage.ts';
import { type ChosenObject, listSelected, type Selection, statSelected } from '../selection.ts';

/**
 * Adds up what there is to do by a listing of its own, beside the job and ahead of it, so that a long job knows its
 * total early without holding the listing in memory: it costs one more request for a thousand objects. Chosen keys
 * are asked for once, here, and kept (`chosen`): they are in memory anyway. Must be stopped.
 */
export class Survey {
  objects = 0;
  bytes = 0;
  /** True when everything has been added up. */
  isFinal = false;
  readonly #chosen: ChosenObject[] = [];
  #chosenEnded = false;
  #wake = () => {};
  readonly #stop = new AbortController();
  readonly #work: Promise<void>;

  /** @param counts which of the listed objects the job is about; it is told key and size. */
  constructor(
    storage: Storage,
    selection: Selection,
    options: { counts: (object: Pick<ListedObject, 'key' | 'size'>) => boolean; signal: AbortSignal },
  ) {
    const signal = AbortSignal.any([options.signal, this.#stop.signal]);
    // Why it could not be finished is told to the job by its own listing.
    this.#work = this.#run(storage, selection, options.counts, signal).catch(() => undefined);
  }

  /** The selection's keys, in their order. Ends early when the survey is stopped. */
  async *chosen(): AsyncGenerator<ChosenObject, void, undefined> {
    for (let index = 0; ; index++) {
      while (index >= this.#chosen.length && !this.#chosenEnded) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      const next = this.#chosen[index];
      if (next === undefined) return;
      yield next;
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#work;
  }

  async #run(
    storage: Storage,
    selection: Selection,
    counts: (object: Pick<ListedObject, 'key' | 'size'>) => boolean,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      for await (const chosen of statSelected(storage, selection, signal)) {
        this.#chosen.push(chosen);
        this.objects++;
        if ('object' in chosen) this.bytes += chosen.object.size;
        this.#wake();
      }
    } finally {
      this.#chosenEnded = true;
      this.#wake();
    }
    for await (const { objects } of listSelected(storage, selection, signal, { brief: true })) {
      for (const object of objects) {
        if (!counts(object)) continue;
        this.objects++;
        this.bytes += object.size;
      }
    }
    this.isFinal = true;
  }
}
