import { setImmediate as nextTurn } from 'node:timers/promises';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createTRPCClient, createTRPCUntypedClient, retryLink, TRPCClientError } from '@trpc/client';
import { initTRPC, tracked } from '@trpc/server';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { nodePort } from '#rpc/port.ts';
import { serveRouter, type ServeOptions } from '#rpc/serve.ts';
import { portLink } from '#renderer/link.ts';

/** A door that is opened from outside. */
function gate() {
  const opened = new AbortController();
  const passed = aborted(opened.signal);
  return { open: () => opened.abort(), passed };
}

/** Waits until `condition` holds; the test's own time limit ends it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal === undefined || signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** What the procedures of one served router saw. */
class Log {
  started = 0;
  ended = 0;
  abortedQueries = 0;
  slowCalls = 0;
}

function makeRouter(log: Log, door = gate()) {
  const t = initTRPC.create({
    errorFormatter: ({ shape, error }) => {
      if (error.message === 'break the formatter') throw new Error('the formatter is broken');
      const failure = { kind: error.message === 'gone' ? 'not-found' : 'internal', message: error.message };
      if (error.message === 'unclonable shape')
        return { ...shape, data: { ...shape.data, failure, bad: () => 1 } };
      return { ...shape, data: { ...shape.data, failure } };
    },
  });
  const slow = t.procedure.use(async ({ next }) => {
    log.slowCalls += 1;
    await door.passed;
    return next();
  });
  async function* ticks(signal: AbortSignal | undefined) {
    log.started += 1;
    try {
      yield 'first';
      await aborted(signal);
    } finally {
      log.ended += 1;
    }
  }
  return t.router({
    echo: t.procedure.input(z.unknown()).query(({ input }) => input),
    change: t.procedure.input(z.number()).mutation(({ input }) => input + 1),
    fail: t.procedure.input(z.string()).query(({ input }) => {
      throw new Error(input);
    }),
    unclonable: t.procedure.query(() => ({ f: () => 1 })),
    hang: t.procedure.query(async ({ signal }) => {
      await aborted(signal);
      log.abortedQueries += 1;
    }),
    nested: t.router({ deep: t.procedure.query(() => 'deep') }),
    ticks: t.procedure.subscription(({ signal }) => ticks(signal)),
    slowTicks: slow.subscription(({ signal }) => ticks(signal)),
    upTo: t.procedure.input(z.number()).subscription(async function* ({ input }) {
      log.started += 1;
      try {
        for (let n = 1; n <= input; n += 1) yield n;
      } finally {
        log.ended += 1;
      }
    }),
    endless: t.procedure.subscription(async function* () {
      log.started += 1;
      try {
        for (let n = 0; ; n += 1) {
          yield n;
          await nextTurn();
        }
      } finally {
        log.ended += 1;
      }
    }),
    breaks: t.procedure.subscription(async function* () {
      yield 1;
      throw new Error('gone');
    }),
    yieldsUnclonable: t.procedure.subscription(async function* () {
      log.started += 1;
      try {
        yield { f: () => 1 };
        yield 2;
      } finally {
        log.ended += 1;
      }
    }),
    notIterable: t.procedure.subscription(() => 1 as unknown as AsyncIterable<number>),
    resumable: t.procedure
      .input(z.object({ lastEventId: z.string().optional() }).optional())
      .subscription(async function* ({ input }) {
        const from = Number(input?.lastEventId ?? 0) + 1;
        for (let n = from; n < from + 3; n += 1) yield tracked(String(n), { n });
        if (from === 1) throw new Error('connection lost');
      }),
  });
}
type Router = ReturnType<typeof makeRouter>;

const openPorts: MessagePort[] = [];
afterEach(() => {
  for (const port of openPorts.splice(0)) port.close();
});

function connect(options: ServeOptions = {}, createContext: () => object = () => ({})) {
  const log = new Log();
  const door = gate();
  const { port1, port2 } = new MessageChannel();
  openPorts.push(port1, port2);
  const close = serveRouter(makeRouter(log, door), nodePort(port1), createContext, options);
  const links = [portLink<Router>(nodePort(port2))];
  const client = createTRPCClient<Router>({ links });
  /** Says what the types forbid. */
  const untyped = createTRPCUntypedClient<Router>({ links });
  return { log, door, close, client, untyped, port1, port2 };
}

