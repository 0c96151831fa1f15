import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Storage } from '../storage.ts';
import { type S3, withHeaders } from './call.ts';
import { isStorageClass, toInput } from './copy-calls.ts';
import { bodyOf, checkHeaders, md5Header, quoted, rangeHeader, sendingBody, tagHeader } from './input.ts';
import { collect } from './lean/lean.ts';
import { objectHead } from './lean/object-head.ts';
import { writeHeaders } from './lean/write-headers.ts';
import { unquote } from './listing.ts';
import { toBody, toStat } from './objects.ts';
import { readAnswer } from './server-answer.ts';

/** Look at, read, and write objects. */
export function objectCalls({ client, lean, step }: S3): Pick<Storage, 'stat' | 'read' | 'write'> {
  return {
    stat: ({ bucket, key, versionId }, options) =>
      step({ operation: 'stat', bucket, key }, options, async (_, sending) => {
        const input = { Bucket: bucket, Key: key, VersionId: versionId };
        const command = () => new HeadObjectCommand(input);
        const request = { method: 'HEAD', bucket, key, query: { versionId } } as const;
        try {
          const answer = await lean?.send(request, command, sending);
          if (answer === undefined) return toStat(key, await client.send(command(), sending));
          if ('output' in answer) return toStat(key, answer.output);
          await collect(answer.response);
          const head = objectHead(answer.response.headers) ?? (await answer.retold(new Uint8Array()));
          return toStat(key, head);
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
        const range = rangeHeader(options.range);
        const ifMatch = quoted(options.ifMatch);
        const command = () =>
          new GetObjectCommand({
            Bucket: bucket,
            Key: key,
            VersionId: versionId,
            Range: range,
            IfMatch: ifMatch,
          });
        const headers = { range, 'if-match': ifMatch };
        const request = { method: 'GET', bucket, key, query: { versionId }, headers } as const;
        const about = { bucket, key, range: options.range, context };
        const answer = await lean?.send(request, command, sending);
        if (answer === undefined) return toBody(await client.send(command(), sending), about);
        if ('output' in answer) return toBody(answer.output, about);
        const head = objectHead(answer.response.headers);
        const output = head && { ...head, Body: answer.response.body };
        return toBody(output ?? (await answer.retold()), about);
      }),

    write: (write, options) => {
      const { bucket, key, body, md5, tags, storageClass } = write;
      const about = { operation: 'write', bucket, key };
      const storing = () =>
        step(about, options, async (_, sending) => {
          checkHeaders(write, about);
          const ContentMD5 = md5Header(md5);
          const Tagging = tagHeader(tags);
          const command = (sent: Partial<ReturnType<typeof bodyOf>>) => {
            const input = {
              Bucket: bucket,
              Key: key,
              ...sent,
              ContentMD5,
              ...toInput(write),
              Tagging,
              StorageClass: isStorageClass(storageClass) ? storageClass : undefined,
            };
            return withHeaders(new PutObjectCommand(input), { expires: write.expires });
          };
          const sent = bodyOf(body, about);
          const headers = {
            ...writeHeaders({ contentLength: sent.ContentLength, md5: ContentMD5, attributes: write }),
            'x-amz-tagging': Tagging,
            'x-amz-storage-class': storageClass,
          };
          const request = { method: 'PUT', bucket, key, headers, body: sent.Body } as const;
          const answer = await lean?.send(request, () => command({}), sending);
          if (answer === undefined) return toWritten(await client.send(command(sent), sending));
          if ('output' in answer) return toWritten(answer.output);
          await collect(answer.response);
          const { etag, 'x-amz-version-id': VersionId } = answer.response.headers;
          return toWritten({ ETag: etag, VersionId });
        });
      return sendingBody(body, storing);
    },
  };
}

function toWritten({ ETag, VersionId }: { ETag?: string | undefined; VersionId?: string | undefined }) {
  return { etag: unquote(ETag), ...(VersionId !== undefined && { versionId: VersionId }) };
}
