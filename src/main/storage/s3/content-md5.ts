import { createHash } from 'node:crypto';
import type { DeleteObjectsCommand, S3Client } from '@aws-sdk/client-s3';

const NAME = 'cooperContentMd5';
const CRC = /^x-amz-(checksum-|sdk-checksum-algorithm$)/iu;

/**
 * Where S3 wants a digest of the body (DeleteObjects, and the PUTs of settings), the SDK sends CRC32, even when told
 * that checksums are to be sent only where they are required. HCP and older servers know Content-MD5 alone, and AWS
 * takes it too (aws-sdk-js-v3, supplemental-docs/MD5_FALLBACK.md).
 */
export function sendContentMd5(client: S3Client): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const { request } = args;
      if (!isRequest(request) || typeof request.body === 'object') return next(args);
      const crc = Object.keys(request.headers).filter((name) => CRC.test(name));
      if (crc.length === 0) return next(args);
      for (const name of crc) delete request.headers[name];
      request.headers['content-md5'] = createHash('md5')
        .update(request.body ?? '')
        .digest('base64');
      return next(args);
    },
    { step: 'build', priority: 'low', name: NAME },
  );
}

/** Leaves the SDK's CRC32 in one request, which asks whether the server takes it. */
export function keepCrc32(command: DeleteObjectsCommand): void {
  command.middlewareStack.add((next) => (args) => next(args), {
    step: 'build',
    priority: 'low',
    name: NAME,
    override: true,
  });
}

function isRequest(request: unknown): request is { headers: Record<string, string>; body?: string } {
  return typeof request === 'object' && request !== null && 'headers' in request;
}
