import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { PRESIGN_MAX_SECONDS } from '#shared/objects.ts';
import { StorageError } from '../errors.ts';
import type { PresignRequest, Storage } from '../storage.ts';
import type { S3 } from './call.ts';

/**
 * Links. They carry no checksum: the SDK would bake that of an empty body into a link to put, which then takes no other
 * (checksums are sent only where they are required; see `client.ts`).
 */
export function presignCalls({ client, step }: S3): Pick<Storage, 'presign'> {
  return {
    presign: (request, options) => {
      const { bucket, key, versionId, method, expiresSeconds } = request;
      return step({ operation: 'presign', bucket, key }, options, async () => {
        check(request);
        const input = { Bucket: bucket, Key: key };
        const command =
          method === 'get_object'
            ? new GetObjectCommand({ ...input, VersionId: versionId })
            : new PutObjectCommand(input);
        // By the server's clock, once an answer has told how far this computer's is off.
        const signingDate = new Date(Date.now() + client.config.systemClockOffset);
        return getSignedUrl(client, command, { expiresIn: expiresSeconds, signingDate });
      });
    },
  };
}

/** @throws StorageError `invalid-input` */
function check({ bucket, key, versionId, method, expiresSeconds }: PresignRequest): void {
  const problem = problemOf(method, expiresSeconds, versionId);
  if (problem !== undefined) {
    throw new StorageError({ kind: 'invalid-input', operation: 'presign', bucket, key, message: problem });
  }
}

function problemOf(method: string, seconds: number, versionId: string | undefined): string | undefined {
  if (method !== 'get_object' && method !== 'put_object')
    return 'A link can get_object or put_object, nothing else.';
  if (method === 'put_object' && versionId !== undefined)
    return 'A link cannot put a version: each put makes a new one.';
  if (!Number.isInteger(seconds) || seconds < 1)
    return 'A link lives for a whole number of seconds, at least one.';
  if (seconds > PRESIGN_MAX_SECONDS)
    return 'A link lives for at most 7 days: the signature (version 4) allows no more.';
  return undefined;
}
