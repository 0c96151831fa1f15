import type { Bodies } from './bodies.ts';
import { mostKeys } from './listing.ts';
import type { State } from './state.ts';
import { document, escaped, keyText, Refusal, unescaped } from './xml.ts';

const OWNER = '<Owner><ID>bench</ID><DisplayName>bench</DisplayName></Owner>';

/** ListObjectVersions (Amazon S3 API Reference), without a delimiter. @throws Refusal */
export function versionsPage(state: State, bodies: Bodies, query: URLSearchParams): string {
  const { keys } = state;
  if ((query.get('delimiter') ?? '') !== '')
    throw new Refusal(501, 'NotImplemented', 'This server lists versions without a delimiter only.');
  const isEncoded = query.get('encoding-type') === 'url';
  const text = (key: string) => keyText(key, isEncoded);
  const prefix = query.get('prefix') ?? '';
  const keyMarker = query.get('key-marker') ?? '';
  const idMarker = query.get('version-id-marker') ?? '';
  const most = mostKeys(query);
  const end = keys.afterPrefix(prefix);
  let index = Math.max(keys.from(prefix), keyMarker === '' ? 0 : keys.after(keyMarker));
  let version = 0;
  const marked = idMarker === '' ? -1 : keys.indexOf(keyMarker);
  if (marked !== -1) {
    index = Math.max(keys.from(prefix), marked);
    version = Number(/\d{1,8}$/.exec(idMarker)?.[0] ?? state.versions) + 1;
  }
  const records: string[] = [];
  let last: { key: string; versionId: string } | undefined;
  let hasMore = false;
  for (; index < end && !hasMore; index = state.nextLive(index + 1), version = 0) {
    const newest = state.newest(index);
    for (; version < state.versions; version++) {
      if (!state.isThere(index, version)) continue;
      if (records.length === most) {
        hasMore = most > 0;
        break;
      }
      const key = keys.at(index);
      const versionId = state.versionId(index, version);
      records.push(
        `<Version><Key>${text(key)}</Key><VersionId>${versionId}</VersionId><IsLatest>${version === newest}</IsLatest>` +
          `<LastModified>${new Date(bodies.modifiedAt(index).getTime() - version * 86_400_000).toISOString()}</LastModified>` +
          `<ETag>&quot;${bodies.etag(index)}&quot;</ETag><Size>${bodies.size(index)}</Size>` +
          `<StorageClass>STANDARD</StorageClass>${OWNER}</Version>`,
      );
      last = { key, versionId };
    }
    if (records.length === most && most === 0) break;
  }
  const next =
    hasMore && last !== undefined
      ? `<NextKeyMarker>${text(last.key)}</NextKeyMarker><NextVersionIdMarker>${last.versionId}</NextVersionIdMarker>`
      : '';
  return document(
    'ListVersionsResult',
    `<Name>bench</Name><Prefix>${text(prefix)}</Prefix><KeyMarker>${text(keyMarker)}</KeyMarker>` +
      `<VersionIdMarker>${escaped(idMarker)}</VersionIdMarker>${next}<MaxKeys>${most}</MaxKeys>` +
      `${isEncoded ? '<EncodingType>url</EncodingType>' : ''}<IsTruncated>${hasMore}</IsTruncated>${records.join('')}`,
  );
}

/** DeleteObjects: takes the request's document, and gives the answer's. @throws Refusal */
export function deleteMany(state: State, body: string): string {
  const isQuiet = body.includes('<Quiet>true</Quiet>');
  const answers: string[] = [];
  for (const [, object = ''] of body.matchAll(/<Object>(.*?)<\/Object>/gs)) {
    const key = unescaped(/<Key>(.*?)<\/Key>/s.exec(object)?.[1] ?? '');
    const versionId = /<VersionId>(.*?)<\/VersionId>/s.exec(object)?.[1];
    const about = `<Key>${escaped(key)}</Key>${versionId === undefined ? '' : `<VersionId>${versionId}</VersionId>`}`;
    try {
      state.delete(key, versionId);
      if (!isQuiet) answers.push(`<Deleted>${about}</Deleted>`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answers.push(
        `<Error>${about}<Code>${error.code}</Code><Message>${escaped(error.message)}</Message></Error>`,
      );
    }
  }
  return document('DeleteResult', answers.join(''));
}
