import { z } from 'zod';
import type { RequestHead } from './request.ts';

const bytes = z.number().int().min(0);

/** One thing that goes wrong with one request, for tests of what a client makes of it. */
export const faultSchema = z.union([
  /** The request is answered as usual, this much later. */
  z.strictObject({ delayMs: z.number().int().min(0).max(600_000) }),
  /** 503 SlowDown. */
  z.strictObject({ slowDown: z.literal(true) }),
  /**
   * The connection is reset when this many bytes of body have passed: of the answer for GET, of the request for PUT and
   * POST. With 0 there is no answer at all.
   */
  z.strictObject({ reset: bytes }),
  /** The answer's body ends after this many bytes, with its connection, though the head promises all of them. */
  z.strictObject({ truncate: bytes }),
  /**
   * Nothing more is sent after this many bytes of the answer's body, and the connection stays open. With 0 there is no
   * answer.
   */
  z.strictObject({ stall: bytes }),
  /** The answer carries an ETag that is not the object's. */
  z.strictObject({ wrongEtag: z.literal(true) }),
  /** 400 ExpiredToken. */
  z.strictObject({ expiredToken: z.literal(true) }),
  /** Any error. */
  z.strictObject({
    error: z.strictObject({
      status: z.number().int().min(400).max(599),
      code: z.string().min(1),
      message: z.string().optional(),
    }),
  }),
]);
export type Fault = z.infer<typeof faultSchema>;

export interface FaultRequest {
  method: string;
  bucket: string;
  key: string;
  query: Readonly<Record<string, string>>;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  /** 1 for the first request with this method, bucket, key and query, 2 for the first retry of it, and so on. */
  count: number;
}

/** Says what goes wrong with a request; undefined: nothing. */
export type FaultPlan = (request: FaultRequest) => Fault | undefined;

export interface FaultOptions {
  plan?: FaultPlan | undefined;
  /** Lets a request name its own fault, as JSON in the header `x-cooper-fault`. */
  allowHeader: boolean;
}

/** Finds the fault of each request, and counts requests for the plan. */
export function faultFinder({ plan, allowHeader }: FaultOptions): (head: RequestHead) => Fault | undefined {
  const counts = new Map<string, number>();
  return (head) => {
    const ofHeader = allowHeader ? head.headers.get('x-cooper-fault') : undefined;
    if (ofHeader !== undefined) return faultSchema.parse(JSON.parse(ofHeader));
    if (plan === undefined) return undefined;
    const { method, bucket, key } = head;
    const name = JSON.stringify([method, bucket, key, head.query.pairs]);
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return plan({
      method,
      bucket,
      key,
      query: Object.fromEntries(head.query.pairs),
      headers: Object.fromEntries(head.headers),
      count,
    });
  };
}
