import { once } from 'node:events';
import type http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const PACED_BYTES = 64 * 1024;

/** Sends pieces as the answer's body, no quicker than `bandwidth` bytes a second. Their length has to be among the headers. */
export async function sendPieces(
  response: http.ServerResponse,
  pieces: Iterable<Buffer>,
  bandwidth: number | undefined,
): Promise<void> {
  if (bandwidth === undefined) {
    response.cork();
    process.nextTick(() => response.uncork());
  }
  const begun = performance.now();
  let sent = 0;
  for (const piece of pieces) {
    const step = bandwidth === undefined ? piece.length : PACED_BYTES;
    for (let at = 0; at < piece.length; at += step) {
      const part = step === piece.length ? piece : piece.subarray(at, at + step);
      sent += part.length;
      if (bandwidth !== undefined) {
        const due = begun + (sent / bandwidth) * 1000;
        if (due - performance.now() > 1) await delay(due - performance.now());
      }
      if (response.destroyed) return;
      if (!response.write(part)) await drained(response);
    }
  }
  response.end();
}

/** Waits until more can be written, or nobody reads any more. */
async function drained(response: http.ServerResponse): Promise<void> {
  const stop = new AbortController();
  try {
    await Promise.race([
      once(response, 'drain', { signal: stop.signal }),
      once(response, 'close', { signal: stop.signal }),
    ]);
  } finally {
    stop.abort();
  }
}

/** Sends a whole body. */
export function sendWhole(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  { status = 200, body = '', headers = {} }: Answer,
): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    ...(bytes.length > 0 && { 'content-type': 'application/xml' }),
    ...(status !== 204 && { 'content-length': bytes.length }),
    ...headers,
  });
  response.end(request.method === 'HEAD' || bytes.length === 0 ? undefined : bytes);
}

export interface Answer {
  status?: number;
  body?: string;
  headers?: http.OutgoingHttpHeaders;
}
