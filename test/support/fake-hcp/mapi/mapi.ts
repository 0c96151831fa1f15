import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Tenant } from '../tenant.ts';
import { userOfHeader, type HcpUser } from '../users.ts';
import { MapiError } from './error.ts';
import { read, write, type Resource } from './format.ts';
import { serveNamespace, serveNamespaces, type MapiAnswer } from './namespaces.ts';

const LONGEST_URL = 4095;

export interface MapiSite {
  domain: string;
  tenants: ReadonlyMap<string, Tenant>;
  systemUsers: () => Iterable<HcpUser>;
  software: () => string;
}

/** The Management API, of the tenant that the host names, or of the system. */
export async function serveMapi(
  site: MapiSite,
  host: string,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const headers: Record<string, string> = { 'x-hcp-softwareversion': site.software() };
  const body = await text(message);
  try {
    const answered = await answer(site, host, message, body);
    if ('status' in answered) {
      if (answered.status === 302) headers['location'] = `https://${host}/`;
      response.writeHead(answered.status, { ...headers, 'content-length': '0' }).end();
      return;
    }
    const { root, resource } = answered;
    const written = write(root, resource, message.headers.accept ?? '');
    const isHead = message.method === 'HEAD';
    headers['content-type'] = written.type;
    headers['content-length'] = String(Buffer.byteLength(written.body));
    response.writeHead(200, headers).end(isHead ? undefined : written.body);
  } catch (error) {
    const { status, message: said } =
      error instanceof MapiError
        ? error
        : new MapiError(500, error instanceof Error ? error.message : 'Error');
    headers['x-hcp-errormessage'] = said;
    response.writeHead(status, { ...headers, 'content-length': '0' }).end();
  }
}

async function answer(
  site: MapiSite,
  host: string,
  message: IncomingMessage,
  body: string,
): Promise<MapiAnswer> {
  const { method = 'GET', url = '/' } = message;
  if (url.length > LONGEST_URL) throw new MapiError(414, 'The URL is too long.');
  const { pathname, searchParams: query } = new URL(url, 'https://host');
  const path = pathname.split('/').slice(1).map(decodeURIComponent);
  if (path[0] !== 'mapi') throw new MapiError(404, 'There is nothing here.');
  const bodyOf = (root: string): Record<string, unknown> => read(root, message.headers['content-type'], body);
  const [label = ''] = host.split('.');
  const isSystem = label === 'admin';
  const tenant = site.tenants.get(isSystem ? (path[2] ?? '').toLowerCase() : label);
  const users = isSystem ? site.systemUsers() : (tenant?.users.values() ?? []);
  const user = userOfHeader(message.headers.authorization, users);
  if (user === undefined || typeof user === 'string')
    throw new MapiError(403, 'The user name or password is not valid.');
  const [, resource, name, below, ...rest] = path;
  if (resource !== 'tenants') throw new MapiError(404, `There is no resource ${resource ?? ''}.`);
  if (name === undefined || name === '') {
    if (!isSystem) throw new MapiError(403, 'This is for the system level.');
    return { root: 'tenants', resource: listOfTenants(site, method) };
  }
  if (tenant === undefined || tenant.name !== name.toLowerCase()) {
    if (method === 'HEAD') return { status: 302 };
    throw new MapiError(isSystem ? 404 : 403, `The tenant ${name} could not be found.`);
  }
  if (!tenant.managementApi && !isSystem)
    throw new MapiError(403, 'The management API is not enabled for the tenant.');
  if (below === undefined || below === '') {
    if (method === 'HEAD') return { status: 200 };
    if (method !== 'GET') throw new MapiError(405, `${method} is not allowed here.`);
    return { root: 'tenant', resource: { name: tenant.name, administrationAllowed: true } };
  }
  // The tenant's business is the tenant's, unless it lets the system administer it.
  if (below !== 'namespaces') throw new MapiError(404, `There is no resource ${below}.`);
  const call = { tenant, domain: site.domain, user, method, query, body: bodyOf };
  const [of, ...further] = rest;
  return of === undefined || of === '' ? serveNamespaces(call) : serveNamespace(call, of, further.join('/'));
}

function listOfTenants({ tenants }: MapiSite, method: string): Resource {
  if (method !== 'GET') throw new MapiError(405, `${method} is not allowed here.`);
  return { name: [...tenants.keys()] };
}
