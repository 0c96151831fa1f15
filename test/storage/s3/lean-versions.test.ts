import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanVersionPage } from '#storage/s3/lean/scan-versions.ts';
import type { Storage } from '#storage/storage.ts';
import { bothWays, escaped, mostly, outcome, tryDocuments } from '#test/support/both-ways.ts';

const keyText = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
  fc.constantFrom(' ', ' a ', '\n', 'a\r\nb', '%', '+', 'a+b%20', '&amp;', ']]>', '\u0000', '\uFFFD', '/'),
);

const part = (name: string, text: fc.Arbitrary<string | undefined>) =>
  text.map((value) => (value === undefined ? '' : `<${name}>${value}</${name}>`));

const entry = fc.record({
  kind: fc.constantFrom('Version', 'Version', 'DeleteMarker'),
  key: keyText,
  rest: fc.tuple(
    part(
      'VersionId',
      mostly(fc.constantFrom('null', 'x1', '3/L4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY'), '', undefined, 'a&amp;b'),
    ),
    part('IsLatest', mostly(fc.constantFrom('true', 'false'), 'True', undefined, '')),
    part(
      'LastModified',
      mostly(
        fc.constantFrom('2024-01-02T03:04:05.678Z', '2024-02-29T23:59:59Z', '2024-01-31T00:00:00.000Z'),
        '2023-02-28T00:00:00.5Z',
        '2024-01-02T03:04:05+01:00',
        undefined,
      ),
    ),
    part(
      'ETag',
      fc.constantFrom(
        '&quot;0123456789abcdef0123456789abcdef&quot;',
        '"0123456789abcdef0123456789abcdef-3"',
        '&#34;x&#34;',
        '&quot;a&amp;b&quot;',
        '&quot;&quot;',
        '',
        undefined,
      ),
    ),
    part('Size', mostly(fc.nat().map(String), '', '-1', '1e3', undefined, '9007199254740993')),
    part('StorageClass', fc.constantFrom('STANDARD', 'STANDARD', 'GLACIER', 'A&amp;B', '', undefined)),
    mostly(
      fc.constantFrom(
        '<Owner><ID>a</ID><DisplayName>b</DisplayName></Owner>',
        '<Owner><ID>a</ID><DisplayName>b</DisplayName></Owner>',
        '<Owner>\n<DisplayName>A &amp; B</DisplayName>\n<ID>c</ID>\n</Owner>',
        '<Owner><ID>ü</ID></Owner>',
        '<Owner><ID></ID></Owner>',
        '<Owner></Owner>',
        '',
      ),
      '<Owner/>',
      '<Owner><ID>a</ID><ID>b</ID></Owner>',
      '<Owner>text</Owner>',
    ),
    mostly(
      fc.constantFrom(
        '',
        '<Type>Normal</Type>',
        '<ChecksumAlgorithm>CRC32</ChecksumAlgorithm>',
        '<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress></RestoreStatus>',
      ),
      '<!-- a comment -->',
      '<Key>again</Key>',
      '<VersionId>again</VersionId>',
      '<x:y>z</x:y>',
    ),
  ),
  order: fc.boolean(),
});

const document = fc
  .record({
    entries: fc.array(entry, { maxLength: 6 }),
    prefixes: fc.array(keyText, { maxLength: 3 }),
    isEncoded: fc.boolean(),
    isLate: mostly(fc.constant(false), true),
    space: mostly(fc.constantFrom('', '\n  '), '\r\n'),
    next: mostly(fc.tuple(keyText, fc.constantFrom('', 'v1', 'null')), undefined),
    truncated: mostly(fc.constantFrom('true', 'false'), undefined, 'True'),
    isAlike: fc.boolean(),
    root: mostly(fc.constant('ListVersionsResult'), 'ListBucketResult', 'Error'),
    head: mostly(
      fc.constantFrom('<?xml version="1.0" encoding="UTF-8"?>', ''),
      "<?xml version='1.0'?>",
      '\uFEFF',
    ),
  })
  .map(({ entries, prefixes, isEncoded, isLate, space, next, truncated, isAlike, root, head }) => {
    const write = (key: string) =>
      isEncoded ? encodeURIComponent(key).replaceAll('%20', '+') : escaped(key);
    const [first] = entries;
    const versions = entries.map((one) => {
      const { rest, order } = isAlike && first !== undefined ? first : one;
      const parts = [`<Key>${write(one.key)}</Key>`, ...rest];
      return `<${one.kind}>${(order ? parts : parts.toReversed()).join(space)}</${one.kind}>`;
    });
    const encoding = isEncoded ? '<EncodingType>url</EncodingType>' : '';
    const marker =
      next === undefined
        ? ''
        : `<NextKeyMarker>${write(next[0])}</NextKeyMarker><NextVersionIdMarker>${next[1]}</NextVersionIdMarker>`;
    return [
      `${head}<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`,
      '<Name>b</Name>',
      isLate ? '' : encoding,
      truncated === undefined ? '' : `<IsTruncated>${truncated}</IsTruncated>`,
      marker,
      ...versions,
      ...prefixes.map((prefix) => `<CommonPrefixes><Prefix>${write(prefix)}</Prefix></CommonPrefixes>`),
      isLate ? encoding : '',
      `</${root}>`,
    ].join(space);
  });

