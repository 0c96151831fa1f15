import { readFile } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';
import { protocol, type Session } from 'electron';
import mime from 'mime';
import { SCHEME } from './origin.ts';

/** No remote content, no inline script, no eval, no frames. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Call before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the built renderer under `cooper://app/`, and nothing outside its folder. */
export function serveRenderer(session: Session, folder: string): void {
  session.protocol.handle(SCHEME, async (request) => {
    try {
      const url = new URL(request.url);
      const file = normalize(join(folder, decodeURIComponent(url.pathname)));
      if (url.host !== 'app' || !file.startsWith(folder + sep)) return notHere();
      return new Response(new Uint8Array(await readFile(file)), {
        headers: {
          'content-type': mime.getType(file) ?? 'application/octet-stream',
          'content-security-policy': CONTENT_SECURITY_POLICY,
          'x-content-type-options': 'nosniff',
        },
      });
    } catch {
      return notHere(); // no such file, or a path with half a percent-encoding
    }
  });
}

function notHere(): Response {
  return new Response('Not here.', { status: 404 });
}
