import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { Readable, pipeline } from 'node:stream';
import { abortReason } from '../errors.ts';
import { watchAbort } from '../watch-abort.ts';
import { Turns } from './turns.ts';

export interface HttpHandlerOptions {
  agent: http.Agent;
  /** Requests under way at once, each on a socket of its own; the others wait in the order in which they came. */
  maxSockets: number;
  /** From the moment a request has its turn until its connection stands, TLS and proxy included. */
  connectTimeoutMs: number;
  /** How long the server may say nothing while something is expected of it. */
  idleTimeoutMs: number;
  /** Connect here in place of what the request's host name resolves to. */
  address?: string | undefined;
}

/** What the SDK hands over: signed; the path is percent-encoded, the query is not. */
export interface SignedRequest {
  method: string;
  protocol: string;
  hostname: string;
  port?: number | undefined;
  path: string;
  query?: Record<string, string | string[] | null> | undefined;
  headers: Record<string, string>;
  body?: unknown;
}

export interface RawResponse {
  statusCode: number;
  reason: string | undefined;
  headers: Record<string, string>;
  body: http.IncomingMessage;
}

export interface HandleOptions {
  abortSignal?: AbortSignal;
  /** The answer is here already: nothing is sent, and who asked reads this one. Its body may have been collected. */
  answered?: (Omit<RawResponse, 'body'> & { body: http.IncomingMessage | Uint8Array }) | undefined;
}

/** A timeout of ours, as opposed to one that the network stack reports. */
export class HttpTimeoutError extends Error {
  override readonly name = 'TimeoutError';
  readonly phase: 'connect' | 'idle';
  readonly afterMs: number;

  constructor(phase: 'connect' | 'idle', afterMs: number) {
    super(`${phase} timeout after ${afterMs} ms`);
    this.phase = phase;
    this.afterMs = afterMs;
  }
}

/** The connection was closed by `destroy` while the request was under way, or before. */
export class ClosedError extends Error {
  override readonly name = 'ClosedError';
}

/**
 * Sends the SDK's requests over node:http(s). It stands in for the SDK's own handler for two reasons: there the time
 * that a request waits for a free socket counts as time to connect, so that a long queue looks like a dead server; and
 * a body that is read slowly (by a ZIP writer that is busy with the object before) looks like a silent one.
 *
 * A redirect is an answer like any other: nothing is followed.
 */
export class HttpHandler {
  readonly metadata = { handlerProtocol: 'http/1.1' };
  readonly #options: HttpHandlerOptions;
  readonly #turns: Turns;
  readonly #active = new Set<() => void>();
  #closed = false;

  constructor(options: HttpHandlerOptions) {
    this.#options = options;
    this.#turns = new Turns(options.maxSockets);
  }

