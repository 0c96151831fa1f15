import { Agent, request } from 'node:https';
import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import type { LookupFunction } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  CreateBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { hcpKeys } from '#storage/hcp/credentials.ts';
import { freshBucketName } from '#test/support/endpoints.ts';
import type { FakeHcp } from '#test/support/fake-hcp/fake-hcp.ts';

/** Its names are in no DNS. */
const onLoopback: LookupFunction = (_host, options, done) => {
  if (options.all === true) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
};

export interface Person {
  username: string;
  password: string;
}
export const OWNER: Person = { username: 'lgreen', password: 'p4ssw0rd' };
export const OTHER: Person = { username: 'mwhite', password: "somebody else's" };

async function agentFor(hcp: FakeHcp): Promise<Agent> {
  return new Agent({ ca: await readFile(hcp.caFile), lookup: onLoopback, keepAlive: false });
}

/** The SDK as it comes, but for where the names lead. */
export async function sdk(
  hcp: FakeHcp,
  { username, password }: Person = OWNER,
  checksums: 'WHEN_REQUIRED' | 'WHEN_SUPPORTED' = 'WHEN_REQUIRED',
): Promise<S3Client> {
  return new S3Client({
    endpoint: `https://finance.${hcp.domain}:${hcp.s3Port}`,
    region: 'eu-somewhere-9',
    forcePathStyle: true,
    credentials: hcpKeys(username, password),
    requestChecksumCalculation: checksums,
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({ httpsAgent: await agentFor(hcp) }),
  });
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Ask {
  side?: 's3' | 'mapi';
  host?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

/** One request, as it is given. */
export async function ask(hcp: FakeHcp, path: string, options: Ask = {}): Promise<Answer> {
  const { side = 'mapi', host = `finance.${hcp.domain}`, method = 'GET', headers = {}, body } = options;
  const port = side === 's3' ? hcp.s3Port : hcp.managementPort;
  const agent = await agentFor(hcp);
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, path, method, headers, agent }, (message) => {
      text(message).then(
        (answered) => resolve({ status: message.statusCode ?? 0, headers: message.headers, body: answered }),
        reject,
      );
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** `Authorization` as the Management API has it. */
export function hcpHeader({ username, password }: Person = OWNER): Record<string, string> {
  const { accessKeyId, secretAccessKey } = hcpKeys(username, password);
  return { authorization: `HCP ${accessKeyId}:${secretAccessKey}` };
}

/** JSON to and from the Management API. */
export function mapi(hcp: FakeHcp, path: string, method = 'GET', body?: object): Promise<Answer> {
  const headers = { ...hcpHeader(), accept: 'application/json', 'content-type': 'application/json' };
  return ask(hcp, `/mapi/tenants/finance${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** A new bucket with these objects. */
export async function bucketOn(
  s3: S3Client,
  keys: readonly string[] = [],
  versioned = false,
): Promise<string> {
  const Bucket = freshBucketName();
  await s3.send(new CreateBucketCommand({ Bucket }));
  if (versioned) {
    const VersioningConfiguration = { Status: 'Enabled' as const };
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  }
  for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  return Bucket;
}

/** The code that a request is refused with; with what it has as its HTTP status. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const status = '$metadata' in error ? (error.$metadata as { httpStatusCode?: number }).httpStatusCode : 0;
    return `${error.name} ${status}`;
  }
  return 'not refused';
}
