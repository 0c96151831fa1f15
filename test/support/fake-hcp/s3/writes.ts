import { bucketOf, type Call } from '#sandbox/call.ts';
import { S3Error } from '#sandbox/errors.ts';
import type { BucketStore } from '#sandbox/store/bucket-store.ts';
import { isFolder } from '../behaviour.ts';
import type { Wrap } from '../routes.ts';
import { holdId, type Tenant } from '../tenant.ts';

const METADATA = 'x-amz-meta-';
const EMPTY_MD5 = 'd41d8cd98f00b204e9800998ecf8427e';
/** The version id that the marker of a deleted folder has. */
export const FOLDER_MARKER_ID = '-3';

/** PUT: a key that ends in a slash makes a folder, and its body is dropped. */
export const putObject: Wrap = (tenant, asAws) => async (call) => {
  const bucket = bucketOf(call);
  if (isFolder(tenant, call.key)) {
    for await (const _ of call.body.chunks());
    await makeFolders(tenant, bucket, call.key);
    await makeFolder(bucket, call.key);
    return { status: 200, headers: { etag: `"${EMPTY_MD5}"` } };
  }
  const hold = holdOf(call);
  const reply = await asAws({ ...call, headers: storedHeaders(call) });
  await makeFolders(tenant, bucket, call.key);
  if (hold !== undefined) {
    const { versionId = 'null' } = bucket.find(call.key) ?? {};
    tenant.holds.set(holdId(call.bucket, call.key, versionId), hold);
  }
  return reply;
};

export const copyObject: Wrap = (tenant, asAws) => async (call) => {
  const source = call.headers.get('x-amz-copy-source') ?? '';
  if (tenant.quirks.folders === 'listed' && /^\/?[^/]+\/.*\/(\?|$)/s.test(source))
    throw new S3Error('NoSuchKey', { message: 'The source is a folder.' });
  const reply = await asAws({ ...call, headers: storedHeaders(call) });
  await makeFolders(tenant, bucketOf(call), call.key);
  return reply;
};

/** Names of metadata become names of XML elements, what is packed is stored unpacked, and there is one storage class. */
export function storedHeaders({ headers }: Call): Call['headers'] {
  const stored = new Map<string, string>();
  for (const [name, value] of headers) {
    if (name === 'x-amz-storage-class' || (name === 'content-encoding' && value.includes('gzip'))) continue;
    if (!name.startsWith(METADATA)) stored.set(name, value);
    else stored.set(METADATA + xmlName(name.slice(METADATA.length)), value);
  }
  return stored;
}

function xmlName(name: string): string {
  const safe = name.replace(/[^a-z0-9_.-]/gu, '_');
  return /^[a-z_]/u.test(safe) ? safe : `_${safe}`;
}

/** The folders above a key are objects of their own. */
export async function makeFolders(tenant: Tenant, bucket: BucketStore, key: string): Promise<void> {
  if (tenant.quirks.folders === 'none') return;
  for (let at = key.indexOf('/'); at !== -1 && at < key.length - 1; at = key.indexOf('/', at + 1)) {
    if (at > 0) await makeFolder(bucket, key.slice(0, at + 1));
  }
}

async function makeFolder(bucket: BucketStore, key: string): Promise<void> {
  const current = bucket.find(key);
  if (current?.data !== undefined) return;
  if (current !== undefined) await bucket.removeVersion(key, current.versionId);
  if (bucket.find(key)?.data !== undefined) return;
  await bucket.put({ key, size: 0, etag: EMPTY_MD5, data: [], details: undefined });
}

/** `x-hcp-retentionhold: true`, or `x-hcp-retention` as seconds since 1970, or `+` and seconds. */
function holdOf({ headers }: Call): { hold: boolean; until: number } | undefined {
  const hold = headers.get('x-hcp-retentionhold') === 'true';
  const retention = headers.get('x-hcp-retention') ?? '0';
  if (!/^\+?\d+$/.test(retention))
    throw new S3Error('InvalidArgument', { message: 'The retention setting is not valid.' });
  const seconds = Number(retention.replace('+', ''));
  const until = retention.startsWith('+') ? Date.now() + seconds * 1000 : seconds * 1000;
  return hold || until > Date.now() ? { hold, until } : undefined;
}

/** Whether an object may not be deleted or replaced yet. */
export function isHeld(tenant: Tenant, bucket: string, key: string, versionId: string): boolean {
  const held = tenant.holds.get(holdId(bucket, key, versionId));
  return held !== undefined && (held.hold || held.until > Date.now());
}
