import type { Colour, Connection } from '#shared/connection.ts';
import { endpointFor, presetOf, presets, type Preset } from './presets.ts';

/** What the form connects to: one of the presets of S3, or HCP. */
export type ServerKind = Preset['id'] | 'hcp';

/** The form as it is typed: text in every field. What was typed for one kind of server stays when another is chosen. */
export interface FormValues {
  server: ServerKind;
  name: string;
  // S3
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  addressing: Preset['addressing'];
  // HCP
  domain: string;
  tenant: string;
  username: string;
  password: string;
  account: 'local' | 'ad';
  address: string;
  s3Port: string;
  managementPort: string;
  // the way there
  caFile: string;
  /** Of the certificate that was looked at and chosen; empty for none. */
  trustedFingerprint: string;
  proxy: string;
  connectTimeoutSeconds: string;
  idleTimeoutSeconds: string;
  // whatever it connects to
  /** One a line. */
  buckets: string;
  colour: Colour | '';
  readOnly: boolean;
}
export type FieldName = keyof FormValues;
/** The fields that are typed into. */
export type TextField = Exclude<FieldName, 'server' | 'addressing' | 'account' | 'colour' | 'readOnly'>;
export type FormErrors = Partial<Record<FieldName, string>>;

/** A connection that this form makes; the sandbox has one of its own. */
export type ServerConnection = Exclude<Connection, { kind: 'sandbox' }>;

const seconds = (ms: number) => String(ms / 1000);
const [firstPreset] = presets;

const EMPTY: FormValues = {
  server: firstPreset.id,
  name: '',
  endpoint: endpointFor(firstPreset, firstPreset.region),
  region: firstPreset.region,
  accessKeyId: '',
  secretAccessKey: '',
  addressing: firstPreset.addressing,
  domain: '',
  tenant: '',
  username: '',
  password: '',
  account: 'local',
  address: '',
  s3Port: '443',
  managementPort: '9090',
  caFile: '',
  trustedFingerprint: '',
  proxy: '',
  connectTimeoutSeconds: seconds(10_000),
  idleTimeoutSeconds: seconds(60_000),
  buckets: '',
  colour: '',
  readOnly: false,
};

/** The form for a new connection, or for one that is edited; a stored secret is never in it. */
export function valuesOf(connection?: ServerConnection): FormValues {
  if (connection === undefined) return EMPTY;
  const settings = connection.kind === 's3' ? connection.s3 : connection.hcp;
  const common: FormValues = {
    ...EMPTY,
    name: connection.name,
    buckets: (connection.buckets ?? []).join('\n'),
    colour: connection.colour ?? '',
    readOnly: connection.readOnly ?? false,
    caFile: settings.caFile ?? '',
    trustedFingerprint: settings.trustedFingerprint ?? '',
    proxy: settings.proxy ?? '',
    connectTimeoutSeconds: seconds(settings.connectTimeoutMs),
    idleTimeoutSeconds: seconds(settings.idleTimeoutMs),
  };
  if (connection.kind === 's3') {
    const { preset, endpoint, region, accessKeyId, addressing } = connection.s3;
    return { ...common, server: preset, endpoint, region, accessKeyId, addressing };
  }
  const { domain, tenant = '', username, account, address = '', s3Port, managementPort } = connection.hcp;
  const ports = { s3Port: String(s3Port), managementPort: String(managementPort) };
  return { ...common, server: 'hcp', domain, tenant, username, account, address, ...ports };
}

/** A new connection to a tenant of a system that there is a connection to: the way there is the same. */
export function valuesForTenant(system: Extract<Connection, { kind: 'hcp' }>, tenant: string): FormValues {
  const { name: _, ...values } = valuesOf(system);
  return { ...values, name: '', tenant, username: '', buckets: '' };
}

/** Another kind of server fills what it knows: endpoint, region, addressing. What was typed of the account stays. */
export function withServer(values: FormValues, server: ServerKind): FormValues {
  if (server === 'hcp') return { ...values, server };
  const preset = presetOf(server);
  const { region, addressing } = preset;
  return { ...values, server, region, addressing, endpoint: endpointFor(preset, region) };
}

/** Another region; an endpoint that was the preset's follows it. */
export function withRegion(values: FormValues, region: string): FormValues {
  const preset = values.server === 'hcp' ? undefined : presetOf(values.server);
  const follows = preset !== undefined && values.endpoint === endpointFor(preset, values.region);
  return { ...values, region, endpoint: follows ? endpointFor(preset, region) : values.endpoint };
}
