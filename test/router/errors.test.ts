import { TRPCError } from '@trpc/server';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { connectionDraftSchema } from '#shared/connection.ts';
import { failureKinds, failureSchema } from '#shared/failure.ts';
import { jobInputSchema } from '#shared/job.ts';
import { failureFrom, trpcCodes } from '#router/errors.ts';
import { zipName } from '#router/jobs.ts';
import { SettingsError } from '#settings/errors.ts';
import { StorageError } from '#storage/errors.ts';

/** The failure of an error as tRPC hands it to the formatter. */
function failureOfCause(cause: unknown) {
  return failureFrom(new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause }), 'objects.list');
}

function failureOfInput(schema: z.ZodType, input: unknown) {
  const { error } = schema.safeParse(input);
  return failureFrom(new TRPCError({ code: 'BAD_REQUEST', cause: error }), 'connections.save');
}

const draft = {
  kind: 's3',
  name: 'Archive',
  secretAccessKey: 'open sesame',
  s3: {
    preset: 'generic',
    endpoint: 'https://a.example',
    region: 'r',
    accessKeyId: 'AK',
    addressing: 'path',
  },
};

describe('what a person reads when a call fails', () => {
  it.each(failureKinds)('%s has a code, a sentence and a next step', (kind) => {
    const failure = failureOfCause(new StorageError({ kind, operation: 'read', bucket: 'b', key: 'k' }));
    expect(failureSchema.parse(failure)).toMatchObject({ kind, bucket: 'b', key: 'k' });
    expect(failure.nextStep).toMatch(/\.$/u);
    expect(trpcCodes[kind]).toBeTypeOf('string');
  });

  it('of the settings come with their own next step', () => {
    const error = new SettingsError({ kind: 'weak-vault', message: 'M.', nextStep: 'N.', operation: 'o' });
    expect(failureOfCause(error)).toEqual({
      kind: 'weak-vault',
      message: 'M.',
      nextStep: 'N.',
      operation: 'o',
      retryable: false,
    });
  });

  it('of an input says what to correct, in our words', () => {
    const bad = (s3: object) =>
      failureOfInput(connectionDraftSchema, { ...draft, s3: { ...draft.s3, ...s3 } }).message;
    expect(bad({ endpoint: 'archive' })).toBe(
      'The endpoint is an address that starts with https:// or http://.',
    );
    expect(bad({ endpoint: 'ftp://archive' })).toBe(
      'The endpoint is an address that starts with https:// or http://.',
    );
    expect(bad({ region: '' })).toBe('Name a region; us-east-1 where the server has none.');
    expect(bad({ proxy: 'http://user:word@proxy:3128' })).toContain('Leave the password out');
    expect(bad({ endpoint: 'https://user:word@a.example' })).toContain('Leave the password out');
    expect(
      failureOfInput(jobInputSchema, { kind: 'count', connectionId: 'c', bucket: 'b' }).message,
    ).toContain('Say what to work on');
  });

  it('names the field where only the checker itself has words', () => {
    const { message } = failureOfInput(connectionDraftSchema, {
      ...draft,
      s3: { ...draft.s3, idleTimeoutMs: 'x' },
    });
    expect(message).toBe('s3.idleTimeoutMs: This has to be a number.');
  });

  it('never shows the secret', () => {
    for (const wrong of [
      { ...draft, s3: {} },
      { ...draft, kind: 'ftp' },
      { ...draft, secretAccessKey: 5 },
    ]) {
      expect(JSON.stringify(failureOfInput(connectionDraftSchema, wrong))).not.toContain('sesame');
    }
  });

  it('keeps the words of an unknown mistake to ourselves', () => {
    expect(failureOfCause(new Error('secret detail')).kind).toBe('internal');
    expect(JSON.stringify(failureOfCause(new Error('secret detail')))).not.toContain('secret detail');
  });

  it('tells a file error apart from a mistake of ours', () => {
    const error = Object.assign(new Error('x'), { code: 'ENOSPC', syscall: 'write', path: '/tmp/a.zip' });
    expect(failureOfCause(error)).toMatchObject({ kind: 'disk-full', path: '/tmp/a.zip' });
  });

  it('a procedure that is not there says so', () => {
    const error = new TRPCError({ code: 'NOT_FOUND', message: 'No "query"-procedure on path "x"' });
    expect(failureFrom(error, 'x')).toMatchObject({ kind: 'not-found', operation: 'x' });
  });
});

describe('the proposed name of a ZIP', () => {
  it.each([
    ['scans', 'objects', 'scans-objects.zip'],
    ['scans', '', 'scans-objects.zip'],
    ['scans', '1911/harbour/', 'scans-1911-harbour.zip'],
    ['scans', '/', 'scans-objects.zip'],
    ['scans', 'Fête-Dieu', 'scans-Fête-Dieu.zip'],
    ['scans', '../../etc', 'scans-..-..-etc.zip'],
    ['scans', 'a:b?c"d|e', 'scans-a_b_c_d_e.zip'],
    ['nul.x', 'a', '_nul.x-a.zip'],
  ])('of %s and %j is %s', (bucket, name, proposed) => {
    expect(zipName(bucket, name)).toBe(proposed);
  });

  it('is never too long for a disk', () => {
    const name = zipName('b'.repeat(63), '🙂'.repeat(500));
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(name).toMatch(/\.zip$/u);
  });
});
