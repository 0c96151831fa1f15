import { ipcMain, type IpcMainEvent, type MessagePortMain } from 'electron';
import type { Port } from '#rpc/port.ts';
import { originOf, type RendererOrigin } from './origin.ts';

/**
 * Takes the one port that a document sends, after checking that it is our own page in a main frame, and serves it.
 * It is closed when the document closes it, connects again (a reload), is replaced by another, or is destroyed.
 *
 * @param serve starts serving a port and gives the function that ends it
 */
export function acceptPorts(renderer: RendererOrigin, serve: (port: Port) => () => void): void {
  const open = new Map<number, () => void>();
  ipcMain.on('cooper:connect', (event: IpcMainEvent) => {
    const { sender, senderFrame, ports } = event;
    const [port] = ports;
    const trusted =
      senderFrame !== null &&
      senderFrame === sender.mainFrame &&
      originOf(senderFrame.url) === renderer.origin;
    if (!trusted || port === undefined || ports.length !== 1) {
      for (const refused of ports) refused.close();
      return;
    }
    open.get(sender.id)?.();
    const stop = serve(electronPort(port));
    const close = () => {
      if (open.get(sender.id) !== close) return;
      open.delete(sender.id);
      sender.off('destroyed', close);
      sender.off('did-navigate', close);
      stop();
    };
    open.set(sender.id, close);
    port.once('close', close);
    sender.once('destroyed', close);
    // Not when a navigation starts: it does also where it is refused then, and the document stays.
    sender.once('did-navigate', close);
  });
}

/** Electron's port as the one that `#rpc` serves. */
function electronPort(port: MessagePortMain): Port {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', ({ data }) => listener(data));
      port.start();
    },
    onClose: (listener) => {
      port.once('close', listener);
    },
    close: () => port.close(),
  };
}
