import type { Tag } from '@aws-sdk/client-s3';
import type { Tags } from '#shared/bucket-settings.ts';

export function fromTagSet(set: readonly Tag[] | undefined): Tags {
  return Object.fromEntries((set ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

export function toTagSet(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