/** The error that a call ends with. */
async function errorOf(call: Promise<unknown>): Promise<TRPCClientError<Router>> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof TRPCClientError) return error;
  throw new Error('expected a TRPCClientError', { cause: error });
}

/** Gathers what a subscription gives until it ends. */
function gather<T>(
  subscribe: (handlers: {
    onData: (value: T) => void;
    onComplete: () => void;
    onError: (error: TRPCClientError<Router>) => void;
  }) => unknown,
): Promise<{ values: T[]; error?: TRPCClientError<Router> }> {
  const values: T[] = [];
  return new Promise((resolve) => {
    subscribe({
      onData: (value) => values.push(value),
      onComplete: () => resolve({ values }),
      onError: (error) => resolve({ values, error }),
    });
  });
}

describe('calls', () => {
  it('a query and a mutation are answered', async () => {
    const { client } = connect();
    expect(await client.change.mutate(41)).toBe(42);
    expect(await client.nested.deep.query()).toBe('deep');
  });

  it('Date, bytes and undefined arrive as such', async () => {
    const { client } = connect();
    const value = {
      at: new Date(1_700_000_000_000),
      bytes: new Uint8Array([0, 255]),
      none: undefined,
      big: 1n,
    };
    expect(await client.echo.query(value)).toStrictEqual(value);
    expect(await client.echo.query(undefined)).toBe(undefined);
  });

  it('whatever can be cloned comes back equal', async () => {
    const { client } = connect();
    const anything = fc.anything({
      withDate: true,
      withBigInt: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
    });
    await fc.assert(
      fc.asyncProperty(anything, async (value) => {
        expect(await client.echo.query(value)).toEqual(structuredClone(value));
      }),
      { numRuns: 100 },
    );
  });

  it('answers that overtake each other reach the call that asked', async () => {
    const { client } = connect();
    const inputs = Array.from({ length: 200 }, (_, n) => n);
    expect(await Promise.all(inputs.map((n) => client.echo.query(n)))).toEqual(inputs);
  });

  it('calls made before main listens wait for it', async () => {
    const { port1, port2 } = new MessageChannel();
    openPorts.push(port1, port2);
    const client = createTRPCClient<Router>({ links: [portLink(nodePort(port2))] });
    const answer = client.change.mutate(1);
    await nextTurn();
    serveRouter(makeRouter(new Log()), nodePort(port1), () => ({}));
    expect(await answer).toBe(2);
  });
});

