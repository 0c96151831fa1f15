import { z } from 'zod';
import { webAddress } from './address.ts';
import { hcpAccount, hcpSettingsSchema } from './hcp.ts';
import { profileSchema } from './profile.ts';

const name = z
  .string()
  .trim()
  .min(1, 'Give the connection a name.')
  .max(80, 'A name has at most 80 characters.');

/** A host, as `http://host:port`, that requests are sent through. */
const proxy = webAddress('proxy', 'http://proxy.example:3128');

/** How a server is reached, whatever it speaks. */
const networkFields = {
  /** A PEM file with the authority that signed the server's certificate; trusted for this connection only. */
  caFile: z.string().min(1).optional(),
  /** The SHA-256 of the one certificate that the user looked at and chose to trust: hex pairs with colons. */
  trustedFingerprint: z
    .string()
    .regex(
      /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/,
      'A fingerprint is 32 pairs of hex digits with colons (SHA-256).',
    )
    .optional(),
  proxy: proxy.optional(),
  connectTimeoutMs: z.number().int().min(100).max(600_000).default(10_000),
  /** How long the server may say nothing before a request is given up. */
  idleTimeoutMs: z.number().int().min(100).max(3_600_000).default(60_000),
};

export const s3SettingsSchema = z.object({
  /** The preset that the form was filled from; it changes nothing else. */
  preset: z.enum(['aws', 'minio', 'ceph', 'generic']),
  endpoint: webAddress('endpoint', 'https://storage.example:9000'),
  region: z
    .string()
    .trim()
    .min(1, 'Name a region; us-east-1 where the server has none.')
    .regex(/^[\x21-\x7e]+$/, 'A region has no spaces, and only letters, digits and signs of ASCII.')
    .regex(/^[^/,]*$/, 'A region has neither “/” nor “,”: give its name only, such as us-east-1.'),
  accessKeyId: z
    .string()
    .trim()
    .min(1, 'Give the access key.')
    .regex(/^[\x21-\x7e]+$/, 'An access key has no spaces, and only letters, digits and signs of ASCII.')
    .regex(/^[^,]*$/, 'An access key has no “,”.'),
  /** `path`: https://host/bucket/key. `virtual-host`: https://bucket.host/key. */
  addressing: z.enum(['path', 'virtual-host']),
  ...networkFields,
});
export type S3Settings = z.infer<typeof s3SettingsSchema>;

export const sandboxSettingsSchema = z.object({
  /** The folder on this computer that the sandbox keeps its data in. Absolute. */
  folder: z.string().min(1, 'Choose a folder for the sandbox.'),
});

/** The settings of HCP with those of the network. */
export const hcpConnectionSettingsSchema = hcpSettingsSchema.extend(networkFields);
export type HcpConnectionSettings = z.infer<typeof hcpConnectionSettingsSchema>;

export const colours = [
  'grey',
  'red',
  'orange',
  'yellow',
  'green',
  'teal',
  'blue',
  'purple',
  'pink',
] as const;
export type Colour = (typeof colours)[number];

/** What every connection has, whatever it connects to. */
const commonFields = {
  name,
  colour: z.enum(colours).optional(),
  /** Nothing may be changed through this connection: the engine refuses it. */
  readOnly: z.boolean().optional(),
  /** Buckets named by hand, for keys that may not list all. */
  buckets: z
    .array(
      z
        .string()
        .trim()
        .min(1, 'The name of a bucket is empty.')
        .regex(/^[^/\s]+$/, 'Name the bucket only: no address, no folder, no spaces.'),
    )
    .max(1000, 'At most 1000 buckets can be named by hand.')
    .optional(),
};
export const connectionLookFields = commonFields;
const id = z.string().min(1);
const storedFields = { id, ...commonFields, profile: profileSchema.optional() };

