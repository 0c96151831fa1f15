import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListPartsCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { PartPage, UploadPage } from '#shared/objects.ts';
import { StorageError } from '../errors.ts';
import type { ObjectRef, Storage } from '../storage.ts';
import { toOwner } from './bucket-calls.ts';
import { type S3, sendForDocument, withHeaders } from './call.ts';
import { isStorageClass, toInput } from './copy-calls.ts';
import {
  bodyOf,
  checkHeaders,
  copySource,
  md5Header,
  quoted,
  rangeHeader,
  sendingBody,
  tagHeader,
} from './input.ts';
import { collect } from './lean/lean.ts';
import { writeHeaders } from './lean/write-headers.ts';
import { decodeKey, unquote } from './listing.ts';
import { makeToken, noMarker, readToken } from './tokens.ts';

type UploadCalls = Pick<
  Storage,
  | 'createUpload'
  | 'uploadPart'
  | 'copyPart'
  | 'completeUpload'
  | 'abortUpload'
  | 'listUploadsPage'
  | 'listPartsPage'
>;

/** Uploads in parts. */
export function uploadCalls(s3: S3): UploadCalls {
  const { client, step } = s3;
  return {
    createUpload: ({ bucket, key, attributes, tags, storageClass }, options) => {
      const about = { operation: 'createUpload', bucket, key };
      return step(about, options, async (_, sending) => {
        if (attributes !== undefined) checkHeaders(attributes, about);
        const command = new CreateMultipartUploadCommand({
          Bucket: bucket,
          Key: key,
          ...toInput(attributes),
          Tagging: tagHeader(tags),
          StorageClass: isStorageClass(storageClass) ? storageClass : undefined,
        });
        const sent = withHeaders(command, { expires: attributes?.expires });
        const { output } = await sendForDocument(s3, sent, 'InitiateMultipartUploadResult', sending);
        if (output.UploadId === undefined || output.UploadId === '') {
          const message = `The server began an upload of object “${key}”, but did not name it.`;
          throw new StorageError({ kind: 'server-error', ...about, message, retryable: false });
        }
        return { uploadId: output.UploadId };
      });
    },

    uploadPart: ({ bucket, key, uploadId, partNumber, body, md5 }, options) => {
      const about = { operation: 'uploadPart', bucket, key };
      const sendPart = () =>
        step(about, options, async (_, sending) => {
          const ContentMD5 = md5Header(md5);
          const place = { Bucket: bucket, Key: key, UploadId: uploadId, PartNumber: partNumber };
          const command = (sent: Partial<ReturnType<typeof bodyOf>>) =>
            new UploadPartCommand({ ...place, ...sent, ContentMD5 });
          const sent = bodyOf(body, about);
          const query = { partNumber: String(partNumber), uploadId };
          const headers = writeHeaders({ contentLength: sent.ContentLength, md5: ContentMD5 });
          const request = { method: 'PUT', bucket, key, query, headers, body: sent.Body } as const;
          const answer = await s3.lean?.send(request, () => command({}), sending);
          if (answer === undefined)
            return { etag: unquote((await client.send(command(sent), sending)).ETag) };
          if ('output' in answer) return { etag: unquote(answer.output.ETag) };
          await collect(answer.response);
          return { etag: unquote(answer.response.headers['etag']) };
        });
      return sendingBody(body, sendPart);
    },

    copyPart: ({ bucket, key, uploadId, partNumber, from, range, ifMatch }, options) =>
      step({ operation: 'copyPart', bucket, key, from }, options, async (_, sending) => {
        if (s3.isCeph() && from.key.includes('%')) throw decodedTwice(from);
        const command = new UploadPartCopyCommand({
          Bucket: bucket,
          Key: key,
          UploadId: uploadId,
          PartNumber: partNumber,
          CopySource: copySource(from, 'copyPart'),
          CopySourceRange: rangeHeader(range),
          CopySourceIfMatch: quoted(ifMatch),
        });
        const { output } = await sendForDocument(s3, command, 'CopyPartResult', sending);
        return { etag: unquote(output.CopyPartResult?.ETag) };
      }),

    completeUpload: ({ bucket, key, uploadId, parts }, options) =>
      step({ operation: 'completeUpload', bucket, key }, options, async (_, sending) => {
        const Parts = parts.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: quoted(etag) }));
        const command = new CompleteMultipartUploadCommand({
          Bucket: bucket,
          Key: key,
          UploadId: uploadId,
          MultipartUpload: { Parts },
        });
        const { output } = await sendForDocument(s3, command, 'CompleteMultipartUploadResult', sending);
        const { ETag, VersionId } = output;
        return { etag: unquote(ETag), ...(VersionId !== undefined && { versionId: VersionId }) };
      }),

    abortUpload: async ({ bucket, key, uploadId }, options) => {
      try {
        await step({ operation: 'abortUpload', bucket, key }, options, (_, sending) =>
          client.send(
            new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId }),
            sending,
          ),
        );
      } catch (error) {
        if (error instanceof StorageError && error.code === 'NoSuchUpload') return;
        throw error;
      }
    },

    // Without a delimiter: with one, Ceph leaves out what is below the prefix.
    listUploadsPage: ({ bucket, prefix, token }, options) => {
      const about = { operation: 'listUploads', bucket, prefix };
      return step(about, options, async (_, sending) => {
        const [keyMarker, uploadIdMarker] = readToken(token, about);
        const command = new ListMultipartUploadsCommand({
          Bucket: bucket,
          Prefix: prefix,
          KeyMarker: keyMarker,
          UploadIdMarker: uploadIdMarker,
          EncodingType: 'url',
        });
        const { output } = await sendForDocument(s3, command, 'ListMultipartUploadsResult', sending);
        return toUploadPage(output, bucket, s3.isCeph());
      });
    },

    listPartsPage: ({ bucket, key, uploadId, token }, options) => {
      const about = { operation: 'listParts', bucket, key };
      return step(about, options, async (_, sending) => {
        const command = new ListPartsCommand({
          Bucket: bucket,
          Key: key,
          UploadId: uploadId,
          PartNumberMarker: readToken(token, about)[0],
        });
        const { output } = await sendForDocument(s3, command, 'ListPartsResult', sending);
        const page: PartPage = {
          parts: (output.Parts ?? []).map(({ PartNumber = 0, Size = 0, ETag, LastModified }) => ({
            partNumber: PartNumber,
            size: Size,
            etag: unquote(ETag),
            ...(LastModified !== undefined && { modifiedAt: LastModified }),
          })),
        };
        if (output.IsTruncated !== true) return page;
        const { NextPartNumberMarker = '' } = output;
        if (NextPartNumberMarker === '') throw noMarker(about);
        return { ...page, nextToken: makeToken(NextPartNumberMarker, '') };
      });
    },
  };
}