  /** Resolves when the response's head has arrived. Its body must be read to the end or destroyed. */
  handle(request: SignedRequest, options?: { abortSignal?: unknown }): Promise<{ response: RawResponse }>;
  handle(request: SignedRequest, options: HandleOptions): Promise<{ response: unknown }>;
  async handle(request: SignedRequest, options: HandleOptions = {}): Promise<{ response: unknown }> {
    if (options.answered !== undefined) return { response: options.answered };
    const signal = options.abortSignal instanceof AbortSignal ? options.abortSignal : undefined;
    await this.#turns.take(signal);
    let sent: http.ClientRequest;
    try {
      signal?.throwIfAborted(); // the turn may have come in the same moment
      if (this.#closed) throw new ClosedError('The connection is closed.');
      sent = prepare(request, this.#options);
    } catch (error) {
      this.#turns.give();
      throw error;
    }
    return { response: await this.#exchange(sent, request.body, signal) };
  }

  /** Ends what is under way and frees the sockets; later requests fail. */
  destroy(): void {
    this.#closed = true;
    for (const end of this.#active) end();
    this.#options.agent.destroy();
  }

  /** Part of the SDK's contract for handlers: it has nothing to configure. */
  updateHttpClientConfig(): void {}
  /** As above. */
  httpHandlerConfigs(): object {
    return {};
  }

  #exchange(sent: http.ClientRequest, body: unknown, signal: AbortSignal | undefined): Promise<RawResponse> {
    return new Promise((resolve, reject) => {
      let response: http.IncomingMessage | undefined;
      const fail = (error: Error) => (response ?? sent).destroy(error);
      const onClosed = () => fail(new ClosedError('The connection was closed.'));
      const stopTimes = watchTimes(sent, () => response, this.#options, fail);
      const stopAbort = watchAbort(signal, () => fail(abortReason(signal)));

      this.#active.add(onClosed);
      sent.once('close', () => {
        this.#turns.give();
        stopTimes();
        stopAbort();
        this.#active.delete(onClosed);
      });
      sent.on('error', reject);
      sent.once('response', (arrived) => {
        response = arrived;
        // A refusal may come before the whole body was sent; nobody wants the rest.
        arrived.once('end', () => sent.writableFinished || sent.destroy());
        resolve(raw(arrived));
      });
      writeBody(sent, body);
    });
  }
}

function prepare(request: SignedRequest, { agent, address }: HttpHandlerOptions): http.ClientRequest {
  const send = request.protocol === 'https:' ? https.request : http.request;
  const query = request.query === undefined ? '' : queryString(request.query);
  const host = request.hostname.replace(/^\[(.*)\]$/u, '$1'); // node wants an IPv6 address without its brackets
  return send({
    agent,
    method: request.method,
    host: address ?? host,
    ...(address !== undefined && { servername: host }),
    port: request.port,
    path: query === '' ? request.path : `${request.path}?${query}`,
    headers: request.headers,
  });
}

/** Keeps the two timeouts; `fail` is called at most once. Returns what ends the watch. */
function watchTimes(
  sent: http.ClientRequest,
  response: () => http.IncomingMessage | undefined,
  { connectTimeoutMs, idleTimeoutMs }: HttpHandlerOptions,
  fail: (error: Error) => void,
): () => void {
  let socket: Socket | undefined;
  const connecting = setTimeout(
    () => fail(new HttpTimeoutError('connect', connectTimeoutMs)),
    connectTimeoutMs,
  );

  const onConnected = () => {
    clearTimeout(connecting);
    socket?.setTimeout(idleTimeoutMs);
    socket?.on('timeout', onSilence);
  };
  const onSilence = () => {
    const heard = socket?.bytesRead;
    // What arrived while this process was busy, or this computer asleep, is read before the next immediate.
    setImmediate(() => {
      if (sent.destroyed || socket?.bytesRead !== heard) return;
      if (isOurTurn(sent, response())) socket?.setTimeout(idleTimeoutMs);
      else fail(new HttpTimeoutError('idle', idleTimeoutMs));
    });
  };
  sent.once('socket', (assigned) => {
    socket = assigned;
    if (sent.reusedSocket) onConnected();
    else if ('encrypted' in assigned) assigned.once('secureConnect', onConnected);
    else if (assigned.connecting) assigned.once('connect', onConnected);
    else onConnected(); // a proxy's tunnel
  });

  return () => {
    clearTimeout(connecting);
    socket?.off('timeout', onSilence);
    socket?.off('secureConnect', onConnected);
    socket?.off('connect', onConnected);
  };
}

/** True while nothing is expected of the server: its answer waits for its reader, or the request for more to send. */
function isOurTurn(sent: http.ClientRequest, response: http.IncomingMessage | undefined): boolean {
  if (response !== undefined) return response.complete || response.isPaused() || response.readableLength > 0;
  return !sent.writableEnded && sent.writableLength === 0;
}

function writeBody(sent: http.ClientRequest, body: unknown): void {
  if (body instanceof Readable) {
    // `pipeline` alone would report a source that failed as a connection that broke.
    body.once('error', (error) => sent.destroy(error));
    pipeline(body, sent, () => undefined);
  } else if (typeof body === 'string') {
    sent.end(Buffer.from(body)); // node would write the headers with a text, and in its encoding
  } else if (body instanceof Uint8Array) sent.end(body);
  else sent.end();
}

function raw(response: http.IncomingMessage): RawResponse {
  const headers: Record<string, string> = {};
  const { headers: arrived } = response;
  for (const name in arrived) {
    const value = arrived[name];
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { statusCode: response.statusCode ?? 0, reason: response.statusMessage, headers, body: response };
}

function queryString(query: NonNullable<SignedRequest['query']>): string {
  return Object.entries(query)
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) => [name, one ?? ''] as const),
    )
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

/** RFC 3986's unreserved characters stay; the rest is percent-encoded, as SigV4 wants it. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/gu,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
