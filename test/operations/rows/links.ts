import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { failureOf } from '#test/router/support.ts';
import type { Operation } from '../operations.ts';
import type { World } from '../world.ts';

/** curl, at the server's name wherever that is served in this test. */
async function curl({ draft }: World, args: string[]): Promise<number> {
  const path = draft.kind === 'hcp' ? draft.hcp : undefined;
  const reach =
    path?.address === undefined
      ? []
      : [
          '--connect-to',
          `::${path.address}:`,
          ...(path.caFile === undefined ? [] : ['--cacert', path.caFile]),
        ];
  const ask = ['-sS', '-L', '-w', '%{http_code}', ...reach, ...args];
  const { stdout } = await promisify(execFile)('curl', ask);
  return Number(stdout.slice(-3));
}

async function link(world: World, bucket: string, key: string, method: 'get_object' | 'put_object') {
  const { api, connectionId } = world;
  const [made] = await api.objects.presign.mutate({ connectionId, bucket, method, objects: [{ key }] });
  if (made === undefined) throw new Error('No link was made.');
  return made;
}

export const links: Operation[] = [
  {
    name: 'presigned link to get an object, for one hour',
    needs: 'presign',
    run: async (world) => {
      const key = 'dir/ä + b.txt';
      const bucket = await world.bucket({ keys: [key] });
      const { url, expiresAt } = await link(world, bucket, key, 'get_object');
      expect(Math.abs(expiresAt.getTime() - Date.now() - 3_600_000)).toBeLessThan(60_000);
      const path = world.path('.txt');
      expect(await curl(world, ['-o', path, url])).toBe(200);
      expect(await readFile(path, 'utf8')).toBe(key);
    },
  },
  {
    name: 'presigned link to put an object, with curl -T',
    needs: 'presign',
    run: async (world) => {
      const key = 'dropped here/ü.bin';
      const bucket = await world.bucket();
      const { url } = await link(world, bucket, key, 'put_object');
      const path = world.path('.bin');
      await writeFile(path, 'sent by curl');
      expect(await curl(world, ['-o', world.path('.out'), '-T', path, url])).toBe(200);
      expect(await world.text(bucket, key)).toBe('sent by curl');
    },
  },
  {
    name: 'presigned links for many objects at once, each with a curl line',
    needs: 'presign',
    run: async (world) => {
      const { api, connectionId } = world;
      const keys = ['a', 'dir/b & c', 'ü/%41.txt'];
      const bucket = await world.bucket({ keys });
      const objects = keys.map((key) => ({ key }));
      const made = await api.objects.presign.mutate({
        connectionId,
        bucket,
        method: 'get_object',
        objects,
        expiresSeconds: 604_800,
      });
      expect(made.map(({ key }) => key)).toEqual(keys);
      for (const { key, url, curl: line } of made) {
        const path = world.path('.bin');
        expect(await curl(world, ['-o', path, url])).toBe(200);
        expect(await readFile(path, 'utf8')).toBe(key);
        expect(line).toContain(url);
      }
    },
  },
  {
    name: 'presigned links stop when their time is over',
    needs: 'presign',
    run: async (world) => {
      const { api, connectionId } = world;
      const bucket = await world.bucket({ keys: ['a'] });
      const input = { connectionId, bucket, method: 'get_object' as const, objects: [{ key: 'a' }] };
      const [made] = await api.objects.presign.mutate({ ...input, expiresSeconds: 1 });
      await delay(3000);
      expect(await curl(world, ['-o', world.path('.xml'), made?.url ?? ''])).toBe(403);
    },
  },
  {
    name: 'presigned links: other methods and more than seven days are refused',
    run: async (world) => {
      const { api, connectionId } = world;
      const bucket = await world.bucket({ keys: ['a'] });
      const input = { connectionId, bucket, method: 'get_object' as const, objects: [{ key: 'a' }] };
      const late = await failureOf(api.objects.presign.mutate({ ...input, expiresSeconds: 604_801 }));
      expect(late).toMatchObject({ kind: 'invalid-input' });
      expect(late.message).toContain('7 days');
      const other = { ...input, method: 'delete_object' } as unknown as typeof input;
      expect(await failureOf(api.objects.presign.mutate(other))).toMatchObject({ kind: 'invalid-input' });
    },
  },
];
