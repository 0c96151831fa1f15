import { callerId } from '../access.ts';
import { grantsOfHeaders, ownerElement } from '../acl.ts';
import type { Call } from '../call.ts';
import { bucketOf } from '../call.ts';
import { invalidArgument, S3Error } from '../errors.ts';
import { refuseUnsupported } from '../object-headers.ts';
import { emptyReply, xmlReply, type Reply } from '../reply.ts';
import { characters, childText, each, element, text, xmlDocument } from '../xml.ts';

/** GET /: the caller's buckets, by name. */
export function listBuckets(call: Call): Reply {
  const owner = callerId(call);
  const prefix = call.query.get('prefix') ?? '';
  const after = call.query.get('continuation-token') ?? '';
  const most = call.query.get('max-buckets') ?? '10000';
  if (!/^\d+$/.test(most) || Number(most) < 1 || Number(most) > 10_000) {
    throw invalidArgument(
      'Argument max-buckets must be an integer between 1 and 10000.',
      'max-buckets',
      most,
    );
  }
  const all = call.store.buckets
    .map((bucket) => bucket.settings)
    .filter((bucket) => bucket.owner === owner && bucket.name.startsWith(prefix) && bucket.name > after);
  const page = all.slice(0, Number(most));
  const last = page.at(-1)?.name;
  return xmlReply(
    xmlDocument(
      'ListAllMyBucketsResult',
      ownerElement('Owner', owner, call.users),
      element(
        'Buckets',
        each(page, ({ name, created }) =>
          element('Bucket', text('Name', name), text('CreationDate', isoDate(created))),
        ),
      ),
      text('Prefix', prefix === '' ? undefined : prefix),
      text('ContinuationToken', all.length > page.length ? last : undefined),
    ),
  );
}

/** PUT /bucket */
export async function createBucket(call: Call): Promise<Reply> {
  const owner = callerId(call);
  refuseUnsupported(call.headers);
  checkBucketName(call.bucket);
  if (call.body.length !== 0) checkLocation(call, await readLocation(call));
  const grants = grantsOfHeaders(call.headers, { users: call.users, owner, bucketOwner: owner });
  const bucket = await call.store.createBucket(call.bucket, owner);
  if (grants !== 'default') await bucket.change({ grants });
  return emptyReply(200, { location: `/${call.bucket}` });
}

async function readLocation(call: Call): Promise<string> {
  try {
    return childText(await call.body.xml('CreateBucketConfiguration'), 'LocationConstraint') ?? '';
  } catch (error) {
    // A body that was announced without a length, and turned out to be none.
    if (error instanceof S3Error && error.code === 'MissingRequestBodyError') return '';
    throw error;
  }
}

function checkLocation(call: Call, location: string): void {
  if (location === '' || location === call.region) return;
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(location)) throw new S3Error('InvalidLocationConstraint');
  throw new S3Error('IllegalLocationConstraintException', {
    message: `The ${location} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  });
}

/** Amazon S3 User Guide, "Bucket naming rules". */
function checkBucketName(name: string): void {
  const isValid =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes('..') &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !/^(xn--|sthree-|amzn-s3-demo-)/.test(name) &&
    !/(-s3alias|--ol-s3|\.mrap|--x-s3)$/.test(name);
  if (!isValid) throw new S3Error('InvalidBucketName', { fields: { BucketName: name } });
}

/** HEAD /bucket */
export function headBucket(call: Call): Reply {
  return emptyReply(200, { 'x-amz-bucket-region': call.region });
}

/** DELETE /bucket */
export async function deleteBucket(call: Call): Promise<Reply> {
  await call.store.deleteBucket(bucketOf(call).settings.name);
  return emptyReply(204);
}

/** GET /bucket?location. The first region's name is an empty one. */
export function getLocation(call: Call): Reply {
  const content = call.region === 'us-east-1' ? '' : call.region;
  return xmlReply(xmlDocument('LocationConstraint', characters(content)));
}

let lastDate = { seconds: 0, written: new Date(0).toISOString() };

/** Seconds since 1970 as S3 writes dates in XML. */
export function isoDate(seconds: number): string {
  // What stands together in a listing was often written together.
  if (seconds !== lastDate.seconds) lastDate = { seconds, written: new Date(seconds * 1000).toISOString() };
  return lastDate.written;
}
