import { bucketOf, type Call } from '../call.ts';
import { writeCondition } from '../conditions.ts';
import { invalidArgument, S3Error } from '../errors.ts';
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
import { parseCopyRange } from '../range.ts';
import { emptyReply, xmlReply, type Reply } from '../reply.ts';
import type { BucketStore } from '../store/bucket-store.ts';
import { segmentsOf, writeDetails, type Part, type Upload } from '../store/version.ts';
import { childrenNamed, requiredText, text, xmlDocument } from '../xml.ts';
import { copyResult, findSource, storeReading, tooLarge } from './copy.ts';
import { checkLength } from './object-write.ts';

/** POST /bucket/key?uploads */
export async function createUpload(call: Call): Promise<Reply> {
  refuseUnsupported(call.headers);
  const bucket = bucketOf(call);
  checkKey(call, call.key);
  const details = { ...describedBy(call), ...ownedBy(call, bucket), ...taggedBy(call) };
  const initiator = call.identity.type === 'user' ? call.identity.user.id : bucket.settings.owner;
  const id = await bucket.beginUpload({ key: call.key, details: writeDetails(details), initiator });
  return xmlReply(
    xmlDocument(
      'InitiateMultipartUploadResult',
      text('Bucket', call.bucket),
      text('Key', call.key),
      text('UploadId', id),
    ),
  );
}

/** PUT /bucket/key?partNumber&uploadId */
export async function uploadPart(call: Call): Promise<Reply> {
  refuseUnsupported(call.headers);
  const bucket = bucketOf(call);
  const upload = uploadOf(call, bucket);
  const number = partNumberOf(call);
  checkLength(call);
  const { data, size } = await bucket.data.store(call.body.chunks());
  const part = await bucket.putPart(upload.id, { number, size, data, etag: call.body.md5().toString('hex') });
  const checksum = call.body.checksum();
  return emptyReply(200, {
    etag: quoted(part.etag),
    ...(checksum !== undefined && checksumHeaders(...checksum)),
  });
}

/** PUT /bucket/key?partNumber&uploadId with x-amz-copy-source */
export async function uploadPartCopy(call: Call): Promise<Reply> {
  refuseUnsupported(call.headers);
  const bucket = bucketOf(call);
  const upload = uploadOf(call, bucket);
  const number = partNumberOf(call);
  const source = findSource(call);
  const range = call.headers.get('x-amz-copy-source-range');
  const { start, end } =
    range === undefined ? { start: 0, end: source.version.size } : parseCopyRange(range, source.version.size);
  if (end - start > call.limits.putBytes) throw tooLarge(call);
  const reading = source.bucket.data.read(segmentsOf(source.version), start, end);
  try {
    const { data, md5 } = await storeReading(bucket, reading);
    const part = await bucket.putPart(upload.id, { number, size: end - start, data, etag: md5 });
    return xmlReply(
      copyResult('CopyPartResult', part),
      versionHeader(source.bucket, source.version, 'x-amz-copy-source-version-id'),
    );
  } finally {
    reading.close();
  }
}

/** DELETE /bucket/key?uploadId */
export async function abortUpload(call: Call): Promise<Reply> {
  const bucket = bucketOf(call);
  await bucket.abortUpload(uploadOf(call, bucket).id);
  return emptyReply(204);
}

/** POST /bucket/key?uploadId */
export async function completeUpload(call: Call): Promise<Reply> {
  const bucket = bucketOf(call);
  uploadOf(call, bucket);
  const check = writeCondition(call);
  const request = await call.body.xml('CompleteMultipartUpload');
  const named = childrenNamed(request, 'Part').map((part) => ({
    number: Number(requiredText(part, 'PartNumber')),
    etag: requiredText(part, 'ETag').replace(/^"(.*)"$/, '$1'),
  }));
  if (named.length === 0) throw new S3Error('MalformedXML');
  // From here to the put nothing is waited for: neither the upload nor its parts change in between.
  const upload = uploadOf(call, bucket);
  const parts = namedParts(call, upload, named);
  const version = await bucket.put(
    {
      key: call.key,
      size: parts.reduce((sum, part) => sum + part.size, 0),
      etag: call.behaviour.multipartEtag(parts),
      data: parts.flatMap((part) => part.data),
      details: upload.details,
    },
    { check, upload: upload.id },
  );
  return xmlReply(
    xmlDocument(
      'CompleteMultipartUploadResult',
      text('Location', `http://${call.headers.get('host') ?? ''}${call.rawPath}`),
      text('Bucket', call.bucket),
      text('Key', call.key),
      text('ETag', quoted(version.etag)),
    ),
    versionHeader(bucket, version),
  );
}

/** The parts that a completion names, in their order. @throws S3Error InvalidPartOrder, InvalidPart, EntityTooSmall */
function namedParts(call: Call, upload: Upload, named: readonly { number: number; etag: string }[]): Part[] {
  const parts = named.map(({ number, etag }, i) => {
    if (i > 0 && number <= (named[i - 1]?.number ?? 0)) throw new S3Error('InvalidPartOrder');
    const part = upload.parts.get(number);
    if (part?.etag !== etag) {
      throw new S3Error('InvalidPart', {
        fields: { UploadId: upload.id, PartNumber: String(number), ETag: etag },
      });
    }
    return part;
  });
  for (const part of parts.slice(0, -1)) {
    if (part.size >= call.limits.minPartBytes) continue;
    throw new S3Error('EntityTooSmall', {
      fields: {
        ProposedSize: String(part.size),
        MinSizeAllowed: String(call.limits.minPartBytes),
        PartNumber: String(part.number),
        ETag: part.etag,
      },
    });
  }
  return parts;
}

/** @throws S3Error NoSuchUpload, also for an upload of another key. */
export function uploadOf(call: Call, bucket: BucketStore): Upload {
  const id = call.query.get('uploadId') ?? '';
  const upload = bucket.uploads.get(id);
  if (upload?.key !== call.key) throw new S3Error('NoSuchUpload', { fields: { UploadId: id } });
  return upload;
}

function partNumberOf({ query, limits }: Call): number {
  const value = query.get('partNumber') ?? '';
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= 1 && number <= limits.maxPartNumber) return number;
  throw invalidArgument(
    `Part number must be an integer between 1 and ${String(limits.maxPartNumber)}, inclusive`,
    'partNumber',
    value,
  );
}
