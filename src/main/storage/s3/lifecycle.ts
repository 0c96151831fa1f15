import type { LifecycleRule } from '@aws-sdk/client-s3';
import type { Lifecycle } from '#shared/bucket-settings.ts';
import { StorageError } from '../errors.ts';

/** What a rule may hold (Amazon S3 API Reference, LifecycleRule): the SDK leaves out, silently, what it does not know. */
const SHAPE: Shape = {
  ID: true,
  Status: true,
  Prefix: true,
  Filter: {
    Prefix: true,
    Tag: { Key: true, Value: true },
    ObjectSizeGreaterThan: true,
    ObjectSizeLessThan: true,
    And: {
      Prefix: true,
      Tags: { Key: true, Value: true },
      ObjectSizeGreaterThan: true,
      ObjectSizeLessThan: true,
    },
  },
  Expiration: { Days: true, Date: true, ExpiredObjectDeleteMarker: true },
  Transitions: { Days: true, Date: true, StorageClass: true },
  NoncurrentVersionExpiration: { NoncurrentDays: true, NewerNoncurrentVersions: true },
  NoncurrentVersionTransitions: { NoncurrentDays: true, NewerNoncurrentVersions: true, StorageClass: true },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: true },
};
interface Shape {
  [name: string]: true | Shape;
}

/**
 * The rules as the SDK takes them: dates as such.
 * @throws StorageError `invalid-input` for a name that S3 does not know, or a date that is none
 */
export function toLifecycleRules({ Rules }: Lifecycle, bucket: string): LifecycleRule[] {
  return Rules.map((rule, i) => {
    const sent = convert(rule, SHAPE, `Rules[${i}]`, bucket);
    if (!isRule(sent)) throw invalid(bucket, `Rules[${i}] is not a rule.`);
    return sent;
  });
}

/** What is in the rule was checked by its schema, and by name on the way. */
function isRule(value: unknown): value is LifecycleRule {
  return typeof value === 'object' && value !== null;
}

function convert(value: unknown, shape: true | Shape, at: string, bucket: string): unknown {
  if (shape === true) return at.endsWith('.Date') ? toDate(value, at, bucket) : value;
  if (Array.isArray(value)) return value.map((item, i) => convert(item, shape, `${at}[${i}]`, bucket));
  if (typeof value !== 'object' || value === null) throw invalid(bucket, `${at} has to be an object.`);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) => {
      const next = Object.hasOwn(shape, name) ? shape[name] : undefined;
      if (next === undefined) {
        const names = Object.keys(shape).join(', ');
        throw invalid(bucket, `${at} holds “${name}”, which S3 does not know there. It knows ${names}.`);
      }
      return [name, convert(inner, next, `${at}.${name}`, bucket)];
    }),
  );
}

function toDate(value: unknown, at: string, bucket: string): Date {
  const date = new Date(typeof value === 'string' ? value : Number.NaN);
  if (Number.isNaN(date.getTime()))
    throw invalid(bucket, `${at} is not a date such as 2026-12-31T00:00:00Z.`);
  return date;
}

function invalid(bucket: string, message: string): StorageError {
  return new StorageError({
    kind: 'invalid-input',
    operation: 'change the lifecycle rules of',
    bucket,
    message,
  });
}
