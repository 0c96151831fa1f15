import { expect } from 'vitest';
import { ALL_USERS } from '#shared/bucket-settings.ts';
import type { SettingChange, SettingName } from '#shared/bucket-settings.ts';
import { failureOf } from '#test/router/support.ts';
import type { Operation } from '../operations.ts';
import type { World } from '../world.ts';

async function read({ api, connectionId }: World, bucket: string, name: SettingName): Promise<unknown> {
  const setting = await api.buckets.setting.query({ connectionId, bucket, name });
  if (setting.state === 'not-offered') {
    expect(setting.reason.length).toBeGreaterThan(10);
    return 'not offered';
  }
  return setting.state === 'set' ? setting.value : undefined;
}

const change = ({ api, connectionId }: World, bucket: string, to: SettingChange) =>
  api.buckets.changeSetting.mutate({ connectionId, bucket, change: to });

/** A setting that is written, read as it was written, and taken away again. */
function writtenAndRemoved(
  name: 'cors' | 'tags' | 'lifecycle' | 'policy',
  valueFor: (bucket: string) => SettingChange,
) {
  return async (world: World) => {
    const { api, connectionId } = world;
    const bucket = await world.bucket();
    const to = valueFor(bucket);
    await change(world, bucket, to);
    expect(await read(world, bucket, name)).toMatchObject(to.value);
    await api.buckets.removeSetting.mutate({ connectionId, bucket, name });
    expect(await read(world, bucket, name)).toBeUndefined();
  };
}

/** A setting that is shown where the server has it. */
function shown(name: SettingName): Operation['run'] {
  return async (world) => {
    const value = await read(world, await world.bucket(), name);
    if (value === 'not offered') return value;
    expect(['object', 'undefined']).toContain(typeof value);
    return undefined;
  };
}

export const settings: Operation[] = [
  {
    name: 'versioning: read, enable, suspend',
    needs: 'versioning',
    run: async (world) => {
      const bucket = await world.bucket();
      expect(await read(world, bucket, 'versioning')).toMatchObject({ status: 'off' });
      for (const status of ['enabled', 'suspended'] as const) {
        await change(world, bucket, { name: 'versioning', value: { status } });
        expect(await read(world, bucket, 'versioning')).toMatchObject({ status });
      }
    },
  },
  {
    name: 'ACL: read, set a canned one, edit grants',
    needs: 'acl',
    run: async (world) => {
      const bucket = await world.bucket();
      await change(world, bucket, { name: 'acl', value: { canned: 'public-read' } });
      const acl = (await read(world, bucket, 'acl')) as { Owner: { ID: string }; Grants: unknown[] };
      const anyone = { Grantee: { Type: 'Group', URI: ALL_USERS }, Permission: 'READ' };
      expect(acl.Grants).toContainEqual(expect.objectContaining(anyone));
      const owner = { Type: 'CanonicalUser' as const, ID: acl.Owner.ID };
      const value = {
        Owner: { ID: acl.Owner.ID },
        Grants: [{ Grantee: owner, Permission: 'FULL_CONTROL' as const }],
      };
      await change(world, bucket, { name: 'acl', value });
      const after = (await read(world, bucket, 'acl')) as { Grants: unknown[] };
      expect(after.Grants).toHaveLength(1);
      expect(after.Grants[0]).toMatchObject({ Grantee: owner, Permission: 'FULL_CONTROL' });
    },
  },
  {
    name: 'CORS: set, read, delete',
    needs: 'cors',
    run: writtenAndRemoved('cors', () => ({
      name: 'cors',
      value: {
        CORSRules: [
          {
            AllowedOrigins: ['https://*.example', 'https://app.example'], // in the order that Ceph keeps
            AllowedMethods: ['GET', 'PUT'],
            AllowedHeaders: ['*'],
            ExposeHeaders: ['ETag'],
            MaxAgeSeconds: 600,
          },
        ],
      },
    })),
  },
  {
    name: 'CORS: refuse bad rules before anything is sent',
    run: async (world) => {
      const { api, connectionId } = world;
      const bucket = await world.bucket();
      const bad = { CORSRules: [{ AllowedOrigins: ['*'], AllowedMethods: ['FETCH'] }] };
      const input = { connectionId, bucket, change: { name: 'cors', value: bad } };
      const failure = await failureOf(api.buckets.changeSetting.mutate(input as never));
      expect(failure).toMatchObject({ kind: 'invalid-input' });
      expect(failure.message).toContain('AllowedMethods');
    },
  },
  {
    name: 'tags of a bucket: set, read, delete',
    needs: 'tags',
    run: writtenAndRemoved('tags', () => ({ name: 'tags', value: { project: 'archive', 'é ü': 'a+b/c' } })),
  },
  {
    name: 'lifecycle: set, read, delete',
    needs: 'lifecycle',
    run: writtenAndRemoved('lifecycle', () => ({
      name: 'lifecycle',
      value: {
        Rules: [{ ID: 'old', Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 30 } }],
      },
    })),
  },
  {
    name: 'policy: set, read, delete',
    needs: 'policy',
    run: writtenAndRemoved('policy', (bucket) => ({
      name: 'policy',
      value: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` },
        ],
      },
    })),
  },
  { name: 'encryption: show', needs: 'encryption', run: shown('encryption') },
  { name: 'object lock: show', needs: 'objectLock', run: shown('objectLock') },
  { name: 'website: show', needs: 'website', run: shown('website') },
  { name: 'logging: show', needs: 'logging', run: shown('logging') },
];
