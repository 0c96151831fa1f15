import { isDeepStrictEqual } from 'node:util';
import { CopyObjectCommand, type StorageClass } from '@aws-sdk/client-s3';
import type { Tags } from '#shared/bucket-settings.ts';
import type { CallOptions, CopyInput, ObjectAttributes, Storage } from '../storage.ts';
import { accessCalls } from './access-calls.ts';
import { type S3, sendForDocument, withHeaders } from './call.ts';
import { checkHeaders, copySource, quoted, tagHeader } from './input.ts';
import { unquote } from './listing.ts';

/** Copy on the server. */
export function copyCalls(s3: S3): Pick<Storage, 'copy'> {
  return {
    copy: ({ from, to, attributes, tags, storageClass, ifMatch }, options) => {
      const about = { operation: 'copy', bucket: to.bucket, key: to.key, from };
      return s3.step(about, options, async (_, sending) => {
        if (attributes !== undefined) checkHeaders(attributes, about);
        const tagsAfter = await cephTags(s3, { from, attributes, tags }, options);
        const command = new CopyObjectCommand({
          Bucket: to.bucket,
          Key: to.key,
          CopySource: copySource(from, about.operation),
          CopySourceIfMatch: quoted(ifMatch),
          MetadataDirective: attributes === undefined ? undefined : 'REPLACE',
          ...toInput(attributes),
          TaggingDirective: tags === undefined ? undefined : 'REPLACE',
          Tagging: tagHeader(tags),
          StorageClass: isStorageClass(storageClass) ? storageClass : undefined,
        });
        const sent = withHeaders(command, { expires: attributes?.expires });
        const { output } = await sendForDocument(s3, sent, 'CopyObjectResult', sending);
        const { CopyObjectResult: result, VersionId: versionId } = output;
        if (tagsAfter !== undefined) {
          await accessCalls(s3).writeObjectTags({ ...to, versionId }, tagsAfter, options);
        }
        return { etag: unquote(result?.ETag), ...(versionId !== undefined && { versionId }) };
      });
    },
  };
}

/**
 * What has to be set after the copy. Ceph keeps the source's tags whatever it is given, and drops them when the
 * attributes are given.
 */
async function cephTags(
  s3: S3,
  { from, attributes, tags }: Pick<CopyInput, 'from' | 'attributes' | 'tags'>,
  options: CallOptions | undefined,
): Promise<Tags | undefined> {
  if (!s3.isCeph() || (tags === undefined && attributes === undefined)) return undefined;
  const before = await accessCalls(s3).readObjectTags(from, options);
  const wanted = tags ?? before;
  const willBe = attributes === undefined ? before : {};
  return isDeepStrictEqual(wanted, willBe) ? undefined : wanted;
}

/** What the SDK takes of an object's attributes. It writes `Expires` as a date only, so that goes by itself. */
export function toInput(attributes: ObjectAttributes | undefined) {
  if (attributes === undefined) return {};
  const { contentType, cacheControl, contentDisposition, contentEncoding, contentLanguage, metadata } =
    attributes;
  return {
    ContentType: contentType,
    CacheControl: cacheControl,
    ContentDisposition: contentDisposition,
    ContentEncoding: contentEncoding,
    ContentLanguage: contentLanguage,
    Metadata: metadata,
  };
}

/** Others than AWS have names of their own. */
export function isStorageClass(name: string | undefined): name is StorageClass {
  return name !== undefined;
}
