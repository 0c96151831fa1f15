import { ListObjectVersionsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { ListPageInput, Storage } from '../storage.ts';
import { type S3, sendForDocument } from './call.ts';
import { collect } from './lean/lean.ts';
import { scanListPage } from './lean/scan-list.ts';
import { toListPage } from './listing.ts';
import { readToken } from './tokens.ts';
import { toVersionPage } from './versions.ts';

/** Pages of objects, and of versions. Keys are asked for encoded: XML cannot hold the control characters that they can. */
export function listingCalls(s3: S3): Pick<Storage, 'listPage' | 'listVersionsPage'> {
  const { client, step } = s3;
  return {
    listPage: (page, options) =>
      step({ operation: 'list', bucket: page.bucket, prefix: page.prefix }, options, async (_, sending) => {
        const command = () =>
          new ListObjectsV2Command({
            Bucket: page.bucket,
            Prefix: page.prefix,
            Delimiter: page.delimiter,
            ContinuationToken: page.token,
            StartAfter: page.startAfter,
            MaxKeys: page.maxKeys,
            EncodingType: 'url',
          });
        const request = { method: 'GET', bucket: page.bucket, query: queryOf(page) } as const;
        const answer = await s3.lean?.send(request, command, sending);
        if (answer === undefined) return toListPage(await client.send(command(), sending), page.bucket);
        if ('output' in answer) return toListPage(answer.output, page.bucket);
        const bytes = await collect(answer.response);
        return scanListPage(bytes, page.brief) ?? toListPage(await answer.retold(bytes), page.bucket);
      }),

    listVersionsPage: (page, options) => {
      const about = { operation: 'listVersions', bucket: page.bucket, prefix: page.prefix };
      return step(about, options, async (_, sending) => {
        const [keyMarker, versionIdMarker] = readToken(page.token, about);
        const command = new ListObjectVersionsCommand({
          Bucket: page.bucket,
          Prefix: page.prefix,
          Delimiter: page.delimiter,
          KeyMarker: keyMarker,
          VersionIdMarker: versionIdMarker,
          MaxKeys: page.maxKeys,
          EncodingType: 'url',
        });
        const { output, text } = await sendForDocument(s3, command, 'ListVersionsResult', sending);
        return toVersionPage(output, text, page.bucket);
      });
    },
  };
}

function queryOf({ prefix, delimiter, token, startAfter, maxKeys }: ListPageInput) {
  return {
    'list-type': '2',
    'encoding-type': 'url',
    prefix,
    delimiter,
    'continuation-token': token,
    'start-after': startAfter,
    'max-keys': maxKeys?.toString(),
  };
}
