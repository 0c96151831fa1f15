import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { failureOf } from '#test/router/support.ts';
import type { Operation } from '../operations.ts';
import { received, RefusedError, type World } from '../world.ts';

async function level({ api, connectionId }: World, bucket: string, prefix: string) {
  const pages = await received<{ prefixes: string[]; objects: { key: string }[] }>((handlers) =>
    api.objects.list.subscribe({ connectionId, bucket, prefix }, handlers),
  );
  return {
    folders: pages.flatMap(({ prefixes }) => prefixes),
    keys: pages.flatMap(({ objects }) => objects.map(({ key }) => key)),
  };
}

const stat = ({ api, connectionId }: World, bucket: string, key: string) =>
  api.objects.stat.query({ connectionId, bucket, key });

export const objects: Operation[] = [
  {
    name: 'list one level, and head an object',
    run: async (world) => {
      const bucket = await world.bucket({ keys: ['a.txt', 'docs/one.txt', 'docs/two.txt'] });
      expect(await level(world, bucket, '')).toEqual({ folders: ['docs/'], keys: ['a.txt'] });
      expect(await stat(world, bucket, 'docs/one.txt')).toMatchObject({ size: 12 });
      expect(await failureOf(stat(world, bucket, 'absent'))).toMatchObject({
        kind: 'not-found',
        key: 'absent',
      });
    },
  },
  {
    name: 'create a folder',
    run: async (world) => {
      const bucket = await world.bucket();
      const place = { connectionId: world.connectionId, bucket };
      await world.api.objects.createFolder.mutate({ ...place, key: 'new/' });
      expect((await level(world, bucket, '')).folders).toEqual(['new/']);
      expect(
        await failureOf(world.api.objects.createFolder.mutate({ ...place, key: 'no-slash' })),
      ).toMatchObject({
        kind: 'invalid-input',
      });
    },
  },
  {
    name: 'copy a folder to another bucket',
    run: async (world) => {
      const bucket = await world.bucket({ keys: ['in/a', 'in/b/c', 'in', 'other'] });
      const target = await world.bucket();
      const job = await world.succeed(bucket, {
        kind: 'copy',
        prefix: 'in/',
        base: 'in/',
        to: { bucket: target, prefix: 'out/' },
      });
      // Some servers list folders as objects of their own.
      const copied = (await world.keys(bucket, 'in/')).length;
      expect(job).toMatchObject({ result: { copied, skipped: 0, removed: 0 } });
      expect((await world.keys(target)).filter((key) => !key.endsWith('/'))).toEqual(['out/a', 'out/b/c']);
      expect(await world.text(target, 'out/b/c')).toBe('in/b/c');
    },
  },
  {
    name: 'move a folder, and leave its neighbours',
    run: async (world) => {
      const bucket = await world.bucket({ keys: ['in/a', 'in/b', 'inner', 'in.txt'] });
      await world.succeed(bucket, {
        kind: 'copy',
        move: true,
        prefix: 'in/',
        base: 'in/',
        to: { bucket, prefix: 'moved/' },
      });
      expect((await world.keys(bucket)).filter((key) => !key.endsWith('/'))).toEqual([
        'in.txt',
        'inner',
        'moved/a',
        'moved/b',
      ]);
    },
  },
  {
    name: 'rename an object whose key is odd',
    run: async (world) => {
      const [from, to] = ['odd + % ? ä #1.txt', 'ärger & “quotes”.txt'];
      const bucket = await world.bucket({ keys: [from] });
      await world.succeed(bucket, {
        kind: 'copy',
        move: true,
        keys: [from],
        base: from,
        to: { bucket, prefix: to },
      });
      expect(await world.keys(bucket)).toEqual([to]);
      expect(await world.text(bucket, to)).toBe(from);
    },
  },
  {
    name: 'edit headers and metadata of one object',
    run: async (world) => {
      const key = 'page.bin';
      const bucket = await world.bucket({ versioned: true });
      await world.storage.write({ bucket, key, body: Buffer.from('x'), metadata: { keep: '1', drop: '2' } });
      const headers = {
        contentType: 'text/html',
        cacheControl: 'no-store',
        metadata: { drop: null, extra: '3' },
      };
      await world.succeed(bucket, { kind: 'update', keys: [key], changes: { headers } });
      expect(await stat(world, bucket, key)).toMatchObject({
        contentType: 'text/html',
        cacheControl: 'no-store',
        metadata: { keep: '1', extra: '3' },
      });
      expect((await stat(world, bucket, key)).metadata).not.toHaveProperty('drop');
    },
  },
  {
    name: 'edit headers of everything under a prefix',
    run: async (world) => {
      const bucket = await world.bucket({ versioned: true, keys: ['in/a', 'in/b', 'out'] });
      const headers = { contentType: 'text/markdown' };
      await world.succeed(bucket, { kind: 'update', prefix: 'in/', changes: { headers } });
      expect((await stat(world, bucket, 'in/a')).contentType).toBe('text/markdown');
      expect((await stat(world, bucket, 'in/b')).contentType).toBe('text/markdown');
      expect((await stat(world, bucket, 'out')).contentType).not.toBe('text/markdown');
    },
  },
  {
    name: 'edit headers and metadata of many objects at once, each keeping its own',
    run: async (world) => {
      const bucket = await world.bucket({ versioned: true });
      const keys = ['one', 'two', 'dir/three'];
      for (const key of keys)
        await world.storage.write({ bucket, key, body: Buffer.from(key), metadata: { own: key } });
      const headers = { cacheControl: 'max-age=60', metadata: { shared: 'yes' } };
      await world.succeed(bucket, { kind: 'update', keys, changes: { headers } });
      for (const key of keys) {
        expect(await stat(world, bucket, key)).toMatchObject({
          cacheControl: 'max-age=60',
          metadata: { own: key, shared: 'yes' },
        });
        expect(await world.text(bucket, key)).toBe(key);
      }
    },
  },
  {
    name: 'tags of objects: set and read',
    needs: 'objectTags',
    run: async (world) => {
      const { api, connectionId } = world;
      const bucket = await world.bucket({ keys: ['in/a', 'in/b'] });
      const tags = { class: 'secret', 'ä b': 'c+d' };
      const job = await world.run(bucket, { kind: 'update', keys: ['in/a', 'in/b'], changes: { tags } });
      const [first] = job.progress.failures.first;
      if (first !== undefined) throw new RefusedError(first);
      for (const key of ['in/a', 'in/b'])
        expect(await api.objects.tags.query({ connectionId, bucket, key })).toEqual(tags);
    },
  },
  {
    name: 'ACL of an object: set and read',
    needs: 'objectAcl',
    run: async (world) => {
      const { api, connectionId } = world;
      const bucket = await world.bucket({ keys: ['a'] });
      await world.succeed(bucket, {
        kind: 'update',
        keys: ['a'],
        changes: { acl: { canned: 'public-read' } },
      });
      const acl = await api.objects.acl.query({ connectionId, bucket, key: 'a' });
      expect(acl.Grants).toContainEqual(expect.objectContaining({ Permission: 'READ' }));
    },
  },
  {
    name: 'storage class of an object: set',
    run: async (world) => {
      const bucket = await world.bucket({ versioned: true, keys: ['a'] });
      const job = await world.run(bucket, {
        kind: 'update',
        keys: ['a'],
        changes: { storageClass: 'STANDARD_IA' },
      });
      expect(await world.text(bucket, 'a')).toBe('a');
      const [refused] = job.progress.failures.first;
      if (refused !== undefined) {
        expect(['invalid-input', 'not-supported']).toContain(refused.kind);
        return 'not offered';
      }
      // A server that has one class only takes the word, and keeps the class.
      const { storageClass = 'STANDARD' } = await stat(world, bucket, 'a');
      if (storageClass === 'STANDARD') return 'not offered';
      expect(storageClass).toBe('STANDARD_IA');
      return undefined;
    },
  },
  {
    name: 'download one object',
    run: async (world) => {
      const bucket = await world.bucket({ keys: ['dir/a.txt'] });
      const path = world.path('.txt');
      await world.succeed(bucket, { kind: 'download', key: 'dir/a.txt', path });
      expect(await readFile(path, 'utf8')).toBe('dir/a.txt');
    },
  },
  {
    name: 'count a prefix, and export it as a ZIP',
    run: async (world) => {
      const bucket = await world.bucket({ keys: ['in/a', 'in/b', 'out'] });
      const count = await world.succeed(bucket, { kind: 'count', prefix: 'in/' });
      expect(count).toMatchObject({ result: { files: 2, bytes: 8 } });
      const path = world.path('.zip');
      const zip = await world.succeed(bucket, { kind: 'zip', prefix: 'in/', path });
      expect(zip).toMatchObject({ result: { entries: 2, path } });
    },
  },
];
