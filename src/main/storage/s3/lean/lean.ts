import type { S3Client, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import type { S3Command, Sending } from '../call.ts';
import type { S3ClientInput } from '../client.ts';
import { parseEndpoint } from '../endpoint.ts';
import type { HandleOptions, HttpHandler, RawResponse } from '../http-handler.ts';
import { EMPTY_PAYLOAD, Signer, sha256, UNSIGNED_PAYLOAD } from './signer.ts';
import { keyPath, queryOf, type Target, targetOf } from './target.ts';

export interface LeanRequest {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST';
  bucket: string;
  key?: string | undefined;
  query?: Record<string, string | undefined> | undefined;
  /** Names in lower case; undefined ones are left out. */
  headers?: Record<string, string | undefined> | undefined;
  body?: Uint8Array | Readable | undefined;
}

/** What the lean path did with a request. */
export type LeanAnswer<O> =
  /** A success, as it came. */
  | { response: RawResponse; retold: (body?: Uint8Array) => Promise<O> }
  /** What the SDK made of it: throws for a refusal. */
  | { output: O };

/**
 * Sends the requests of which there are many past the SDK, whose middleware takes ten times as long as to sign and to
 * send. The connection is the same (sockets, proxy, certificates, timeouts), and so is the clock. Whatever it does not
 * understand, refusals above all, is told to the SDK as it came, so that there is one table of errors.
 */
export class LeanPath {
  readonly #client: S3Client;
  readonly #handler: HttpHandler;
  readonly #input: S3ClientInput;
  readonly #endpoint: URL;
  readonly #signer: Signer;
  readonly #userAgent: string;
  readonly #onAnswer: (headers: Record<string, string>) => void;
  readonly #targets = new Map<string, Target | undefined>();

  constructor(
    client: S3Client,
    handler: HttpHandler,
    { input, onAnswer }: { input: S3ClientInput; onAnswer: (headers: Record<string, string>) => void },
  ) {
    const { settings, secretAccessKey, sessionToken, appVersion = '0' } = input;
    const { accessKeyId, region } = settings;
    this.#client = client;
    this.#handler = handler;
    this.#input = input;
    this.#onAnswer = onAnswer;
    this.#endpoint = parseEndpoint(settings);
    this.#signer = new Signer({ accessKeyId, secretAccessKey, sessionToken, region });
    this.#userAgent = `Cooper/${appVersion}`;
  }

  /**
   * @param command the same request for the SDK, its body left out: it is made when the SDK has to read the answer.
   * @returns undefined when the request is not for this path: nothing was sent then.
   */
  async send<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    request: LeanRequest,
    command: () => S3Command<I, O>,
    sending: Sending,
  ): Promise<LeanAnswer<O> | undefined> {
    const target = this.#targetOf(request.bucket);
    if (target === undefined) return undefined;
    const { response } = await this.#handler.handle(this.#signed(request, target), sending);
    this.#onAnswer(response.headers);
    const retold = (body?: Uint8Array) => {
      const told: HandleOptions & Sending = { ...sending, answered: { ...response, ...(body && { body }) } };
      return this.#client.send(command(), told);
    };
    const isSuccess = response.statusCode === 200 || response.statusCode === 206;
    return isSuccess ? { response, retold } : { output: await retold() };
  }

  #targetOf(bucket: string): Target | undefined {
    const known = this.#targets.get(bucket);
    if (known !== undefined) return known;
    const target = targetOf(this.#endpoint, bucket, this.#input.settings.addressing);
    this.#targets.set(bucket, target);
    return target;
  }

  #signed({ method, key, query = {}, headers: given = {}, body }: LeanRequest, target: Target) {
    const { protocol, hostname, port, host } = target;
    const path = `${target.path}/${key === undefined ? '' : keyPath(key)}`;
    const headers: Record<string, string> = { host, 'user-agent': this.#userAgent };
    for (const [name, value] of Object.entries(given)) if (value !== undefined) headers[name] = value;
    const text = queryOf(query);
    const { authorize } = this.#input;
    if (authorize === undefined) {
      const payloadHash = hashOf(body);
      const at = Date.now() + this.#client.config.systemClockOffset;
      this.#signer.sign({ method, path, query: text, headers, payloadHash }, at);
    } else authorize(headers);
    return {
      method,
      protocol,
      hostname,
      port,
      path: text === '' ? path : `${path}?${text}`,
      headers,
      body,
    };
  }
}

function hashOf(body: LeanRequest['body']): string {
  if (body === undefined) return EMPTY_PAYLOAD;
  return body instanceof Uint8Array ? sha256(body) : UNSIGNED_PAYLOAD;
}

/**
 * All bytes of an answer.
 * @throws what broke it off
 */
export function collect({ body }: RawResponse): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    body.on('data', (chunk: Buffer) => chunks.push(chunk));
    body.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    body.once('error', reject);
    body.once('close', () => body.readableEnded || reject(brokenOff()));
  });
}

/** What a connection that broke within an answer is reported as. */
export function brokenOff(): Error {
  return Object.assign(new Error('The connection broke.'), { code: 'ECONNRESET' });
}
