import { describe, expect, test } from 'vitest';
import { freshBucketName, seedBucket } from '#test/support/endpoints.ts';
import { type Subject, collect } from './subject.ts';

export function stoppingBehaviour({ storage }: Subject): void {
  describe('stopping', () => {
    const calls: [string, (bucket: string, signal: AbortSignal) => Promise<unknown>][] = [
      ['listing the buckets', (_, signal) => storage().listBuckets({ signal })],
      ['making a bucket', (_, signal) => storage().createBucket(freshBucketName(), { signal })],
      ['listing', (bucket, signal) => storage().listPage({ bucket }, { signal })],
      ['a stat', (bucket, signal) => storage().stat({ bucket, key: 'a' }, { signal })],
      ['a read', (bucket, signal) => storage().read({ bucket, key: 'a' }, { signal })],
      [
        'a write',
        (bucket, signal) => storage().write({ bucket, key: 'b', body: Buffer.from('x') }, { signal }),
      ],
    ];
    test.each(calls)('%s can be stopped before and while it runs', async (_, call) => {
      const bucket = await seedBucket(storage(), ['a']);
      await expect(call(bucket, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
      const controller = new AbortController();
      const running = call(bucket, controller.signal);
      controller.abort();
      await expect(running).rejects.toMatchObject({ name: 'AbortError' });
      expect((await collect(storage(), { bucket })).keys).toContain('a');
    });

    test('a body stops in the middle', async () => {
      const bucket = await seedBucket(storage(), ['big'], () => Buffer.alloc(8 * 1024 * 1024));
      const controller = new AbortController();
      const { body } = await storage().read({ bucket, key: 'big' }, { signal: controller.signal });
      const reading = body.forEach(() => controller.abort());
      await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
      expect(body.destroyed).toBe(true);
    });
  });
}
