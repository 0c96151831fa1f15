import { Readable } from 'node:stream';

export interface BodyExpectation {
  /** Bytes that have to arrive: no more, no less. */
  contentLength: number;
  /** Makes the error for a body of another length. */
  lengthError: (received: number) => Error;
  /** Translates what the connection reports. */
  toError: (error: unknown, received: number) => Error;
}

/**
 * The bytes of a response, counted as they pass: it ends without an error only when as many arrived as were promised.
 * Destroying it before the end destroys the socket.
 */
export function checkedBody(source: Readable, expected: BodyExpectation): Readable {
  let received = 0;
  const body = new Readable({
    read() {
      source.resume();
    },
    destroy(error, done) {
      // Read to its end it is done, and its socket waits for the next request.
      if (!source.readableEnded) source.destroy();
      done(error);
    },
  });
  source.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received > expected.contentLength) body.destroy(expected.lengthError(received));
    else if (!body.push(chunk)) source.pause();
  });
  source.on('end', () => {
    if (received === expected.contentLength) body.push(null);
    else body.destroy(expected.lengthError(received));
  });
  source.on('error', (error) => body.destroy(expected.toError(error, received)));
  source.on('close', () => {
    if (!source.readableEnded && !body.destroyed) body.destroy(expected.lengthError(received));
  });
  source.pause();
  // Whoever comes after the last event of a stream waits for it in vain.
  if (source.destroyed) body.destroy(expected.toError(source.errored ?? expected.lengthError(0), 0));
  return body;
}

/**
 * The same bytes at once, checked likewise: without a stream of its own for each, which costs more than a small body.
 * Nobody else may read `source`.
 */
export function collectBody(
  source: Readable,
  { contentLength, lengthError, toError }: BodyExpectation,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    source.on('data', (chunk: Buffer) => {
      received += chunk.length;
      chunks.push(chunk);
      if (received <= contentLength) return;
      reject(lengthError(received));
      source.destroy();
    });
    source.on('end', () => {
      const [first] = chunks;
      if (received !== contentLength) reject(lengthError(received));
      else resolve(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, received));
    });
    source.on('error', (error) => reject(toError(error, received)));
    source.on('close', () => source.readableEnded || reject(lengthError(received)));
    // Whoever comes after the last event of a stream waits for it in vain.
    if (source.destroyed) reject(toError(source.errored ?? lengthError(0), 0));
  });
}
