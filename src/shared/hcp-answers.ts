import { z } from 'zod';
import type { NamespaceSettings, NamespaceStatistics, NamespaceVersioning } from './hcp.ts';

// What HCP's Management API answers, as JSON ("HCP Management API Reference"). Which properties there are depends on the
// release and on the account's role, so that all but names may be absent, and what is not known here is left out.

/** A property of another type than documented counts as absent: no release has to cost the whole answer. */
const maybe = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
const text = maybe(z.string());
const flag = maybe(z.boolean());
const whole = maybe(z.number().int());
/** As ISO 8601; HCP leaves the colon out of the zone (`2026-01-31T12:00:00-0500`). */
const time = maybe(
  z
    .string()
    .transform((value) => new Date(value.replace(/([+-]\d\d)(\d\d)$/u, '$1:$2')))
    .refine((value) => !Number.isNaN(value.getTime())),
);

const versioningSchema = z.object({
  enabled: z.boolean(),
  prune: flag,
  pruneDays: whole,
  keepDeletionRecords: flag,
  useDeleteMarkers: flag,
});

const namespaceSchema = z.object({
  name: z.string().min(1),
  description: text,
  owner: text,
  creationTime: time,
  searchEnabled: flag,
  indexingEnabled: flag,
  aclsUsage: text,
  enterpriseMode: flag,
  hashScheme: text,
  hardQuota: text,
  softQuota: whole,
  multipartUploadAutoAbortDays: whole,
  optimizedFor: text,
  retentionType: text,
  s3UnversionedOverwrite: flag,
});

const statisticsSchema = z.object({
  objectCount: z.number().min(0),
  storageCapacityUsed: z.number().min(0),
  ingestedVolume: z.number().min(0),
  customMetadataCount: z.number().min(0).catch(0),
});

const httpProtocolSchema = z.object({ hs3Enabled: flag });

/** A list of one comes as the one itself from some releases. */
const oneOrMany = <T extends z.ZodType>(schema: T) =>
  z.union([z.array(schema), schema.transform((one) => [one])]);
const listSchema = z.union([
  z
    .object({ name: oneOrMany(z.string().min(1)) })
    .transform(({ name }) => name.map((one) => ({ name: one }))),
  z.object({ namespace: oneOrMany(namespaceSchema) }).transform(({ namespace }) => namespace),
  z.strictObject({}).transform(() => []),
]);

/** Names alone, or with what the account may see. @throws z.ZodError */
export function parseNamespaces(answer: unknown): NamespaceSettings[] {
  return listSchema.parse(answer).map(toSettings);
}

/** @throws z.ZodError */
export function parseNamespace(answer: unknown): NamespaceSettings {
  return toSettings(namespaceSchema.parse(answer));
}

/** @throws z.ZodError */
export function parseVersioning(answer: unknown): NamespaceVersioning {
  return present(versioningSchema.parse(answer));
}

/** @throws z.ZodError */
export function parseStatistics(answer: unknown): NamespaceStatistics {
  return statisticsSchema.parse(answer);
}

/** Whether a namespace speaks S3. @throws z.ZodError */
export function parseHttpProtocol(answer: unknown): { hs3Enabled?: boolean | undefined } {
  return httpProtocolSchema.parse(answer);
}

/** The names of a list of tenants. @throws z.ZodError */
export function parseNames(answer: unknown): string[] {
  return listSchema.parse(answer).map(({ name }) => name);
}

function toSettings({
  creationTime,
  ...rest
}: Partial<z.infer<typeof namespaceSchema>> & { name: string }): NamespaceSettings {
  return { ...present(rest), ...(creationTime !== undefined && { createdAt: creationTime }) };
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Without the properties that are undefined. */
function present<T extends object>(from: T): Present<T>;
function present(from: object): object {
  return Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined));
}
