import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertBucketAccess, assertBucketOwner } from './access.ts';
import { verify, type Payload } from './auth/verify.ts';
import { openBody, type BodyOptions } from './body.ts';
import { bucketOf, type Call, type Service } from './call.ts';
import { corsHeaders, preflight } from './cors.ts';
import { S3Error } from './errors.ts';
import { faultFinder, type Fault, type FaultOptions } from './faults.ts';
import { send, xmlReply, type Cut, type Reply } from './reply.ts';
import { parseHead, type RequestHead } from './request.ts';
import { findRoute, type Access, type Routes } from './routes.ts';
import type { Identity } from './users.ts';
import { errorDocument } from './xml.ts';

export interface ServerOptions extends Service {
  routes: Routes;
  faults: FaultOptions;
  /** Told of what went wrong in the sandbox itself, which is answered as InternalError. */
  onInternalError: (error: unknown) => void;
}

/** How long an idle connection is kept: longer than clients keep theirs, so that theirs are never cut as they are used. */
const KEEP_ALIVE_MS = 120_000;

export interface S3Server {
  /** Does not listen yet. */
  http: Server;
  /** Cuts all connections, and resolves when no request is being worked on any more. */
  close(): Promise<void>;
}

/** An S3 service over HTTP. */
export function createS3Server(options: ServerOptions): S3Server {
  const findFault = faultFinder(options.faults);
  const underWay = new Set<Promise<void>>();
  const onRequest = (message: IncomingMessage, response: ServerResponse) => {
    // Whatever is not answered by now cannot be: all that is left is to cut the connection.
    const served = serve(message, response, options, findFault)
      .catch((error: unknown) => {
        if (!response.destroyed) options.onInternalError(error);
        response.destroy();
      })
      .finally(() => underWay.delete(served));
    underWay.add(served);
  };
  // A large upload takes as long as it takes.
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, onRequest);
  server.on('checkContinue', onRequest);
  return {
    http: server,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await Promise.all(underWay);
    },
  };
}

async function serve(
  message: IncomingMessage,
  response: ServerResponse,
  options: ServerOptions,
  findFault: (head: RequestHead) => Fault | undefined,
): Promise<void> {
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  const { method = 'GET', url = '/' } = message;
  const continuing = continuation(message, response);
  let head: RequestHead | undefined;
  let fault: Fault | undefined;
  let reply: Reply;
  try {
    head = parseHead(method, url, message.rawHeaders);
    fault = findFault(head);
    if (fault !== undefined && (await holdBack(fault, message, response))) return;
    reply = await answer(head, message, options, {
      onStart: continuing.allow,
      onReceived: resetAfter(fault, message),
    });
  } catch (error) {
    // The client went away, or a fault cut it off, in the middle of its body.
    if (message.socket.destroyed) return;
    if (!(error instanceof S3Error)) options.onInternalError(error);
    reply = errorReply(error, url.split('?')[0] ?? '/', requestId);
  }
  // What nobody read of a body must not stand before the next request.
  message.resume();
  const bucket = head === undefined ? undefined : options.store.bucket(head.bucket);
  const headers: Record<string, string> = {
    server: options.behaviour.server,
    'x-amz-request-id': requestId,
    'x-amz-id-2': Buffer.from(requestId.repeat(2)).toString('base64'),
    ...(head !== undefined && corsHeaders(head, bucket)),
    ...reply.headers,
  };
  // Somebody who still waits to be told to send a body may send it all the same, or not: start afresh.
  if (continuing.isOwed()) headers['connection'] = 'close';
  if (fault !== undefined && 'wrongEtag' in fault && 'etag' in headers)
    headers['etag'] = `"${'0'.repeat(32)}"`;
  await send(response, { ...reply, headers }, method === 'HEAD', cutOf(fault, method));
}