/** It would copy from the key “a b” where “a%20b” is asked for, and Ceph 16 ends itself when nothing can be decoded. */
function decodedTwice(from: ObjectRef): StorageError {
  const { bucket, key } = from;
  const message = `Object “${key}” cannot be copied in parts on this server (Ceph): because of the “%” in its key it would take another object.`;
  return new StorageError({ kind: 'not-supported', operation: 'copyPart', bucket, key, message });
}

/** Ceph encodes the keys without saying so, but not the marker. */
function toUploadPage(
  output: ListMultipartUploadsCommandOutput,
  bucket: string,
  isCeph: boolean,
): UploadPage {
  const decode = output.EncodingType === 'url' || isCeph ? decodeKey : (key: string) => key;
  const page: UploadPage = {
    uploads: (output.Uploads ?? []).map(({ Key = '', UploadId = '', Initiated, ...rest }) => {
      const initiator = toOwner(rest.Initiator);
      return {
        key: decode(Key),
        uploadId: UploadId,
        ...(Initiated !== undefined && { startedAt: Initiated }),
        ...(initiator !== undefined && { initiator }),
        ...(rest.StorageClass !== undefined && { storageClass: rest.StorageClass }),
      };
    }),
  };
  if (output.IsTruncated !== true) return page;
  const { NextKeyMarker = '', NextUploadIdMarker = '' } = output;
  const last = isCeph ? page.uploads.at(-1) : undefined;
  if (last !== undefined) return { ...page, nextToken: makeToken(last.key, last.uploadId) };
  if (NextKeyMarker === '') throw noMarker({ operation: 'listUploads', bucket });
  return { ...page, nextToken: makeToken(decode(NextKeyMarker), NextUploadIdMarker) };
}