/** What is written to the settings file: never a secret. */
export const connectionSchema = z.discriminatedUnion('kind', [
  z.object({ ...storedFields, kind: z.literal('sandbox'), sandbox: sandboxSettingsSchema }),
  z.object({ ...storedFields, kind: z.literal('s3'), s3: s3SettingsSchema }),
  z.object({ ...storedFields, kind: z.literal('hcp'), hcp: hcpConnectionSettingsSchema }),
]);
export type Connection = z.infer<typeof connectionSchema>;

/**
 * Where the secret rests. `vault`: the operating system's. `session`: in memory until Cooper quits.
 * `weak-vault`: on disk though the system only obscures it, chosen by the user after being told.
 */
const keepSecret = z.enum(['vault', 'session', 'weak-vault']).default('vault');
export type KeepSecret = z.output<typeof keepSecret>;

/** `tenant/username` in the field of the user is taken apart, unless the tenant has been named. */
const hcpDraft = hcpConnectionSettingsSchema
  .transform(({ tenant, username, ...rest }): z.input<typeof hcpConnectionSettingsSchema> => ({
    ...rest,
    ...hcpAccount({ tenant: tenant ?? '', username }),
  }))
  .pipe(hcpConnectionSettingsSchema)
  .superRefine(({ account, username }, context) => {
    if (account === 'local' || /^[^@]+@[^@]+$/u.test(username)) return;
    const message = 'A user of Active Directory is written user@domain.';
    context.addIssue({ code: 'custom', path: ['username'], message, input: username });
  });

/** Pasted with the end of its line, a secret would only be called wrong by the server. */
const secret = (what: string) =>
  z
    .string()
    .min(1, `Type the ${what}.`)
    .regex(
      /^\P{Cc}*$/u,
      `The ${what} holds a line break or another control character: copy it again without.`,
    )
    .optional();

const draftFields = { id: id.optional(), ...commonFields };

/** What the connect screen sends. `id` absent makes a new one; a secret that is absent keeps the stored one. */
export const connectionDraftSchema = z.discriminatedUnion('kind', [
  z.object({
    ...draftFields,
    kind: z.literal('sandbox'),
    sandbox: sandboxSettingsSchema,
    /** Put the sample buckets in when the folder is new. */
    withSamples: z.boolean().default(false),
  }),
  z.object({
    ...draftFields,
    kind: z.literal('s3'),
    s3: s3SettingsSchema,
    secretAccessKey: secret('secret key'),
    keepSecret,
  }),
  z.object({
    ...draftFields,
    kind: z.literal('hcp'),
    hcp: hcpDraft,
    password: secret('password'),
    keepSecret,
  }),
]);
export type ConnectionDraft = z.infer<typeof connectionDraftSchema>;
/** What a caller writes (defaults may be left out). */
export type ConnectionDraftInput = z.input<typeof connectionDraftSchema>;

/** A server's certificate, for a person to compare before it is trusted. */
export interface ServerCertificate {
  host: string;
  subject: string;
  issuer: string;
  validFrom: Date;
  validTo: Date;
  /** SHA-256 in hex pairs with colons: what `trustedFingerprint` keeps. */
  fingerprint: string;
  /** Why it is not trusted by itself; absent when it is. */
  problem?: string;
}

/** What other tools need to reach the same server. Secrets are in it only when they were asked for. */
export interface ConnectionCredentials {
  endpoint: string;
  region: string;
  addressing: 'path' | 'virtual-host';
  accessKeyId: string;
  secretAccessKey?: string;
  snippets: { tool: SnippetTool; label: string; text: string }[];
}
export const snippetTools = ['aws-cli', 'rclone', 'boto3', 's3cmd'] as const;
export type SnippetTool = (typeof snippetTools)[number];

/** How well this computer keeps secrets, and what does it (`gnome_libsecret`, `keychain`, `dpapi`, `basic_text`, …). */
export interface VaultStatus {
  strength: 'os' | 'weak' | 'none';
  backend: string;
}
