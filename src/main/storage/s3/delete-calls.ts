import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  type DeleteObjectsCommandOutput,
  type _Error as SdkDeleteError,
} from '@aws-sdk/client-s3';
import { StorageError } from '../errors.ts';
import type { Storage, VersionRef } from '../storage.ts';
import { type About, readingDocument, type S3 } from './call.ts';
import { keepCrc32 } from './content-md5.ts';
import { refusal, s3Error } from './errors.ts';
import { checkKey } from './input.ts';
import { deleteBody } from './lean/delete-request.ts';
import { collect } from './lean/lean.ts';
import { scanDeleted } from './lean/scan-deleted.ts';

/** What one request takes (Amazon S3 API Reference, DeleteObjects). */
const MOST_AT_ONCE = 1000;
/** XML 1.0, 2.2: these cannot be in a document, not even as a reference. */
const NOT_IN_XML = /(?![\t\n\r\u007f-\u009f])\p{Cc}|[\ufffe\uffff]/u;
/** To delete what is not there is success. */
const ABSENT: ReadonlySet<string> = new Set(['NoSuchKey', 'NoSuchVersion']);

type Failures = Awaited<ReturnType<Storage['deleteMany']>>['failures'];

/** Delete one, or many. */
export function deleteCalls(s3: S3): Pick<Storage, 'delete' | 'deleteMany' | 'deleteDigest'> {
  const { client, step } = s3;
  return {
    delete: async ({ bucket, key, versionId }, options) => {
      try {
        return await step({ operation: 'delete', bucket, key }, options, async (_, sending) => {
          const command = new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId });
          const { DeleteMarker, VersionId } = await client.send(command, sending);
          return {
            // With a version it says that what is gone was a marker.
            madeMarker: versionId === undefined && DeleteMarker === true,
            ...(VersionId !== undefined && VersionId !== '' && { versionId: VersionId }),
          };
        });
      } catch (error) {
        if (error instanceof StorageError && ABSENT.has(error.code ?? '')) return { madeMarker: false };
        throw error;
      }
    },

    deleteMany: ({ bucket, objects }, options) => {
      const about = { operation: 'deleteMany', bucket };
      return step(about, options, async (_, sending) => {
        checkObjects(objects, about);
        const namesVersions = objects.some(({ versionId }) => versionId !== undefined);
        // Quiet, the server tells of failures only. Of versions it has to say that it knows them: see below.
        const isQuiet = !namesVersions;
        const command = () => {
          const Objects = objects.map(({ key, versionId }) => ({ Key: key, VersionId: versionId }));
          const whole = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: isQuiet } });
          return readingDocument(whole, 'DeleteResult').command;
        };
        const failuresIn = (deleted: readonly VersionRef[], errors: readonly SdkDeleteError[]) => {
          const refused = failuresOf(errors, objects, bucket);
          const unsaid = namesVersions ? unconfirmed(objects, deleted, refused, bucket) : [];
          return { failures: [...refused, ...unsaid].filter(({ error }) => !ABSENT.has(error.code ?? '')) };
        };
        const told = ({ Deleted = [], Errors = [] }: DeleteObjectsCommandOutput) =>
          failuresIn(
            Deleted.map(({ Key = '', VersionId }) => ({ key: Key, versionId: VersionId })),
            Errors,
          );
        const body = await s3.share.run(() => deleteBody(objects, isQuiet));
        const headers = {
          'content-type': 'application/xml',
          'content-length': body.length.toString(),
          'content-md5': createHash('md5').update(body).digest('base64'),
        };
        const request = { method: 'POST', bucket, query: { delete: '' }, headers, body } as const;
        const answer = await s3.lean?.send(request, command, sending);
        if (answer === undefined) return told(await client.send(command(), sending));
        if ('output' in answer) return told(answer.output);
        const bytes = await collect(answer.response);
        const deleted = await s3.share.run(() => scanDeleted(bytes));
        return deleted === undefined ? told(await answer.retold(bytes)) : failuresIn(deleted, []);
      });
    },

    deleteDigest: (bucket, options) =>
      step({ operation: 'deleteDigest', bucket }, options, async (context, sending) => {
        const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [], Quiet: true } });
        keepCrc32(command);
        try {
          await client.send(command, sending);
          return 'any';
        } catch (error) {
          return digestOf(s3Error(error, context));
        }
      }),
  };
}

/** @throws StorageError `invalid-input` */
function checkObjects(objects: readonly VersionRef[], about: About & { bucket: string }): void {
  if (objects.length === 0 || objects.length > MOST_AT_ONCE) {
    const message = `One request deletes 1 to ${MOST_AT_ONCE} objects, not ${objects.length}.`;
    throw new StorageError({ kind: 'invalid-input', ...about, message });
  }
  for (const { key } of objects) {
    checkKey(key, about);
    if (!NOT_IN_XML.test(key)) continue;
    const message = `The key “${key}” holds characters that a list of objects to delete cannot carry. Delete it by itself.`;
    throw new StorageError({ kind: 'invalid-input', ...about, key, message });
  }
}

/** The errors inside a success, each with the key that it was sent with. */
function failuresOf(
  errors: readonly SdkDeleteError[],
  objects: readonly VersionRef[],
  bucket: string,
): Failures {
  if (errors.length === 0) return [];
  // Where a server sends a carriage return as it is, a reader of XML has made a line feed of it.
  const sent = new Map(objects.map((object) => [readBack(object.key), object.key]));
  return errors.map(({ Key = '', VersionId, Code, Message }) => {
    const key = sent.get(readBack(Key)) ?? Key;
    const error = refusal({ code: Code, message: Message }, { operation: 'delete', bucket, key });
    return { key, ...(VersionId !== undefined && VersionId !== '' && { versionId: VersionId }), error };
  });
}

/**
 * Versions that the server says nothing of: one that does not know versions in this request (HCP before 9.7) takes a
 * version for its key.
 */
function unconfirmed(
  objects: readonly VersionRef[],
  deleted: readonly VersionRef[],
  refused: Failures,
  bucket: string,
): Failures {
  const isInOrder =
    refused.length === 0 &&
    objects.every(({ key, versionId }, at) => {
      const said = deleted[at];
      return said?.key === key && (versionId === undefined || (said.versionId || 'null') === versionId);
    });
  if (isInOrder) return [];
  const named = (key: string, versionId = 'null') => JSON.stringify([readBack(key), versionId]);
  const known = new Set([
    ...deleted.map(({ key, versionId }) => named(key, versionId === '' ? undefined : versionId)),
    ...refused.map(({ key, versionId }) => named(key, versionId)),
  ]);
  return objects.flatMap(({ key, versionId }) => {
    if (versionId === undefined || known.has(named(key, versionId))) return [];
    const message = `The server did not confirm that version ${versionId} of object “${key}” was deleted.`;
    const error = new StorageError({ kind: 'not-supported', operation: 'delete', bucket, key, message });
    return [{ key, versionId, error }];
  });
}

const readBack = (key: string) => key.replace(/\r\n?/gu, '\n');

/**
 * What the refusal of a list of no objects says of the digest that came with it.
 * @throws the error, when it says nothing of this request.
 */
function digestOf(error: Error): Awaited<ReturnType<Storage['deleteDigest']>> {
  if (!(error instanceof StorageError)) throw error;
  if (/md5/iu.test(`${error.code} ${error.message}`)) return 'md5';
  // The list is looked at after its digest: that it is empty is what is wrong with it then.
  if (error.code === 'MalformedXML') return 'any';
  if (error.kind === 'invalid-input' || error.kind === 'not-supported') return 'unknown';
  throw error;
}
