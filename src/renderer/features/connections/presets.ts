import type { S3Settings } from '#shared/connection.ts';

export interface Preset {
  id: S3Settings['preset'];
  label: string;
  /** One line about what the preset means. */
  text: string;
  /** `{region}` stands for the region. */
  endpoint: string;
  placeholder: string;
  region: string;
  addressing: S3Settings['addressing'];
}

export const presets: readonly [Preset, ...Preset[]] = [
  {
    id: 'aws',
    label: 'AWS',
    text: 'Amazon S3. The endpoint follows the region; the bucket is part of the host name.',
    endpoint: 'https://s3.{region}.amazonaws.com',
    placeholder: 'https://s3.eu-central-1.amazonaws.com',
    region: 'us-east-1',
    addressing: 'virtual-host',
  },
  {
    id: 'minio',
    label: 'MinIO',
    text: 'A MinIO server, on port 9000 unless it was moved. Its console’s port (9001) is another one.',
    endpoint: 'http://localhost:9000',
    placeholder: 'http://localhost:9000',
    region: 'us-east-1',
    addressing: 'path',
  },
  {
    id: 'ceph',
    label: 'Ceph',
    text: 'A Ceph RADOS Gateway. The region is the zone group’s name, or “default”.',
    endpoint: '',
    placeholder: 'https://rgw.example.org',
    region: 'default',
    addressing: 'path',
  },
  {
    id: 'generic',
    label: 'Other S3',
    text: 'Any other server that speaks S3. Most take us-east-1 and the bucket in the path.',
    endpoint: '',
    placeholder: 'https://s3.example.org',
    region: 'us-east-1',
    addressing: 'path',
  },
];

/** HCP among the presets: it has a form of its own. */
export const hcpChoice = {
  id: 'hcp',
  label: 'HCP',
  text: 'A Hitachi Content Platform. The addresses and the S3 keys follow from domain, tenant and account.',
} as const;

export const presetOf = (id: S3Settings['preset']): Preset =>
  presets.find((preset) => preset.id === id) ?? presets[0];

/** The endpoint that a preset gives for a region, or an empty string when the user has to know it. */
export const endpointFor = (preset: Preset, region: string): string =>
  preset.endpoint.replace('{region}', region.trim());
