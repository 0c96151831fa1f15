import type { Handler } from '#sandbox/call.ts';
import { S3Error } from '#sandbox/errors.ts';
import { ROUTES, type Level, type Route, type Routes } from '#sandbox/routes.ts';
import * as buckets from './s3/buckets.ts';
import { deleteObject, deleteObjects } from './s3/delete.ts';
import * as reads from './s3/reads.ts';
import * as uploads from './s3/uploads.ts';
import * as writes from './s3/writes.ts';
import type { Tenant } from './tenant.ts';

/** What HCP does in place of, or around, what AWS does. */
export type Wrap = (tenant: Tenant, asAws: Handler) => Handler;

/** "Support for the Amazon S3 API": these HCP has not. */
const NOT_OFFERED: Record<Level, readonly string[]> = {
  service: [],
  bucket: [
    'location',
    'tagging',
    'policy',
    'policyStatus',
    'lifecycle',
    'encryption',
    'website',
    'replication',
    'publicAccessBlock',
    'ownershipControls',
    'logging',
    'notification',
    'accelerate',
    'requestPayment',
  ],
  object: ['tagging'],
};

const WRAPS: Record<Level, Record<string, Wrap>> = {
  service: { GET: buckets.listBuckets },
  bucket: {
    PUT: buckets.createBucket,
    DELETE: buckets.deleteBucket,
    'PUT ?versioning': buckets.putVersioning,
    'PUT ?cors': buckets.needsMd5,
    'GET ?uploads': uploads.listUploads,
    'POST ?delete': deleteObjects,
  },
  object: {
    GET: reads.getObject,
    HEAD: reads.headObject,
    'POST ?uploads': uploads.createUpload,
    'PUT ?uploadId': uploads.uploadPart,
    'POST ?uploadId': uploads.completeUpload,
    'DELETE ?uploadId': uploads.abortUpload,
    'GET ?uploadId': uploads.listParts,
    'PUT +x-amz-copy-source': writes.copyObject,
    PUT: writes.putObject,
    DELETE: deleteObject,
  },
};

/** The operations of S3 as HCP has them. */
export function hcpRoutes(tenant: Tenant): Routes {
  const of = (level: Level) => [
    ...NOT_OFFERED[level].map(notOffered),
    ...ROUTES[level].map((route): Route => {
      const name = [
        route.method,
        ...(route.sub === undefined ? [] : [`?${route.sub}`]),
        ...(route.header === undefined ? [] : [`+${route.header}`]),
      ].join(' ');
      const wrap = WRAPS[level][name];
      if (wrap === undefined) return route;
      const { needsDigest: _, ...rest } = route;
      // HCP asks for its own kind of digest, where it does.
      return { ...rest, handle: wrap(tenant, route.handle) };
    }),
  ];
  return {
    service: of('service'),
    bucket: of('bucket').flatMap(eachMethod),
    object: of('object').flatMap(eachMethod),
  };
}

const ANY = 'ANY';

function notOffered(sub: string): Route {
  return {
    method: ANY,
    sub,
    access: 'handler',
    handle: () => {
      throw new S3Error('NotImplemented', { fields: { Header: sub } });
    },
  };
}

function eachMethod(route: Route): Route[] {
  if (route.method !== ANY) return [route];
  return ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'].map((method) => ({ ...route, method }));
}
