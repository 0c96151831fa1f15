import { z } from 'zod';

const name = z
  .string()
  .trim()
  .min(1, 'Give the connection a name.')
  .max(80, 'A name has at most 80 characters.');

/** An address is kept as plain text and shown: a password has no place in it. */
const noPassword = (address: string) => !URL.canParse(address) || new URL(address).password === '';
const passwordInAddress = { error: 'Leave the password out of the address: it would be kept unprotected.' };

/** A host, as `host:port` or `http://host:port`, that requests are sent through. */
const proxy = z
  .url({ protocol: /^https?$/, error: 'A proxy is an address such as http://proxy.example:3128.' })
  .refine(noPassword, passwordInAddress);

export const s3SettingsSchema = z.object({
  /** The preset that the form was filled from; it changes nothing else. */
  preset: z.enum(['aws', 'minio', 'ceph', 'generic']),
  endpoint: z
    .url({
      protocol: /^https?$/,
      error: 'The endpoint is an address that starts with https:// or http://.',
    })
    .refine(noPassword, passwordInAddress),
  region: z.string().trim().min(1, 'Name a region; us-east-1 where the server has none.'),
  accessKeyId: z.string().trim().min(1, 'Give the access key.'),
  /** `path`: https://host/bucket/key. `virtual-host`: https://bucket.host/key. */
  addressing: z.enum(['path', 'virtual-host']),
  /** A PEM file with the authority that signed the server's certificate; trusted for this connection only. */
  caFile: z.string().min(1).optional(),
  proxy: proxy.optional(),
  connectTimeoutMs: z.number().int().min(100).max(600_000).default(10_000),
  /** How long the server may say nothing before a request is given up. */
  idleTimeoutMs: z.number().int().min(100).max(3_600_000).default(60_000),
});
export type S3Settings = z.infer<typeof s3SettingsSchema>;

export const sandboxSettingsSchema = z.object({
  /** The folder on this computer that the sandbox keeps its data in. Absolute. */
  folder: z.string().min(1, 'Choose a folder for the sandbox.'),
});

/** What is written to the settings file: never a secret. */
export const connectionSchema = z.discriminatedUnion('kind', [
  z.object({ id: z.string().min(1), kind: z.literal('sandbox'), name, sandbox: sandboxSettingsSchema }),
  z.object({ id: z.string().min(1), kind: z.literal('s3'), name, s3: s3SettingsSchema }),
]);
export type Connection = z.infer<typeof connectionSchema>;

/** What the connect screen sends. `id` absent makes a new one; `secretAccessKey` absent keeps the stored one. */
export const connectionDraftSchema = z.discriminatedUnion('kind', [
  z.object({
    id: z.string().min(1).optional(),
    kind: z.literal('sandbox'),
    name,
    sandbox: sandboxSettingsSchema,
    /** Put the sample buckets in when the folder is new. */
    withSamples: z.boolean().default(false),
  }),
  z.object({
    id: z.string().min(1).optional(),
    kind: z.literal('s3'),
    name,
    s3: s3SettingsSchema,
    secretAccessKey: z.string().min(1).optional(),
    /**
     * Where the secret rests. `vault`: the operating system's. `session`: in memory until Cooper quits.
     * `weak-vault`: on disk though the system only obscures it, chosen by the user after being told.
     */
    keepSecret: z.enum(['vault', 'session', 'weak-vault']).default('vault'),
  }),
]);
export type ConnectionDraft = z.infer<typeof connectionDraftSchema>;

/** How well this computer keeps secrets, and what does it (`gnome_libsecret`, `keychain`, `dpapi`, `basic_text`, …). */
export interface VaultStatus {
  strength: 'os' | 'weak' | 'none';
  backend: string;
}
