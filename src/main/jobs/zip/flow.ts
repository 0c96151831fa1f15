/** What may wait somewhere on the way, beside what the way itself takes. */
const FEW = 12;
const MANY = 24;
/** The quickest answer counts for less with each round: servers and networks change. */
const FORGET = 1.02;

/**
 * How many requests are worth having under way at once. Where answers take long because the server is far away, more of
 * them take no longer; where they take long because something on the way is busy (the server, the network, or this
 * process itself), more of them only wait, and hold up the event loop when they come all together. Which of the two it
 * is, is told by the time they take beside the shortest one: of `limit` requests, so many wait as the part of the time is
 * that the shortest one does not take (TCP Vegas: Brakmo and Peterson, 1995, section 3.2).
 */
export class Flow {
  readonly #least: number;
  readonly #most: number;
  #limit: number;
  #shortest = Number.POSITIVE_INFINITY;
  #round = { count: 0, total: 0, shortest: Number.POSITIVE_INFINITY };

  constructor({ least, most }: { least: number; most: number }) {
    this.#least = least;
    this.#most = most;
    this.#limit = least;
  }

  /** Between the least and the most. */
  get limit(): number {
    return this.#limit;
  }

  /** To be told of each request that went well. @param ms from its beginning to its last byte. */
  took(ms: number): void {
    const round = this.#round;
    round.count++;
    round.total += ms;
    round.shortest = Math.min(round.shortest, ms);
    if (round.count < this.#limit) return;
    this.#round = { count: 0, total: 0, shortest: Number.POSITIVE_INFINITY };
    this.#shortest = Math.min(this.#shortest * FORGET, round.shortest);
    const mean = round.total / round.count;
    const waiting = this.#limit * (1 - this.#shortest / Math.max(mean, this.#shortest));
    if (waiting < FEW) this.#limit = Math.min(this.#most, Math.ceil(this.#limit * 1.25));
    else if (waiting > MANY) this.#limit = Math.max(this.#least, Math.floor(this.#limit * 0.9));
  }
}
