import http from 'node:http';
import https from 'node:https';
import { S3Client } from '@aws-sdk/client-s3';
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';
import type { S3Settings } from '#shared/connection.ts';
import { parseEndpoint, parseProxy } from './endpoint.ts';
import { HttpHandler } from './http-handler.ts';
import { trustContext } from './trust.ts';

/**
 * Requests that one connection has under way at once. HCP serves 255 for all of its users (its guide asks for at most
 * 200 readers a node); beyond some 64 no server here became faster.
 */
const MAX_SOCKETS = 64;

export interface S3ClientInput {
  settings: S3Settings;
  secretAccessKey: string;
  sessionToken?: string | undefined;
  /** Cooper's version, for the User-Agent. */
  appVersion?: string | undefined;
}

/**
 * The SDK's client for one connection. All that it would otherwise look for in the environment, in ~/.aws or on the
 * instance is given here, so that it depends on the connection's settings alone.
 *
 * @throws StorageError when the endpoint, the proxy or the CA file cannot be used.
 */
export function createS3Client(input: S3ClientInput): S3Client {
  const { settings, secretAccessKey, sessionToken, appVersion = '0' } = input;
  const endpoint = parseEndpoint(settings);
  const client = new S3Client({
    endpoint: endpoint.href,
    region: settings.region,
    credentials: {
      accessKeyId: settings.accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
    },
    forcePathStyle: settings.addressing === 'path',
    requestHandler: new HttpHandler({
      agent: createAgent(endpoint, settings),
      maxSockets: MAX_SOCKETS,
      connectTimeoutMs: settings.connectTimeoutMs,
      idleTimeoutMs: settings.idleTimeoutMs,
    }),

    // Others than AWS refuse the newer checksums, or answer without them (R2, Ceph, HCP).
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    followRegionRedirects: false,
    expectContinueHeader: false,
    logger: silent,
    maxAttempts: 1, // `withRetries` does it, above
    retryMode: 'standard',
    defaultsMode: 'standard',

    // Left out, each of these is looked up in the environment and in ~/.aws/config.
    authSchemePreference: ['aws.auth#sigv4'],
    disableS3ExpressSessionAuth: true,
    ignoreConfiguredEndpointUrls: true,
    sigv4aSigningRegionSet: [],
    useArnRegion: false,
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: async () => undefined,
    defaultUserAgentProvider: async () => [['Cooper', appVersion]],
  });
  client.middlewareStack.add(
    (next) => (args) => {
      if (hasHeaders(args.request)) {
        args.request.headers['user-agent'] = `Cooper/${appVersion}`;
        delete args.request.headers['x-amz-user-agent'];
      }
      return next(args);
    },
    { step: 'build', priority: 'low', name: 'cooperUserAgent' },
  );
  return client;
}

function hasHeaders(request: unknown): request is { headers: Record<string, string> } {
  return typeof request === 'object' && request !== null && 'headers' in request;
}

/** Without a logger of ours the SDK writes to the console. What matters is thrown. */
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function createAgent(endpoint: URL, settings: S3Settings): http.Agent {
  const pool = {
    keepAlive: true,
    maxSockets: MAX_SOCKETS,
    maxFreeSockets: MAX_SOCKETS,
    scheduling: 'lifo' as const,
    // Node gives each address of a host a quarter of a second, which is too short for a server far away.
    autoSelectFamilyAttemptTimeout: 1_000,
  };
  const proxy = parseProxy(settings);
  // hpagent takes the agent's timeout for the proxy's answer.
  const tunnel = proxy && { proxy, timeout: settings.connectTimeoutMs };
  if (endpoint.protocol === 'http:') {
    return tunnel === undefined ? new http.Agent(pool) : new HttpProxyAgent({ ...pool, ...tunnel });
  }
  const trusting = { ...pool, secureContext: trustContext(settings.caFile) };
  return tunnel === undefined ? new https.Agent(trusting) : new HttpsProxyAgent({ ...trusting, ...tunnel });
}