describe('a page of versions', () => {
  test('is the same, scanned or read by the SDK, whatever its text', async () => {
    const { said, scanned, read } = await bothWays();
    const pageBy = (storage: Storage) => outcome(storage.listVersionsPage({ bucket: 'bucket' }));
    let byScan = 0;
    const check = async (bytes: Buffer) => {
      said.body = bytes;
      const expected = await pageBy(read);
      const page = scanVersionPage(bytes);
      if (page !== undefined) {
        byScan += 1;
        expect(page).toEqual(expected);
      }
      expect(await pageBy(scanned)).toEqual(expected);
    };
    await tryDocuments(document, check);
    expect(byScan).toBeGreaterThan(100);
  });
});

const object = fc.record(
  { key: keyText, versionId: fc.constantFrom('null', 'v1', 'a<b', 'v2') },
  { requiredKeys: ['key'] },
);
/** How a server may tell of one object. */
const told = mostly(
  fc.constantFrom('deleted', 'deleted', 'deleted', 'deleted', 'marker'),
  'error',
  'silence',
  'other',
  'twice',
  'comment',
);

describe('a deletion of many', () => {
  test('asks for the same, and takes the answer for the same, past the SDK or by it', async () => {
    const { said, sent, scanned, read } = await bothWays();
    let plain = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(object, told), { minLength: 1, maxLength: 6 }),
        mostly(fc.constantFrom('', '\n '), '\r\n'),
        mostly(fc.constant('DeleteResult'), 'Error', 'html', 'ListBucketResult'),
        fc.boolean(),
        async (each, space, root, isReversed) => {
          const objects = each.map(([{ key, versionId }]) => ({ key, ...(versionId && { versionId }) }));
          const answers = each.flatMap(([{ key, versionId }, how]) => {
            const name = `<Key>${escaped(key)}</Key>${versionId ? `${space}<VersionId>${escaped(versionId)}</VersionId>` : ''}`;
            const deleted = `<Deleted>${name}</Deleted>`;
            if (how === 'deleted') return [deleted];
            if (how === 'twice') return [deleted, deleted];
            if (how === 'comment') return ['<!-- nothing -->', deleted];
            if (how === 'other') return ['<Deleted><Key>another</Key></Deleted>'];
            if (how === 'error')
              return [`<Error>${name}<Code>AccessDenied</Code><Message>No.</Message></Error>`];
            if (how === 'silence') return [];
            return [
              `<Deleted>${name}<DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>m</DeleteMarkerVersionId></Deleted>`,
            ];
          });
          const xml = (isReversed ? answers.toReversed() : answers).join(space);
          said.body = Buffer.from(
            `<?xml version="1.0" encoding="UTF-8"?><${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${xml}</${root}>`,
          );
          sent.length = 0;
          const expected = await outcome(read.deleteMany({ bucket: 'bucket', objects }));
          const found = await outcome(scanned.deleteMany({ bucket: 'bucket', objects }));
          expect(found).toEqual(expected);
          expect(sent[1]).toEqual(sent[0]);
          if ('failures' in found && found.failures.length === 0) plain += 1;
        },
      ),
      { numRuns: 300 },
    );
    expect(plain).toBeGreaterThan(50);
  });

  test.each([
    '<DeleteResult/>',
    '<?xml version="1.0" encoding="UTF-8"?>\n<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></DeleteResult>',
  ])('is plain success where the server says nothing of objects: %s', async (answer) => {
    const { said, scanned, read } = await bothWays();
    said.body = Buffer.from(answer);
    for (const storage of [scanned, read]) {
      expect(await storage.deleteMany({ bucket: 'bucket', objects: [{ key: 'a' }] })).toEqual({
        failures: [],
      });
      const { failures } = await storage.deleteMany({
        bucket: 'bucket',
        objects: [{ key: 'a', versionId: 'v' }],
      });
      expect(failures).toMatchObject([{ key: 'a', versionId: 'v', error: { kind: 'not-supported' } }]);
    }
  });
});
