import { Menu, type MenuItemConstructorOptions } from 'electron';

/**
 * The native menu: what a person expects of it on each system (editing, zoom, window, quit). The commands of the
 * page have their own keys and live in the page.
 */
export function installMenu(isDevelopment: boolean): void {
  const mac = process.platform === 'darwin';
  const view: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ];
  if (isDevelopment) view.unshift({ role: 'forceReload' }, { role: 'toggleDevTools' }, { type: 'separator' });
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(mac ? [{ role: 'appMenu' } as const] : [{ label: 'File', submenu: [{ role: 'quit' } as const] }]),
      { role: 'editMenu' },
      { label: 'View', submenu: view },
      { role: 'windowMenu' },
    ]),
  );
}
