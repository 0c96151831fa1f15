import fc from 'fast-check';
import { onTestFinished } from 'vitest';
import { createS3Storage } from '#storage/s3/s3-storage.ts';
import { localSettings } from './endpoints.ts';
import { startFaultServer } from './fault-server.ts';

/** Mostly what servers write, now and then something else. */
export const mostly = <T>(plain: fc.Arbitrary<T>, ...odd: T[]) =>
  fc.oneof({ weight: 40, arbitrary: plain }, { weight: 1, arbitrary: fc.constantFrom(...odd) });

/** A text as XML has it. */
export const escaped = (text: string) =>
  text.replace(
    /[&<>"']/gu,
    (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&apos;' })[c] ?? c,
  );

/** The same request past the SDK and by it, to a server that says whatever it is told. */
export async function bothWays() {
  const said = { body: Buffer.alloc(0) as Uint8Array };
  const sent: { body: Buffer; md5: string | undefined }[] = [];
  const server = await startFaultServer((request, response) => {
    response.req.once('end', () => {
      sent.push({ body: request.body(), md5: request.headers['content-md5']?.toString() });
      response.end(said.body);
    });
  });
  onTestFinished(() => server.close());
  const settings = localSettings(server.endpoint);
  const open = (lean: boolean) => {
    const storage = createS3Storage({ settings, secretAccessKey: 's', lean });
    onTestFinished(() => storage.close());
    return storage;
  };
  return { said, sent, scanned: open(true), read: open(false) };
}

/** What a call comes to, also when that is an error. */
export async function outcome<T>(call: Promise<T>): Promise<T | { error: string }> {
  try {
    return await call;
  } catch (error) {
    return { error: String(error) };
  }
}

/** Tries documents, then such with bytes that are no UTF-8, and such that break off. */
export async function tryDocuments(
  document: fc.Arbitrary<string>,
  check: (bytes: Buffer) => Promise<void>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(document, (text) => check(Buffer.from(text))),
    { numRuns: 400 },
  );
  await fc.assert(
    fc.asyncProperty(document, fc.nat(), fc.integer({ min: 128, max: 255 }), async (text, at, byte) => {
      const bytes = Buffer.from(text);
      const damaged = Buffer.from(bytes);
      damaged[at % damaged.length] = byte;
      await check(damaged);
      await check(bytes.subarray(0, at % bytes.length));
    }),
    { numRuns: 100 },
  );
}
