import { S3Client } from '@aws-sdk/client-s3';
import type { S3Settings } from '#shared/connection.ts';
import type { StorageError } from '../errors.ts';
import { openHttp } from './agent.ts';
import { parseEndpoint } from './endpoint.ts';

export interface S3ClientInput {
  settings: S3Settings;
  secretAccessKey: string;
  sessionToken?: string | undefined;
  /** Connect here in place of what the endpoint's name resolves to. */
  address?: string | undefined;
  /** Requests under way at once. Default: as many as `agent.ts` has it. */
  maxSockets?: number | undefined;
  /** Authorizes a request by its headers, in place of the signature (HCP's users of Active Directory). May throw. */
  authorize?: ((headers: Record<string, string>) => void) | undefined;
  /** Says what a call failed with in other words, where who signs in knows of no access key (HCP). */
  rephrase?: ((error: StorageError) => StorageError) | undefined;
  /** Cooper's version, for the User-Agent. */
  appVersion?: string | undefined;
  /** False sends everything by the SDK. Default: what there is much of goes past it. */
  lean?: boolean | undefined;
}

/**
 * The SDK's client for one connection. All that it would otherwise look for in the environment, in ~/.aws or on the
 * instance is given here, so that it depends on the connection's settings alone.
 *
 * @throws StorageError when the endpoint, the proxy or the CA file cannot be used.
 */
export function createS3Client(input: S3ClientInput): S3Client {
  const { settings, secretAccessKey, sessionToken, address, maxSockets, authorize, appVersion = '0' } = input;
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
    requestHandler: openHttp(endpoint, { ...settings, address, maxSockets }),

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
  if (authorize !== undefined) {
    client.middlewareStack.add(
      (next) => (args) => {
        if (hasHeaders(args.request)) authorize(args.request.headers);
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low', name: 'cooperAuthorize' }, // last: the signature is in place
    );
  }
  return client;
}

function hasHeaders(request: unknown): request is { headers: Record<string, string> } {
  return typeof request === 'object' && request !== null && 'headers' in request;
}

/** Without a logger of ours the SDK writes to the console. What matters is thrown. */
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
