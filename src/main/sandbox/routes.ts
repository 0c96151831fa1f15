import type { Handler } from './call.ts';
import { S3Error } from './errors.ts';
import * as settings from './handlers/bucket-settings.ts';
import { copyObject } from './handlers/copy.ts';
import { deleteObject, deleteObjects } from './handlers/delete.ts';
import { listObjectsV1, listObjectsV2, listObjectVersions } from './handlers/listing.ts';
import { listParts, listUploads } from './handlers/multipart-list.ts';
import {
  abortUpload,
  completeUpload,
  createUpload,
  uploadPart,
  uploadPartCopy,
} from './handlers/multipart.ts';
import * as objects from './handlers/object-read.ts';
import { putObject } from './handlers/object-write.ts';
import * as service from './handlers/service.ts';
import type { RequestHead } from './request.ts';
import type { Permission } from './store/version.ts';

/**
 * Who may: `signed` anybody who signs, `owner` the bucket's owner, a permission whom the bucket's ACL gives it, and
 * `handler` what the handler finds out, because it depends on the object.
 */
export type Access = 'signed' | 'owner' | 'handler' | Permission;

export interface Route {
  method: string;
  /** The query parameter that tells it from others, such as `acl`. */
  sub?: string;
  /** The header that tells it from others. */
  header?: string;
  access: Access;
  /** Needs Content-MD5 or a checksum. */
  needsDigest?: boolean;
  handle: Handler;
}

export type Level = 'service' | 'bucket' | 'object';
export type Routes = Readonly<Record<Level, readonly Route[]>>;

/** The operations of S3, the particular before the general: the first that fits is it. */
export const ROUTES: Routes = {
  service: [{ method: 'GET', access: 'signed', handle: service.listBuckets }],
  bucket: [
    { method: 'GET', sub: 'location', access: 'READ', handle: service.getLocation },
    { method: 'GET', sub: 'versioning', access: 'owner', handle: settings.getVersioning },
    { method: 'PUT', sub: 'versioning', access: 'owner', handle: settings.putVersioning },
    { method: 'GET', sub: 'acl', access: 'READ_ACP', handle: settings.getBucketAcl },
    { method: 'PUT', sub: 'acl', access: 'WRITE_ACP', handle: settings.putBucketAcl },
    { method: 'GET', sub: 'cors', access: 'owner', handle: settings.getBucketCors },
    { method: 'PUT', sub: 'cors', access: 'owner', needsDigest: true, handle: settings.putBucketCors },
    { method: 'DELETE', sub: 'cors', access: 'owner', handle: settings.deleteBucketCors },
    { method: 'GET', sub: 'tagging', access: 'owner', handle: settings.getBucketTagging },
    { method: 'PUT', sub: 'tagging', access: 'owner', needsDigest: true, handle: settings.putBucketTagging },
    { method: 'DELETE', sub: 'tagging', access: 'owner', handle: settings.deleteBucketTagging },
    ...absentSetting('policyStatus', 'NoSuchBucketPolicy'),
    ...absentSetting('replication', 'ReplicationConfigurationNotFoundError'),
    ...absentSetting('publicAccessBlock', 'NoSuchPublicAccessBlockConfiguration'),
    ...absentSetting('ownershipControls', 'OwnershipControlsNotFoundError'),
    {
      method: 'GET',
      sub: 'notification',
      access: 'owner',
      handle: settings.emptySetting('NotificationConfiguration'),
    },
    {
      method: 'GET',
      sub: 'accelerate',
      access: 'owner',
      handle: settings.emptySetting('AccelerateConfiguration'),
    },
    {
      method: 'GET',
      sub: 'requestPayment',
      access: 'owner',
      handle: settings.emptySetting('RequestPaymentConfiguration', ['Payer', 'BucketOwner']),
    },
    { method: 'GET', sub: 'versions', access: 'READ', handle: listObjectVersions },
    { method: 'GET', sub: 'uploads', access: 'READ', handle: listUploads },
    { method: 'POST', sub: 'delete', access: 'WRITE', needsDigest: true, handle: deleteObjects },
    { method: 'GET', sub: 'list-type', access: 'READ', handle: listObjectsV2 },
    { method: 'GET', access: 'READ', handle: listObjectsV1 },
    { method: 'HEAD', access: 'READ', handle: service.headBucket },
    { method: 'PUT', access: 'signed', handle: service.createBucket },
    { method: 'DELETE', access: 'owner', handle: service.deleteBucket },
  ],
  object: [
    { method: 'GET', sub: 'acl', access: 'handler', handle: objects.getObjectAcl },
    { method: 'PUT', sub: 'acl', access: 'handler', handle: objects.putObjectAcl },
    { method: 'GET', sub: 'tagging', access: 'handler', handle: objects.getObjectTagging },
    { method: 'PUT', sub: 'tagging', access: 'handler', handle: objects.putObjectTagging },
    { method: 'DELETE', sub: 'tagging', access: 'handler', handle: objects.deleteObjectTagging },
    { method: 'GET', sub: 'retention', access: 'owner', handle: settings.noObjectLock },
    { method: 'GET', sub: 'legal-hold', access: 'owner', handle: settings.noObjectLock },
    { method: 'POST', sub: 'uploads', access: 'WRITE', handle: createUpload },
    { method: 'PUT', sub: 'uploadId', header: 'x-amz-copy-source', access: 'WRITE', handle: uploadPartCopy },
    { method: 'PUT', sub: 'uploadId', access: 'WRITE', handle: uploadPart },
    { method: 'POST', sub: 'uploadId', access: 'WRITE', handle: completeUpload },
    { method: 'DELETE', sub: 'uploadId', access: 'WRITE', handle: abortUpload },
    { method: 'GET', sub: 'uploadId', access: 'WRITE', handle: listParts },
    { method: 'GET', access: 'handler', handle: objects.getObject },
    { method: 'HEAD', access: 'handler', handle: objects.getObject },
    { method: 'PUT', header: 'x-amz-copy-source', access: 'WRITE', handle: copyObject },
    { method: 'PUT', access: 'WRITE', handle: putObject },
    { method: 'DELETE', access: 'WRITE', handle: deleteObject },
  ],
};

