import { createHash } from 'node:crypto';
import { AWS_BEHAVIOUR, type Behaviour } from '#sandbox/behaviour.ts';
import { S3Error } from '#sandbox/errors.ts';
import { AWS_LIMITS, type Limits } from '#sandbox/limits.ts';
import { compareKeys } from '#sandbox/store/sorted-index.ts';
import type { ListRequest, Page, Row } from '#sandbox/store/listing.ts';
import type { BucketStore } from '#sandbox/store/bucket-store.ts';
import type { Tenant } from './tenant.ts';
import { userOfHeader } from './users.ts';

const MIB = 1024 * 1024;

/** "Using the Hitachi API for Amazon S3". */
export const HCP_LIMITS: Limits = { ...AWS_LIMITS, keyBytes: 4095, minPartBytes: MIB };

/** Whether HCP takes bodies in chunks, with a checksum at their end (HCP-50739). */
const takesChunks = (software: string) => Number(software.split('.')[0]) >= 10;

/** How one tenant's S3 side differs from AWS. */
export function hcpBehaviour(tenant: Tenant): Behaviour {
  return {
    ...AWS_BEHAVIOUR,
    server: `HCP V${tenant.quirks.software}`,
    regions: 'any',
    versionOrder: 'oldest-first',
    versionIds: 'any',
    unpacks: ['gzip'],
    bucketName: (asked) => asked.toLowerCase(),
    signIn: ({ headers }) => {
      const user = userOfHeader(headers.get('authorization'), tenant.users.values());
      if (user === undefined) return undefined;
      if (user === 'unknown') throw new S3Error('AccessDenied');
      return user === 'anonymous' ? { type: 'anonymous' } : { type: 'user', user };
    },
    admit: ({ headers, bucket, key }) => {
      const isChunked =
        headers.get('x-amz-content-sha256')?.startsWith('STREAMING-') === true ||
        headers.get('content-encoding')?.includes('aws-chunked') === true ||
        headers.has('x-amz-trailer');
      if (isChunked && !takesChunks(tenant.quirks.software)) throw new S3Error('MissingContentLength');
      if (bucket !== '' && key !== '') checkKeyName(key);
      if (tenant.namespaces.get(bucket.toLowerCase())?.speaksS3 === false)
        throw new S3Error('AccessDenied', {
          message: 'The S3 compatible API is not enabled for the namespace.',
        });
    },
    checkWrite: (call, bucket, current) => {
      const namespace = tenant.namespaces.get(bucket.settings.name);
      if (current === undefined || namespace === undefined) return;
      if (bucket.settings.versioning === 'Enabled' || isFolder(tenant, call.key)) return;
      if (namespace.settings['s3UnversionedOverwrite'] === true) return;
      throw new S3Error(
        {
          code: 'Conflict',
          status: 409,
          message: 'The object already exists, and versioning is not enabled.',
        },
        { fields: { Key: call.key } },
      );
    },
    showsMarkers: (bucket) =>
      tenant.namespaces.get(bucket.settings.name)?.versioning.useDeleteMarkers === true,
    multipartEtag: (parts) => {
      const hash = createHash('sha256');
      for (const part of parts) hash.update(part.etag);
      return `${hash.digest('hex')}-${String(parts.length)}`;
    },
    page: (bucket, request, page) => inconsistent(tenant, bucket, request, page),
  };
}

export const isFolder = ({ quirks }: Tenant, key: string) => quirks.folders === 'listed' && key.endsWith('/');

/** @throws S3Error for names that HCP keeps to itself. */
function checkKeyName(key: string): void {
  const isReserved = key.split('/').includes('.directory-metadata');
  if (key !== '.' && key !== '/' && !isReserved) return;
  throw new S3Error('InvalidArgument', { message: 'The object name is not valid.', fields: { Key: key } });
}

/** What a list shows some time after the fact: deleted keys for a while yet, and now and then a page of nothing. */
function inconsistent(tenant: Tenant, bucket: BucketStore, request: ListRequest, page: Page): Page {
  const { emptyPages } = tenant.quirks;
  if (emptyPages > 0) {
    tenant.listings += 1;
    // The place is the same, the token another: else it would look as if the listing went in a circle.
    if (tenant.listings % emptyPages === 0 && page.rows.length > 0)
      return { rows: [], truncated: true, next: request.after === undefined ? '' : `${request.after}\0` };
  }
  const ghosts = tenant.ghosts.get(bucket.settings.name);
  if (ghosts === undefined || ghosts.size === 0) return page;
  const rows: Row[] = [...page.rows];
  const names = new Set(rows.map(nameOf));
  const last = page.truncated ? nameOf(rows.at(-1)) : undefined;
  for (const [key, ghost] of ghosts) {
    const row = rowOf(request, ghost.version.key, { version: ghost.version, isLatest: true });
    if (row === undefined || names.has(nameOf(row))) continue;
    if (last !== undefined && compareKeys(nameOf(row), last) > 0) continue;
    rows.push(row);
    names.add(nameOf(row));
    ghost.listings -= 1;
    if (ghost.listings <= 0) ghosts.delete(key);
  }
  rows.sort((a, b) => compareKeys(nameOf(a), nameOf(b)));
  return { rows, truncated: page.truncated };
}

function rowOf({ prefix, delimiter, after }: ListRequest, key: string, row: Row): Row | undefined {
  if (!key.startsWith(prefix) || (after !== undefined && compareKeys(key, after) <= 0)) return undefined;
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  if (at === -1) return row;
  const common = key.slice(0, at + delimiter.length);
  return after !== undefined && compareKeys(common, after) <= 0 ? undefined : { prefix: common };
}

function nameOf(row: Row | undefined): string {
  if (row === undefined) return '';
  return 'prefix' in row ? row.prefix : row.version.key;
}
