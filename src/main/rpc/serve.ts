import {
  callTRPCProcedure,
  getTRPCErrorFromUnknown,
  getTRPCErrorShape,
  isTrackedEnvelope,
  TRPCError,
  type AnyTRPCRouter,
  type inferRouterContext,
} from '@trpc/server';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { rpcRequestSchema, type Port, type RpcCall, type RpcResponse } from '#shared/rpc.ts';

export interface ServeOptions {
  /** Sends stack traces along with errors. Say it explicitly: tRPC would guess it from NODE_ENV. */
  isDev?: boolean;
  /** Told of every error that is answered, for a log. What it throws is ignored. */
  onError?: (report: { error: TRPCError; path: string; type: RpcCall['type'] }) => void;
}

/**
 * Answers the calls that come through `port` with `router`, until the port closes or the function it gives is called
 * (any number of times): then every call under way is aborted and nothing more is sent.
 *
 * A subscription is an async iterable. It ends when it is through, or when its `signal` is aborted: a generator that
 * waits must wait with that signal.
 */
export function serveRouter<TRouter extends AnyTRPCRouter>(
  router: TRouter,
  port: Port,
  createContext: () => inferRouterContext<TRouter> | Promise<inferRouterContext<TRouter>>,
  { isDev = false, onError }: ServeOptions = {},
): () => void {
  const config = { ...router._def._config, isDev };
  const calls = new Map<number, AbortController>();
  let closed = false;

  function close(): void {
    if (closed) return;
    closed = true;
    for (const call of calls.values()) call.abort();
    calls.clear();
    port.close();
  }

  function send(response: RpcResponse): void {
    if (!closed) port.send(response);
  }

  /** Nothing in here may throw: it is where every failure ends, the formatter's own and one to clone included. */
  function sendError(call: RpcCall, ctx: unknown, cause: unknown): void {
    const { id, path, type, input } = call;
    const error = getTRPCErrorFromUnknown(cause);
    try {
      onError?.({ error, path, type });
    } catch {
      // a log that fails must not cost the answer
    }
    try {
      send({ op: 'error', id, error: getTRPCErrorShape({ config, error, type, path, input, ctx }) });
    } catch {
      send({
        op: 'error',
        id,
        error: plainShape('INTERNAL_SERVER_ERROR', 'The error could not be passed on.', path),
      });
    }
  }

  async function run(call: RpcCall, signal: AbortSignal): Promise<void> {
    const { id, path, type, input } = call;
    let ctx: unknown;
    try {
      ctx = await createContext();
      if (signal.aborted) return;
      const getRawInput = () => Promise.resolve(input);
      const result: unknown = await callTRPCProcedure({
        router,
        path,
        type,
        ctx,
        getRawInput,
        signal,
        batchIndex: 0,
      });
      if (type !== 'subscription') {
        if (!signal.aborted) send({ op: 'data', id, data: result });
        return;
      }
      if (!isAsyncIterable(result)) {
        throw new TRPCError({
          code: 'INTERNAL_SERVER_ERROR',
          message: `The subscription “${path}” gave no async iterable.`,
        });
      }
      await sendAll(id, result, signal);
      if (!signal.aborted) send({ op: 'end', id });
    } catch (error) {
      if (!signal.aborted) sendError(call, ctx, error);
    }
  }

  async function sendAll(id: number, values: AsyncIterable<unknown>, signal: AbortSignal): Promise<void> {
    if (signal.aborted) {
      await values[Symbol.asyncIterator]().return?.(); // stopped while a middleware waited: it must not begin
      return;
    }
    for await (const value of values) {
      if (signal.aborted) return;
      if (isTrackedEnvelope(value)) {
        const [eventId, data] = value;
        send({ op: 'data', id, eventId, data: { id: eventId, data } });
      } else send({ op: 'data', id, data: value });
    }
  }

  function begin(call: RpcCall): void {
    const { id, path } = call;
    if (calls.has(id)) {
      send({
        op: 'error',
        id,
        error: plainShape('BAD_REQUEST', `A call with the id ${id} is under way.`, path),
      });
      return;
    }
    const controller = new AbortController();
    calls.set(id, controller);
    void run(call, controller.signal)
      .catch(close) // not even a plain answer went through: the port is gone
      .finally(() => {
        // a stopped call gave its id back at once; by now it may be another's
        if (calls.get(id) === controller) calls.delete(id);
      });
  }

  port.onMessage((message) => {
    if (closed) return;
    const request = rpcRequestSchema.safeParse(message);
    if (!request.success) {
      const id = idOf(message);
      if (id !== undefined)
        send({ op: 'error', id, error: plainShape('BAD_REQUEST', 'The message is malformed.') });
    } else if (request.data.op === 'stop') {
      calls.get(request.data.id)?.abort();
      calls.delete(request.data.id);
    } else begin(request.data);
  });
  port.onClose(close);
  return close;
}

/** A tRPC error shape made without the router's formatter. */
function plainShape(code: 'BAD_REQUEST' | 'INTERNAL_SERVER_ERROR', message: string, path?: string) {
  const httpStatus = code === 'BAD_REQUEST' ? 400 : 500;
  return {
    message,
    code: TRPC_ERROR_CODES_BY_KEY[code],
    data: { code, httpStatus, ...(path === undefined ? {} : { path }) },
  };
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function idOf(message: unknown): number | undefined {
  if (typeof message !== 'object' || message === null || !('id' in message)) return undefined;
  return typeof message.id === 'number' && Number.isInteger(message.id) ? message.id : undefined;
}
