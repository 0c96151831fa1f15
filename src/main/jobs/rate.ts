/** Speeds of the last seconds weigh most: after this time a change has gone into the figure by 63 %. */
const TIME_CONSTANT_MS = 5000;
/** Samples closer together than this are put together. */
const SAMPLE_MS = 100;
/** Before that a speed says nothing. */
const KNOWN_AFTER_MS = 500;

export interface Rate {
  objectsPerSecond: number;
  bytesPerSecond: number;
}

/**
 * Speeds, smoothed by an exponential moving average over time, so that it does not matter how often it is told. It
 * starts from the first sample instead of from zero. What is taken back does not count as negative speed.
 */
export class RateMeter {
  #startedAt: number;
  #before: { at: number; objects: number; bytes: number };
  #average: Rate = { objectsPerSecond: 0, bytesPerSecond: 0 };
  /** How much of the average is made of samples yet, 0 to 1. */
  #weight = 0;

  /** @param now milliseconds of a clock that never goes back, as in `update`. */
  constructor(now: number) {
    this.#startedAt = now;
    this.#before = { at: now, objects: 0, bytes: 0 };
  }

  /** Tells how much has been done by `now`. */
  update(now: number, done: { objects: number; bytes: number }): void {
    const { at, objects, bytes } = this.#before;
    const elapsed = now - at;
    if (elapsed < SAMPLE_MS) return;
    this.#before = { at: now, ...done };
    const share = 1 - Math.exp(-elapsed / TIME_CONSTANT_MS);
    const perSecond = (count: number) => (Math.max(0, count) / elapsed) * 1000;
    this.#average = {
      objectsPerSecond: mix(this.#average.objectsPerSecond, perSecond(done.objects - objects), share),
      bytesPerSecond: mix(this.#average.bytesPerSecond, perSecond(done.bytes - bytes), share),
    };
    this.#weight = mix(this.#weight, 1, share);
  }

  /** Undefined until it is known. */
  get rate(): Rate | undefined {
    if (this.#before.at - this.#startedAt < KNOWN_AFTER_MS) return undefined;
    return {
      objectsPerSecond: this.#average.objectsPerSecond / this.#weight,
      bytesPerSecond: this.#average.bytesPerSecond / this.#weight,
    };
  }
}

/**
 * Seconds until `left` is done at this rate, by whichever of objects and bytes takes longer. Undefined while it stands
 * still.
 */
export function secondsFor(left: { objects: number; bytes: number }, rate: Rate): number | undefined {
  const seconds = Math.max(
    left.objects > 0 ? left.objects / rate.objectsPerSecond : 0,
    left.bytes > 0 ? left.bytes / rate.bytesPerSecond : 0,
  );
  return Number.isFinite(seconds) ? Math.round(seconds) : undefined;
}

function mix(before: number, now: number, share: number): number {
  return before + (now - before) * share;
}
