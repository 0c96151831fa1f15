import { describe, expect, it } from 'vitest';
import { PendingDeletions } from '#settings/pending-deletions.ts';
import type { PendingDeletion } from '#shared/job-results.ts';
import { JsonStore } from './support.ts';

const deletion: PendingDeletion = {
  connectionId: 'c',
  bucket: 'archive',
  since: new Date('2026-01-02T03:04:05.678Z'),
  changed: ['versioning'],
  before: { versioning: { enabled: true, pruneDays: 30 }, searchEnabled: true },
};

describe('deletions that wait for HCP', () => {
  it('are there after a restart as they were', () => {
    const store = new JsonStore();
    new PendingDeletions(store).save(deletion);
    const after = new PendingDeletions(store);
    expect(after.list()).toEqual([deletion]);
    expect(after.get('c', 'archive')).toEqual(deletion);
    expect(after.get('other', 'archive')).toBe(undefined);
  });

  it('are one for each bucket of a connection, and can be forgotten', () => {
    const store = new JsonStore();
    const deletions = new PendingDeletions(store);
    deletions.save(deletion);
    deletions.save({ ...deletion, bucket: 'other' });
    deletions.save({ ...deletion, changed: ['versioning', 'search'] });
    expect(deletions.list().map(({ bucket }) => bucket)).toEqual(['other', 'archive']);
    deletions.remove('c', 'archive');
    deletions.remove('c', 'never there');
    expect(new PendingDeletions(store).list().map(({ bucket }) => bucket)).toEqual(['other']);
  });

  it('that cannot be understood are set aside, and the others work', () => {
    const store = new JsonStore();
    new PendingDeletions(store).save(deletion);
    const kept = store.get('pendingDeletions') as unknown[];
    store.set('pendingDeletions', [{ bucket: 7 }, ...kept]);
    expect(new PendingDeletions(store).list()).toEqual([deletion]);
    expect(store.get('damagedPendingDeletions')).toEqual([{ bucket: 7 }]);
  });

  it('that cannot be written are not taken for kept', () => {
    const store = new JsonStore();
    const deletions = new PendingDeletions(store);
    store.broken = true;
    expect(() => deletions.save(deletion)).toThrow('nothing was changed');
    expect(deletions.list()).toEqual([]);
  });
});
