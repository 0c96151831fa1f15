import { BrowserWindow, nativeTheme, screen, type Rectangle } from 'electron';
import type { RendererOrigin } from './origin.ts';

export interface WindowPlace {
  bounds: Rectangle;
  maximized: boolean;
}

export interface WindowOptions {
  renderer: RendererOrigin;
  preload: string;
  icon: string | undefined;
  /** Where the window was when it was last closed. */
  place: WindowPlace | undefined;
  onPlace: (place: WindowPlace) => void;
}

/** The place that a settings file holds; undefined when it holds none, or something else. */
export function windowPlace(value: unknown): WindowPlace | undefined {
  if (!isRecord(value) || !isRecord(value['bounds']) || typeof value['maximized'] !== 'boolean')
    return undefined;
  const { x, y, width, height } = value['bounds'];
  const areNumbers = [x, y, width, height].every(Number.isInteger);
  return areNumbers
    ? {
        bounds: { x: Number(x), y: Number(y), width: Number(width), height: Number(height) },
        maximized: value['maximized'],
      }
    : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

const DEFAULT_SIZE = { width: 1280, height: 800 };
const MINIMUM_SIZE = { minWidth: 560, minHeight: 420 };

/** A page that is gone again so soon would only go on like that. */
const RELOAD_PAUSE_MS = 5_000;

/** Opens the window: sandboxed, isolated, without Node, and shown once it has something to show. */
export function openWindow({ renderer, preload, icon, place, onPlace }: WindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    ...DEFAULT_SIZE,
    ...(place !== undefined && isOnScreen(place.bounds) ? place.bounds : {}),
    ...MINIMUM_SIZE,
    ...(icon === undefined ? {} : { icon }),
    title: 'Cooper',
    show: false,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181c' : '#ffffff',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
    },
  });
  if (place?.maximized === true) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => onPlace({ bounds: window.getNormalBounds(), maximized: window.isMaximized() }));
  // Jobs live in main and go on. `killed` too: so ends what the system ended for lack of memory.
  let reloadedAt = -Infinity;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    const isLoop = performance.now() - reloadedAt < RELOAD_PAUSE_MS;
    if (reason === 'clean-exit' || isLoop || window.isDestroyed()) return;
    reloadedAt = performance.now();
    window.reload();
  });
  void window.loadURL(renderer.url);
  return window;
}

/** A page that does not even say whether it goes has hung. */
const PATIENCE_MS = 5_000;

/** Closes every window. False when a page stays, since something in it was not saved: it asks about that itself. */
export async function closeWindows(): Promise<boolean> {
  const closed = BrowserWindow.getAllWindows().map(
    (window) =>
      new Promise<boolean>((resolve) => {
        const hung = setTimeout(() => window.destroy(), PATIENCE_MS);
        const end = (isClosed: boolean) => {
          clearTimeout(hung);
          resolve(isClosed);
        };
        window.once('closed', () => end(true));
        window.webContents.once('will-prevent-unload', () => end(false));
        window.close();
      }),
  );
  return (await Promise.all(closed)).every(Boolean);
}

/** A display may have been taken away since the place was kept. */
function isOnScreen(bounds: Rectangle): boolean {
  const area = screen.getDisplayMatching(bounds).workArea;
  return (
    bounds.x < area.x + area.width - 100 &&
    bounds.x + bounds.width > area.x + 100 &&
    bounds.y >= area.y - 10 &&
    bounds.y < area.y + area.height - 50
  );
}
