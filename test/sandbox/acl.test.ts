import {
  DeleteObjectCommand,
  GetBucketAclCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketAclCommand,
  PutObjectAclCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from 'vitest';
import { clientFor, OTHER, send, sharedSandbox, xmlText } from './support.ts';

const shared = sharedSandbox();
let other: ReturnType<typeof clientFor>;
let otherId = '';
let ownId = '';

const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers';

beforeAll(async () => {
  other = clientFor(shared.sandbox, { credentials: OTHER });
  const Bucket = await shared.bucket();
  await shared.s3.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read-write' }));
  await other.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
  const { Owner } = await other.send(new GetObjectAclCommand({ Bucket, Key: 'k' }));
  otherId = Owner?.ID ?? '';
  ownId = (await shared.s3.send(new GetBucketAclCommand({ Bucket }))).Owner?.ID ?? '';
});

const outcome = (promise: Promise<unknown>) =>
  promise.then(
    () => 'allowed',
    (error: unknown) => (error instanceof Error ? error.name : error),
  );
const grants = (
  list: {
    Grantee?: { ID?: string | undefined; URI?: string | undefined } | undefined;
    Permission?: string | undefined;
  }[] = [],
) => list.map(({ Grantee, Permission }) => `${Grantee?.ID ?? Grantee?.URI ?? ''} ${Permission ?? ''}`);

describe('an object', () => {
  test('is private until it is shared with everybody', async () => {
    const Bucket = await shared.bucket();
    const put = new PutObjectCommand({ Bucket, Key: 'k', Body: 'content' });
    await shared.s3.send(put);
    const anonymous = () => send(shared.sandbox, { path: `/${Bucket}/k` });
    expect((await anonymous()).status).toBe(403);
    const { Grants } = await shared.s3.send(new GetObjectAclCommand({ Bucket, Key: 'k' }));
    expect(grants(Grants)).toEqual([`${ownId} FULL_CONTROL`]);
    await shared.s3.send(new PutObjectAclCommand({ Bucket, Key: 'k', ACL: 'public-read' }));
    expect(await anonymous()).toMatchObject({ status: 200, body: 'content' });
    expect((await send(shared.sandbox, { method: 'PUT', path: `/${Bucket}/k`, body: 'x' })).status).toBe(403);
    const shown = await shared.s3.send(new GetObjectAclCommand({ Bucket, Key: 'k' }));
    expect(grants(shown.Grants)).toEqual([`${ownId} FULL_CONTROL`, `${ALL_USERS} READ`]);
    const renamed = await send(shared.sandbox, { path: `/${Bucket}/k?response-content-type=text/html` });
    expect([renamed.status, xmlText(renamed.body, 'Code')]).toEqual([400, 'InvalidRequest']);
    await shared.s3.send(put);
    expect((await anonymous()).status).toBe(403);
  });

  test('can be shared with one user, by headers or by XML', async () => {
    const Bucket = await shared.bucket();
    const get = (Key: string) => outcome(other.send(new GetObjectCommand({ Bucket, Key })));
    await shared.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', GrantRead: `id="${otherId}"` }));
    await shared.s3.send(new PutObjectCommand({ Bucket, Key: 'b', Body: 'x' }));
    expect([await get('a'), await get('b')]).toEqual(['allowed', 'AccessDenied']);
    const AccessControlPolicy = {
      Owner: { ID: ownId },
      Grants: [{ Grantee: { Type: 'CanonicalUser' as const, ID: otherId }, Permission: 'READ' as const }],
    };
    await shared.s3.send(new PutObjectAclCommand({ Bucket, Key: 'b', AccessControlPolicy }));
    expect(await get('b')).toBe('allowed');
    expect(await outcome(other.send(new GetObjectAclCommand({ Bucket, Key: 'b' })))).toBe('AccessDenied');
    const authenticated = new PutObjectAclCommand({ Bucket, Key: 'a', ACL: 'authenticated-read' });
    await shared.s3.send(authenticated);
    expect([await get('a'), (await send(shared.sandbox, { path: `/${Bucket}/a` })).status]).toEqual([
      'allowed',
      403,
    ]);
  });

  test('is hidden, not missing, from who may not list', async () => {
    const Bucket = await shared.bucket();
    const head = () => outcome(other.send(new HeadObjectCommand({ Bucket, Key: 'absent' })));
    expect((await send(shared.sandbox, { path: `/${Bucket}/absent` })).status).toBe(403);
    await shared.s3.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }));
    expect((await send(shared.sandbox, { path: `/${Bucket}/absent` })).status).toBe(404);
    expect(await head()).toBe('NotFound');
  });

  test('refuses users and groups that there are not, and mixed ways to say it', async () => {
    const Bucket = await shared.bucket();
    const put = (more: object) =>
      outcome(shared.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ...more })));
    expect(await put({ GrantRead: 'id="nobody"' })).toBe('InvalidArgument');
    expect(await put({ GrantRead: 'uri="http://nowhere"' })).toBe('InvalidArgument');
    expect(await put({ ACL: 'everything' })).toBe('InvalidArgument');
    expect(await put({ ACL: 'public-read', GrantRead: `uri="${ALL_USERS}"` })).toBe('InvalidRequest');
  });
});

describe('a bucket', () => {
  test('lets others list and write as its ACL says', async () => {
    const Bucket = await shared.bucket();
    const list = () => outcome(other.send(new ListObjectsV2Command({ Bucket })));
    const put = () => outcome(other.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'theirs' })));
    expect([await list(), await put()]).toEqual(['AccessDenied', 'AccessDenied']);
    await shared.s3.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }));
    expect([await list(), await put()]).toEqual(['allowed', 'AccessDenied']);
    await shared.s3.send(new PutBucketAclCommand({ Bucket, GrantWrite: `id="${otherId}"` }));
    expect([await list(), await put()]).toEqual(['AccessDenied', 'allowed']);
    const { Contents } = await shared.s3.send(new ListObjectsV2Command({ Bucket, FetchOwner: true }));
    expect(Contents?.[0]?.Owner?.ID).toBe(otherId);
    // It is theirs: the owner of the bucket may remove it, but not read it.
    expect(await outcome(shared.s3.send(new GetObjectCommand({ Bucket, Key: 'k' })))).toBe('AccessDenied');
    await shared.s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
  });

  test('keeps its settings to its owner', async () => {
    const Bucket = await shared.bucket();
    await shared.s3.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read-write' }));
    expect((await send(shared.sandbox, { path: `/${Bucket}?versioning` })).status).toBe(403);
    expect((await send(shared.sandbox, { method: 'DELETE', path: `/${Bucket}` })).status).toBe(403);
    expect(await outcome(other.send(new PutBucketAclCommand({ Bucket, ACL: 'private' })))).toBe(
      'AccessDenied',
    );
    const anonymous = await send(shared.sandbox, { method: 'PUT', path: `/${Bucket}/k`, body: 'x' });
    expect(anonymous.status).toBe(200);
  });
});
