import {
  hcpAccount,
  hcpManagementEndpoint,
  hcpS3Endpoint,
  hcpSettingsSchema,
  type HcpSettings,
} from '#shared/hcp.ts';
import type { FormValues } from './form-values.ts';

/** What the fields about HCP come to, to be shown while they are typed. */
export interface HcpMeaning {
  username: string;
  /** Absent at system level. */
  tenant?: string;
  /** The tenant stands before a slash in the user’s field. */
  isTenantFromUser: boolean;
  /** Absent at system level, which has no buckets, and while the fields are not right. */
  s3Endpoint?: string;
  managementEndpoint?: string;
}

type Typed = Pick<FormValues, 'domain' | 'tenant' | 'username' | 's3Port' | 'managementPort'>;

/** What was meant; undefined while there is nothing to tell. */
export function hcpMeaning(values: Typed): HcpMeaning | undefined {
  if (values.domain.trim() === '') return undefined;
  const { tenant, username } = hcpAccount(values);
  const port = (text: string) => (text.trim() === '' ? undefined : Number(text));
  const checked = hcpSettingsSchema.safeParse({
    domain: values.domain,
    tenant,
    username: username === '' ? 'anybody' : username,
    s3Port: port(values.s3Port),
    managementPort: port(values.managementPort),
  });
  return {
    username,
    ...(tenant !== undefined && { tenant }),
    isTenantFromUser: tenant !== undefined && values.tenant.trim() === '',
    ...(checked.success && endpoints(checked.data)),
  };
}

function endpoints(settings: HcpSettings): Pick<HcpMeaning, 's3Endpoint' | 'managementEndpoint'> {
  return {
    ...(settings.tenant !== undefined && { s3Endpoint: hcpS3Endpoint(settings) }),
    managementEndpoint: hcpManagementEndpoint(settings),
  };
}
