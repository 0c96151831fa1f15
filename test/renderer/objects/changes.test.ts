import { describe, expect, test } from 'vitest';
import {
  changeLines,
  changesOf,
  draftOf,
  type Draft,
  type Known,
} from '#renderer/features/objects/changes.ts';

const known: Known = {
  stat: {
    key: 'a.txt',
    size: 1,
    etag: 'e',
    contentType: 'text/plain',
    cacheControl: 'no-store',
    metadata: { project: 'Heritage', scanner: '7' },
  },
  tags: { state: 'new' },
};
const one = (change: (draft: Draft) => void) => {
  const draft = draftOf(known);
  change(draft);
  return changesOf(draft, known);
};
const many = (change: (draft: Draft) => void) => {
  const draft = draftOf(undefined);
  change(draft);
  return changesOf(draft, undefined);
};

describe('one object', () => {
  test('as it is, nothing changes', () => {
    expect(one(() => undefined)).toEqual({ changes: undefined });
  });

  test('only what differs is sent; what was emptied is taken away', () => {
    const result = one((draft) => {
      draft.headers.contentType.value = 'text/markdown';
      draft.headers.cacheControl.value = '';
      draft.metadata = [
        { name: 'project', value: 'Heritage' },
        { name: 'Operator', value: 'Ada' },
      ];
      draft.tags.pairs = [];
    });
    expect(result).toEqual({
      changes: {
        headers: {
          contentType: 'text/markdown',
          cacheControl: null,
          metadata: { operator: 'Ada', scanner: null },
        },
        tags: {},
      },
    });
  });

  test('every change has a line of its own', () => {
    const result = one((draft) => {
      draft.headers.contentType.value = 'text/markdown';
      draft.headers.cacheControl.value = '';
      draft.metadata = [];
      draft.tags.pairs = [{ name: 'state', value: 'done' }];
      draft.storageClass = 'GLACIER';
      draft.access = { mode: 'canned', canned: 'public-read' };
    });
    expect('changes' in result && result.changes !== undefined ? changeLines(result.changes) : []).toEqual([
      'Content type: text/markdown',
      'Cache control is taken away',
      'Metadata “project” is taken away',
      'Metadata “scanner” is taken away',
      'Tags, in place of all before: state=done',
      'Storage class: GLACIER',
      'Access: Public: everybody can read',
    ]);
  });

  test('tags in another order are the same tags', () => {
    const two: Known = { ...known, tags: { a: '1', b: '2' } };
    const draft = draftOf(two);
    draft.tags.pairs.reverse();
    expect(changesOf(draft, two)).toEqual({ changes: undefined });
  });
});

describe('many objects', () => {
  test('a field counts only where it is ticked', () => {
    const result = many((draft) => {
      draft.headers.contentType = { on: true, value: 'image/tiff' };
      draft.headers.cacheControl = { on: false, value: 'max-age=60' };
      draft.headers.expires = { on: true, value: '' };
      draft.metadata = [{ name: 'box', value: '7' }];
      draft.removedMetadata = 'Draft, old ,';
    });
    expect(result).toEqual({
      changes: {
        headers: { contentType: 'image/tiff', expires: null, metadata: { box: '7', draft: null, old: null } },
      },
    });
  });
});

test.each<[string, (draft: Draft) => void, string | RegExp]>([
  [
    'a line break in a header',
    (d) => (d.headers.contentType.value = 'a\nb'),
    'Content type cannot hold a line break.',
  ],
  ['no date', (d) => (d.headers.expires.value = 'tomorrow-ish'), /^Expires is a date/u],
  ['a name with a space', (d) => d.metadata.push({ name: 'two words', value: '' }), /no name for metadata/u],
  [
    'a value without a name',
    (d) => d.metadata.push({ name: '', value: 'x' }),
    'Give a name to metadata “x”, or take it away.',
  ],
  ['a name twice', (d) => d.tags.pairs.push({ name: 'state', value: 'x' }), '“state” is there twice.'],
  ['a reserved tag', (d) => d.tags.pairs.push({ name: 'aws:x', value: '' }), /reserved/u],
  [
    'eleven tags',
    (d) => d.tags.pairs.push(...Array.from({ length: 10 }, (_, n) => ({ name: `t${n}`, value: '' }))),
    'An object has at most 10 tags.',
  ],
  [
    'grants that are no JSON',
    (d) => (d.access = { mode: 'grants', json: '{' }),
    /^The grants are not JSON: /u,
  ],
  ['grants without an owner', (d) => (d.access = { mode: 'grants', json: '{"Grants":[]}' }), /./u],
])('%s is refused with the reason', (_what, change, problem) => {
  const result = one(change);
  const said = 'problem' in result ? result.problem : 'it was taken';
  if (typeof problem === 'string') expect(said).toBe(problem);
  else expect(said).toMatch(problem);
  expect(said).not.toBe('it was taken');
});
