/** Where the renderer comes from: its own scheme when built, electron-vite's server in development. */
export interface RendererOrigin {
  /** Compared with a frame's origin: `cooper://app` or `http://localhost:5173`. */
  origin: string;
  url: string;
  development: boolean;
}

export const SCHEME = 'cooper';

/** `developmentUrl` is what electron-vite gives a development run; it is ignored in a packaged app. */
export function rendererOrigin(developmentUrl: string | undefined, isPackaged: boolean): RendererOrigin {
  if (developmentUrl !== undefined && !isPackaged) {
    const url = new URL(developmentUrl);
    return { origin: url.origin, url: url.href, development: true };
  }
  return { origin: `${SCHEME}://app`, url: `${SCHEME}://app/index.html`, development: false };
}

/** The origin of any URL. WHATWG gives `null` for a scheme of our own, so it is put together here. */
export function originOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
