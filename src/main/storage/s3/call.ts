import type {
  $Command,
  S3Client,
  S3ClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-s3';
import { StorageError } from '../errors.ts';
import type { CallOptions, ObjectRef } from '../storage.ts';
import { readDocument } from './answer-document.ts';
import { watchForCeph } from './ceph.ts';
import { type S3ClientInput, createS3Client } from './client.ts';
import { sendContentMd5 } from './content-md5.ts';
import { parseEndpoint, parseProxy } from './endpoint.ts';
import { type CallContext, s3Error } from './errors.ts';
import { HttpHandler } from './http-handler.ts';
import { checkBucket, checkKey, checkPrefix } from './input.ts';
import { LeanPath } from './lean/lean.ts';
import { LoopShare } from './lean/loop-share.ts';

/** What a call is about: it is checked before anything is sent, and named in the error when the call fails. */
export interface About {
  operation: string;
  bucket?: string;
  key?: string;
  /** What keys begin with. */
  prefix?: string | undefined;
  /** What is copied. */
  from?: ObjectRef;
}

export interface Sending {
  abortSignal?: AbortSignal;
}

export type S3Command<I extends ServiceInputTypes, O extends ServiceOutputTypes> = $Command<
  I,
  O,
  S3ClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes
>;

/** One connection, as the methods of the storage use it. */
export interface S3 {
  client: S3Client;
  region: string;
  /** Past the SDK, where that is open: it is not when it was declined. */
  lean: LeanPath | undefined;
  /** For what takes a while to be read or made. */
  share: LoopShare;
  /** As far as its answers have told until now. */
  isCeph: () => boolean;
  /** Runs one call; whatever it ends with leaves as a StorageError, or as the signal's reason. */
  step: <T>(
    about: About,
    options: CallOptions | undefined,
    call: (context: CallContext, sending: Sending) => Promise<T>,
  ) => Promise<T>;
}

/**
 * Opens a connection, without sending anything.
 * @throws StorageError when the endpoint, the proxy or the CA file cannot be used.
 */
export function openS3(input: S3ClientInput): S3 {
  const { settings, rephrase = (error) => error } = input;
  const client = createS3Client(input);
  sendContentMd5(client);
  const ceph = watchForCeph(client);
  const { requestHandler } = client.config;
  const { region } = settings;
  const connection = { endpoint: parseEndpoint(settings), region, proxy: parseProxy(settings) };
  return {
    client,
    region,
    lean:
      input.lean !== false && requestHandler instanceof HttpHandler
        ? new LeanPath(client, requestHandler, { input, onAnswer: ceph.look })
        : undefined,
    share: new LoopShare(),
    isCeph: ceph.isCeph,
    step: async (about, options, call) => {
      const signal = options?.signal;
      const context: CallContext = { ...connection, ...about, signal };
      try {
        signal?.throwIfAborted();
        if (about.bucket !== undefined) checkBucket(about.bucket, about.operation);
        if (about.key !== undefined) checkKey(about.key, about);
        if (about.prefix !== undefined) checkPrefix(about.prefix, about);
        return await call(context, signal === undefined ? {} : { abortSignal: signal });
      } catch (error) {
        const known = s3Error(error, context);
        throw known instanceof StorageError ? rephrase(known) : known;
      }
    },
  };
}

/**
 * Sends a command whose answer is a document with this root. The SDK would read any other one as an answer in which
 * nothing is set.
 *
 * @returns what the SDK made of it, and its text
 * @throws WrongDocumentError for another document; what a refusal throws, also when an error comes with status 200
 */
export async function sendForDocument<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
  { client }: Pick<S3, 'client'>,
  command: S3Command<I, O>,
  root: string,
  sending: Sending,
): Promise<{ output: O; text: string }> {
  const { text } = readingDocument(command, root);
  const output = await client.send(command, sending);
  return { output, text: text() };
}

/**
 * The same command, of which the answer has to be a document with this root, as for `sendForDocument`.
 * @returns `text` gives the answer's text when it has arrived
 */
export function readingDocument<
  C extends S3Command<I, O>,
  I extends ServiceInputTypes,
  O extends ServiceOutputTypes,
>(command: C & S3Command<I, O>, root: string): { command: C; text: () => string } {
  let text = '';
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      text = await readDocument(result.response, root);
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'cooperDocument' },
  );
  return { command, text: () => text };
}

/** Adds headers that the SDK has no input for, or changes the form of. */
export function withHeaders<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
  command: S3Command<I, O>,
  headers: Record<string, string | undefined>,
): S3Command<I, O> {
  const given = Object.entries(headers).filter(
    (header): header is [string, string] => header[1] !== undefined,
  );
  if (given.length === 0) return command;
  command.middlewareStack.add(
    (next) => (args) => {
      if (hasHeaders(args.request)) Object.assign(args.request.headers, Object.fromEntries(given));
      return next(args);
    },
    { step: 'build', name: 'cooperHeaders' },
  );
  return command;
}

export function hasHeaders(request: unknown): request is { headers: Record<string, string>; body?: unknown } {
  return (
    typeof request === 'object' &&
    request !== null &&
    'headers' in request &&
    typeof request.headers === 'object'
  );
}
