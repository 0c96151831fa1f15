import { setMaxListeners } from 'node:events';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { Bucket } from '#shared/objects.ts';
import { StorageError } from '../errors.ts';
import type { CallOptions, Storage } from '../storage.ts';
import { type S3ClientInput, createS3Client } from './client.ts';
import { parseEndpoint, parseProxy } from './endpoint.ts';
import { type CallContext, s3Error } from './errors.ts';
import { bodyOf, checkBucket, checkHeaders, checkKey, rangeHeader } from './input.ts';
import { toListPage, unquote } from './listing.ts';
import { toBody, toStat } from './objects.ts';

/**
 * Storage over S3 (the "Amazon S3 API Reference", 2006-03-01). Nothing is sent before the first call.
 *
 * @throws StorageError when the endpoint, the proxy or the CA file cannot be used.
 */
export function createS3Storage(input: S3ClientInput): Storage {
  const { settings } = input;
  const client = createS3Client(input);
  const connection = {
    endpoint: parseEndpoint(settings),
    region: settings.region,
    proxy: parseProxy(settings),
  };

  /** Runs one call; whatever it ends with leaves as a StorageError, or as the signal's reason. */
  async function step<T>(
    about: { operation: string; bucket?: string; key?: string },
    options: CallOptions | undefined,
    call: (context: CallContext, sending: { abortSignal?: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    const signal = options?.signal;
    const context: CallContext = { ...connection, ...about, signal };
    // A job's calls share its signal: more than ten listeners at once are no leak, which Node would warn of.
    if (signal !== undefined) setMaxListeners(0, signal);
    try {
      signal?.throwIfAborted();
      if (about.bucket !== undefined) checkBucket(about.bucket, about.operation);
      if (about.key !== undefined) checkKey(about.key, about);
      return await call(context, signal === undefined ? {} : { abortSignal: signal });
    } catch (error) {
      throw s3Error(error, context);
    }
  }

  return {
    listBuckets: (options) =>
      step({ operation: 'listBuckets' }, options, async (_, sending) => {
        const buckets: Bucket[] = [];
        let token: string | undefined;
        do {
          const page = await client.send(new ListBucketsCommand({ ContinuationToken: token }), sending);
          if (page.Buckets === undefined && page.Owner === undefined) throw notBuckets();
          for (const { Name, CreationDate } of page.Buckets ?? []) {
            if (Name !== undefined)
              buckets.push({ name: Name, ...(CreationDate && { createdAt: CreationDate }) });
          }
          if (token !== undefined && page.ContinuationToken === token) throw notBuckets();
          token = page.ContinuationToken;
        } while (token !== undefined && token !== '');
        return buckets.sort((a, b) => (a.name < b.name ? -1 : 1));
      }),

    createBucket: (bucket, options) =>
      step({ operation: 'createBucket', bucket }, options, async (_, sending) => {
        await client.send(new CreateBucketCommand({ Bucket: bucket }), sending);
      }),

    listPage: (page, options) =>
      step({ operation: 'list', bucket: page.bucket }, options, async (_, sending) => {
        const output = await client.send(
          new ListObjectsV2Command({
            Bucket: page.bucket,
            Prefix: page.prefix,
            Delimiter: page.delimiter,
            ContinuationToken: page.token,
            StartAfter: page.startAfter,
            MaxKeys: page.maxKeys,
            EncodingType: 'url', // XML cannot hold the control characters that keys can
          }),
          sending,
        );
        return toListPage(output, page.bucket);
      }),

    stat: ({ bucket, key, versionId }, options) =>
      step({ operation: 'stat', bucket, key }, options, async (_, sending) =>
        toStat(
          key,
          await client.send(
            new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }),
            sending,
          ),
        ),
      ),

    read: ({ bucket, key, versionId }, options = {}) =>
      step({ operation: 'read', bucket, key }, options, async (context, sending) => {
        const command = new GetObjectCommand({
          Bucket: bucket,
          Key: key,
          VersionId: versionId,
          Range: rangeHeader(options.range),
          IfMatch: options.ifMatch === undefined ? undefined : `"${options.ifMatch}"`,
        });
        return toBody(await client.send(command, sending), { bucket, key, range: options.range, context });
      }),

    write: (write, options) => {
      const { bucket, key, body } = write;
      const storing = step({ operation: 'write', bucket, key }, options, async (_, sending) => {
        checkHeaders(write);
        const output = await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            ...bodyOf(write),
            ContentType: write.contentType,
            Metadata: write.metadata,
          }),
          sending,
        );
        return {
          etag: unquote(output.ETag),
          ...(output.VersionId !== undefined && { versionId: output.VersionId }),
        };
      });
      return body instanceof Uint8Array ? storing : storing.finally(() => body.stream.destroy());
    },

    close: () => client.destroy(),
  };
}

function notBuckets(): StorageError {
  const message = "The server's answer is not a list of buckets. Check the endpoint.";
  return new StorageError({ kind: 'server-error', operation: 'listBuckets', message, retryable: false });
}
