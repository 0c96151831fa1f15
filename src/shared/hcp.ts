import { z } from 'zod';
import { connectAddress } from './address.ts';

/** One label of a host name, as HCP allows it for a tenant. */
export const TENANT_NAME = /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/;

/** A host name below which the tenants are: `hcp.example`. */
const domain = z
  .string()
  .trim()
  .min(1, 'Give the domain of the HCP system, such as hcp.example.')
  .regex(/^[^\s/:@?#[\]]+$/, 'A domain is a host name only, such as hcp.example: no https://, port or path.')
  .regex(
    /^(?=.{1,253}$)[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/,
    'A domain is made of letters, digits and hyphens between dots, such as hcp.example.',
  )
  .max(189, 'A domain has at most 189 characters, so that the name of a tenant fits before it.')
  .regex(
    /^(.*\.)?(?!\d+$|0x[0-9a-f]*$)[^.]+$/i,
    'A domain is a name, no IP address: the tenant’s name goes before it. An IP address goes into the address to connect to.',
  );

const tenant = z
  .string()
  .trim()
  .max(63, 'A tenant’s name has at most 63 characters.')
  .regex(
    TENANT_NAME,
    'A tenant’s name has letters, digits and hyphens only, and neither begins nor ends with a hyphen.',
  )
  .refine((name) => name.toLowerCase() !== 'admin', {
    error: '“admin” is no tenant but the system itself: leave the tenant out to sign in there.',
  });

const NO_PORT = 'A port is a whole number from 1 to 65535.';
const port = z.number(NO_PORT).int(NO_PORT).min(1, NO_PORT).max(65_535, NO_PORT);

/** How one tenant of a Hitachi Content Platform, or the system itself, is reached and signed in to. */
export const hcpSettingsSchema = z.object({
  domain,
  /** Left out: the system level, which has tenants and no buckets. */
  tenant: tenant.optional(),
  username: z
    .string()
    .trim()
    .min(1, 'Give the user name.')
    .regex(/^\P{Cc}*$/u, 'The user name holds a line break or another control character.'),
  /** `local`: an account of HCP. `ad`: one of Active Directory, as `user@domain`. */
  account: z.enum(['local', 'ad']).default('local'),
  /** Connect to this address in place of what the names resolve to: for systems whose names are in no DNS. */
  address: connectAddress.optional(),
  s3Port: port.default(443),
  managementPort: port.default(9090),
});
export type HcpSettings = z.infer<typeof hcpSettingsSchema>;

/** The tenant and the user that were meant: the tenant's own field wins, else `tenant/username` is taken apart. */
export function hcpAccount(typed: { tenant: string; username: string }): {
  tenant?: string;
  username: string;
} {
  const username = typed.username.trim();
  const named = typed.tenant.trim();
  const at = username.indexOf('/');
  if (named !== '') return { tenant: named, username };
  return at === -1
    ? { username }
    : { tenant: username.slice(0, at).trim(), username: username.slice(at + 1).trim() };
}

/** The S3 host of a tenant; of the system level, `admin`. */
export function hcpHost({ domain: of, tenant: name }: Pick<HcpSettings, 'domain' | 'tenant'>): string {
  return `${name ?? 'admin'}.${of}`;
}

const withPort = (host: string, number: number, usual?: number) =>
  number === usual ? `https://${host}` : `https://${host}:${number}`;

/** `https://{tenant}.{domain}`: path style. */
export function hcpS3Endpoint(settings: HcpSettings): string {
  return withPort(hcpHost(settings), settings.s3Port, 443);
}

/** `https://{tenant}.{domain}:9090/mapi`: the port is always in it, HCP answers 403 without. */
export function hcpManagementEndpoint(settings: HcpSettings): string {
  return `${withPort(hcpHost(settings), settings.managementPort)}/mapi`;
}

/** The settings of a namespace (which S3 calls a bucket) that keep its history, as the Management API names them. */
export interface NamespaceVersioning {
  enabled: boolean;
  prune?: boolean;
  /** Days; 0 prunes at once. */
  pruneDays?: number;
  keepDeletionRecords?: boolean;
  useDeleteMarkers?: boolean;
}

/** What the Management API tells of a namespace. Absent: the account may not see it. */
export interface NamespaceSettings {
  name: string;
  description?: string;
  owner?: string;
  createdAt?: Date;
  searchEnabled?: boolean;
  indexingEnabled?: boolean;
  aclsUsage?: string;
  enterpriseMode?: boolean;
  hashScheme?: string;
  hardQuota?: string;
  softQuota?: number;
  multipartUploadAutoAbortDays?: number;
  optimizedFor?: string;
  retentionType?: string;
  s3UnversionedOverwrite?: boolean;
  versioning?: NamespaceVersioning;
}

export interface NamespaceStatistics {
  /** Objects, old versions included, delete markers not. */
  objectCount: number;
  /** Bytes taken on the system. */
  storageCapacityUsed: number;
  /** Bytes that were written. */
  ingestedVolume: number;
  customMetadataCount: number;
}

/** What is given for a new namespace beyond its name. */
export const namespaceDraftSchema = z.object({
  description: z.string().max(1024).optional(),
  hardQuota: z
    .string()
    .regex(/^\d+(\.\d{1,2})? (MB|GB|TB)$/, 'A quota is a number, a space and MB, GB or TB, such as “50 GB”.')
    .optional(),
  softQuota: z
    .number()
    .int()
    .min(10, 'From 10 to 95 per cent.')
    .max(95, 'From 10 to 95 per cent.')
    .optional(),
  hashScheme: z.enum(['MD5', 'SHA-1', 'SHA-256', 'SHA-384', 'SHA-512', 'RIPEMD160']).optional(),
  optimizedFor: z.enum(['CLOUD', 'ALL']).optional(),
  searchEnabled: z.boolean().optional(),
  s3UnversionedOverwrite: z.boolean().optional(),
  versioning: z
    .object({
      enabled: z.boolean(),
      prune: z.boolean().optional(),
      pruneDays: z
        .number()
        .int()
        .min(0, 'From 0 to 36500 days.')
        .max(36_500, 'From 0 to 36500 days.')
        .optional(),
      keepDeletionRecords: z.boolean().optional(),
      useDeleteMarkers: z.boolean().optional(),
    })
    .refine(({ prune, pruneDays }) => prune !== true || pruneDays !== undefined, {
      error: 'Say after how many days old versions are pruned (0: at once).',
      path: ['pruneDays'],
    })
    .optional(),
});
export type NamespaceDraft = z.infer<typeof namespaceDraftSchema>;
