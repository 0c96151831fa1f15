import { ownerElement } from '../acl.ts';
import { bucketOf, type Call } from '../call.ts';
import { listingEncode } from '../encoding.ts';
import { invalidArgument, S3Error } from '../errors.ts';
import { quoted } from '../object-headers.ts';
import { xmlReply, type Reply } from '../reply.ts';
import type { BucketStore } from '../store/bucket-store.ts';
import { listObjects, listVersions, type Page, type Row } from '../store/listing.ts';
import { readDetails, type Version } from '../store/version.ts';
import { each, element, NOTHING, text, xmlDocument, type Xml } from '../xml.ts';
import { isoDate } from './service.ts';

/** GET /bucket?list-type=2 */
export function listObjectsV2(call: Call): Reply {
  const bucket = bucketOf(call);
  const { query } = call;
  const options = readOptions(call, 'max-keys');
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after');
  const after = token === undefined ? startAfter : readToken(token);
  const page = listPage(call, bucket, options, after);
  const last = page.next ?? nameOf(page.rows.at(-1));
  const showOwner = query.get('fetch-owner') === 'true';
  return xmlReply(
    xmlDocument(
      'ListBucketResult',
      text('Name', call.bucket),
      text('Prefix', options.encode(options.prefix)),
      text('StartAfter', startAfter === undefined ? undefined : options.encode(startAfter)),
      text('ContinuationToken', token),
      text('NextContinuationToken', page.truncated ? writeToken(last) : undefined),
      text('KeyCount', page.rows.length),
      text('MaxKeys', options.limit),
      text('Delimiter', options.delimiter === '' ? undefined : options.encode(options.delimiter)),
      text('EncodingType', options.encodingType),
      text('IsTruncated', page.truncated),
      writeObjects(call, bucket, page, options, showOwner),
      writePrefixes(page, options),
    ),
  );
}

/** GET /bucket, the first version of the listing. */
export function listObjectsV1(call: Call): Reply {
  const bucket = bucketOf(call);
  const options = readOptions(call, 'max-keys');
  const marker = call.query.get('marker');
  const page = listPage(call, bucket, options, marker);
  const last = page.next ?? nameOf(page.rows.at(-1));
  return xmlReply(
    xmlDocument(
      'ListBucketResult',
      text('Name', call.bucket),
      text('Prefix', options.encode(options.prefix)),
      text('Marker', options.encode(marker ?? '')),
      // Without a delimiter the last key says it.
      text('NextMarker', page.truncated && options.delimiter !== '' ? options.encode(last) : undefined),
      text('MaxKeys', options.limit),
      text('Delimiter', options.delimiter === '' ? undefined : options.encode(options.delimiter)),
      text('EncodingType', options.encodingType),
      text('IsTruncated', page.truncated),
      writeObjects(call, bucket, page, options, true),
      writePrefixes(page, options),
    ),
  );
}

/** GET /bucket?versions */
export function listObjectVersions(call: Call): Reply {
  const bucket = bucketOf(call);
  const { query } = call;
  const options = readOptions(call, 'max-keys');
  const keyMarker = query.get('key-marker') ?? '';
  const versionMarker = query.get('version-id-marker') ?? '';
  if (versionMarker !== '' && keyMarker === '') {
    throw invalidArgument(
      'A version-id marker cannot be specified without a key marker.',
      'version-id-marker',
      versionMarker,
    );
  }
  const after = keyMarker === '' ? undefined : keyMarker;
  const afterVersion = versionMarker === '' ? undefined : versionMarker;
  const page =
    options.limit === 0
      ? { rows: [], truncated: false }
      : listVersions(bucket.index, {
          ...options,
          after,
          afterVersion,
          order: call.behaviour.versionOrder,
          showsMarkers: call.behaviour.showsMarkers(bucket),
        });
  const last = page.truncated ? page.rows.at(-1) : undefined;
  return xmlReply(
    xmlDocument(
      'ListVersionsResult',
      text('Name', call.bucket),
      text('Prefix', options.encode(options.prefix)),
      text('KeyMarker', options.encode(keyMarker)),
      text('VersionIdMarker', versionMarker),
      text('NextKeyMarker', last && options.encode(nameOf(last))),
      text('NextVersionIdMarker', last && 'version' in last ? last.version.versionId : undefined),
      text('MaxKeys', options.limit),
      text('Delimiter', options.delimiter === '' ? undefined : options.encode(options.delimiter)),
      text('EncodingType', options.encodingType),
      text('IsTruncated', page.truncated),
      each(page.rows, (row) => writeVersion(call, bucket, row, options)),
      writePrefixes(page, options),
    ),
  );
}

