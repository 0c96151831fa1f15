import type { Namespace } from '../tenant.ts';
import { MapiError } from './error.ts';
import type { Resource } from './format.ts';

type Check = (value: unknown, before: unknown) => string | undefined;

const aBoolean: Check = (value) => (typeof value === 'boolean' ? undefined : 'is true or false');
const aText: Check = (value) => (typeof value === 'string' ? undefined : 'is text');
const oneOf =
  (...known: string[]): Check =>
  (value) =>
    typeof value === 'string' && known.includes(value) ? undefined : `is one of ${known.join(', ')}`;
const from =
  (least: number, most: number): Check =>
  (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? undefined
      : `is a whole number from ${least} to ${most}`;

/** The properties of a namespace that can be given, each with what it may be. */
const PROPERTIES: Record<string, Check> = {
  description: aText,
  hashScheme: oneOf('MD5', 'SHA-1', 'SHA-256', 'SHA-384', 'SHA-512', 'RIPEMD160'),
  hardQuota: (value) => (/^\d+(\.\d{1,2})? (MB|GB|TB)$/.test(String(value)) ? undefined : 'is such as 50 GB'),
  softQuota: from(10, 95),
  searchEnabled: aBoolean,
  indexingEnabled: aBoolean,
  aclsUsage: (value, before) =>
    before !== undefined && before !== 'NOT_ENABLED' && value === 'NOT_ENABLED'
      ? 'cannot be turned off again'
      : oneOf('NOT_ENABLED', 'ENFORCED', 'NOT_ENFORCED')(value, before),
  enterpriseMode: (value, before) =>
    before === false && value === true ? 'cannot be turned on again' : aBoolean(value, before),
  multipartUploadAutoAbortDays: from(0, 180),
  optimizedFor: oneOf('CLOUD', 'ALL'),
  directoryUsage: oneOf('BALANCED', 'UNBALANCED'),
  retentionType: oneOf('HCP', 'S3'),
  s3UnversionedOverwrite: aBoolean,
  owner: aText,
  ownerType: oneOf('LOCAL', 'EXTERNAL'),
};
/** Given once, with the namespace. */
const FIXED = new Set(['hashScheme']);

/** Puts what was given into a namespace. @throws MapiError 400 */
export function changeSettings(namespace: Namespace, given: Record<string, unknown>, isNew: boolean): void {
  const { name: _, versioningSettings: __, ...rest } = given;
  for (const [property, value] of Object.entries(rest)) {
    const check = PROPERTIES[property];
    if (check === undefined) throw new MapiError(400, `There is no property ${property}.`);
    if (FIXED.has(property) && !isNew) throw new MapiError(400, `${property} cannot be changed.`);
    const problem = check(value, isNew ? undefined : namespace.settings[property]);
    if (problem !== undefined) throw new MapiError(400, `${property} ${problem}.`);
  }
  for (const [property, value] of Object.entries(rest)) {
    if (property === 'owner' || property === 'ownerType') continue;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      namespace.settings[property] = value;
  }
  if (namespace.settings['searchEnabled'] === false) namespace.settings['indexingEnabled'] = false;
}

const VERSIONING: Record<string, Check> = {
  enabled: aBoolean,
  prune: aBoolean,
  pruneDays: from(0, 36_500),
  keepDeletionRecords: aBoolean,
  useDeleteMarkers: (value, before) =>
    before === true && value === false ? 'cannot be turned off again' : aBoolean(value, before),
};

/** The same for `versioningSettings`; what is left out stays. @throws MapiError 400 */
export function changeVersioning(namespace: Namespace, given: Record<string, unknown>, isNew: boolean): void {
  const before: Record<string, unknown> = { ...namespace.versioning };
  for (const [property, value] of Object.entries(given)) {
    const check = VERSIONING[property];
    if (check === undefined) throw new MapiError(400, `There is no property ${property}.`);
    const problem = check(value, isNew ? undefined : before[property]);
    if (problem !== undefined) throw new MapiError(400, `${property} ${problem}.`);
  }
  if (isNew && given['enabled'] === undefined)
    throw new MapiError(400, 'The versioning settings of a new namespace say whether it is enabled.');
  if (isNew && given['enabled'] === true && given['prune'] === undefined)
    throw new MapiError(400, 'With versioning enabled, prune is required.');
  if (given['prune'] === true && given['pruneDays'] === undefined && before['prune'] !== true)
    throw new MapiError(400, 'With prune, pruneDays is required.');
  Object.assign(namespace.versioning, given);
}

/** What GET answers: all that can be set; with `verbose` the rest, too. */
export function describe(namespace: Namespace, domain: string, tenant: string, verbose: boolean): Resource {
  const { name, owner, settings } = namespace;
  const isAd = owner.account === 'ad';
  return {
    ...settings,
    name,
    owner: owner.username,
    ownerType: isAd ? 'EXTERNAL' : 'LOCAL',
    tags: { tag: [] },
    ...(verbose && {
      id: namespace.id,
      creationTime: namespace.createdAt.toISOString().replace(/\.\d+Z$/, '+0000'),
      fullyQualifiedName: `${name}.${tenant}.${domain}`,
      isDplNamespace: false,
      authMinimumPermissions: { permission: [] },
    }),
  };
}
