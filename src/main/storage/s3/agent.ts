import http from 'node:http';
import https from 'node:https';
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';
import type { S3Settings } from '#shared/connection.ts';
import { parseProxy } from './endpoint.ts';
import { HttpHandler } from './http-handler.ts';
import { pinCertificate, trustContext } from './trust.ts';

/**
 * Requests that one connection has under way at once. So many are of use only where each answer takes long to come; who
 * sends many finds out how many (`jobs/zip/flow.ts`).
 */
export const MAX_SOCKETS = 128;

/** How a server is reached, whatever it speaks. */
export interface Network extends Pick<
  S3Settings,
  'caFile' | 'trustedFingerprint' | 'proxy' | 'connectTimeoutMs' | 'idleTimeoutMs'
> {
  /** Connect here in place of what the endpoint's name resolves to. Certificates and `Host` stay those of the name. */
  address?: string | undefined;
  /** Requests under way at once. Default: `MAX_SOCKETS`. */
  maxSockets?: number | undefined;
}

/**
 * What sends requests to an endpoint.
 * @throws StorageError when the proxy or the CA file cannot be used.
 */
export function openHttp(endpoint: URL, network: Network): HttpHandler {
  const agent = createAgent(endpoint, network);
  if (network.trustedFingerprint !== undefined)
    pinCertificate(agent, endpoint.host, network.trustedFingerprint);
  return new HttpHandler({
    agent,
    maxSockets: network.maxSockets ?? MAX_SOCKETS,
    connectTimeoutMs: network.connectTimeoutMs,
    idleTimeoutMs: network.idleTimeoutMs,
    address: network.address,
  });
}

/** @throws StorageError as `openHttp` does. */
export function createAgent(endpoint: URL, network: Omit<Network, 'idleTimeoutMs' | 'address'>): http.Agent {
  const pool = {
    keepAlive: true,
    maxSockets: MAX_SOCKETS,
    maxFreeSockets: MAX_SOCKETS,
    scheduling: 'lifo' as const,
    // Node gives each address of a host a quarter of a second, which is too short for a server far away.
    autoSelectFamilyAttemptTimeout: 1_000,
  };
  const proxy = parseProxy(network);
  // hpagent takes the agent's timeout for the proxy's answer.
  const tunnel = proxy && { proxy, timeout: network.connectTimeoutMs };
  if (endpoint.protocol === 'http:') {
    return tunnel === undefined ? new http.Agent(pool) : new HttpProxyAgent({ ...pool, ...tunnel });
  }
  const trusting = {
    ...pool,
    secureContext: trustContext(network.caFile),
    // A resumed session shows no certificate anew; where one is compared, each connection has to show it.
    ...(network.trustedFingerprint !== undefined && { rejectUnauthorized: false, maxCachedSessions: 0 }),
  };
  return tunnel === undefined ? new https.Agent(trusting) : new HttpsProxyAgent({ ...trusting, ...tunnel });
}
