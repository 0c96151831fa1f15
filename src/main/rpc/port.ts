import type { MessagePort } from 'node:worker_threads';
import type { Port } from '#shared/rpc.ts';

export type { Port } from '#shared/rpc.ts';

/** A port of Node's MessageChannel, which has the same structured clone as the ones of the browser and Electron. */
export function nodePort(port: MessagePort): Port {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', listener);
    },
    onClose: (listener) => {
      port.once('close', listener);
    },
    close: () => port.close(),
  };
}
