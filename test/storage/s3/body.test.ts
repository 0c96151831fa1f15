import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { checkedBody } from '#storage/s3/body.ts';
import { gather } from '#test/support/faults.ts';

const expected = {
  contentLength: 5,
  lengthError: (received: number) => new Error(`${received} bytes came`),
  toError: (error: unknown) => (error instanceof Error ? error : new Error('broken')),
};

test('a body that broke before anybody looked at it fails instead of never ending', async () => {
  const source = new PassThrough();
  source.destroy();
  await once(source, 'close');
  await expect(gather(checkedBody(source, expected))).rejects.toThrow('0 bytes came');
});

test('a body that failed before anybody looked at it fails with the reason', async () => {
  const source = new PassThrough();
  source.destroy(new Error('reset'));
  await once(source, 'error');
  await expect(gather(checkedBody(source, expected))).rejects.toThrow('reset');
});
