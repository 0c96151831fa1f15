import { describe, expect, it } from 'vitest';
import {
  emptyValues,
  nameProblem,
  readMakeForm,
  type MakeValues,
} from '#renderer/features/buckets/make-model.ts';

const s3 = { id: 'c', kind: 's3' } as const;
const hcp = { id: 'c', kind: 'hcp' } as const;
const values = (changes: Partial<MakeValues>): MakeValues => ({ ...emptyValues, name: 'scans', ...changes });

describe('the form of a new bucket', () => {
  it('sends what was chosen, and leaves the rest to the server', () => {
    expect(readMakeForm(values({ region: ' eu-west-1 ', versioning: true }), s3, [])).toEqual({
      input: { connectionId: 'c', bucket: 'scans', region: 'eu-west-1', versioning: true, objectLock: false },
    });
    expect(readMakeForm(values({}), hcp, [])).toEqual({
      input: { connectionId: 'c', bucket: 'scans', namespace: {} },
    });
  });

  it('sends the settings of a namespace on HCP', () => {
    const form = values({
      description: 'Registers',
      hardQuota: '50 GB',
      softQuota: '85',
      hashScheme: 'SHA-512',
      optimizedFor: 'CLOUD',
      searchEnabled: 'no',
      s3UnversionedOverwrite: 'yes',
      versioning: true,
      prune: true,
      pruneDays: '30',
      useDeleteMarkers: true,
    });
    expect(readMakeForm(form, hcp, [])).toHaveProperty('input.namespace', {
      description: 'Registers',
      hardQuota: '50 GB',
      softQuota: 85,
      hashScheme: 'SHA-512',
      optimizedFor: 'CLOUD',
      searchEnabled: false,
      s3UnversionedOverwrite: true,
      versioning: {
        enabled: true,
        prune: true,
        pruneDays: 30,
        keepDeletionRecords: true,
        useDeleteMarkers: true,
      },
    });
  });

  it.each<[keyof MakeValues, Partial<MakeValues>, RegExp]>([
    ['hardQuota', { hardQuota: '50GB' }, /such as “50 GB”/],
    ['softQuota', { softQuota: '9' }, /10 to 95/],
    ['softQuota', { softQuota: 'most' }, /number/],
    ['pruneDays', { versioning: true, prune: true, pruneDays: '40000' }, /36500/],
    ['pruneDays', { versioning: true, prune: true, pruneDays: '' }, /number/],
    ['name', { name: 'a.b.c' }, /no dots/],
  ])('says at the field %s what is wrong', (field, changes, words) => {
    const read = readMakeForm(values(changes), hcp, []);
    expect('errors' in read ? read.errors[field] : undefined).toMatch(words);
  });

  it('knows a name that is taken: on HCP in whatever case', () => {
    const buckets = [{ name: 'Scans' }];
    expect(nameProblem('scans', 'hcp', buckets)).toContain('“Scans” already');
    expect(nameProblem('scans', 's3', buckets)).toBeUndefined();
    expect(nameProblem('scans', 's3', [{ name: 'scans' }])).toContain('already');
  });
});