function absentSetting(sub: string, code: Parameters<typeof settings.absent>[0]): Route[] {
  return [
    { method: 'GET', sub, access: 'owner', handle: settings.absent(code) },
    { method: 'DELETE', sub, access: 'owner', handle: settings.removeAbsent },
  ];
}

/** Query parameters of S3 that make a request another one, which the sandbox does not have. */
const UNKNOWN_SUBS = [
  'analytics',
  'attributes',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'lifecycle',
  'logging',
  'metadataConfiguration',
  'metadataTable',
  'metrics',
  'object-lock',
  'policy',
  'renameObject',
  'restore',
  'select',
  'session',
  'torrent',
  'website',
];

/** @throws S3Error NotImplemented, MethodNotAllowed */
export function findRoute(head: RequestHead, routes: Routes): Route {
  const ofLevel = routes[levelOf(head)];
  const subs = new Set(ofLevel.flatMap((route) => route.sub ?? []));
  const fits = (route: Route) =>
    route.method === head.method &&
    (route.sub === undefined || head.query.has(route.sub)) &&
    (route.header === undefined || head.headers.has(route.header));
  const named = head.query.pairs.find(
    ([name]) => (subs.has(name) && name !== 'list-type') || UNKNOWN_SUBS.includes(name),
  );
  const route = ofLevel.find((each) => fits(each) && (named === undefined || each.sub !== undefined));
  if (route !== undefined) return route;
  if (named !== undefined) throw new S3Error('NotImplemented', { fields: { Header: named[0] } });
  throw new S3Error('MethodNotAllowed', {
    fields: { Method: head.method, ResourceType: levelOf(head).toUpperCase() },
  });
}

function levelOf({ bucket, key }: RequestHead): Level {
  if (bucket === '') return 'service';
  return key === '' ? 'bucket' : 'object';
}
