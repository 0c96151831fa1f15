import { connectionDraftSchema, type Connection, type ConnectionDraft } from '#shared/connection.ts';
import { endpointFor, presetOf, presets, type Preset } from './presets.ts';

/** The S3 form as it is typed: text in every field. */
export interface FormValues {
  preset: Preset['id'];
  name: string;
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  addressing: Preset['addressing'];
  caFile: string;
  proxy: string;
  connectTimeoutSeconds: string;
  idleTimeoutSeconds: string;
}
export type FieldName = keyof FormValues;
export type FormErrors = Partial<Record<FieldName, string>>;
type S3Draft = Extract<ConnectionDraft, { kind: 's3' }>;
export type S3Connection = Extract<Connection, { kind: 's3' }>;

const seconds = (ms: number) => String(ms / 1000);

/** The form for a new connection, or for one that is edited; a stored secret is never in it. */
export function valuesOf(connection?: S3Connection): FormValues {
  const [preset] = presets;
  const s3 = connection?.s3;
  return {
    preset: s3?.preset ?? preset.id,
    name: connection?.name ?? '',
    endpoint: s3?.endpoint ?? endpointFor(preset, preset.region),
    region: s3?.region ?? preset.region,
    accessKeyId: s3?.accessKeyId ?? '',
    secretAccessKey: '',
    addressing: s3?.addressing ?? preset.addressing,
    caFile: s3?.caFile ?? '',
    proxy: s3?.proxy ?? '',
    connectTimeoutSeconds: seconds(s3?.connectTimeoutMs ?? 10_000),
    idleTimeoutSeconds: seconds(s3?.idleTimeoutMs ?? 60_000),
  };
}

/** Another preset fills what it knows: endpoint, region, addressing. What the user typed about the account stays. */
export function withPreset(values: FormValues, id: Preset['id']): FormValues {
  const preset = presetOf(id);
  const { region, addressing } = preset;
  return { ...values, preset: id, region, addressing, endpoint: endpointFor(preset, region) };
}

/** Another region; an endpoint that was the preset's follows it. */
export function withRegion(values: FormValues, region: string): FormValues {
  const preset = presetOf(values.preset);
  const follows = values.endpoint === endpointFor(preset, values.region);
  return { ...values, region, endpoint: follows ? endpointFor(preset, region) : values.endpoint };
}

/** What the connection is called when the user gives no name: the endpoint's host. */
export function proposedName(values: FormValues): string {
  const endpoint = values.endpoint.trim();
  if (values.preset === 'aws' && endpoint === endpointFor(presetOf('aws'), values.region))
    return `AWS ${values.region.trim()}`.trim();
  return URL.canParse(endpoint) ? new URL(endpoint).host : '';
}

const fieldOfPath: Record<string, FieldName> = {
  connectTimeoutMs: 'connectTimeoutSeconds',
  idleTimeoutMs: 'idleTimeoutSeconds',
};

/** Checks the form by the shared schema: the draft to send, or a message for each field that is wrong. */
export function readForm(
  values: FormValues,
  {
    id,
    keepSecret = 'vault',
  }: { id?: string | undefined; keepSecret?: S3Draft['keepSecret'] | undefined } = {},
): { draft: S3Draft } | { errors: FormErrors } {
  const optional = (text: string) => (text.trim() === '' ? undefined : text.trim());
  const secret = values.secretAccessKey.trim();
  const errors: FormErrors = {};
  if (secret === '' && id === undefined) errors.secretAccessKey = 'Give the secret key.';
  const checked = connectionDraftSchema.safeParse({
    id,
    kind: 's3',
    name: values.name.trim() === '' ? proposedName(values) : values.name,
    secretAccessKey: secret === '' ? undefined : secret,
    keepSecret,
    s3: {
      preset: values.preset,
      endpoint: values.endpoint.trim().replace(/\/+$/, ''),
      region: values.region,
      accessKeyId: values.accessKeyId,
      addressing: values.addressing,
      caFile: optional(values.caFile),
      proxy: optional(values.proxy),
      connectTimeoutMs: Number(values.connectTimeoutSeconds) * 1000,
      idleTimeoutMs: Number(values.idleTimeoutSeconds) * 1000,
    },
  });
  for (const issue of checked.error?.issues ?? []) {
    const last = String(issue.path.at(-1));
    const field = fieldOfPath[last] ?? (isField(last, values) ? last : 'name');
    errors[field] ??= field.endsWith('Seconds') ? timeoutMessage(field) : issue.message;
  }
  if (Object.keys(errors).length > 0) return { errors };
  return checked.success && checked.data.kind === 's3' ? { draft: checked.data } : { errors };
}

function isField(name: string, values: FormValues): name is FieldName {
  return name in values;
}

const timeoutMessage = (field: FieldName) =>
  field === 'connectTimeoutSeconds'
    ? 'A number of seconds from 0.1 to 600.'
    : 'A number of seconds from 0.1 to 3600.';
