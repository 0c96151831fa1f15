import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { errorText } from '#electron/log.ts';
import { StorageError } from '#storage/errors.ts';

test('the log tells what went wrong and why, and none of the headers that a request was signed with', () => {
  const request = { headers: { authorization: 'AWS4-HMAC-SHA256 Signature=1234' } };
  const cause = Object.assign(new Error('No such form.'), { request });
  const bug = new StorageError({ kind: 'internal', operation: 'read', message: 'A mistake.', cause });
  expect(inspect(bug, { depth: 9 })).toContain('Signature=');
  expect(errorText(bug)).toMatch(/^StorageError: A mistake\.\n[^]*caused by: Error: No such form\./u);
  expect(errorText(bug)).not.toContain('Signature=');
});

test('the log says no more of what is no error than what it is', () => {
  expect(errorText({ secretAccessKey: 'hidden' })).toBe('object');
});
