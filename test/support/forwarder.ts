import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request on its way to the server, whole. */
export interface Forwarded {
  method: string;
  /** With the query. */
  url: string;
  body: string;
}

export interface ForwarderOptions {
  /** Answers in the server's place; undefined: the server does. May take its time. */
  answer?: (request: Forwarded) => Promise<ForwarderAnswer | undefined> | ForwarderAnswer | undefined;
}

export interface ForwarderAnswer {
  status: number;
  body: string;
  /** Besides type and length. */
  headers?: Record<string, string>;
}

export interface Forwarder {
  endpoint: string;
  /** All requests, in the order of their coming. */
  requests: Forwarded[];
  /** The most requests that were under way at once, of those that `counts` names. */
  mostAtOnce(counts: (request: Forwarded) => boolean): number;
  close(): Promise<void>;
}

/** Stands between the engine and a real server on this computer, and sees every request. Signatures stay good. */
export async function startForwarder(target: string, options: ForwarderOptions = {}): Promise<Forwarder> {
  const { port } = new URL(target);
  const requests: Forwarded[] = [];
  const begun = new Map<Forwarded, number>();
  const ended = new Map<Forwarded, number>();
  let clock = 0;
  const server = http.createServer((message, response) => {
    serve(message, response).catch(() => response.destroy());
  });

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const request = { method: message.method ?? '', url: message.url ?? '', body: body.toString() };
    requests.push(request);
    begun.set(request, clock++);
    response.once('close', () => ended.set(request, clock++));
    const own = await options.answer?.(request);
    if (own !== undefined) {
      const headers = {
        'content-type': 'application/xml',
        'content-length': Buffer.byteLength(own.body),
        ...own.headers,
      };
      response.writeHead(own.status, headers).end(own.body);
      return;
    }
    const { method, url, headers } = message;
    const onward = http.request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.once('error', () => response.destroy());
    onward.end(body);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    mostAtOnce(counts) {
      const edges = requests.filter(counts).flatMap((request) => [
        { at: begun.get(request) ?? 0, by: 1 },
        { at: ended.get(request) ?? clock, by: -1 },
      ]);
      let now = 0;
      let most = 0;
      for (const { by } of edges.sort((a, b) => a.at - b.at)) most = Math.max(most, (now += by));
      return most;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
