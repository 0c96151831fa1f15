import type { Feature } from '#shared/profile.ts';
import { buckets } from './rows/buckets.ts';
import { deleting } from './rows/deleting.ts';
import { links } from './rows/links.ts';
import { objects } from './rows/objects.ts';
import { settings } from './rows/settings.ts';
import { signingIn } from './rows/signing-in.ts';
import { versions } from './rows/versions.ts';
import type { World } from './world.ts';

/** One thing that a person does, and how it is seen that it was done. */
export interface Operation {
  name: string;
  /** What the server must have for it. */
  needs?: Feature;
  /** `not offered`: the server has it not, and Cooper said so in words. */
  run(world: World): Promise<void | 'not offered'>;
}

const groups: Record<string, readonly Operation[]> = {
  'Signing in': signingIn,
  Buckets: buckets,
  'Bucket settings': settings,
  Objects: objects,
  Versions: versions,
  Links: links,
  Deleting: deleting,
};

export const operations = Object.entries(groups).flatMap(([group, rows]) =>
  rows.map((row) => ({ group, ...row })),
);
