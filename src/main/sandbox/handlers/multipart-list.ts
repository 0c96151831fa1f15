import { ownerElement } from '../acl.ts';
import { bucketOf, type Call } from '../call.ts';
import { quoted } from '../object-headers.ts';
import { xmlReply, type Reply } from '../reply.ts';
import type { BucketStore } from '../store/bucket-store.ts';
import { compareKeys } from '../store/sorted-index.ts';
import { readDetails, type Upload } from '../store/version.ts';
import { each, element, text, xmlDocument, type Xml } from '../xml.ts';
import { readCount, readOptions } from './listing.ts';
import { uploadOf } from './multipart.ts';
import { isoDate } from './service.ts';

/** GET /bucket/key?uploadId */
export function listParts(call: Call): Reply {
  const bucket = bucketOf(call);
  const upload = uploadOf(call, bucket);
  const { query, limits } = call;
  const most = readCount(query.get('max-parts'), 'max-parts', limits.pageSize);
  const after = readCount(query.get('part-number-marker') ?? '0', 'part-number-marker', limits.maxPartNumber);
  const all = [...upload.parts.values()]
    .filter((part) => part.number > after)
    .sort((a, b) => a.number - b.number);
  const page = all.slice(0, most);
  const truncated = page.length < all.length;
  return xmlReply(
    xmlDocument(
      'ListPartsResult',
      text('Bucket', call.bucket),
      text('Key', call.key),
      text('UploadId', upload.id),
      ...people(call, bucket, upload),
      text('PartNumberMarker', after),
      text('NextPartNumberMarker', truncated ? page.at(-1)?.number : undefined),
      text('MaxParts', most),
      text('IsTruncated', truncated),
      each(page, (part) =>
        element(
          'Part',
          text('PartNumber', part.number),
          text('LastModified', isoDate(part.modified)),
          text('ETag', quoted(part.etag)),
          text('Size', part.size),
        ),
      ),
    ),
  );
}

/** GET /bucket?uploads: by key, then by age. */
export function listUploads(call: Call): Reply {
  const bucket = bucketOf(call);
  const options = readOptions(call, 'max-uploads');
  const { prefix, delimiter, encode } = options;
  const keyMarker = call.query.get('key-marker') ?? '';
  const idMarker = call.query.get('upload-id-marker') ?? '';
  const isAfter = (name: string, upload?: Upload) => {
    if (keyMarker === '') return true;
    const order = compareKeys(name, keyMarker);
    // Ids sort by age. Without a key marker AWS ignores the id marker.
    return order > 0 || (order === 0 && upload !== undefined && idMarker !== '' && upload.id > idMarker);
  };
  const sorted = [...bucket.uploads.values()]
    .filter((upload) => upload.key.startsWith(prefix))
    .sort((a, b) => compareKeys(a.key, b.key) || (a.id < b.id ? -1 : 1));
  const rows: ({ upload: Upload } | { prefix: string })[] = [];
  const seen = new Set<string>();
  for (const upload of sorted) {
    const at = delimiter === '' ? -1 : upload.key.indexOf(delimiter, prefix.length);
    if (at === -1) {
      if (isAfter(upload.key, upload)) rows.push({ upload });
      continue;
    }
    const common = upload.key.slice(0, at + delimiter.length);
    if (!seen.has(common) && isAfter(common)) rows.push({ prefix: common });
    seen.add(common);
  }
  const page = rows.slice(0, options.limit);
  const truncated = options.limit > 0 && page.length < rows.length;
  const last = truncated ? page.at(-1) : undefined;
  const lastName = last && ('prefix' in last ? last.prefix : last.upload.key);
  return xmlReply(
    xmlDocument(
      'ListMultipartUploadsResult',
      text('Bucket', call.bucket),
      text('KeyMarker', encode(keyMarker)),
      text('UploadIdMarker', idMarker),
      text('NextKeyMarker', lastName === undefined ? undefined : encode(lastName)),
      text('NextUploadIdMarker', last && 'upload' in last ? last.upload.id : undefined),
      text('Prefix', encode(prefix)),
      text('Delimiter', delimiter === '' ? undefined : encode(delimiter)),
      text('EncodingType', options.encodingType),
      text('MaxUploads', options.limit),
      text('IsTruncated', truncated),
      each(page, (row) =>
        'prefix' in row
          ? element('CommonPrefixes', text('Prefix', encode(row.prefix)))
          : element(
              'Upload',
              text('Key', encode(row.upload.key)),
              text('UploadId', row.upload.id),
              ...people(call, bucket, row.upload),
              text('Initiated', isoDate(row.upload.initiated)),
            ),
      ),
    ),
  );
}

function people(call: Call, bucket: BucketStore, upload: Upload): Xml[] {
  const { owner = bucket.settings.owner, storageClass = 'STANDARD' } = readDetails(upload);
  return [
    ownerElement('Initiator', upload.initiator, call.users),
    ownerElement('Owner', owner, call.users),
    text('StorageClass', storageClass),
  ];
}
