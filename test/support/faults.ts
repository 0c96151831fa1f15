import { onTestFinished } from 'vitest';
import type { S3Settings } from '#shared/connection.ts';
import { createS3Storage } from '#storage/s3/s3-storage.ts';
import type { RetryPolicy } from '#storage/retry.ts';
import type { Storage } from '#storage/storage.ts';
import { localSettings } from '#test/support/endpoints.ts';
import { type Answer, type FaultServer, startFaultServer } from '#test/support/fault-server.ts';

/** A server that answers as told, and the engine on it, without retries; both end with the test. */
export async function connect(
  answer: Answer,
  changes: Partial<S3Settings> = {},
): Promise<{ server: FaultServer; storage: Storage }> {
  const server = await startFaultServer(answer);
  const storage = createS3Storage({
    settings: localSettings(server.endpoint, changes),
    secretAccessKey: 's',
  });
  onTestFinished(async () => {
    storage.close();
    await server.close();
  });
  return { server, storage };
}

/** The order of the retries as always, but their pauses short. */
export const quick: Partial<RetryPolicy> = { baseMs: 2, maxMs: 10 };

/** What the fault servers have to give, and where. */
export const ref = { bucket: 'b', key: 'k' };
export const object = { bytes: Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 253)), etag: 'e1' };

export async function gather(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}
