import { createHash } from 'node:crypto';

/** Where one tenant of a Hitachi Content Platform is reached. */
export interface HcpTenant {
  tenant: string;
  /** The system's domain: `hcp.example`. */
  domain: string;
  /** S3, path style: `https://finance.hcp.example`. */
  s3Endpoint: string;
  /** The management API: always https, always on port 9090. */
  managementEndpoint: string;
}

/**
 * The keys that HCP expects of a user: the name in base64, the password's MD5 in hex ("Using the Hitachi API for Amazon
 * S3", "AWS authentication"). The MD5 is HCP's choice; it protects nothing, so it is as secret as the password.
 */
export function hcpKeys(
  username: string,
  password: string,
): { accessKeyId: string; secretAccessKey: string } {
  return {
    accessKeyId: Buffer.from(username, 'utf8').toString('base64'),
    secretAccessKey: createHash('md5').update(password, 'utf8').digest('hex'),
  };
}

/** One label of a host name; HCP allows letters, digits and hyphens inside. */
const TENANT = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/u;

/**
 * Finds the tenant in an address as people paste it: `https://finance.hcp.example`, also with `:9090`, `/hs3` or another
 * path behind it. Undefined when no tenant can be in it: a bare name, an IP address, something that is not an address.
 * `admin` is the system's own console, not a tenant.
 */
export function parseHcpTenant(address: string): HcpTenant | undefined {
  const withScheme = /^[a-z]+:\/\//iu.test(address) ? address : `https://${address}`;
  if (!URL.canParse(withScheme)) return undefined;
  const { hostname, protocol } = new URL(withScheme);
  const [tenant = '', ...rest] = hostname.split('.');
  const isIp = /^[\d.]+$|^\[/u.test(hostname);
  if (protocol !== 'https:' || isIp || rest.length === 0 || rest.includes('')) return undefined;
  if (!TENANT.test(tenant) || tenant === 'admin') return undefined;
  return {
    tenant,
    domain: rest.join('.'),
    s3Endpoint: `https://${hostname}`,
    managementEndpoint: `https://${hostname}:9090/mapi/tenants/${tenant}`,
  };
}