async function answer(
  head: RequestHead,
  message: IncomingMessage,
  options: ServerOptions,
  bodyEvents: Pick<BodyOptions, 'onStart' | 'onReceived'>,
): Promise<Reply> {
  if (head.method === 'OPTIONS') return preflight(head, options.store.bucket(head.bucket));
  const { store, users, region, limits, behaviour } = options;
  const { identity, payload } = signedIn(head, options);
  behaviour.admit(head, identity);
  const route = findRoute(head, options.routes);
  const { unpacks } = behaviour;
  const body = openBody(message, { payload, headers: head.headers, limits, unpacks, ...bodyEvents });
  const bucket = behaviour.bucketName(head.bucket);
  const call: Call = { ...head, bucket, store, users, region, limits, behaviour, identity, body };
  authorize(call, route.access);
  if (route.needsDigest === true && !body.hasDigest) {
    throw new S3Error('InvalidRequest', { message: 'Missing required header for this request: Content-MD5' });
  }
  return route.handle(call);
}

function signedIn(
  head: RequestHead,
  { users, region, behaviour }: ServerOptions,
): { identity: Identity; payload: Payload } {
  const identity = behaviour.signIn(head);
  if (identity !== undefined) return { identity, payload: { type: 'unsigned' } };
  return verify(head, { users, region: behaviour.regions === 'any' ? undefined : region, now: Date.now() });
}

/** Whether the client waits for `100 Continue` before it sends its body, and how it is given that, once. */
function continuation(message: IncomingMessage, response: ServerResponse) {
  let owed = message.headers.expect?.toLowerCase() === '100-continue';
  return {
    isOwed: () => owed,
    allow: () => {
      if (owed) response.writeContinue();
      owed = false;
    },
  };
}

function authorize(call: Call, access: Access): void {
  switch (access) {
    case 'signed':
      if (call.identity.type === 'anonymous') throw new S3Error('AccessDenied');
      return;
    case 'handler':
      return;
    case 'owner':
      assertBucketOwner(call, bucketOf(call));
      return;
    default:
      assertBucketAccess(call, bucketOf(call), access);
  }
}

function errorReply(error: unknown, resource: string, requestId: string): Reply {
  const known = error instanceof S3Error ? error : new S3Error('InternalError');
  const { code, message, status, fields, headers } = known;
  const document = errorDocument({
    Code: code,
    Message: message,
    ...fields,
    Resource: resource,
    RequestId: requestId,
  });
  return { ...xmlReply(document, headers), status };
}

/** Does what a fault does before a request is answered; @returns whether there is to be no answer. */
async function holdBack(fault: Fault, message: IncomingMessage, response: ServerResponse): Promise<boolean> {
  if ('delayMs' in fault) {
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
    });
    await sleep(fault.delayMs, undefined, { signal: gone.signal }).catch(() => {});
    return response.destroyed;
  }
  if ('slowDown' in fault) throw new S3Error('SlowDown');
  if ('expiredToken' in fault) throw new S3Error('ExpiredToken');
  if ('error' in fault) throw new S3Error(fault.error);
  if ('stall' in fault) return fault.stall === 0;
  if (!('reset' in fault) || fault.reset > 0) return false;
  message.socket.resetAndDestroy();
  return true;
}

function resetAfter(fault: Fault | undefined, message: IncomingMessage): BodyOptions['onReceived'] {
  if (fault === undefined || !('reset' in fault)) return undefined;
  return (bytes) => {
    if (bytes < fault.reset) return;
    message.socket.resetAndDestroy();
    throw new Error('The connection was reset by a fault.');
  };
}

function cutOf(fault: Fault | undefined, method: string): Cut | undefined {
  if (fault === undefined) return undefined;
  if ('truncate' in fault) return { afterBytes: fault.truncate, how: 'end' };
  if ('stall' in fault) return { afterBytes: fault.stall, how: 'stall' };
  if ('reset' in fault && method === 'GET') return { afterBytes: fault.reset, how: 'reset' };
  return undefined;
}
