import { TRPCError } from '@trpc/server';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { settingChangeSchema } from '#shared/bucket-settings.ts';
import { locationSchema, objectChangesSchema, presignInputSchema } from '#shared/objects.ts';
import { failureFrom } from '#router/errors.ts';

/** What a person reads who sends this; undefined when it is accepted. */
function messageOf(schema: z.ZodType, input: unknown): string | undefined {
  const { error } = schema.safeParse(input);
  if (error === undefined) return undefined;
  return failureFrom(new TRPCError({ code: 'BAD_REQUEST', cause: error }), 'buckets.changeSetting').message;
}

const times = (count: number, value: unknown): unknown[] => Array.from({ length: count }, () => value);
const changeSchema = locationSchema.extend({ change: settingChangeSchema });
const place = { connectionId: 'c', bucket: 'b' };
const change = (name: string, value: unknown) =>
  messageOf(changeSchema, { ...place, change: { name, value } });

const rule = { AllowedOrigins: ['*'], AllowedMethods: ['GET'] };
const cors = (...rules: unknown[]) => ({ CORSRules: rules });
const ID = { Type: 'CanonicalUser', ID: 'me' };
const acl = (...grants: unknown[]) => ({ Owner: { ID: 'me' }, Grants: grants });
const expire = { Status: 'Enabled', Expiration: { Days: 1 } };
const lifecycle = (...rules: unknown[]) => ({ Rules: rules });
const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const policy = (Statement: unknown) => ({ Version: '2012-10-17', Statement });

