import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failureOf, s3Draft, startCooper, type Cooper } from './support.ts';

let cooper: Cooper;
let server: Server;
let connectionId: string;
/** How often anything reached the server's address. */
let reached = 0;

beforeAll(async () => {
  server = createServer((socket) => {
    reached += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cooper = await startCooper();
  const { port } = server.address() as AddressInfo;
  const draft = s3Draft({ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', accessKeyId: 'key' });
  connectionId = (await cooper.api.connections.save.mutate({ ...draft, secretAccessKey: 'secret' })).id;
  await cooper.context.storages.get(connectionId);
  reached = 0; // saving may ask the server what it can do
});
afterAll(async () => {
  await cooper.stop();
  await new Promise((resolve) => server.close(resolve));
});

type Call = (input: Record<string, unknown>) => Promise<unknown>;
/** A call that is given what no window would send. */
const sending = (pick: (api: Cooper['api']) => { mutate: (input: never) => Promise<unknown> }): Call => {
  return (input) => pick(cooper.api).mutate({ connectionId, bucket: 'archive', ...input } as never);
};
const create = sending((api) => api.buckets.create);
const folder = sending((api) => api.objects.createFolder);
const links = sending((api) => api.objects.presign);
const job = sending((api) => api.jobs.start);

const long = (length: number) => 'a'.repeat(length);
const one = { method: 'get_object', objects: [{ key: 'a' }] };

type Case = [what: string, call: Call, input: Record<string, unknown>, message: string | RegExp];

const names: Case[] = [
  ['no name', create, { bucket: '' }, 'Name the bucket.'],
  ['two characters', create, { bucket: 'ab' }, 'A bucket’s name has at least 3 characters.'],
  ['64 characters', create, { bucket: long(64) }, 'A bucket’s name has at most 63 characters.'],
  ['an upper-case letter', create, { bucket: 'Archive' }, 'A bucket’s name has no upper-case letters.'],
  [
    'an underscore',
    create,
    { bucket: 'my_bucket' },
    /lower-case letters \(a to z\), digits, hyphens and dots/u,
  ],
  ['a space', create, { bucket: 'my bucket' }, /lower-case letters \(a to z\), digits, hyphens and dots/u],
  ['an umlaut', create, { bucket: 'ärger' }, /lower-case letters \(a to z\), digits, hyphens and dots/u],
  ['a slash', create, { bucket: 'a/b/c' }, /lower-case letters \(a to z\), digits, hyphens and dots/u],
  [
    'a line feed',
    create,
    { bucket: 'arch\nive' },
    /lower-case letters \(a to z\), digits, hyphens and dots/u,
  ],
  [
    'an ARN',
    create,
    { bucket: 'arn:aws:s3:::x' },
    /lower-case letters \(a to z\), digits, hyphens and dots/u,
  ],
  ['a hyphen first', create, { bucket: '-archive' }, /begins and ends with a letter or a digit/u],
  ['a hyphen last', create, { bucket: 'archive-' }, /begins and ends with a letter or a digit/u],
  ['a dot last', create, { bucket: 'archive.' }, /begins and ends with a letter or a digit/u],
  ['two dots', create, { bucket: 'a..b' }, 'A bucket’s name has no two dots side by side.'],
  ['an IP address', create, { bucket: '192.168.5.4' }, 'A bucket’s name cannot look like an IP address.'],
  ['xn--', create, { bucket: 'xn--abc' }, 'Names that begin with “xn--” are reserved.'],
  ['sthree-', create, { bucket: 'sthree-a' }, 'Names that begin with “sthree-” are reserved.'],
  ['-s3alias', create, { bucket: 'a-s3alias' }, 'Names that end in “-s3alias” are reserved.'],
  ['an empty region', create, { region: '  ' }, 'region: This is empty.'],
  ['a quota without its unit', create, { namespace: { hardQuota: '50' } }, /such as “50 GB”/u],
  ['a quota in KB', create, { namespace: { hardQuota: '50 KB' } }, /such as “50 GB”/u],
  ['a soft quota of 5', create, { namespace: { softQuota: 5 } }, 'From 10 to 95 per cent.'],
  ['a soft quota of 96', create, { namespace: { softQuota: 96 } }, 'From 10 to 95 per cent.'],
  [
    'to prune after 40,000 days',
    create,
    { namespace: { versioning: { enabled: true, prune: true, pruneDays: 40_000 } } },
    'From 0 to 36500 days.',
  ],
  ['a folder without its slash', folder, { key: 'reports' }, /ends with a slash/u],
  ['a folder without a name', folder, { key: '' }, /ends with a slash/u],
  ['a folder with half a character', folder, { key: '\ud800/' }, /half a character/u],
];

const expiries: Case[] = [
  ['another method', links, { ...one, method: 'delete_object' }, /get_object or put_object, nothing else/u],
  ['a method in capitals', links, { ...one, method: 'GET' }, /get_object or put_object, nothing else/u],
  ['no object', links, { ...one, objects: [] }, 'Choose an object.'],
  ['the empty key', links, { ...one, objects: [{ key: '' }] }, /Name the object/u],
  ['half a character', links, { ...one, objects: [{ key: '\udc00' }] }, /half a character/u],
  ['8 days', links, { ...one, expiresSeconds: 8 * 86_400 }, /at most 7 days: the signature \(version 4\)/u],
  ['7 days and a second', links, { ...one, expiresSeconds: 604_801 }, /at most 7 days/u],
  ['no time', links, { ...one, expiresSeconds: 0 }, 'A link lives for at least a second.'],
  ['a time in the past', links, { ...one, expiresSeconds: -60 }, 'A link lives for at least a second.'],
  ['half a second', links, { ...one, expiresSeconds: 0.5 }, 'The time is a whole number of seconds.'],
  ['a time in words', links, { ...one, expiresSeconds: '1h' }, /has to be a number/u],
  [
    'for ever',
    links,
    { ...one, expiresSeconds: Number.POSITIVE_INFINITY },
    'expiresSeconds: This has to be a number.',
  ],
  ['not a number', links, { ...one, expiresSeconds: Number.NaN }, 'expiresSeconds: This has to be a number.'],
  [
    '10,001 links',
    links,
    { ...one, objects: Array.from({ length: 10_001 }, () => ({ key: 'a' })) },
    'Make at most 10,000 links at once.',
  ],
];

const target = /Say what to work on: a prefix/u;
const jobs: Case[] = [
  ['an unknown kind', job, { kind: 'format' }, /one of|not valid/u],
  ['to count nothing', job, { kind: 'count' }, target],
  ['to delete nothing', job, { kind: 'delete' }, target],
  ['to delete no versions', job, { kind: 'delete', versions: [] }, target],
  ['to delete the empty key', job, { kind: 'delete', keys: [''] }, /empty/u],
  ['a version without its id', job, { kind: 'delete', versions: [{ key: 'a', versionId: '' }] }, /empty/u],
  ['a scope that is none', job, { kind: 'delete', prefix: 'a/', scope: 'everything' }, /one of/u],
  [
    'to delete a bucket with another name typed',
    job,
    { kind: 'delete-bucket', confirm: 'archives' },
    'The name that was typed is not the bucket’s: nothing was deleted.',
  ],
  [
    'to delete a bucket with its name in capitals',
    job,
    { kind: 'delete-bucket', confirm: 'ARCHIVE' },
    /not the bucket’s/u,
  ],
  ['to delete a bucket without typing', job, { kind: 'delete-bucket' }, /missing/u],
  [
    'uploads of a negative age',
    job,
    { kind: 'abort-uploads', olderThanDays: -1 },
    'Give an age in days, 0 or more.',
  ],
  ['uploads of an age in words', job, { kind: 'abort-uploads', olderThanDays: 'old' }, /has to be a number/u],
  ['no upload', job, { kind: 'abort-uploads', uploads: [] }, /empty/u],
  [
    'to copy to no bucket',
    job,
    { kind: 'copy', keys: ['a'], base: '', to: { bucket: '', prefix: '' } },
    'Name the bucket to copy to.',
  ],
  ['to copy nothing', job, { kind: 'copy', base: '', to: { bucket: 'b', prefix: '' } }, target],
  [
    'to copy onto itself',
    job,
    { kind: 'copy', keys: ['a'], base: 'a', to: { bucket: 'archive', prefix: 'a' } },
    /itself/u,
  ],
  ['to restore nothing', job, { kind: 'restore' }, target],
  ['to change nothing', job, { kind: 'update', keys: ['a'], changes: {} }, 'Say what to change.'],
  [
    'eleven tags',
    job,
    {
      kind: 'update',
      keys: ['a'],
      changes: { tags: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`t${n}`, ''])) },
    },
    'An object has at most 10 tags.',
  ],
  [
    'a tag of AWS’s own',
    job,
    { kind: 'update', keys: ['a'], changes: { tags: { 'aws:x': '1' } } },
    /“aws:” are reserved/u,
  ],
  [
    'a header with a line feed',
    job,
    { kind: 'update', keys: ['a'], changes: { headers: { contentType: 'a\r\nX: y' } } },
    /printable ASCII|characters/u,
  ],
  [
    'a header that is not known',
    job,
    { kind: 'update', keys: ['a'], changes: { headers: { etag: 'x' } } },
    /“etag” is not known here/u,
  ],
  ['no file to save to', job, { kind: 'download', key: 'a', path: '' }, 'Choose where to save the file.'],
  ['a relative path', job, { kind: 'download', key: 'a', path: 'a.txt' }, /full path|“a\.txt”/u],
  [
    'a folder that is not there',
    job,
    { kind: 'download', key: 'a', path: '/nowhere/at/all/a.txt' },
    /\/nowhere/u,
  ],
  ['no ZIP to save to', job, { kind: 'zip', prefix: '', path: '' }, 'Choose where to save the ZIP.'],
  ['a date in words', job, { kind: 'count', prefix: '', asOf: 'yesterday' }, /has to be a date/u],
  [
    'a date that is none',
    job,
    { kind: 'count', prefix: '', asOf: new Date('no') },
    'asOf: This has to be a date.',
  ],
  ['a prefix with half a character', job, { kind: 'delete', prefix: 'a\ud800/' }, /half a character/u],
  [
    'a metadata name with a space',
    job,
    { kind: 'update', keys: ['a'], changes: { headers: { metadata: { 'a b': '1' } } } },
    /name of metadata is a word/u,
  ],
  [
    'metadata that is not ASCII',
    job,
    { kind: 'update', keys: ['a'], changes: { headers: { metadata: { place: 'Zürich' } } } },
    /printable ASCII/u,
  ],
  [
    'a header of 2,000 characters',
    job,
    { kind: 'update', keys: ['a'], changes: { headers: { cacheControl: long(2_000) } } },
    /too large|1024/u,
  ],
  ['to upload nothing', job, { kind: 'upload', prefix: '', paths: [] }, 'Choose files or folders.'],
  [
    'to upload a file that is not there',
    job,
    { kind: 'upload', prefix: '', paths: ['/nowhere/at/all.bin'] },
    /“\/nowhere\/at\/all\.bin”/u,
  ],
  [
    'to upload a relative path',
    job,
    { kind: 'upload', prefix: '', paths: ['all.bin'] },
    /not the full path/u,
  ],
  [
    'to upload by an unknown rule',
    job,
    { kind: 'upload', prefix: '', paths: ['/tmp'], ifExists: 'maybe' },
    /one of/u,
  ],
  [
    'a header rule without names',
    job,
    { kind: 'upload', prefix: '', paths: ['/tmp'], rules: [{ pattern: '' }] },
    /which names the rule is for/u,
  ],
  [
    'a connection that is not there',
    job,
    { kind: 'count', prefix: '', connectionId: 'gone' },
    /connection/iu,
  ],
];

describe.each([
  ['a name', names],
  ['a link', expiries],
  ['a job', jobs],
])('%s that cannot be right', (_, cases) => {
  it.each(cases)('%s: says so before anything is sent', async (_what, call, input, message) => {
    const failure = await failureOf(call(input));
    if (typeof message === 'string') expect(failure.message).toBe(message);
    else expect(failure.message).toMatch(message);
    expect(failure.kind).not.toBe('internal');
    expect(failure.message).toMatch(/[.!?]$/u);
    expect(failure.nextStep).toMatch(/\.$/u);
    expect(reached).toBe(0);
  });
});
