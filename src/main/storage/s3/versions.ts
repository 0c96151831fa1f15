import type {
  DeleteMarkerEntry,
  ListObjectVersionsCommandOutput,
  ObjectVersion as SdkVersion,
} from '@aws-sdk/client-s3';
import type { ObjectVersion, VersionPage } from '#shared/objects.ts';
import { toOwner } from './bucket-calls.ts';
import { decodeKey, unquote } from './listing.ts';
import { makeToken, noMarker } from './tokens.ts';

const ENTRY = /<(?:[\w.-]+:)?(Version|DeleteMarker)[\s/>]/gu;

/**
 * A page of versions. The SDK sorts versions and delete markers apart; in which order the server sent them is read from
 * the text of its answer, where no key can hold a `<`.
 *
 * @throws StorageError when it says that there is more but not where.
 */
export function toVersionPage(
  output: ListObjectVersionsCommandOutput,
  text: string,
  bucket: string,
): VersionPage {
  const decode = output.EncodingType === 'url' ? decodeKey : (key: string) => key;
  const versions = (output.Versions ?? []).map((entry) => toVersion(entry, 'version', decode));
  const markers = (output.DeleteMarkers ?? []).map((entry) => toVersion(entry, 'delete-marker', decode));
  const page: VersionPage = {
    prefixes: (output.CommonPrefixes ?? []).map(({ Prefix = '' }) => decode(Prefix)),
    versions: inOrder(text, versions, markers),
  };
  if (output.IsTruncated !== true) return page;
  const { NextKeyMarker = '', NextVersionIdMarker = '' } = output;
  if (NextKeyMarker === '') throw noMarker({ operation: 'listVersions', bucket });
  return { ...page, nextToken: makeToken(decode(NextKeyMarker), NextVersionIdMarker) };
}

function toVersion(
  entry: SdkVersion | DeleteMarkerEntry,
  kind: ObjectVersion['kind'],
  decode: (key: string) => string,
): ObjectVersion {
  const { Key = '', VersionId, IsLatest = false, LastModified } = entry;
  const owner = toOwner(entry.Owner);
  const { Size = 0, ETag, StorageClass }: SdkVersion = kind === 'version' ? entry : {};
  return {
    key: decode(Key),
    // What was written before versioning was switched on; some servers leave the word out.
    versionId: VersionId === undefined || VersionId === '' ? 'null' : VersionId,
    kind,
    isLatest: IsLatest,
    modifiedAt: LastModified ?? new Date(0),
    size: Size,
    ...(ETag !== undefined && { etag: unquote(ETag) }),
    ...(StorageClass !== undefined && { storageClass: StorageClass }),
    ...(owner !== undefined && { owner }),
  };
}

function inOrder(
  text: string,
  versions: readonly ObjectVersion[],
  markers: readonly ObjectVersion[],
): ObjectVersion[] {
  if (markers.length === 0) return [...versions];
  const next = { version: versions.values(), marker: markers.values() };
  const merged: ObjectVersion[] = [];
  for (const [, name] of text.matchAll(ENTRY)) {
    const { value } = (name === 'Version' ? next.version : next.marker).next();
    if (value !== undefined) merged.push(value);
  }
  return [...merged, ...next.version, ...next.marker];
}
