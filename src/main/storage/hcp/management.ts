import type { HcpConnectionSettings } from '#shared/connection.ts';
import { hcpManagementEndpoint } from '#shared/hcp.ts';
import { StorageError, abortReason } from '../errors.ts';
import { openHttp } from '../s3/agent.ts';
import { parseProxy } from '../s3/endpoint.ts';
import { s3Error } from '../s3/errors.ts';
import type { RawResponse } from '../s3/http-handler.ts';
import type { CallOptions } from '../storage.ts';
import { hcpAuthorization } from './credentials.ts';
import { type ManagementContext, managementError } from './errors.ts';

/** No answer of the Management API comes near this; what is larger is something else. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

export interface ManagementRequest extends ManagementContext {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Below `/mapi`, of names as they are. */
  path: readonly string[];
  query?: Record<string, string>;
  body?: unknown;
}

/** HCP's Management API, one request at a time ("HCP Management API Reference"). */
export interface Management {
  /**
   * Sends a request and gives the answer's JSON (undefined without a body), read by `parse`.
   * @throws StorageError
   */
  ask<T>(request: ManagementRequest, parse: (answer: unknown) => T, options?: CallOptions): Promise<T>;
  /** Whether something is there: HCP answers 302 both for what is absent and for what this account may not see. */
  exists(request: Omit<ManagementRequest, 'method'>, options?: CallOptions): Promise<boolean>;
  /** `X-HCP-SoftwareVersion` of the last answer that had one. */
  softwareVersion(): string | undefined;
  close(): void;
}

/** @throws StorageError when the proxy or the CA file cannot be used. Sends nothing yet. */
export function openManagement(input: {
  hcp: HcpConnectionSettings;
  secret: string;
  appVersion?: string | undefined;
}): Management {
  const { hcp, secret, appVersion = '0' } = input;
  const endpoint = new URL(hcpManagementEndpoint(hcp));
  const proxy = parseProxy(hcp);
  const http = openHttp(endpoint, hcp);
  const authorization = hcpAuthorization(hcp, secret);
  let version: string | undefined;

  async function send(
    { method, path, query, body }: ManagementRequest,
    signal: AbortSignal | undefined,
  ): Promise<RawResponse> {
    const json = body === undefined ? undefined : JSON.stringify(body);
    const { response } = await http.handle(
      {
        method,
        protocol: endpoint.protocol,
        hostname: endpoint.hostname,
        port: hcp.managementPort,
        path: [endpoint.pathname, ...path.map(encodeURIComponent)].join('/'),
        query,
        headers: {
          // HCP answers 403 to a Host without its port.
          host: `${endpoint.hostname}:${hcp.managementPort}`,
          authorization,
          accept: 'application/json',
          'user-agent': `Cooper/${appVersion}`,
          ...(json !== undefined && {
            'content-type': 'application/json',
            'content-length': String(Buffer.byteLength(json)),
          }),
        },
        body: json,
      },
      signal === undefined ? {} : { abortSignal: signal },
    );
    version = response.headers['x-hcp-softwareversion'] ?? version;
    return response;
  }

  async function call<T>(
    request: ManagementRequest,
    signal: AbortSignal | undefined,
    take: (response: RawResponse, body: string) => T,
  ): Promise<T> {
    const { operation, bucket } = request;
    try {
      const response = await send(request, signal);
      return take(response, await readBody(response));
    } catch (error) {
      if (signal?.aborted === true) throw abortReason(signal);
      if (error instanceof AnswerTooLarge) throw strange(endpoint.host, request, error);
      throw s3Error(error, { operation, bucket, endpoint, region: '', proxy, signal });
    }
  }

  const refusal = (request: ManagementRequest, response: RawResponse, body: string, cause?: unknown) =>
    managementError(
      {
        status: response.statusCode,
        method: request.method,
        host: endpoint.host,
        said: words(response, body),
      },
      request,
      cause,
    );

  return {
    ask: (request, parse, options) =>
      call(request, options?.signal, (response, body) => {
        if (response.statusCode !== 200 && response.statusCode !== 201)
          throw refusal(request, response, body);
        try {
          return parse(body.trim() === '' ? undefined : JSON.parse(body));
        } catch (cause) {
          throw strange(endpoint.host, request, cause);
        }
      }),

    exists: (about, options) => {
      const request = { ...about, method: 'HEAD' } as const;
      return call(request, options?.signal, (response, body) => {
        if (response.statusCode === 200) return true;
        if (response.statusCode === 302 || response.statusCode === 404) return false;
        throw refusal(request, response, body);
      });
    },

    softwareVersion: () => version,
    close: () => http.destroy(),
  };
}

class AnswerTooLarge extends Error {}

async function readBody({ body }: RawResponse): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body) {
    if (!(piece instanceof Uint8Array)) continue; // without an encoding there are no others
    bytes += piece.length;
    if (bytes > MAX_BODY_BYTES) throw new AnswerTooLarge();
    pieces.push(Buffer.from(piece));
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** What HCP says of a refusal: in a header of its own. Of a body only a short plain text is worth showing. */
function words({ headers }: RawResponse, body: string): string | undefined {
  const said = headers['x-hcp-errormessage']?.trim() ?? '';
  if (said !== '') return Buffer.from(said, 'latin1').toString('utf8');
  const text = body.trim();
  return text === '' || text.length > 300 || /^[<{[]/u.test(text) ? undefined : text;
}

function strange(host: string, { operation, bucket }: ManagementContext, cause: unknown): StorageError {
  return new StorageError({
    kind: 'server-error',
    operation,
    bucket,
    message: `${host} answers, but not as HCP’s Management API does. Check the domain and the port of the Management API.`,
    retryable: false,
    cause,
  });
}