describe('errors', () => {
  it('carry the code and the failure that the formatter made, typed', async () => {
    const { client } = connect();
    const { data, message } = await errorOf(client.fail.query('gone'));
    expect(data?.failure).toEqual({ kind: 'not-found', message: 'gone' });
    expect(data?.code).toBe('INTERNAL_SERVER_ERROR');
    expect(data?.path).toBe('fail');
    expect(message).toBe('gone');
  });

  it('of an input that is not valid are BAD_REQUEST', async () => {
    const { untyped } = connect();
    const { data } = await errorOf(untyped.mutation('change', 'not a number'));
    expect(data?.code).toBe('BAD_REQUEST');
  });

  it('carry a stack only when development was asked for', async () => {
    expect((await errorOf(connect().client.fail.query('gone'))).data).not.toHaveProperty('stack');
    const { client } = connect({ isDev: true });
    expect((await errorOf(client.fail.query('gone'))).data?.stack).toContain('gone');
  });

  it('a path that is not there is NOT_FOUND', async () => {
    const { untyped } = connect();
    expect((await errorOf(untyped.query('missing'))).data?.code).toBe('NOT_FOUND');
  });

  it('a name that every object has is no procedure', async () => {
    const { port2 } = connect();
    for (const path of ['toString', '__proto__', 'constructor', '']) {
      const answer = new Promise((resolve) => port2.once('message', resolve));
      port2.postMessage({ op: 'call', id: 1, type: 'query', path, input: undefined });
      expect(await answer).toMatchObject({ op: 'error', error: { data: { code: 'NOT_FOUND' } } });
    }
  });

  it('a mutation is refused when called as a query', async () => {
    const { untyped } = connect();
    expect((await errorOf(untyped.query('change', 1))).data?.code).toBe('NOT_FOUND');
  });

  it('a formatter that throws fails that call only', async () => {
    const { client } = connect();
    const { data } = await errorOf(client.fail.query('break the formatter'));
    expect(data?.code).toBe('INTERNAL_SERVER_ERROR');
    expect(await client.change.mutate(1)).toBe(2);
  });

  it('an error that cannot be cloned fails that call only', async () => {
    const { client } = connect();
    expect((await errorOf(client.fail.query('unclonable shape'))).data?.code).toBe('INTERNAL_SERVER_ERROR');
    expect(await client.change.mutate(1)).toBe(2);
  });

  it('an answer that cannot be cloned fails that call only', async () => {
    const { client, log } = connect();
    expect((await errorOf(client.unclonable.query())).message).toContain('could not be cloned');
    const { values, error } = await gather((on) => client.yieldsUnclonable.subscribe(undefined, on));
    expect(values).toEqual([]);
    expect(error?.message).toContain('could not be cloned');
    await until(() => log.ended === 1);
    expect(await client.change.mutate(1)).toBe(2);
  });

  it('an input that cannot be cloned fails that call only', async () => {
    const { client } = connect();
    expect((await errorOf(client.echo.query(() => 1))).message).toContain('could not be cloned');
    expect(await client.change.mutate(1)).toBe(2);
  });

  it('a context that cannot be made fails the call', async () => {
    const { client } = connect({}, () => {
      throw new Error('no context');
    });
    expect((await errorOf(client.change.mutate(1))).message).toBe('no context');
  });

  it('are told to the log, and a log that throws costs nothing', async () => {
    const seen: string[] = [];
    const { client } = connect({
      onError: ({ error, path, type }) => {
        seen.push(`${type} ${path}: ${error.message}`);
        throw new Error('the log is broken');
      },
    });
    expect((await errorOf(client.fail.query('gone'))).data?.failure.kind).toBe('not-found');
    expect(seen).toEqual(['query fail: gone']);
  });
});

