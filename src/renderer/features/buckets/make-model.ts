import { bucketNameProblem } from '#shared/bucket-name.ts';
import type { Connection } from '#shared/connection.ts';
import { namespaceDraftSchema, type NamespaceDraft, type NamespaceVersioning } from '#shared/hcp.ts';
import { inputProblem } from '#shared/input-problem.ts';
import type { Bucket, CreateBucketInput } from '#shared/objects.ts';

type Choice<T extends string> = '' | T;

/** The form of a new bucket as it is typed; what is empty is left to the server. */
export interface MakeValues {
  name: string;
  region: string;
  versioning: boolean;
  objectLock: boolean;
  description: string;
  hardQuota: string;
  softQuota: string;
  hashScheme: Choice<NonNullable<NamespaceDraft['hashScheme']>>;
  optimizedFor: Choice<NonNullable<NamespaceDraft['optimizedFor']>>;
  searchEnabled: Choice<'yes' | 'no'>;
  s3UnversionedOverwrite: Choice<'yes' | 'no'>;
  prune: boolean;
  pruneDays: string;
  keepDeletionRecords: boolean;
  useDeleteMarkers: boolean;
}
export type MakeField = keyof MakeValues;
export type MakeErrors = Partial<Record<MakeField, string>>;

/** What the form begins with. */
export const emptyValues: MakeValues = {
  name: '',
  region: '',
  versioning: false,
  objectLock: false,
  description: '',
  hardQuota: '',
  softQuota: '',
  hashScheme: '',
  optimizedFor: '',
  searchEnabled: '',
  s3UnversionedOverwrite: '',
  prune: false,
  pruneDays: '0',
  keepDeletionRecords: true,
  useDeleteMarkers: false,
};

/** Why a new bucket cannot have this name on this connection, as far as can be known without asking the server. */
export function nameProblem(
  name: string,
  kind: Connection['kind'],
  buckets: readonly Bucket[],
): string | undefined {
  const problem = bucketNameProblem(name, kind === 'hcp' ? 'hcp' : 's3');
  if (problem !== undefined) return problem;
  const same = kind === 'hcp' ? (other: string) => other.toLowerCase() === name.toLowerCase() : undefined;
  const taken = buckets.find((bucket) => same?.(bucket.name) ?? bucket.name === name);
  return taken === undefined ? undefined : `There is a bucket “${taken.name}” already: choose another name.`;
}

/** The rules in one line, for the help below the name. */
export const nameRules = (kind: Connection['kind']): string =>
  kind === 'hcp'
    ? '3 to 63 letters, digits and hyphens. Upper and lower case are the same.'
    : '3 to 63 lower-case letters, digits, hyphens and dots.';

const fieldOf: Record<string, MakeField> = { enabled: 'versioning' };

/** What the form says, checked: the input to send, or a message for each field that is wrong. */
export function readMakeForm(
  values: MakeValues,
  { id, kind }: Pick<Connection, 'id' | 'kind'>,
  buckets: readonly Bucket[],
): { input: CreateBucketInput } | { errors: MakeErrors } {
  const errors: MakeErrors = {};
  const name = values.name.trim();
  const wrongName = nameProblem(name, kind, buckets);
  if (wrongName !== undefined) errors.name = wrongName;
  const base = { connectionId: id, bucket: name };
  if (kind !== 'hcp') {
    const { versioning, objectLock } = values;
    const region = values.region.trim();
    if (wrongName !== undefined) return { errors };
    return { input: { ...base, ...(region !== '' && { region }), versioning, objectLock } };
  }
  const namespace = namespaceOf(values);
  const checked = namespaceDraftSchema.safeParse(namespace);
  for (const issue of checked.error?.issues ?? []) {
    const { path, words } = inputProblem({ issues: [issue] });
    const last = String(path.at(-1));
    const field = fieldOf[last] ?? last;
    if (isField(field)) errors[field] ??= words;
  }
  return Object.keys(errors).length > 0 ? { errors } : { input: { ...base, namespace } };
}

const isField = (name: string): name is MakeField => name in emptyValues;

/** A number as it was typed; what is none is left for the schema to refuse. */
const numberOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

function versioningOf(values: MakeValues): NamespaceVersioning {
  const { prune, keepDeletionRecords, useDeleteMarkers } = values;
  return {
    enabled: true,
    prune,
    ...(prune && { pruneDays: numberOf(values.pruneDays) }),
    keepDeletionRecords,
    useDeleteMarkers,
  };
}

function namespaceOf(values: MakeValues): NamespaceDraft {
  const { hashScheme, optimizedFor, searchEnabled, s3UnversionedOverwrite } = values;
  const description = values.description.trim();
  const hardQuota = values.hardQuota.trim();
  return {
    ...(description !== '' && { description }),
    ...(hardQuota !== '' && { hardQuota }),
    ...(values.softQuota.trim() !== '' && { softQuota: numberOf(values.softQuota) }),
    ...(hashScheme !== '' && { hashScheme }),
    ...(optimizedFor !== '' && { optimizedFor }),
    ...(searchEnabled !== '' && { searchEnabled: searchEnabled === 'yes' }),
    ...(s3UnversionedOverwrite !== '' && { s3UnversionedOverwrite: s3UnversionedOverwrite === 'yes' }),
    ...(values.versioning && { versioning: versioningOf(values) }),
  };
}
