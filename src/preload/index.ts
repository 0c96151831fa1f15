import { ipcRenderer } from 'electron';

/**
 * The document makes a MessageChannel and posts one end here; it is handed to main, once. Everything else goes
 * through that port, so the page itself gets no function of Electron's.
 */
window.addEventListener('message', function forward(event: MessageEvent<unknown>) {
  const { data, ports, source } = event;
  const [port] = ports;
  if (source !== window || !isConnect(data) || port === undefined || ports.length !== 1) return;
  window.removeEventListener('message', forward);
  ipcRenderer.postMessage('cooper:connect', null, [port]);
});

function isConnect(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'cooper:connect';
}
