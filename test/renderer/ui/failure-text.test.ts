import { describe, expect, it } from 'vitest';
import type { Failure } from '#shared/failure.ts';
import { StorageError } from '#storage/errors.ts';
import { reasonBeside } from '#renderer/ui/failure-text.ts';
import { failureKinds } from '#shared/failure.ts';

const place = { bucket: 'archive', key: 'scans/“odd” $& object.tif' };

const failure = (message: string, changes: Partial<Failure> = {}): Failure => ({
  kind: 'internal',
  message,
  nextStep: 'Try again.',
  retryable: false,
  operation: 'read',
  ...place,
  ...changes,
});

describe('the reason of a failure beside the name of its object', () => {
  it('says “it” where the sentence names the object and its bucket', () => {
    const { message } = new StorageError({
      kind: 'access-denied',
      operation: 'read',
      code: 'AccessDenied',
      ...place,
    });
    expect(reasonBeside(failure(message))).toBe('This access key may not read it (AccessDenied).');
    const gone = new StorageError({ kind: 'not-found', operation: 'read', ...place });
    expect(reasonBeside(failure(gone.message))).toBe('It does not exist.');
  });

  it('never repeats the key, whatever the kind', () => {
    for (const kind of failureKinds) {
      const { message } = new StorageError({ kind, operation: 'read', ...place });
      expect(reasonBeside(failure(message))).not.toContain(place.key);
    }
  });

  it('leaves a sentence as it is that names something else, or more than the object', () => {
    const key = `“${place.key}”`;
    const asIs = [
      'The disk is full.',
      `${key} is not in the folder “a/”.`,
      `The object ${key} is locked.`,
      'Object “another” in bucket “archive” does not exist.',
    ];
    for (const message of asIs) expect(reasonBeside(failure(message))).toBe(message);
    const { key: _, ...keyless } = failure('Object “a” does not exist.');
    expect(reasonBeside(keyless)).toBe('Object “a” does not exist.');
  });
});
