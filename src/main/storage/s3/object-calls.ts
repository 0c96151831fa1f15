import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Storage } from '../storage.ts';
import { type S3, withHeaders } from './call.ts';
import { isStorageClass, toInput } from './copy-calls.ts';
import { bodyOf, checkHeaders, md5Header, quoted, rangeHeader, sendingBody, tagHeader } from './input.ts';
import { unquote } from './listing.ts';
import { toBody, toStat } from './objects.ts';
import { readAnswer } from './server-answer.ts';

/** Look at, read, and write objects. */
export function objectCalls({ client, step }: S3): Pick<Storage, 'stat' | 'read' | 'write'> {
  return {
    stat: ({ bucket, key, versionId }, options) =>
      step({ operation: 'stat', bucket, key }, options, async (_, sending) => {
        const input = { Bucket: bucket, Key: key, VersionId: versionId };
        try {
          return toStat(key, await client.send(new HeadObjectCommand(input), sending));
        } catch (error) {
          // The answer to a HEAD has no document that would say why, such as that the keys have expired; that to a GET has.
          const { status, code } = readAnswer(error) ?? {};
          if (status === 400 && (code === undefined || code === '400')) {
            const { Body } = await client.send(
              new GetObjectCommand({ ...input, Range: 'bytes=0-0' }),
              sending,
            );
            if (Body instanceof Readable) Body.destroy();
          }
          throw error;
        }
      }),

    read: ({ bucket, key, versionId }, options = {}) =>
      step({ operation: 'read', bucket, key }, options, async (context, sending) => {
        const command = new GetObjectCommand({
          Bucket: bucket,
          Key: key,
          VersionId: versionId,
          Range: rangeHeader(options.range),
          IfMatch: quoted(options.ifMatch),
        });
        return toBody(await client.send(command, sending), { bucket, key, range: options.range, context });
      }),

    write: (write, options) => {
      const { bucket, key, body, md5, tags, storageClass } = write;
      const about = { operation: 'write', bucket, key };
      const storing = () =>
        step(about, options, async (_, sending) => {
          checkHeaders(write, about);
          const command = new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            ...bodyOf(body, about),
            ContentMD5: md5Header(md5),
            ...toInput(write),
            Tagging: tagHeader(tags),
            StorageClass: isStorageClass(storageClass) ? storageClass : undefined,
          });
          const output = await client.send(withHeaders(command, { expires: write.expires }), sending);
          return {
            etag: unquote(output.ETag),
            ...(output.VersionId !== undefined && { versionId: output.VersionId }),
          };
        });
      return sendingBody(body, storing);
    },
  };
}
