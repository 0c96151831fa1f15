import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketCorsCommand,
  DeleteBucketTaggingCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { clientFor, OTHER, send, sendSigned, sharedSandbox, xmlText } from './support.ts';

const shared = sharedSandbox();

const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof Error ? error.name : error),
  );

describe('buckets', () => {
  test('are made, listed by name, found and removed', async () => {
    const { s3 } = shared;
    for (const Bucket of ['nul', 'b.with.dots', 'aaa']) await s3.send(new CreateBucketCommand({ Bucket }));
    const { Buckets = [], Owner } = await s3.send(new ListBucketsCommand({}));
    const names = Buckets.map((bucket) => bucket.Name);
    expect(names).toEqual(['aaa', 'b.with.dots', 'nul']);
    expect(Owner?.ID).toMatch(/^[0-9a-f]{64}$/);
    expect(Buckets[0]?.CreationDate).toBeInstanceOf(Date);
    expect((await s3.send(new HeadBucketCommand({ Bucket: 'nul' }))).BucketRegion).toBe('us-east-1');
    const page = await s3.send(new ListBucketsCommand({ MaxBuckets: 2 }));
    expect(page.Buckets).toHaveLength(2);
    const rest = await s3.send(new ListBucketsCommand({ ContinuationToken: page.ContinuationToken }));
    expect(rest.Buckets?.map((bucket) => bucket.Name)).toEqual(['nul']);
    for (const Bucket of names) await s3.send(new DeleteBucketCommand({ Bucket }));
    expect(await errorOf(s3.send(new DeleteBucketCommand({ Bucket: 'nul' })))).toBe('NoSuchBucket');
    expect(await errorOf(s3.send(new HeadBucketCommand({ Bucket: 'nul' })))).toBe('NotFound');
  });

  test('have names by the rules', async () => {
    for (const name of ['ab', 'Upper', '1.2.3.4', 'a..b', '-a-', 'a_b', 'xn--a', 'a'.repeat(64)]) {
      const answer = await sendSigned(shared.sandbox, { method: 'PUT', path: `/${name}` });
      expect([name, answer.status, xmlText(answer.body, 'Code')]).toEqual([name, 400, 'InvalidBucketName']);
    }
  });

  test('are made once, and in this region only', async () => {
    const { s3, sandbox } = shared;
    const Bucket = await shared.bucket();
    expect(await errorOf(s3.send(new CreateBucketCommand({ Bucket })))).toBe('BucketAlreadyOwnedByYou');
    const other = clientFor(sandbox, { credentials: OTHER });
    expect(await errorOf(other.send(new CreateBucketCommand({ Bucket })))).toBe('BucketAlreadyExists');
    const elsewhere = {
      Bucket: 'new',
      CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } as const,
    };
    expect(await errorOf(s3.send(new CreateBucketCommand(elsewhere)))).toBe(
      'IllegalLocationConstraintException',
    );
    const twice = await Promise.all(
      [1, 2].map(() => errorOf(s3.send(new CreateBucketCommand({ Bucket: 'at-once' })))),
    );
    expect(twice.sort()).toEqual(['BucketAlreadyOwnedByYou', 'no error']);
    expect((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeUndefined();
  });

  test('are not removed while they hold something', async () => {
    const Bucket = await shared.bucket();
    await shared.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    expect(await errorOf(shared.s3.send(new DeleteBucketCommand({ Bucket })))).toBe('BucketNotEmpty');
  });

  test('that belong to somebody else are not in the list', async () => {
    await shared.bucket();
    const other = clientFor(shared.sandbox, { credentials: OTHER });
    expect((await other.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
  });
});

describe('settings of a bucket', () => {
  test('that nobody made are absent, each in its own way', async () => {
    const { s3 } = shared;
    const Bucket = await shared.bucket();
    expect(await errorOf(s3.send(new GetBucketCorsCommand({ Bucket })))).toBe('NoSuchCORSConfiguration');
    expect(await errorOf(s3.send(new GetBucketTaggingCommand({ Bucket })))).toBe('NoSuchTagSet');
    expect(await errorOf(s3.send(new GetPublicAccessBlockCommand({ Bucket })))).toBe(
      'NoSuchPublicAccessBlockConfiguration',
    );
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
  });

  test('that the sandbox lacks are refused, not ignored', async () => {
    const Bucket = await shared.bucket();
    const Rules = [{ Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } } as const];
    const put = new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } });
    expect(await errorOf(shared.s3.send(put))).toBe('NotImplemented');
    for (const asked of [
      new GetBucketPolicyCommand({ Bucket }),
      new GetBucketLifecycleConfigurationCommand({ Bucket }),
      new GetBucketEncryptionCommand({ Bucket }),
      new GetObjectLockConfigurationCommand({ Bucket }),
    ] as const) {
      expect(await errorOf(shared.s3.send(asked))).toBe('NotImplemented');
    }
    for (const path of [`/${Bucket}?inventory`, `/${Bucket}/k?attributes`, `/${Bucket}/k?torrent`]) {
      expect((await sendSigned(shared.sandbox, { path })).status).toBe(501);
    }
    const encrypted = { 'x-amz-server-side-encryption': 'AES256' };
    const answer = await sendSigned(shared.sandbox, {
      method: 'PUT',
      path: `/${Bucket}/k`,
      headers: encrypted,
    });
    expect([answer.status, xmlText(answer.body, 'Code')]).toEqual([501, 'NotImplemented']);
    expect((await sendSigned(shared.sandbox, { method: 'PATCH', path: `/${Bucket}` })).status).toBe(405);
  });

  test('keep tags', async () => {
    const { s3 } = shared;
    const Bucket = await shared.bucket();
    const TagSet = [{ Key: 'project', Value: 'päper & <ink>' }];
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    expect((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(TagSet);
    await s3.send(new DeleteBucketTaggingCommand({ Bucket }));
    expect(await errorOf(s3.send(new GetBucketTaggingCommand({ Bucket })))).toBe('NoSuchTagSet');
  });
});

describe('a page of another origin', () => {
  const rule = {
    AllowedOrigins: ['https://*.example.com'],
    AllowedMethods: ['GET', 'PUT'],
    AllowedHeaders: ['x-amz-*'],
    ExposeHeaders: ['ETag'],
    MaxAgeSeconds: 30,
  };
  const origin = 'https://app.example.com';
  const ask = {
    origin,
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'X-Amz-Date',
  };

  test('is let in by the rules of the bucket, and by nothing else', async () => {
    const { s3, sandbox } = shared;
    const Bucket = await shared.bucket();
    const path = `/${Bucket}/k`;
    expect((await send(sandbox, { method: 'OPTIONS', path, headers: ask })).status).toBe(403);
    await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [rule] } }));
    expect((await s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual([rule]);
    const allowed = await send(sandbox, { method: 'OPTIONS', path, headers: ask });
    expect(allowed.status).toBe(200);
    expect(allowed.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, PUT',
      'access-control-allow-headers': 'x-amz-date',
      'access-control-max-age': '30',
    });
    for (const change of [{ origin: 'https://example.org' }, { 'access-control-request-method': 'DELETE' }]) {
      const refused = await send(sandbox, { method: 'OPTIONS', path, headers: { ...ask, ...change } });
      expect([refused.status, xmlText(refused.body, 'Code')]).toEqual([403, 'AccessForbidden']);
    }
    const got = await sendSigned(sandbox, { path, headers: { origin } });
    expect([got.status, got.headers['access-control-allow-origin']]).toEqual([404, origin]);
    expect(got.headers['access-control-expose-headers']).toBe('ETag');
    await s3.send(new DeleteBucketCorsCommand({ Bucket }));
    expect(await errorOf(s3.send(new GetBucketCorsCommand({ Bucket })))).toBe('NoSuchCORSConfiguration');
  });

  test('has rules that make sense', async () => {
    const Bucket = await shared.bucket();
    const put = (change: Partial<typeof rule>) => {
      const CORSConfiguration = { CORSRules: [{ ...rule, ...change }] };
      return errorOf(shared.s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration })));
    };
    expect(await put({ AllowedMethods: ['PATCH'] })).toBe('InvalidRequest');
    expect(await put({ AllowedOrigins: ['*.*'] })).toBe('InvalidRequest');
  });
});

describe('XML that is sent', () => {
  test('must be whole, of the right kind and not too long', async () => {
    const { sandbox } = shared;
    const path = `/${await shared.bucket()}?versioning`;
    const put = async (body: string) => {
      const answer = await sendSigned(sandbox, { method: 'PUT', path, body });
      return xmlText(answer.body, 'Code');
    };
    expect(await put('<VersioningConfiguration><Status>Enabled</Status>')).toBe('MalformedXML');
    expect(await put('<Other><Status>Enabled</Status></Other>')).toBe('MalformedXML');
    expect(await put('<VersioningConfiguration><Status>Sometimes</Status></VersioningConfiguration>')).toBe(
      'MalformedXML',
    );
    const doctype = '<!DOCTYPE a [<!ENTITY x "Enabled">]>';
    expect(
      await put(`${doctype}<VersioningConfiguration><Status>&x;</Status></VersioningConfiguration>`),
    ).toBe('MalformedXML');
    expect(await put('')).toBe('MissingRequestBodyError');
    expect(await put(' '.repeat(3 * 1024 * 1024))).toBe('MaxMessageLengthExceeded');
    expect(
      await put('<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'),
    ).toBeUndefined();
  });
});
