import { describe, expect, it } from 'vitest';
import type { SettingState, WritableSetting } from '#shared/bucket-settings.ts';
import { readDraft, textOf } from '#renderer/features/bucket-settings/drafts.ts';
import { examples } from '#renderer/features/bucket-settings/examples.ts';

const settings: [WritableSetting, SettingState][] = [
  ['versioning', { state: 'set', value: { status: 'suspended' } }],
  ['acl', { state: 'set', value: { Owner: { ID: 'me' }, Grants: [] } }],
  ['cors', { state: 'set', value: { CORSRules: [{ AllowedOrigins: ['*'], AllowedMethods: ['GET'] }] } }],
  ['tags', { state: 'set', value: { owner: 'archive', __proto__x: '' } }],
  ['lifecycle', { state: 'set', value: { Rules: [{ Status: 'Enabled', Expiration: { Days: 1 } }] } }],
];

describe('what is written of a setting', () => {
  it.each(settings)('reads back what the server has of %s', (name, setting) => {
    const value = setting.state === 'set' ? setting.value : undefined;
    expect(readDraft(name, textOf(name, setting))).toEqual({ change: { name, value } });
  });

  it('is empty for a setting that the bucket does not use', () => {
    expect(textOf('cors', { state: 'unset' })).toBe('');
  });

  it.each(['lifecycle', 'policy'] as const)('begins with an example of %s that is right', (name) => {
    expect(readDraft(name, examples[name]('scans'))).toHaveProperty('change.name', name);
  });

  it.each<[WritableSetting, text: string, line: number, words: string]>([
    ['cors', '{\n  "CORSRules": []\n}', 2, 'Give at least one rule, or remove CORS.'],
    [
      'cors',
      '{"CORSRules": [{\n"AllowedOrigins": ["*"],\n"AllowedMethods": ["get"]}]}',
      3,
      'Methods are GET',
    ],
    [
      'cors',
      '{"CORSRules": [{\n"AllowedOrigins": ["*"]}]}',
      1,
      'CORSRules[0].AllowedMethods: This is missing.',
    ],
    ['cors', '[]', 1, 'This has to be an object with fields.'],
    [
      'lifecycle',
      '{"Rules": [\n{"Status": "On", "Expiration": {"Days": 1}}]}',
      2,
      'Status is Enabled or Disabled',
    ],
    ['policy', '{\n"Version": "2020"}', 2, 'A policy’s Version is 2012-10-17'],
    ['acl', '{"canned":\n"everybody"}', 2, 'canned: '],
    ['tags', '[{"name": "a", "value": ""},\n{"name": "a", "value": "b"}]', 2, 'The tag “a” is there twice.'],
    ['tags', '[\n{"name": "", "value": ""}]', 2, 'A tag needs a name.'],
    ['tags', '[{"name": "aws:x", "value": ""}]', 1, 'reserved'],
    ['versioning', '{"status": "off"}', 1, 'status: '],
    ['policy', '{', 1, 'A name in double quotes is expected.'],
  ])('says of %s %j on which line it is wrong', (name, text, line, words) => {
    const read = readDraft(name, text);
    expect(read).toHaveProperty('problem.line', line);
    expect('problem' in read ? read.problem.words : '').toContain(words);
  });
});
