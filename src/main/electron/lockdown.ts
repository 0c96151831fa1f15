import type { App, Session, WebContents } from 'electron';
import { originOf, type RendererOrigin } from './origin.ts';

/** The one permission that the page has: to put text on the clipboard when a copy button is pressed. */
const ALLOWED_PERMISSIONS: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

/** Denies permissions, downloads, and every request that does not go to the renderer's own origin. */
export function lockSession(session: Session, renderer: RendererOrigin): void {
  session.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(ALLOWED_PERMISSIONS.has(permission)),
  );
  session.setPermissionCheckHandler((_contents, permission) => ALLOWED_PERMISSIONS.has(permission));
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    const { protocol } = new URL(url);
    const own = originOf(url.replace(/^ws:/, 'http:')) === renderer.origin;
    answer({ cancel: !(own || protocol === 'devtools:' || protocol === 'data:') });
  });
}

/** Denies navigation, new windows and webviews in every page that the app ever makes. */
export function lockContents(app: App, renderer: RendererOrigin): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-attach-webview', (event) => event.preventDefault());
    const stay = (event: { preventDefault(): void; url: string }) => {
      if (originOf(event.url) !== renderer.origin) event.preventDefault();
    };
    contents.on('will-navigate', stay);
    contents.on('will-frame-navigate', stay);
    contents.on('will-redirect', stay);
  });
}
