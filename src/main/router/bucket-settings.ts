import { z } from 'zod';
import {
  removableSettings,
  settingChangeSchema,
  settingNames,
  type SettingChange,
} from '#shared/bucket-settings.ts';
import { locationSchema } from '#shared/objects.ts';
import type { CallOptions, Storage } from '#storage/storage.ts';
import { procedure } from './trpc.ts';

/** Reading and changing the settings of a bucket. */
export const settingProcedures = {
  setting: procedure
    .input(locationSchema.extend({ name: z.enum(settingNames) }))
    .query(async ({ ctx, input: { connectionId, bucket, name }, signal }) =>
      (await ctx.storages.get(connectionId)).readSetting(bucket, name, { signal }),
    ),

  changeSetting: procedure
    .input(locationSchema.extend({ change: settingChangeSchema }))
    .mutation(async ({ ctx, input: { connectionId, bucket, change }, signal }) =>
      write(await ctx.storages.get(connectionId), bucket, change, { signal }),
    ),

  removeSetting: procedure
    .input(locationSchema.extend({ name: z.enum(removableSettings) }))
    .mutation(async ({ ctx, input: { connectionId, bucket, name }, signal }) =>
      (await ctx.storages.get(connectionId)).removeSetting(bucket, name, { signal }),
    ),
};

/** One case for each, since a name and its value belong together only within one. */
function write(storage: Storage, bucket: string, change: SettingChange, options: CallOptions): Promise<void> {
  switch (change.name) {
    case 'versioning':
      return storage.writeSetting(bucket, change.name, change.value, options);
    case 'acl':
      return storage.writeSetting(bucket, change.name, change.value, options);
    case 'cors':
      return storage.writeSetting(bucket, change.name, change.value, options);
    case 'tags':
      return storage.writeSetting(bucket, change.name, change.value, options);
    case 'lifecycle':
      return storage.writeSetting(bucket, change.name, change.value, options);
    case 'policy':
      return storage.writeSetting(bucket, change.name, change.value, options);
  }
}
