import { abortReason } from '#storage/errors.ts';

interface Waiter {
  id: string;
  begin: () => void;
}

/** Lets so many transfers be at work at once, in the order that the user has put them in. */
export class TransferQueue {
  readonly #limit: () => number;
  readonly #onOrder: (waiting: string[]) => void;
  /** All that are on their way to wait, wait or work, in the user's order. */
  readonly #order: string[] = [];
  readonly #waiting = new Map<string, Waiter>();
  readonly #working = new Set<string>();

  /** @param onOrder told of all that wait when their order has changed */
  constructor(limit: () => number, onOrder: (waiting: string[]) => void = () => {}) {
    this.#limit = limit;
    this.#onOrder = onOrder;
  }

  /**
   * Gives one its place before it can take its turn, so that none that is sooner ready comes before it. It has to `take`
   * or to `leave` soon: the others wait for it.
   */
  enter(id: string): void {
    if (!this.#order.includes(id)) this.#order.push(id);
  }

  /** One that has entered will not take its turn. Of one that waits or works it changes nothing. */
  leave(id: string): void {
    if (this.#isOnItsWay(id)) this.#give(id);
  }

  /**
   * Resolves when it is this one's turn, with what gives the turn back.
   * @throws the signal's reason
   */
  async take(id: string, signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) {
      this.leave(id);
      throw abortReason(signal);
    }
    this.enter(id);
    const turn = new Promise<void>((resolve) => this.#waiting.set(id, { id, begin: resolve }));
    const onAbort = () => this.#waiting.get(id)?.begin();
    signal.addEventListener('abort', onAbort, { once: true });
    this.look();
    this.#tellOrder();
    await turn;
    signal.removeEventListener('abort', onAbort);
    if (this.#waiting.delete(id) || signal.aborted) {
      this.#give(id);
      throw abortReason(signal);
    }
    return () => this.#give(id);
  }

  /** Puts one before another; before none: at the end. */
  move(id: string, before: string | undefined): void {
    const from = this.#order.indexOf(id);
    if (from === -1 || id === before) return;
    this.#order.splice(from, 1);
    const at = before === undefined ? -1 : this.#order.indexOf(before);
    this.#order.splice(at === -1 ? this.#order.length : at, 0, id);
    this.look();
    this.#tellOrder();
  }

  /** The user's order, of those that wait or work. */
  get order(): readonly string[] {
    return this.#order;
  }

  /** Where one that waits stands, from the next one on; undefined for one that does not. */
  placeOf(id: string): number | undefined {
    return this.#waiting.has(id) ? this.#order.indexOf(id) : undefined;
  }

  /** Is to be called when the limit may have changed. */
  look(): void {
    for (const id of this.#order) {
      if (this.#working.size >= this.#limit()) return;
      if (this.#isOnItsWay(id)) return;
      const waiter = this.#waiting.get(id);
      if (waiter === undefined) continue;
      this.#waiting.delete(id);
      this.#working.add(id);
      waiter.begin();
    }
  }

  #isOnItsWay(id: string): boolean {
    return this.#order.includes(id) && !this.#waiting.has(id) && !this.#working.has(id);
  }

  #give(id: string): void {
    this.#working.delete(id);
    const at = this.#order.indexOf(id);
    if (at !== -1) this.#order.splice(at, 1);
    this.look();
    this.#tellOrder();
  }

  #tellOrder(): void {
    if (this.#waiting.size > 0) this.#onOrder([...this.#waiting.keys()]);
  }
}
