import type { Call } from '../call.ts';
import { bucketOf } from '../call.ts';
import { writeCondition } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import {
  checkKey,
  checksumHeaders,
  describedBy,
  ownedBy,
  quoted,
  refuseUnsupported,
  taggedBy,
  versionHeader,
} from '../object-headers.ts';
import { emptyReply, type Reply } from '../reply.ts';
import { writeDetails } from '../store/version.ts';

/** PUT /bucket/key */
export async function putObject(call: Call): Promise<Reply> {
  refuseUnsupported(call.headers);
  const bucket = bucketOf(call);
  checkKey(call, call.key);
  checkLength(call);
  const check = writeCondition(call);
  const details = { ...describedBy(call), ...ownedBy(call, bucket), ...taggedBy(call) };
  const { data, size } = await bucket.data.store(call.body.chunks());
  const checksum = call.body.checksum();
  const version = await bucket.put(
    {
      key: call.key,
      size,
      data,
      etag: call.body.md5().toString('hex'),
      details: writeDetails({ ...details, ...(checksum !== undefined && { checksum }) }),
    },
    { check },
  );
  return emptyReply(200, {
    etag: quoted(version.etag),
    ...versionHeader(bucket, version),
    ...(checksum !== undefined && checksumHeaders(...checksum)),
  });
}

/** Before a byte is read. @throws S3Error MissingContentLength, EntityTooLarge */
export function checkLength({ body, limits }: Call): void {
  if (body.length === undefined) throw new S3Error('MissingContentLength');
  if (body.length <= limits.putBytes) return;
  throw new S3Error('EntityTooLarge', {
    fields: { ProposedSize: String(body.length), MaxSizeAllowed: String(limits.putBytes) },
  });
}
