import { fork, type ChildProcess } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request, type Agent, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  type GetObjectCommandInput,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import type { SandboxAnswer } from '#sandbox/process.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '#sandbox/sandbox.ts';

export const OTHER = { accessKeyId: 'other-user', secretAccessKey: 'secret-of-the-other' };

/** A folder that is gone when the test has ended. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cooper-sandbox-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A sandbox that ends with the test. */
export async function sandboxFor(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const folder = options.folder ?? (await temporaryFolder());
  const sandbox = await startSandbox({ ...options, folder });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** The SDK on a sandbox, without retries. */
export function clientFor(sandbox: Sandbox, config: Partial<S3ClientConfig> = {}): S3Client {
  return new S3Client({
    endpoint: sandbox.endpoint,
    region: sandbox.region,
    forcePathStyle: true,
    credentials: { accessKeyId: sandbox.accessKeyId, secretAccessKey: sandbox.secretAccessKey },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 1,
    ...config,
  });
}

/** One sandbox for all tests of a file, and fresh buckets in it. Fails the tests if the sandbox ever fails by itself. */
export function sharedSandbox(options: Partial<SandboxOptions> = {}) {
  let folder = '';
  let buckets = 0;
  const internalErrors: unknown[] = [];
  const shared: { sandbox: Sandbox; s3: S3Client; bucket: (versioned?: 'versioned') => Promise<string> } = {
    sandbox: {
      endpoint: '',
      port: 0,
      region: '',
      accessKeyId: '',
      secretAccessKey: '',
      close: async () => {},
    },
    s3: new S3Client({}),
    bucket: async (versioned) => {
      const Bucket = `bucket-${String(++buckets)}`;
      await shared.s3.send(new CreateBucketCommand({ Bucket }));
      if (versioned !== undefined) {
        const VersioningConfiguration = { Status: 'Enabled' } as const;
        await shared.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
      }
      return Bucket;
    },
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cooper-sandbox-'));
    shared.sandbox = await startSandbox({
      folder,
      extraUsers: [OTHER],
      onInternalError: (error) => internalErrors.push(error),
      ...options,
    });
    shared.s3 = clientFor(shared.sandbox);
  });
  afterAll(async () => {
    shared.s3.destroy();
    await shared.sandbox.close();
    await rm(folder, { recursive: true, force: true });
    expect(internalErrors).toEqual([]);
  });
  return shared;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface RawRequest {
  method?: string;
  /** As it goes over the wire, query and all. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Left out: a connection of its own. */
  agent?: Agent;
}

/** Sends exactly what it is given. */
export function send(
  sandbox: Sandbox,
  { method = 'GET', path, headers = {}, body, agent }: RawRequest,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port: sandbox.port, method, path, headers, agent: agent ?? false },
      (message) => {
        const chunks: Buffer[] = [];
        message.on('data', (chunk: Buffer) => chunks.push(chunk));
        message.on('error', reject);
        message.on('end', () => {
          resolve({
            status: message.statusCode ?? 0,
            headers: message.headers,
            body: Buffer.concat(chunks).toString(),
          });
        });
      },
    );
    outgoing.on('error', reject);
    if (!('expect' in headers)) outgoing.end(body);
    else outgoing.on('continue', () => outgoing.end(body)).flushHeaders();
  });
}

/** The content of the first element with a name. */
export function xmlText(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}

export interface Signed {
  headers: Record<string, string>;
  /** What chunk signatures go on from. */
  seed: string;
  key: Buffer;
  timestamp: string;
  scope: string;
}

export interface SignInput extends RawRequest {
  payloadHash?: string;
  /** When the request claims to be made. */
  at?: Date;
  region?: string;
  accessKeyId?: string;
  secretAccessKey?: string;
}

/** Signs a request by hand, for what the SDK does not send: a second reading of the specification. */
export function sign(sandbox: Sandbox, input: SignInput): Signed {
  const { method = 'GET', path, headers = {}, body = '', region = sandbox.region, at = new Date() } = input;
  const timestamp = at.toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${timestamp.slice(0, 8)}/${region}/s3/aws4_request`;
  const payloadHash = input.payloadHash ?? createHash('sha256').update(body).digest('hex');
  const all: Record<string, string> = {
    host: `127.0.0.1:${String(sandbox.port)}`,
    ...headers,
    'x-amz-content-sha256': payloadHash,
    'x-amz-date': timestamp,
  };
  const names = Object.keys(all).sort();
  const [url = '', query = ''] = path.split('?');
  const canonicalQuery = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
    .sort()
    .join('&');
  const canonical = [
    method,
    url,
    canonicalQuery,
    ...names.map((name) => `${name}:${all[name] ?? ''}`),
    '',
    names.join(';'),
    payloadHash,
  ].join('\n');
  let key = Buffer.from(`AWS4${input.secretAccessKey ?? sandbox.secretAccessKey}`);
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  const text = [
    'AWS4-HMAC-SHA256',
    timestamp,
    scope,
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n');
  const seed = createHmac('sha256', key).update(text).digest('hex');
  const credential = `${input.accessKeyId ?? sandbox.accessKeyId}/${scope}`;
  all['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${seed}`;
  return { headers: all, seed, key, timestamp, scope };
}

/** Signs by hand, and sends. */
export function sendSigned(sandbox: Sandbox, input: SignInput): Promise<Answer> {
  return send(sandbox, { ...input, headers: sign(sandbox, input).headers });
}

/** Runs `work` with a sandbox over a folder, and closes it. */
export async function withSandbox<T>(
  folder: string,
  work: (s3: S3Client, sandbox: Sandbox) => Promise<T>,
): Promise<T> {
  const errors: unknown[] = [];
  const sandbox = await startSandbox({ folder, onInternalError: (error) => errors.push(error) });
  const s3 = clientFor(sandbox);
  try {
    return await work(s3, sandbox);
  } finally {
    s3.destroy();
    await sandbox.close();
    expect(errors).toEqual([]);
  }
}

/** The sandbox in a process of its own, as the app runs it. */
export async function forkSandbox(folder: string): Promise<{ child: ChildProcess; answer: SandboxAnswer }> {
  const entry = new URL('../../src/main/sandbox/process.ts', import.meta.url);
  const child = fork(entry, { execArgv: ['--import', 'tsx'], stdio: 'inherit' });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.send({ folder });
  const [answer] = (await once(child, 'message')) as [SandboxAnswer];
  return { child, answer };
}

/** Why there is no sandbox; empty when there is one. */
export const errorOf = (answer: SandboxAnswer) => ('error' in answer ? answer.error : '');

/** In hex, as an ETag has it. */
export const md5 = (bytes: string | Uint8Array): string => createHash('md5').update(bytes).digest('hex');

/** Puts an object into a bucket of its own (the bucket is given), and reads one whole, through the SDK. */
export function objectsOf(shared: { s3: S3Client; bucket: () => Promise<string> }) {
  return {
    async put(Key: string, Body: string | Uint8Array = Key, more: object = {}): Promise<string> {
      const Bucket = await shared.bucket();
      await shared.s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
      return Bucket;
    },
    async read(input: GetObjectCommandInput): Promise<Buffer> {
      const { Body } = await shared.s3.send(new GetObjectCommand(input));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
  };
}