describe('a setting of a bucket that cannot be right is refused with its place', () => {
  it.each<[name: string, value: unknown, message: string]>([
    ['cors', 5, 'This has to be an object with fields.'],
    ['cors', {}, 'CORSRules: This is missing.'],
    ['cors', { CORSRules: rule }, 'CORSRules: This has to be a list.'],
    ['cors', cors(), 'CORSRules: Give at least one rule, or remove CORS.'],
    ['cors', { CORSRules: [rule], Rules: [] }, '“Rules” is not known here.'],
    ['cors', cors({ AllowedMethods: ['GET'] }), 'CORSRules[0].AllowedOrigins: This is missing.'],
    [
      'cors',
      cors(rule, { ...rule, AllowedOrigins: [] }),
      'CORSRules[1].AllowedOrigins: A rule needs at least one origin.',
    ],
    [
      'cors',
      cors({ ...rule, AllowedOrigins: [''] }),
      'CORSRules[0].AllowedOrigins[0]: An origin cannot be empty.',
    ],
    [
      'cors',
      cors({ ...rule, AllowedOrigins: ['https://*.*'] }),
      'CORSRules[0].AllowedOrigins[0]: An origin may hold one * at most.',
    ],
    [
      'cors',
      cors({ ...rule, AllowedMethods: ['PATCH'] }),
      'CORSRules[0].AllowedMethods[0]: Methods are GET, PUT, POST, DELETE and HEAD.',
    ],
    [
      'cors',
      cors({ ...rule, AllowedMethods: ['get'] }),
      'CORSRules[0].AllowedMethods[0]: Methods are GET, PUT, POST, DELETE and HEAD.',
    ],
    [
      'cors',
      cors({ ...rule, AllowedMethods: [] }),
      'CORSRules[0].AllowedMethods: A rule needs at least one method.',
    ],
    ['cors', cors({ ...rule, AllowedMethods: 'GET' }), 'CORSRules[0].AllowedMethods: This has to be a list.'],
    [
      'cors',
      cors({ ...rule, AllowedHeaders: ['x-*-*'] }),
      'CORSRules[0].AllowedHeaders[0]: A header may hold one * at most.',
    ],
    ['cors', cors({ ...rule, ExposeHeaders: [''] }), 'CORSRules[0].ExposeHeaders[0]: This is empty.'],
    ['cors', cors({ ...rule, MaxAgeSeconds: '600' }), 'CORSRules[0].MaxAgeSeconds: This has to be a number.'],
    [
      'cors',
      cors({ ...rule, MaxAgeSeconds: 1.5 }),
      'CORSRules[0].MaxAgeSeconds: This has to be a whole number.',
    ],
    [
      'cors',
      cors({ ...rule, MaxAgeSeconds: -1 }),
      'CORSRules[0].MaxAgeSeconds: The age is a whole number of seconds.',
    ],
    [
      'cors',
      cors({ ...rule, ID: 'x'.repeat(256) }),
      'CORSRules[0].ID: A rule’s ID has at most 255 characters.',
    ],
    ['cors', cors({ ...rule, maxAge: 1 }), 'CORSRules[0]: “maxAge” is not known here.'],
    ['cors', cors(...times(101, rule)), 'CORSRules: There can be at most 100 rules.'],
    ['acl', { canned: 'world' }, 'canned: This has to be one of private, public-read, public-read-write, '],
    [
      'acl',
      acl({ Grantee: ID, Permission: 'ALL' }),
      'Grants[0].Permission: This has to be one of FULL_CONTROL,',
    ],
    ['acl', acl({ Permission: 'READ' }), 'Grants[0].Grantee: This is missing.'],
    [
      'acl',
      acl({ Grantee: { Type: 'Robot' }, Permission: 'READ' }),
      'Grants[0].Grantee.Type: This has to be one of CanonicalUser, AmazonCustomerByEmail, Group.',
    ],
    [
      'acl',
      acl({ Grantee: { Type: 'CanonicalUser', ID: '' }, Permission: 'READ' }),
      'Grants[0].Grantee.ID: Give the user’s canonical ID.',
    ],
    [
      'acl',
      acl({ Grantee: { Type: 'Group', URI: 'everybody' }, Permission: 'READ' }),
      'Grants[0].Grantee.URI: A group is named by its URI.',
    ],
    ['acl', { Grants: [] }, 'Owner: This is missing.'],
    [
      'acl',
      acl(...times(101, { Grantee: ID, Permission: 'READ' })),
      'Grants: An access control list has at most 100 grants.',
    ],
    ['tags', [], 'This has to be an object with fields.'],
    ['tags', { '': 'x' }, '[""]: A tag needs a name.'],
    ['tags', { a: 5 }, 'a: This has to be text.'],
    ['tags', { 'é ü': 'x'.repeat(257) }, '["é ü"]: A tag’s value has at most 256 characters.'],
    ['tags', { ['n'.repeat(129)]: 'x' }, `${'n'.repeat(129)}: A tag’s name has at most 128 characters.`],
    ['tags', { 'aws:owner': 'x' }, 'Names that begin with “aws:” are reserved.'],
    [
      'tags',
      Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`t${i}`, ''])),
      'There can be at most 50 tags.',
    ],
    ['lifecycle', lifecycle(), 'Rules: Give at least one rule, or remove the lifecycle.'],
    [
      'lifecycle',
      lifecycle({ ...expire, Status: 'on' }),
      'Rules[0].Status: A rule’s Status is Enabled or Disabled.',
    ],
    ['lifecycle', lifecycle({ Status: 'Enabled' }), 'Rules[0]: A rule needs an action: '],
    [
      'lifecycle',
      lifecycle(expire, { ...expire, Expiration: { Days: 0 } }),
      'Rules[1].Expiration.Days: Days are whole numbers from 1.',
    ],
    [
      'lifecycle',
      lifecycle({ ...expire, Expiration: { Days: 'thirty' } }),
      'Rules[0].Expiration.Days: This has to be a number.',
    ],
    [
      'lifecycle',
      lifecycle({ ...expire, Transitions: [{}] }),
      'Rules[0].Transitions[0].StorageClass: This is missing.',
    ],
    [
      'lifecycle',
      lifecycle({ Status: 'Enabled', AbortIncompleteMultipartUpload: {} }),
      'Rules[0].AbortIncompleteMultipartUpload.DaysAfterInitiation: This is missing.',
    ],
    ['policy', { Statement: [statement] }, 'Version: A policy’s Version is 2012-10-17 (or 2008-10-17).'],
    [
      'policy',
      { Version: '2012-10-18', Statement: [statement] },
      'Version: A policy’s Version is 2012-10-17 (or 2008-10-17).',
    ],
    ['policy', policy([]), 'Statement: A policy needs a statement.'],
    [
      'policy',
      policy([{ ...statement, Effect: 'allow' }]),
      'Statement[0].Effect: A statement’s Effect is Allow or Deny.',
    ],
    ['policy', policy([{ Effect: 'Allow', Resource: '*' }]), 'Statement[0]: A statement needs an Action.'],
    ['policy', policy([{ Effect: 'Allow', Action: '*' }]), 'Statement[0]: A statement needs a Resource.'],
    ['policy', policy([{ ...statement, Action: [] }]), 'Statement[0].Action: This is empty.'],
    ['policy', policy({ ...statement, Action: '' }), 'Statement.Action: This is empty.'],
    ['versioning', { status: 'off' }, 'status: This has to be one of enabled, suspended.'],
    ['versioning', { status: 'enabled', mfaDelete: true }, '“mfaDelete” is not known here.'],
  ])('%s %j', (name, value, message) => {
    expect(change(name, value)?.slice(0, message.length)).toBe(message);
  });

  it('and what is right is accepted, in each of its forms', () => {
    for (const [name, value] of [
      ['cors', cors({ ...rule, AllowedHeaders: ['x-*'], MaxAgeSeconds: 0 })],
      ['acl', { canned: 'private' }],
      ['acl', acl({ Grantee: ID, Permission: 'READ_ACP' })],
      ['tags', {}],
      ['lifecycle', lifecycle({ ...expire, Filter: { Prefix: 'a/' } })],
      ['policy', policy(statement)],
      ['policy', policy([statement])],
      ['versioning', { status: 'suspended' }],
    ] as const) {
      expect(change(name, value)).toBe(undefined);
    }
  });

  it('a setting that cannot be written is named', () => {
    expect(change('website', {})).toBe(
      'change.name: This has to be one of versioning, acl, cors, tags, lifecycle, policy.',
    );
  });
});

