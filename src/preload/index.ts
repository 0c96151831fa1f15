import { contextBridge, ipcRenderer, webUtils } from 'electron';

/**
 * The document makes a MessageChannel and posts one end here; it is handed to main, once. Everything else goes
 * through that port.
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

/**
 * The one function that the page gets: where a file lies that the user has dropped or pasted. The page gets such files
 * from the user only; of a file that it made itself the path is empty.
 */
contextBridge.exposeInMainWorld('cooper', {
  pathOf: (file: File): string => webUtils.getPathForFile(file),
});
