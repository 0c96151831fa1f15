import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { setTimeout as delay } from 'node:timers/promises';
import { isIP } from 'node:net';
import type { ServerCertificate } from '#shared/connection.ts';
import { StorageError, abortReason } from '../errors.ts';
import type { CallOptions } from '../storage.ts';
import { type Network, createAgent } from './agent.ts';
import { parseEndpoint, parseProxy } from './endpoint.ts';
import { certificateReasons } from './error-table.ts';
import { type CallContext, s3Error } from './errors.ts';
import { HttpTimeoutError } from './http-handler.ts';
import { trustContext } from './trust.ts';

/**
 * The certificate that a server shows, trusted or not. No more is said to the server than the beginning of TLS.
 *
 * @throws StorageError `invalid-input` for an address without TLS; what keeps the server from being reached.
 */
export async function readCertificate(
  { endpoint: address, network }: { endpoint: string; network: Omit<Network, 'trustedFingerprint'> },
  { signal }: CallOptions = {},
): Promise<ServerCertificate> {
  const endpoint = parseEndpoint({ endpoint: address });
  const proxy = parseProxy(network);
  const context: CallContext = { operation: 'connect', endpoint, region: '', proxy, signal };
  if (endpoint.protocol !== 'https:') {
    throw new StorageError({
      kind: 'invalid-input',
      operation: 'connect',
      message: `${endpoint.host} is reached without TLS (http://), so that it shows no certificate.`,
    });
  }
  const ended = new AbortController();
  const agent = createAgent(endpoint, network);
  try {
    const late = delay(network.connectTimeoutMs, undefined, { signal: ended.signal }).then(() => {
      throw new HttpTimeoutError('connect', network.connectTimeoutMs);
    });
    const stopped = new Promise<never>((_, reject) => {
      if (signal?.aborted === true) reject(abortReason(signal));
      signal?.addEventListener('abort', () => reject(abortReason(signal)), { signal: ended.signal });
    });
    const shaking = handshake(agent, endpoint, network);
    // Whichever comes first ends the others; what they end with then is nobody's concern.
    for (const loser of [late, stopped, shaking]) loser.catch(() => undefined);
    return await Promise.race([shaking, late, stopped]);
  } catch (error) {
    throw s3Error(error, context);
  } finally {
    ended.abort();
    agent.destroy();
  }
}

function handshake(
  agent: ReturnType<typeof createAgent>,
  endpoint: URL,
  { caFile, address, connectTimeoutMs }: Omit<Network, 'trustedFingerprint'>,
): Promise<ServerCertificate> {
  const host = endpoint.hostname.replace(/^\[(.*)\]$/u, '$1');
  const port = endpoint.port === '' ? 443 : Number(endpoint.port);
  return new Promise((resolve, reject) => {
    const take = (socket: Duplex | null | undefined) => {
      if (!(socket instanceof tls.TLSSocket)) return;
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('closed')));
      socket.once('secureConnect', () => {
        try {
          resolve(describe(socket, endpoint.host));
        } catch (error) {
          reject(error);
        }
        socket.destroy();
      });
    };
    // An address is no name to ask for (RFC 6066, 3).
    const where = {
      host: address ?? host,
      port,
      servername: isIP(host) === 0 ? host : '',
      secureContext: trustContext(caFile),
      rejectUnauthorized: false,
      timeout: connectTimeoutMs,
    };
    const made = agent.createConnection(where, (error, socket) => {
      if (error !== null) reject(error);
      else take(socket);
    });
    take(made);
  });
}

function describe(socket: tls.TLSSocket, host: string): ServerCertificate {
  const shown = socket.getPeerX509Certificate();
  if (shown === undefined) throw new Error('the handshake ended without a certificate');
  const problem = problemOf(socket);
  return {
    host,
    subject: oneLine(shown.subject),
    issuer: oneLine(shown.issuer),
    validFrom: new Date(shown.validFrom),
    validTo: new Date(shown.validTo),
    fingerprint: shown.fingerprint256,
    ...(problem !== undefined && { problem }),
  };
}

function problemOf({ authorized, authorizationError }: tls.TLSSocket): string | undefined {
  if (authorized) return undefined;
  const code = String(authorizationError);
  return certificateReasons[code] ?? code;
}

/** Node writes a name in lines, as `CN=a\nO=b`. */
function oneLine(name: string): string {
  return name.split('\n').join(', ');
}