describe('a link that cannot be made is refused', () => {
  const link = { ...place, method: 'get_object', objects: [{ key: 'k' }] };
  it.each<[input: object, message: string]>([
    [{ method: 'delete_object' }, 'A link can get_object or put_object, nothing else.'],
    [{ method: 'GET' }, 'A link can get_object or put_object, nothing else.'],
    [{ method: undefined }, 'A link can get_object or put_object, nothing else.'],
    [{ expiresSeconds: 0 }, 'A link lives for at least a second.'],
    [{ expiresSeconds: -60 }, 'A link lives for at least a second.'],
    [{ expiresSeconds: 1.5 }, 'The time is a whole number of seconds.'],
    [{ expiresSeconds: '3600' }, 'expiresSeconds: This has to be a number.'],
    [{ expiresSeconds: Number.NaN }, 'expiresSeconds: This has to be a number.'],
    [
      { expiresSeconds: 604_801 },
      'A link lives for at most 7 days: the signature (version 4) allows no more.',
    ],
    [{ objects: [] }, 'Choose an object.'],
    [{ objects: [{ key: 'a' }, { key: '' }] }, 'objects[1].key: Name the object.'],
    [{ objects: times(10_001, { key: 'a' }) }, 'Make at most 10,000 links at once.'],
    [{ bucket: '' }, 'Name the bucket.'],
  ])('%j', (changes, message) => {
    expect(messageOf(presignInputSchema, { ...link, ...changes })).toBe(message);
  });
});

describe('a change of an object that cannot be right is refused', () => {
  it.each<[changes: object, message: string]>([
    [{}, 'Say what to change.'],
    [{ headers: undefined }, 'Say what to change.'],
    [{ headers: { contenttype: 'a/b' } }, 'headers: “contenttype” is not known here.'],
    [{ headers: { contentType: 5 } }, 'headers.contentType: This has to be text.'],
    [{ headers: { metadata: { a: 5 } } }, 'headers.metadata.a: This has to be text.'],
    [
      { tags: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`t${i}`, ''])) },
      'An object has at most 10 tags.',
    ],
    [{ storageClass: '' }, 'storageClass: This is empty.'],
    [{ acl: { canned: 'open' } }, 'acl.canned: This has to be one of private,'],
  ])('%j', (changes, message) => {
    expect(messageOf(objectChangesSchema, changes)?.slice(0, message.length)).toBe(message);
  });
});
