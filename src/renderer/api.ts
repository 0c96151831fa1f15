import { createTRPCClient, isTRPCClientError } from '@trpc/client';
import type { AppRouter } from '#router/index.ts';
import type { Failure } from '#shared/failure.ts';
import type { Port } from '#shared/rpc.ts';
import { portLink } from './link.ts';

/**
 * The document's one channel to main: one end goes to the preload, which forwards it. Calls made before main
 * listens wait in the port.
 */
function connect(): Port {
  const { port1, port2 } = new MessageChannel();
  window.postMessage({ type: 'cooper:connect' }, '/', [port2]); // `/`: to this same origin
  return {
    send: (message) => port1.postMessage(message),
    onMessage: (listener) => {
      port1.addEventListener('message', ({ data }: MessageEvent<unknown>) => listener(data));
      port1.start();
    },
    onClose: (listener) => port1.addEventListener('close', () => listener(), { once: true }),
    close: () => port1.close(),
  };
}

export const api = createTRPCClient<AppRouter>({ links: [portLink(connect())] });

/** What went wrong, for a person, out of anything that a call threw. An abort is not a failure: ask for it first. */
export function failureOf(error: unknown): Failure {
  const failure = isTRPCClientError<AppRouter>(error) ? error.data?.failure : undefined;
  if (failure !== undefined) return failure;
  return {
    kind: 'internal',
    message:
      error instanceof Error && error.message !== '' ? error.message : 'Something went wrong inside Cooper.',
    nextStep: 'Try again; if it goes on, reload the window.',
    retryable: false,
    operation: 'call',
  };
}
