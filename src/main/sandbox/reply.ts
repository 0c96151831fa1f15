import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { headerValue } from './encoding.ts';
import type { Reading } from './store/data-store.ts';

/** An answer as a value; the server writes it. */
export interface Reply {
  status: number;
  headers?: Record<string, string>;
  /** XML, or an object's bytes. For HEAD its size is told and nothing sent. */
  body?: string | Reading;
}

export function xmlReply(document: string, headers: Record<string, string> = {}): Reply {
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body: document };
}

export function emptyReply(status: 200 | 204 = 200, headers: Record<string, string> = {}): Reply {
  return { status, headers };
}

/** Where a fault ends an answer: after this many bytes of its body. */
export interface Cut {
  afterBytes: number;
  how: 'end' | 'reset' | 'stall';
}

/**
 * Writes a reply. Resolves when all is handed to the socket, or the other side has gone.
 *
 * @throws when the body cannot be read; the caller has to cut the connection, for a length was promised.
 */
export async function send(
  response: ServerResponse,
  reply: Reply,
  isHead: boolean,
  cut?: Cut,
): Promise<void> {
  const { body } = reply;
  try {
    const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.alloc(0);
    const size = typeof body === 'object' ? body.size : bytes.length;
    const headers: Record<string, string> = {};
    if (reply.status !== 204 && reply.status !== 304) headers['content-length'] = String(size);
    for (const [name, value] of Object.entries(reply.headers ?? {})) headers[name] = headerValue(value);
    response.writeHead(reply.status, headers);
    if (isHead || size === 0) {
      response.end();
      return;
    }
    let left = cut?.afterBytes ?? Infinity;
    for await (const chunk of typeof body === 'object' ? body.chunks() : [bytes]) {
      if (response.destroyed) return;
      if (chunk.length > left) {
        cutOff(response, chunk.subarray(0, left), cut?.how ?? 'end');
        return;
      }
      left -= chunk.length;
      if (!response.write(chunk)) await drained(response);
    }
    response.end();
  } finally {
    if (typeof body === 'object') body.close();
  }
}

function cutOff(response: ServerResponse, last: Buffer, how: Cut['how']): void {
  const { socket } = response;
  response.flushHeaders();
  response.write(last, () => {
    if (how === 'end') socket?.end();
    else if (how === 'reset') socket?.resetAndDestroy();
  });
}

async function drained(response: ServerResponse): Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  try {
    await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]);
  } finally {
    stop.abort();
  }
}
