import {
  DeleteObjectTaggingCommand,
  GetObjectAclCommand,
  GetObjectTaggingCommand,
  PutObjectAclCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import type { Storage } from '../storage.ts';
import { aclInput, toAcl } from './acl.ts';
import { WrongDocumentError } from './answer-document.ts';
import { type S3, sendForDocument } from './call.ts';
import { fromTagSet, toTagSet } from './tag-set.ts';

type AccessCalls = Pick<Storage, 'readObjectAcl' | 'writeObjectAcl' | 'readObjectTags' | 'writeObjectTags'>;

/** Who may reach an object, and its tags. */
export function accessCalls(s3: S3): AccessCalls {
  const { client, step } = s3;
  return {
    readObjectAcl: ({ bucket, key, versionId }, options) => {
      const about = { operation: 'readObjectAcl', bucket, key };
      return step(about, options, async (_, sending) => {
        const command = new GetObjectAclCommand({ Bucket: bucket, Key: key, VersionId: versionId });
        const { output } = await sendForDocument(s3, command, 'AccessControlPolicy', sending);
        return toAcl(output, about);
      });
    },

    writeObjectAcl: ({ bucket, key, versionId }, acl, options) =>
      step({ operation: 'writeObjectAcl', bucket, key }, options, async (_, sending) => {
        const input = { Bucket: bucket, Key: key, VersionId: versionId, ...aclInput(acl) };
        await client.send(new PutObjectAclCommand(input), sending);
      }),

    readObjectTags: ({ bucket, key, versionId }, options) =>
      step({ operation: 'readObjectTags', bucket, key }, options, async (_, sending) => {
        const command = new GetObjectTaggingCommand({ Bucket: bucket, Key: key, VersionId: versionId });
        try {
          const { output } = await sendForDocument(s3, command, 'Tagging', sending);
          return fromTagSet(output.TagSet);
        } catch (error) {
          if (error instanceof WrongDocumentError && error.isEmpty) return {}; // Ceph, of an object that never had any
          throw error;
        }
      }),

    writeObjectTags: ({ bucket, key, versionId }, tags, options) =>
      step({ operation: 'writeObjectTags', bucket, key }, options, async (_, sending) => {
        const input = { Bucket: bucket, Key: key, VersionId: versionId };
        const TagSet = toTagSet(tags);
        if (TagSet.length === 0) await client.send(new DeleteObjectTaggingCommand(input), sending);
        else await client.send(new PutObjectTaggingCommand({ ...input, Tagging: { TagSet } }), sending);
      }),
  };
}
