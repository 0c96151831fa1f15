import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { objectHead } from '#storage/s3/lean/object-head.ts';
import { createS3Storage } from '#storage/s3/s3-storage.ts';
import { localSettings } from '#test/support/endpoints.ts';
import { startFaultServer } from '#test/support/fault-server.ts';

test('the headers of an object are the same, read here or by the SDK', async () => {
  const time = fc.constantFrom('Tue, 02 Jan 2024 03:04:05 GMT', 'Tuesday, 02-Jan-24 03:04:05 GMT');
  const ascii = fc.stringMatching(/^[!-~]([ -~]*[!-~])?$/u);
  const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const header = fc.record({
    'last-modified': optional(time),
    etag: optional(fc.constantFrom('"e"', 'e', 'W/"e"', '""')),
    'content-type': optional(ascii),
    'content-encoding': optional(ascii),
    'cache-control': optional(ascii),
    'content-disposition': optional(ascii),
    'content-language': optional(ascii),
    expires: optional(fc.constantFrom('0', 'Tue, 02 Jan 2024 03:04:05 GMT', 'never')),
    'x-amz-storage-class': optional(ascii),
    'x-amz-server-side-encryption': optional(fc.constantFrom('AES256', 'aws:kms')),
    'x-amz-version-id': optional(ascii),
    'x-amz-object-lock-retain-until-date': optional(
      fc.constantFrom('2030-01-02T03:04:05.678Z', '2030-01-02T03:04:05Z', '2030-01-02T03:04:05.6789Z'),
    ),
    'x-amz-object-lock-legal-hold': optional(fc.constantFrom('ON', 'OFF')),
    'x-amz-meta-some': optional(ascii),
    'x-amz-meta-': optional(ascii),
  });
  let headers: Record<string, string> = {};
  const server = await startFaultServer((_, response) => void response.writeHead(200, headers).end());
  onTestFinished(() => server.close());
  const settings = localSettings(server.endpoint);
  const [here, bySdk] = [true, false].map((lean) =>
    createS3Storage({ settings, secretAccessKey: 's', lean }),
  );
  onTestFinished(() => [here, bySdk].forEach((storage) => storage?.close()));
  let readHere = 0;
  await fc.assert(
    fc.asyncProperty(header, async (given) => {
      const entries = Object.entries(given).filter((one): one is [string, string] => one[1] !== undefined);
      headers = { ...Object.fromEntries(entries), 'content-length': '12' };
      if (objectHead(headers) !== undefined) readHere += 1;
      const ref = { bucket: 'bucket', key: 'k' };
      expect(await here?.stat(ref)).toEqual(await bySdk?.stat(ref));
    }),
    { numRuns: 150 },
  );
  expect(readHere).toBeGreaterThan(20);
});