describe('subscriptions', () => {
  it('give every value in order, then complete', async () => {
    const { client } = connect();
    const { values, error } = await gather<number>((on) => client.upTo.subscribe(1000, on));
    expect(error).toBe(undefined);
    expect(values).toEqual(Array.from({ length: 1000 }, (_, n) => n + 1));
  });

  it('read with for await give the same, and leaving the loop ends the generator', async () => {
    const { client, log } = connect();
    const values: number[] = [];
    for await (const n of client.endless.subscribe()) {
      values.push(n);
      if (n === 3) break;
    }
    expect(values).toEqual([0, 1, 2, 3]);
    await until(() => log.ended === 1);
  });

  it('that fail give their values, then the error with its failure', async () => {
    const { client } = connect();
    const { values, error } = await gather<number>((on) => client.breaks.subscribe(undefined, on));
    expect(values).toEqual([1]);
    expect(error?.data?.failure.kind).toBe('not-found');
  });

  it('that are none are an error', async () => {
    const { client } = connect();
    const { error } = await gather((on) => client.notIterable.subscribe(undefined, on));
    expect(error?.message).toContain('no async iterable');
  });

  it('end their generator when unsubscribed while it waits, and nothing more arrives', async () => {
    const { client, log } = connect();
    const seen: unknown[] = [];
    const subscription = client.ticks.subscribe(undefined, { onData: (value) => seen.push(value) });
    await until(() => seen.length === 1);
    subscription.unsubscribe();
    await until(() => log.ended === 1);
    expect(seen).toEqual(['first']);
  });

  it('end their generator when unsubscribed while it yields', async () => {
    const { client, log } = connect();
    let last = -1;
    const subscription = client.endless.subscribe(undefined, {
      onData: (value) => {
        last = value;
      },
    });
    await until(() => last > 3);
    subscription.unsubscribe();
    const atStop = last;
    await until(() => log.ended === 1);
    expect(last).toBe(atStop);
  });

  it('end when their signal is aborted', async () => {
    const { client, log } = connect();
    const stop = new AbortController();
    const ended = gather((on) => client.ticks.subscribe(undefined, { ...on, signal: stop.signal }));
    await until(() => log.started === 1);
    stop.abort();
    expect((await ended).error).toBe(undefined);
    await until(() => log.ended === 1);
  });

  it('unsubscribed while a middleware waits never begin', async () => {
    const { client, log, door } = connect();
    const subscription = client.slowTicks.subscribe(undefined, { onData: () => {} });
    await until(() => log.slowCalls === 1);
    subscription.unsubscribe();
    expect(await client.change.mutate(1)).toBe(2); // the stop has arrived
    door.open();
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    expect(log.started).toBe(0);
  });

  it('unsubscribed in the same tick never give anything', async () => {
    const { client, log } = connect();
    const seen: unknown[] = [];
    client.ticks.subscribe(undefined, { onData: (value) => seen.push(value) }).unsubscribe();
    expect(await client.change.mutate(1)).toBe(2);
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    expect(seen).toEqual([]);
    expect(log.started).toBe(log.ended);
  });

  it('opened and left a thousand times leave no generator behind', async () => {
    const { client, log, close } = connect();
    for (let n = 0; n < 1000; n += 1) {
      const subscription = client.ticks.subscribe(undefined, { onData: () => {} });
      if (n % 3 === 0) await nextTurn();
      subscription.unsubscribe();
    }
    expect(await client.change.mutate(1)).toBe(2);
    await until(() => log.ended === log.started);
    const before = log.ended;
    close();
    await nextTurn();
    expect(log.ended).toBe(before); // nothing was left for the close to abort
  });

  it('tracked events carry their id, and a retry resumes after the last one', async () => {
    const { port1, port2 } = new MessageChannel();
    openPorts.push(port1, port2);
    serveRouter(makeRouter(new Log()), nodePort(port1), () => ({}));
    const client = createTRPCClient<Router>({
      links: [retryLink({ retry: ({ attempts }) => attempts < 2 }), portLink(nodePort(port2))],
    });
    const { values, error } = await gather<{ id: string; data: { n: number } }>((on) =>
      client.resumable.subscribe(undefined, on),
    );
    expect(error).toBe(undefined);
    expect(values).toEqual([1, 2, 3, 4, 5, 6].map((n) => ({ id: String(n), data: { n } })));
  });

  it('resume from the lastEventId that the caller gives', async () => {
    const { client } = connect();
    const { values } = await gather<{ id: string }>((on) =>
      client.resumable.subscribe({ lastEventId: '9' }, on),
    );
    expect(values.map(({ id }) => id)).toEqual(['10', '11', '12']);
  });
});

describe('stopping', () => {
  it("the abort of a query rejects it and reaches the procedure's signal", async () => {
    const { client, log } = connect();
    const stop = new AbortController();
    const call = client.hang.query(undefined, { signal: stop.signal });
    stop.abort();
    expect((await errorOf(call)).cause).toBe(stop.signal.reason);
    await until(() => log.abortedQueries === 1);
  });

  it('a query whose signal is aborted already is never sent', async () => {
    const { client, port1 } = connect();
    const received: unknown[] = [];
    port1.on('message', (message) => received.push(message));
    await errorOf(client.hang.query(undefined, { signal: AbortSignal.abort() }));
    expect(await client.change.mutate(1)).toBe(2);
    expect(received).toHaveLength(1);
  });

  it('an abort after the answer says nothing to main', async () => {
    const { client, port1 } = connect();
    const received: unknown[] = [];
    port1.on('message', (message) => received.push(message));
    const stop = new AbortController();
    await client.echo.query(1, { signal: stop.signal });
    stop.abort();
    expect(await client.change.mutate(1)).toBe(2);
    expect(received).toHaveLength(2);
  });

  it('when main closes the port every call under way fails and says why', async () => {
    const { client, close } = connect();
    const hanging = errorOf(client.hang.query());
    const subscription = gather((on) => client.ticks.subscribe(undefined, on));
    await client.change.mutate(1);
    close();
    expect((await hanging).message).toContain('has closed');
    expect((await subscription).error?.message).toContain('has closed');
    expect((await errorOf(client.change.mutate(1))).message).toContain('has closed');
  });

  it('when main closes, calls are aborted, and closing again does nothing', async () => {
    const { client, log, close } = connect();
    const hanging = errorOf(client.hang.query());
    await client.change.mutate(1);
    close();
    close();
    await until(() => log.abortedQueries === 1);
    await hanging;
  });

  it('a reload leaves none behind: the document is gone, and all that it had asked for ends', async () => {
    const { client, log, port2 } = connect();
    const lost = [errorOf(client.hang.query()), errorOf(client.hang.query())];
    for (let n = 0; n < 10; n += 1) client.ticks.subscribe(undefined, { onError: () => {} });
    await until(() => log.started === 10);
    port2.close();
    await until(() => log.ended === 10 && log.abortedQueries === 2);
    await Promise.all(lost);
  });

  it('a reload while a middleware waits leaves none behind', async () => {
    const { client, log, port2, door } = connect();
    client.slowTicks.subscribe(undefined, { onError: () => {} });
    await until(() => log.slowCalls === 1);
    port2.close();
    await nextTurn();
    door.open();
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    expect(log.started).toBe(log.ended);
  });
});

