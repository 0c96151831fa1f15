import {
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import type { ListPage } from '#shared/objects.ts';
import { keyPageOf } from '../key-page.ts';
import type { CallOptions, ListPageInput, Storage } from '../storage.ts';
import { type S3, readingDocument } from './call.ts';
import { PageReader } from './lean/page-reader.ts';
import { KeyScanner } from './lean/scan-keys.ts';
import { scanListPage } from './lean/scan-list.ts';
import { scanVersionPage } from './lean/scan-versions.ts';
import { toListPage } from './listing.ts';
import { readToken } from './tokens.ts';
import { toVersionPage } from './versions.ts';

/** Pages of objects, and of versions. Keys are asked for encoded: XML cannot hold the control characters that they can. */
export function listingCalls(s3: S3): Pick<Storage, 'listPage' | 'listKeysPage' | 'listVersionsPage'> {
  const { client, step } = s3;
  const reader = new PageReader(s3.share);
  const scanner = new KeyScanner();

  /** Sends for a page, and reads it by `scan`; where that does not, by the SDK. */
  const list = <Page>(
    page: ListPageInput,
    options: CallOptions | undefined,
    read: { scan: (bytes: Buffer) => Page | undefined; from: (page: ListPage) => Page },
  ) =>
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
      const told = (output: ListObjectsV2CommandOutput) => read.from(toListPage(output, page.bucket));
      const request = { method: 'GET', bucket: page.bucket, query: queryOf(page) } as const;
      const answer = await s3.lean?.send(request, command, sending);
      if (answer === undefined) return told(await client.send(command(), sending));
      if ('output' in answer) return told(answer.output);
      return reader.read(answer.response, read.scan, async (bytes) => told(await answer.retold(bytes)));
    });

  return {
    listPage: (page, options) =>
      list(page, options, { scan: (bytes) => scanListPage(bytes, page.brief), from: (read) => read }),

    listKeysPage: (page, options) =>
      list(page, options, {
        scan: (bytes) => scanner.page(bytes),
        from: ({ objects, nextToken }) => keyPageOf(objects, nextToken),
      }),

    listVersionsPage: (page, options) => {
      const about = { operation: 'listVersions', bucket: page.bucket, prefix: page.prefix };
      return step(about, options, async (_, sending) => {
        const [keyMarker, versionIdMarker] = readToken(page.token, about);
        let textOf = () => '';
        const command = () => {
          const input = {
            Bucket: page.bucket,
            Prefix: page.prefix,
            Delimiter: page.delimiter,
            KeyMarker: keyMarker,
            VersionIdMarker: versionIdMarker,
            MaxKeys: page.maxKeys,
            EncodingType: 'url' as const,
          };
          const read = readingDocument(new ListObjectVersionsCommand(input), 'ListVersionsResult');
          textOf = read.text;
          return read.command;
        };
        const told = (output: ListObjectVersionsCommandOutput) =>
          toVersionPage(output, textOf(), page.bucket);
        const query = {
          versions: '',
          'encoding-type': 'url',
          prefix: page.prefix,
          delimiter: page.delimiter,
          'key-marker': keyMarker,
          'version-id-marker': versionIdMarker,
          'max-keys': page.maxKeys?.toString(),
        };
        const request = { method: 'GET', bucket: page.bucket, query } as const;
        const answer = await s3.lean?.send(request, command, sending);
        if (answer === undefined) return told(await client.send(command(), sending));
        if ('output' in answer) return told(answer.output);
        return reader.read(answer.response, scanVersionPage, async (bytes) =>
          told(await answer.retold(bytes)),
        );
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
