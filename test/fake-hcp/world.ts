import { createHash } from 'node:crypto';
import {
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  UploadPartCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { FINANCE, startFakeHcp } from '#test/support/fake-hcp/fake-hcp.ts';
import { sdk } from './support.ts';

export const MIB = 2 ** 20;

/** A fake HCP with two tenants, the SDK at one of them, and what tests of its S3 side do time and again. */
export async function openFake() {
  const hcp = await startFakeHcp({ tenants: [FINANCE, { ...FINANCE, name: 'sales' }] });
  const s3 = await sdk(hcp);
  return {
    hcp,
    s3,
    stop: async () => {
      s3.destroy();
      await hcp.stop();
    },

    put: (Bucket: string, Key: string, Body: string | Uint8Array = Key) =>
      s3.send(new PutObjectCommand({ Bucket, Key, Body })),
    versionsOf: (Bucket: string) => s3.send(new ListObjectVersionsCommand({ Bucket })),
    keysOf: async (Bucket: string) =>
      (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key }) => Key) ?? [],
    bodyOf: async (Bucket: string, Key: string) =>
      (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString(),

    /** DeleteObjects with the digest of its body, or without: the SDK's own are of another kind. */
    deleting(Bucket: string, objects: { Key: string; VersionId?: string }[], withMd5 = true) {
      const command = new DeleteObjectsCommand({ Bucket, Delete: { Objects: objects } });
      if (withMd5)
        command.middlewareStack.add(
          (next) => (args) => {
            const { request } = args as { request: { headers: Record<string, string>; body: string } };
            request.headers['content-md5'] = createHash('md5').update(request.body).digest('base64');
            return next(args);
          },
          { step: 'build', priority: 'low' },
        );
      return s3.send(command);
    },

    /** A client that sends one header more. */
    async sdkWith(name: string, value: string): Promise<S3Client> {
      const client = await sdk(hcp);
      client.middlewareStack.add(
        (next) => (args) => {
          (args as { request: { headers: Record<string, string> } }).request.headers[name] = value;
          return next(args);
        },
        { step: 'build' },
      );
      return client;
    },

    /** An upload of these parts, ready to be completed. */
    async uploadOf(Bucket: string, Key: string, parts: readonly Uint8Array[]) {
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      const Parts: { PartNumber: number; ETag: string }[] = [];
      for (const [i, Body] of parts.entries()) {
        const PartNumber = i + 1;
        const part = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body });
        const { ETag = '' } = await s3.send(part);
        Parts.push({ PartNumber, ETag });
      }
      return { Bucket, Key, UploadId, MultipartUpload: { Parts } };
    },
  };
}