function listen(port: MessagePort) {
  const messages: unknown[] = [];
  port.on('message', (message) => messages.push(message));
  return messages;
}

describe('messages by hand', () => {
  it('that are malformed are refused or ignored, and the next call works', async () => {
    const { client, port2 } = connect();
    const messages = listen(port2);
    const bad = [
      null,
      1,
      'x',
      [],
      {},
      { op: 'call' },
      { op: 'stop' },
      { op: 'call', id: 'x' },
      { op: 'stop', id: 77 },
    ];
    for (const message of bad) port2.postMessage(message);
    port2.postMessage({ op: 'call', id: 5, type: 'query' });
    port2.postMessage({ op: 'dance', id: 6 });
    expect(await client.change.mutate(1)).toBe(2);
    expect(messages.slice(0, 2)).toMatchObject([
      { op: 'error', id: 5, error: { data: { code: 'BAD_REQUEST' } } },
      { op: 'error', id: 6, error: { data: { code: 'BAD_REQUEST' } } },
    ]);
    expect(messages).toHaveLength(3);
  });

  it('of any form never end the server', async () => {
    const { client, port2 } = connect();
    const message = fc.oneof(
      fc.anything(),
      fc.record({
        op: fc.constantFrom('call', 'stop', 'x'),
        id: fc.anything(),
        type: fc.anything(),
        path: fc.anything(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(message, async (value) => {
        port2.postMessage(structuredClone(value));
        expect(await client.change.mutate(1)).toBe(2);
      }),
      { numRuns: 200 },
    );
  });

  it('an id is free again once its call has ended or was stopped', async () => {
    const { port2, log } = connect();
    const messages = listen(port2);
    const call = (path: string, type: string, input?: unknown) =>
      port2.postMessage({ op: 'call', id: 1, type, path, input });
    call('change', 'mutation', 1);
    await until(() => messages.length === 1);
    call('ticks', 'subscription');
    await until(() => messages.length === 2);
    port2.postMessage({ op: 'stop', id: 1 });
    call('change', 'mutation', 2);
    await until(() => messages.length === 3 && log.ended === 1);
    expect(messages).toEqual([
      { op: 'data', id: 1, data: 2 },
      { op: 'data', id: 1, data: 'first' },
      { op: 'data', id: 1, data: 3 },
    ]);
  });

  it('an id that is in use is refused', async () => {
    const { port2 } = connect();
    const messages = listen(port2);
    for (let n = 0; n < 2; n += 1)
      port2.postMessage({ op: 'call', id: 1, type: 'query', path: 'hang', input: undefined });
    await until(() => messages.length === 1);
    expect(messages).toMatchObject([{ op: 'error', id: 1, error: { data: { code: 'BAD_REQUEST' } } }]);
  });

  it('a call and its stop in one tick stop it', async () => {
    const { port2, log } = connect();
    const messages = listen(port2);
    port2.postMessage({ op: 'call', id: 1, type: 'query', path: 'hang', input: undefined });
    port2.postMessage({ op: 'stop', id: 1 });
    await until(() => log.abortedQueries === 1);
    await nextTurn();
    expect(messages).toEqual([]);
  });

  it('answers of calls that nobody made are ignored', async () => {
    const { client, port1 } = connect();
    for (const message of [null, 1, {}, { op: 'data', id: 99, data: 1 }, { op: 'end', id: 98 }])
      port1.postMessage(message);
    expect(await client.change.mutate(1)).toBe(2);
  });
});
