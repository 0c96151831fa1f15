import { stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchApp, type RunningApp } from '#test/support/app.ts';

describe('a page that was taken over', () => {
  let app: RunningApp;
  let outside: Server;
  let reached = 0;
  let address: string;

  beforeAll(async () => {
    outside = createServer((_request, response) => {
      reached += 1;
      response.setHeader('access-control-allow-origin', '*').end('outside');
    });
    await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(outside.address() as AddressInfo).port}/`;
    app = await launchApp();
    await app.page.getByRole('button', { name: 'Try the sandbox' }).waitFor();
  });
  afterAll(async () => {
    await app.close();
    outside.close();
  });

  it('finds no Node and nothing of Electron in its reach', async () => {
    const found = await app.page.evaluate(() =>
      ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer', 'global'].filter(
        (name) => name in window,
      ),
    );
    expect(found).toEqual([]);
  });

  it('is given one function, which says nothing of a file that the page made itself', async () => {
    const found = await app.page.evaluate(() => ({
      functions: Object.keys(window.cooper),
      path: window.cooper.pathOf(new File(['x'], '/etc/passwd')),
    }));
    expect(found).toEqual({ functions: ['pathOf'], path: '' });
  });

  it('cannot run a script of its own making, nor take one from elsewhere', async () => {
    const ran = await app.page.evaluate(async (url) => {
      const inline = document.createElement('script');
      inline.textContent = 'window.taken = true';
      document.head.append(inline);
      const remote = document.createElement('script');
      remote.src = url;
      const refused = new Promise((resolve) => remote.addEventListener('error', () => resolve(true)));
      document.head.append(remote);
      await refused;
      return 'taken' in window;
    }, address);
    expect(ran).toBe(false);
    expect(reached).toBe(0);
  });

  it('cannot reach a server, go to another page or open a window', async () => {
    const before = app.page.url();
    const fetched = await app.page.evaluate(
      (url) =>
        fetch(url).then(
          () => 'reached',
          () => 'refused',
        ),
      address,
    );
    expect(fetched).toBe('refused');
    await app.page.evaluate((url) => {
      window.open(url);
      location.href = url;
    }, address);
    await app.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
    expect(app.page.url()).toBe(before);
    expect(app.electron.windows()).toHaveLength(1);
    expect(reached).toBe(0);
  });

  it('still speaks to main after it was kept from leaving, as when a file is dropped on it', async () => {
    // Through Electron: Playwright itself would wait for the end of a navigation that was refused.
    const inPage = (script: string): Promise<unknown> =>
      app.electron.evaluate(
        ({ BrowserWindow }, code) => BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(code),
        script,
      );
    await inPage(`location.href = ${JSON.stringify(address)}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await inPage(
      `[...document.querySelectorAll('button')].find((b) => b.textContent.includes('Try the sandbox')).click()`,
    );
    const text = () => inPage('document.body.innerText').then(String);
    await expect.poll(text, { timeout: 20_000 }).toMatch(/finding-aids|has closed/u);
    expect(await text()).not.toContain('has closed');
  });

  it.runIf(process.platform !== 'win32')('leaves settings that no other user can read', async () => {
    const { mode } = await stat(join(app.userData, 'settings.json'));
    expect(mode & 0o077).toBe(0);
  });

  it('is given no permission but to copy', async () => {
    const answers = await app.page.evaluate(async () => {
      const stateOf = async (name: string) =>
        (await navigator.permissions.query({ name: name as PermissionName })).state;
      return {
        camera: await stateOf('camera'),
        place: await stateOf('geolocation'),
        notify: await stateOf('notifications'),
      };
    });
    expect(answers).toEqual({ camera: 'denied', place: 'denied', notify: 'denied' });
  });

  it('gets no second channel to main', async () => {
    const answered = await app.page.evaluate(async () => {
      const { port1, port2 } = new MessageChannel();
      const answer = new Promise((resolve) => {
        port1.addEventListener('message', () => resolve(true));
        setTimeout(() => resolve(false), 500);
      });
      port1.start();
      window.postMessage({ type: 'cooper:connect' }, '/', [port2]);
      port1.postMessage({ op: 'call', id: 1, type: 'query', path: 'connections.list', input: undefined });
      return answer;
    });
    expect(answered).toBe(false);
  });

  it('cannot leave the folder of the page through its scheme', async () => {
    const statuses = await app.page.evaluate(() =>
      Promise.all(
        ['/..%2f..%2fpackage.json', '/%2e%2e/main/index.js', '/nothing.js', '/half%e4.js'].map(
          async (path) => (await fetch(path)).status,
        ),
      ),
    );
    expect(statuses).toEqual([404, 404, 404, 404]);
  });
});

it('a window whose page the system ended for lack of memory comes back by itself', async () => {
  const app = await launchApp();
  try {
    await app.page.getByRole('button', { name: 'Try the sandbox' }).waitFor();
    const reason = await app.electron.evaluate(
      ({ BrowserWindow }) =>
        new Promise((resolve) => {
          const contents = BrowserWindow.getAllWindows()[0]?.webContents;
          contents?.once('render-process-gone', (_event, details) => resolve(details.reason));
          process.kill(contents?.getOSProcessId() ?? NaN, 'SIGKILL');
        }),
    );
    expect(reason).toBe('killed');
    // Through Electron: to Playwright the page that crashed stays so.
    const alive = () =>
      app.electron.evaluate(
        ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.isCrashed() === false,
      );
    await expect.poll(alive, { timeout: 10_000 }).toBe(true);
  } finally {
    await app.close();
  }
});
