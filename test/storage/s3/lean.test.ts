import { PutObjectCommand } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createS3Client } from '#storage/s3/client.ts';
import { EMPTY_PAYLOAD, Signer } from '#storage/s3/lean/signer.ts';
import { keyPath, queryOf } from '#storage/s3/lean/target.ts';
import { localSettings } from '#test/support/endpoints.ts';

describe('a signature', () => {
  const keys = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    region: 'us-east-1',
  };
  const host = 'examplebucket.s3.amazonaws.com';
  const at = Date.UTC(2013, 4, 24);

  // "Authenticating Requests: Using the Authorization Header", Amazon S3 API Reference.
  test.each([
    [
      'GET Object',
      {
        method: 'GET',
        path: '/test.txt',
        query: '',
        headers: { host, range: 'bytes=0-9' },
        payloadHash: EMPTY_PAYLOAD,
      },
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    ],
    [
      'PUT Object',
      {
        method: 'PUT',
        path: '/test%24file.text',
        query: '',
        headers: {
          host,
          date: 'Fri, 24 May 2013 00:00:00 GMT',
          'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        },
        payloadHash: '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      },
      '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    ],
    [
      'GET Bucket Lifecycle',
      { method: 'GET', path: '/', query: 'lifecycle=', headers: { host }, payloadHash: EMPTY_PAYLOAD },
      'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    ],
    [
      'List Objects',
      {
        method: 'GET',
        path: '/',
        query: 'max-keys=2&prefix=J',
        headers: { host },
        payloadHash: EMPTY_PAYLOAD,
      },
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    ],
  ])('of %s is that of the documentation', (_, request, signature) => {
    const headers: Record<string, string> = request.headers;
    new Signer(keys).sign({ ...request, headers }, at);
    expect(headers['authorization']).toContain(`Signature=${signature}`);
  });

  test('is the one that the SDK makes, whatever the key, the query and the headers hold', async () => {
    const settings = localSettings('http://127.0.0.1:9', { accessKeyId: keys.accessKeyId });
    const seen: {
      method: string;
      path: string;
      query: Record<string, string>;
      headers: Record<string, string>;
    }[] = [];
    const client = createS3Client({
      settings,
      secretAccessKey: keys.secretAccessKey,
      sessionToken: 'token/+=',
    });
    onTestFinished(() => client.destroy());
    client.middlewareStack.add(
      () => async (args) => {
        seen.push(args.request as (typeof seen)[number]);
        throw new Error('Enough was seen.');
      },
      { step: 'finalizeRequest', priority: 'low', name: 'look' },
    );
    const signer = new Signer({ ...keys, sessionToken: 'token/+=' });
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 });
    const ascii = fc.stringMatching(/^[ -~]{1,20}$/u);
    await fc.assert(
      fc.asyncProperty(text, text, ascii, ascii, async (key, value, meta, type) => {
        seen.length = 0;
        const input = { Bucket: 'bucket', Key: key, Metadata: { meta }, ContentType: type, Body: value };
        await client.send(new PutObjectCommand(input)).catch(() => undefined);
        const [sent] = seen;
        if (sent === undefined) throw new Error('The SDK signed nothing.');
        const { authorization, ...headers } = sent.headers;
        const time = String(headers['x-amz-date']);
        const signedAt = Date.parse(time.replace(/^(....)(..)(..T..)(..)(..Z)$/u, '$1-$2-$3:$4:$5'));
        const payloadHash = String(headers['x-amz-content-sha256']);
        const path = `/bucket/${keyPath(key)}`;
        expect(path).toBe(sent.path);
        signer.sign({ method: 'PUT', path, query: queryOf(sent.query), headers, payloadHash }, signedAt);
        expect(headers['authorization']).toBe(authorization);
      }),
      { numRuns: 200 },
    );
  });
});
