import { describe, expect, test } from 'vitest';
import {
  ALL_USERS,
  type BucketSettingChanges,
  type RemovableSetting,
  settingNames,
} from '#shared/bucket-settings.ts';
import { freshBucketName, seedBucket } from '#test/support/endpoints.ts';
import type { Subject } from './subject.ts';

type Values = { [K in RemovableSetting]: (bucket: string) => BucketSettingChanges[K] };

const values: Values = {
  cors: () => ({
    CORSRules: [
      {
        AllowedOrigins: ['https://*.example'],
        AllowedMethods: ['GET'],
        AllowedHeaders: ['*'],
        ExposeHeaders: ['ETag'],
        MaxAgeSeconds: 600,
      },
    ],
  }),
  tags: () => ({ project: 'archive', 'ä ü': 'a+b/c=d' }),
  lifecycle: () => ({
    Rules: [
      { ID: 'old', Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 30 } },
      {
        ID: 'parts',
        Status: 'Disabled',
        Filter: { Prefix: 'up/' },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
    ],
  }),
  policy: (bucket) => ({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` },
    ],
  }),
};

export function settingBehaviour({ storage, has }: Subject): void {
  describe('settings of a bucket', () => {
    test.each(settingNames)('%s: is there, or the server is said not to have it', async (name) => {
      const bucket = await seedBucket(storage(), []);
      const setting = await storage().readSetting(bucket, name);
      if (has.settings.includes(name)) expect(['set', 'unset']).toContain(setting.state);
      else {
        expect(setting).toMatchObject({ state: 'not-offered' });
        expect(setting).toHaveProperty('reason', expect.stringMatching(/^[A-Z].{15,}\.$/u));
      }
    });

    test.each(Object.keys(values) as RemovableSetting[])('%s: is written, read and removed', async (name) => {
      const bucket = await seedBucket(storage(), []);
      const value = values[name](bucket);
      if (!has.settings.includes(name)) {
        const kind = { kind: 'not-supported' };
        await expect(storage().writeSetting(bucket, name, value)).rejects.toMatchObject(kind);
        return;
      }
      expect(await storage().readSetting(bucket, name)).toEqual({ state: 'unset' });
      await storage().writeSetting(bucket, name, value);
      const setting = await storage().readSetting(bucket, name);
      expect(setting).toMatchObject({ state: 'set' });
      const written = setting.state === 'set' ? setting.value : undefined;
      const ordered = (rules: unknown) =>
        Array.isArray(rules)
          ? rules.toSorted((a: { ID: string }, b: { ID: string }) => (a.ID < b.ID ? -1 : 1))
          : rules;
      if (name === 'lifecycle') {
        const { Rules } = written as BucketSettingChanges['lifecycle'];
        expect(ordered(Rules)).toMatchObject(ordered(values.lifecycle(bucket).Rules) as object);
      } else expect(written).toMatchObject(value);
      for (let i = 0; i < 2; i++) await storage().removeSetting(bucket, name);
      expect(await storage().readSetting(bucket, name)).toEqual({ state: 'unset' });
    });

    test.skipIf(!has.settings.includes('versioning'))('versioning: off, enabled, suspended', async () => {
      const bucket = await seedBucket(storage(), []);
      const status = async () => {
        const setting = await storage().readSetting(bucket, 'versioning');
        return setting.state === 'set' ? setting.value.status : setting.state;
      };
      expect(await status()).toBe('off');
      for (const to of ['enabled', 'suspended', 'enabled'] as const) {
        await storage().writeSetting(bucket, 'versioning', { status: to });
        expect(await status()).toBe(to);
      }
    });

    test.skipIf(!has.settings.includes('acl'))('ACL: a ready one, and one of grants', async () => {
      const bucket = await seedBucket(storage(), []);
      const acl = async () => {
        const setting = await storage().readSetting(bucket, 'acl');
        if (setting.state !== 'set') throw new Error('there is no ACL');
        return setting.value;
      };
      const { Owner, Grants } = await acl();
      expect(Grants).toHaveLength(1);
      expect((await storage().listBuckets()).find(({ name }) => name === bucket)?.owner?.id).toBe(Owner.ID);
      await storage().writeSetting(bucket, 'acl', { canned: 'public-read' });
      expect((await acl()).Grants).toContainEqual({
        Grantee: { Type: 'Group', URI: ALL_USERS },
        Permission: 'READ',
      });
      await storage().writeSetting(bucket, 'acl', { Owner, Grants });
      expect((await acl()).Grants).toEqual(Grants);
    });

    test('of a bucket that is not there are not found', async () => {
      const bucket = freshBucketName();
      const absent = { kind: 'not-found', bucket };
      await expect(storage().readSetting(bucket, 'versioning')).rejects.toMatchObject(absent);
      const change = storage().writeSetting(bucket, 'versioning', { status: 'enabled' });
      await expect(change).rejects.toMatchObject(absent);
    });

    test.skipIf(!has.settings.includes('lifecycle'))(
      'a rule that S3 does not know is refused by name',
      async () => {
        const bucket = await seedBucket(storage(), []);
        const rule = { Status: 'Enabled' as const, Filter: { Prefix: '' }, Expiration: { Days: 1 } };
        for (const [wrong, named] of [
          [{ ...rule, Filter: { Prefx: 'tmp/' } }, 'Rules[0].Filter holds “Prefx”'],
          [{ ...rule, Expiration: { Date: 'tomorrow' } }, 'Rules[0].Expiration.Date is not a date'],
        ] as const) {
          const change = storage().writeSetting(bucket, 'lifecycle', { Rules: [wrong] });
          await expect(change).rejects.toThrow(named);
        }
        expect(await storage().readSetting(bucket, 'lifecycle')).toEqual({ state: 'unset' });
      },
    );
  });
}