export interface ListOptions {
  prefix: string;
  delimiter: string;
  limit: number;
  encodingType: string | undefined;
  /** What `encodingType` asks for. */
  encode: (name: string) => string;
}

/** What all listings of names are asked with. @throws S3Error InvalidArgument */
export function readOptions({ query, limits }: Call, limitName: 'max-keys' | 'max-uploads'): ListOptions {
  const encodingType = query.get('encoding-type');
  if (encodingType !== undefined && encodingType !== 'url') {
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encodingType);
  }
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    limit: readCount(query.get(limitName), limitName, limits.pageSize),
    encodingType,
    encode: encodingType === 'url' ? listingEncode : (name) => name,
  };
}

/** A number of rows; more than a page holds is a page. @throws S3Error InvalidArgument */
export function readCount(value: string | undefined, name: string, most: number): number {
  if (value === undefined || value === '') return most;
  if (!/^\d+$/.test(value))
    throw invalidArgument('Provided max-keys not an integer or within integer range', name, value);
  return Math.min(Number(value), most);
}

export function writePrefixes(page: { rows: readonly Row[] }, { encode }: ListOptions): Xml {
  return each(page.rows, (row) =>
    'prefix' in row ? element('CommonPrefixes', text('Prefix', encode(row.prefix))) : NOTHING,
  );
}

function listPage(call: Call, bucket: BucketStore, options: ListOptions, after: string | undefined): Page {
  if (options.limit === 0) return { rows: [], truncated: false };
  const request = { ...options, after: after === '' ? undefined : after };
  return call.behaviour.page(bucket, request, listObjects(bucket.index, request));
}

function nameOf(row: Row | undefined): string {
  if (row === undefined) return '';
  return 'prefix' in row ? row.prefix : row.version.key;
}

function writeObjects(
  call: Call,
  bucket: BucketStore,
  page: Page,
  { encode }: ListOptions,
  showOwner: boolean,
): Xml {
  const versions = page.rows.flatMap((row) => ('version' in row ? [row.version] : []));
  return each(versions, (version) => {
    const { owner, storageClass } = describe(bucket, version);
    return element(
      'Contents',
      text('Key', encode(version.key)),
      text('LastModified', isoDate(version.modified)),
      text('ETag', quoted(version.etag)),
      text('Size', version.size),
      ...(showOwner ? [ownerElement('Owner', owner, call.users)] : []),
      text('StorageClass', storageClass),
    );
  });
}

function writeVersion(call: Call, bucket: BucketStore, row: Row, { encode }: ListOptions): Xml {
  if ('prefix' in row) return NOTHING;
  const { version, isLatest } = row;
  const { owner, storageClass } = describe(bucket, version);
  const named = [
    text('Key', encode(version.key)),
    text('VersionId', version.versionId),
    text('IsLatest', isLatest),
    text('LastModified', isoDate(version.modified)),
  ];
  const ownedBy = ownerElement('Owner', owner, call.users);
  if (version.data === undefined) return element('DeleteMarker', ...named, ownedBy);
  return element(
    'Version',
    ...named,
    text('ETag', quoted(version.etag)),
    text('Size', version.size),
    text('StorageClass', storageClass),
    ownedBy,
  );
}

function describe(bucket: BucketStore, version: Version): { owner: string; storageClass: string } {
  const { owner = bucket.settings.owner, storageClass = 'STANDARD' } = readDetails(version);
  return { owner, storageClass };
}

/** A token is where the page ended, wrapped up so that nobody relies on it. */
function writeToken(name: string): string {
  return Buffer.from(`1${name}`).toString('base64url');
}

function readToken(token: string): string {
  const name = Buffer.from(token, 'base64url').toString().slice(1);
  if (writeToken(name) === token) return name;
  throw new S3Error('InvalidArgument', { message: 'The continuation token provided is incorrect' });
}
