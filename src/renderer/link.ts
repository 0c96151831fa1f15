import { TRPCClientError, type Operation, type OperationResultEnvelope, type TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { observable, type Observer } from '@trpc/server/observable';
import type { Port, RpcRequest, RpcResponse } from '#shared/rpc.ts';

/**
 * The terminating tRPC link over a port. An abort of a query or mutation rejects its promise and reaches the
 * procedure's signal; an abort of a subscription ends it like unsubscribing. When the port closes, every call under
 * way fails, and so does every call after.
 */
export function portLink<TRouter extends AnyTRPCRouter>(port: Port): TRPCLink<TRouter> {
  type Fault = TRPCClientError<TRouter>;
  type CallObserver = Observer<OperationResultEnvelope<unknown, Fault>, Fault>;
  const calls = new Map<number, { type: Operation['type']; observer: CallObserver }>();
  let lastId = 0;
  let closed = false;

  const send = (request: RpcRequest) => port.send(request);

  port.onMessage((message) => {
    if (!isResponse(message)) return;
    const call = calls.get(message.id);
    if (call === undefined) return; // the tail of a call that was stopped
    const { observer, type } = call;
    switch (message.op) {
      case 'data': {
        const { data, eventId } = message;
        if (type !== 'subscription') calls.delete(message.id);
        observer.next({ result: { type: 'data', data, ...(eventId === undefined ? {} : { id: eventId }) } });
        if (type !== 'subscription') observer.complete();
        return;
      }
      case 'end':
        calls.delete(message.id);
        observer.complete();
        return;
      case 'error':
        calls.delete(message.id);
        observer.error(TRPCClientError.from<TRouter>({ error: message.error }));
    }
  });

  port.onClose(() => {
    closed = true;
    const left = [...calls.values()];
    calls.clear();
    for (const { observer } of left) observer.error(portClosed());
  });

  return () =>
    ({ op }) =>
      observable((observer) => {
        const { type, path, input, signal } = op;
        const id = ++lastId;
        const stop = () => {
          signal?.removeEventListener('abort', onAbort);
          if (calls.delete(id) && !closed) send({ op: 'stop', id });
        };
        const onAbort = () => {
          stop();
          if (type === 'subscription') observer.complete();
          else observer.error(aborted(signal?.reason));
        };
        if (signal?.aborted === true) onAbort();
        else if (closed) observer.error(portClosed());
        else {
          signal?.addEventListener('abort', onAbort, { once: true });
          calls.set(id, { type, observer });
          try {
            send({ op: 'call', id, type, path, input });
          } catch (error) {
            calls.delete(id);
            observer.error(
              TRPCClientError.from<TRouter>(error instanceof Error ? error : new Error(String(error))),
            );
          }
        }
        return stop;
      });
}

function portClosed<TRouter extends AnyTRPCRouter>(): TRPCClientError<TRouter> {
  return new TRPCClientError('The connection to the main process has closed. Reload the window.');
}

function aborted<TRouter extends AnyTRPCRouter>(reason: unknown): TRPCClientError<TRouter> {
  const cause = reason instanceof Error ? reason : new DOMException('The call was aborted.', 'AbortError');
  return new TRPCClientError(cause.message, { cause });
}

/** Main is trusted; this only keeps out what is no answer at all. */
function isResponse(message: unknown): message is RpcResponse {
  return typeof message === 'object' && message !== null && 'op' in message && 'id' in message;
}
