import { onTestFinished } from 'vitest';
import type { Failure } from '#shared/failure.ts';
import type { S3Settings } from '#shared/connection.ts';
import { toFailure } from '#storage/failure.ts';
import { createS3Storage } from '#storage/s3/s3-storage.ts';
import type { Storage } from '#storage/storage.ts';
import { localSettings } from './endpoints.ts';
import { type FaultServer, sendPage, startFaultServer } from './fault-server.ts';

/** A server that answers everything with a page of one key; it ends with the test. */
export async function serve(tls?: { key: string; cert: string }): Promise<FaultServer> {
  const server = await startFaultServer((_, response) => sendPage(response, { keys: ['a'] }), tls);
  onTestFinished(() => server.close());
  return server;
}

/** The engine on an endpoint; closed with the test. */
export function open(endpoint: string, changes: Partial<S3Settings> = {}): Storage {
  const storage = createS3Storage({
    settings: localSettings(endpoint, changes),
    secretAccessKey: 'secret',
    appVersion: '1.2.3',
  });
  onTestFinished(() => storage.close());
  return storage;
}

/** What a person reads of a call that fails; undefined when it does not. */
export async function failureOf(call: Promise<unknown>): Promise<Failure | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return toFailure(error);
  }
}
