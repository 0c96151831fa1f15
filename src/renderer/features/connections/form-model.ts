import { connectionDraftSchema, type Connection, type ConnectionDraft } from '#shared/connection.ts';
import { hcpAccount } from '#shared/hcp.ts';
import { inputProblem } from '#shared/input-problem.ts';
import type { FieldName, FormErrors, FormValues } from './form-values.ts';
import { endpointFor, presetOf } from './presets.ts';

export type ServerDraft = Exclude<ConnectionDraft, { kind: 'sandbox' }>;

const NAME_LENGTH = 80;

/** What the connection is called when the user gives no name: the host. */
export function proposedName(values: FormValues): string {
  if (values.server === 'hcp') {
    const { tenant } = hcpAccount(values);
    const domain = values.domain.trim();
    const host = tenant === undefined || tenant === '' ? domain : `${tenant}.${domain}`;
    return domain === '' ? '' : host.slice(0, NAME_LENGTH);
  }
  const endpoint = values.endpoint.trim();
  if (values.server === 'aws' && endpoint === endpointFor(presetOf('aws'), values.region))
    return `AWS ${values.region.trim()}`.trim();
  return URL.canParse(endpoint) ? new URL(endpoint).host.slice(0, NAME_LENGTH) : '';
}

interface FormPurpose {
  /** Of the connection that is edited. */
  id?: string | undefined;
  keepSecret?: ServerDraft['keepSecret'] | undefined;
}

/** Checks the form by the shared schema: the draft to send, or a message for each field that is wrong. */
export function readForm(
  values: FormValues,
  { id, keepSecret = 'vault' }: FormPurpose = {},
): { draft: ServerDraft } | { errors: FormErrors } {
  const errors: FormErrors = {};
  const secretField = values.server === 'hcp' ? 'password' : 'secretAccessKey';
  // spaces belong to a password, while a pasted key has none
  const secret = values.server === 'hcp' ? values.password : values.secretAccessKey.trim();
  if (secret === '' && id === undefined)
    errors[secretField] = values.server === 'hcp' ? 'Give the password.' : 'Give the secret key.';
  const buckets = bucketsOf(values.buckets);
  const checked = connectionDraftSchema.safeParse({
    id,
    name: values.name.trim() === '' ? proposedName(values) : values.name,
    colour: values.colour === '' ? undefined : values.colour,
    readOnly: values.readOnly ? true : undefined,
    buckets: buckets.length === 0 ? undefined : buckets,
    keepSecret,
    ...(values.server === 'hcp'
      ? { kind: 'hcp', hcp: hcpOf(values), password: optional(secret) }
      : { kind: 's3', s3: s3Of(values), secretAccessKey: optional(secret) }),
  });
  for (const issue of checked.error?.issues ?? []) {
    const { path, words } = inputProblem({ issues: [issue] });
    const field = fieldOf(path, values);
    errors[field] ??= customWords[field] ?? words;
  }
  // the name comes from the address, once that is right
  if (values.name.trim() === '' && (errors.domain ?? errors.endpoint) !== undefined) delete errors.name;
  if (Object.keys(errors).length > 0) return { errors };
  return checked.success && checked.data.kind !== 'sandbox' ? { draft: checked.data } : { errors };
}

const optional = (text: string) => (text.trim() === '' ? undefined : text);
const trimmed = (text: string) => optional(text.trim());

/** The names in a text of one a line, each once. */
export function bucketsOf(text: string): string[] {
  const names = text.split('\n').map((line) => line.trim());
  return [...new Set(names)].filter((name) => name !== '');
}

function s3Of(values: FormValues): object {
  return {
    preset: values.server,
    endpoint: values.endpoint.trim().replace(/\/+$/, ''),
    region: values.region,
    accessKeyId: values.accessKeyId,
    addressing: values.addressing,
    ...networkOf(values),
  };
}

function hcpOf(values: FormValues): object {
  const port = (text: string) => (text.trim() === '' ? undefined : Number(text));
  return {
    domain: values.domain,
    ...hcpAccount(values),
    account: values.account,
    address: trimmed(values.address),
    s3Port: port(values.s3Port),
    managementPort: port(values.managementPort),
    ...networkOf(values),
  };
}

function networkOf(values: FormValues): object {
  return {
    caFile: trimmed(values.caFile),
    trustedFingerprint: trimmed(values.trustedFingerprint),
    proxy: trimmed(values.proxy),
    connectTimeoutMs: Number(values.connectTimeoutSeconds) * 1000,
    idleTimeoutMs: Number(values.idleTimeoutSeconds) * 1000,
  };
}

/** Where the schema counts in other units than the form. */
const customWords: FormErrors = {
  connectTimeoutSeconds: 'A number of seconds from 0.1 to 600.',
  idleTimeoutSeconds: 'A number of seconds from 0.1 to 3600.',
};

const fieldOfPath: Record<string, FieldName> = {
  connectTimeoutMs: 'connectTimeoutSeconds',
  idleTimeoutMs: 'idleTimeoutSeconds',
};

/** The field that a path in the draft was filled from. */
function fieldOf(path: readonly PropertyKey[], values: FormValues): FieldName {
  const name = path.map(String).find((step) => step in fieldOfPath || step in values) ?? 'name';
  // a tenant that was taken out of the user's field is wrong there
  if (name === 'tenant' && values.tenant.trim() === '') return 'username';
  return fieldOfPath[name] ?? (isField(name, values) ? name : 'name');
}

function isField(name: string, values: FormValues): name is FieldName {
  return name in values;
}

/** What is saved to change a little of a connection that is there: its secret stays as it is. */
export function draftOf(connection: Connection, way: { caFile?: string; trustedFingerprint?: string } = {}) {
  const { id, name, colour, readOnly, buckets } = connection;
  const common = { id, name, colour, readOnly, buckets };
  switch (connection.kind) {
    case 'sandbox':
      return connectionDraftSchema.parse({ ...common, kind: 'sandbox', sandbox: connection.sandbox });
    case 's3':
      return connectionDraftSchema.parse({ ...common, kind: 's3', s3: { ...connection.s3, ...way } });
    case 'hcp':
      return connectionDraftSchema.parse({ ...common, kind: 'hcp', hcp: { ...connection.hcp, ...way } });
  }
}
