import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createS3Server, type S3Server } from '#sandbox/server.ts';
import { Store } from '#sandbox/store/store.ts';
import type { HcpConnectionSettings } from '#shared/connection.ts';
import { makeAuthority } from '#test/support/certificates.ts';
import { HCP_LIMITS, hcpBehaviour } from './behaviour.ts';
import { serveMapi } from './mapi/mapi.ts';
import {
  NAMESPACE_DEFAULTS,
  QUIRKS,
  type FakeHcpOptions,
  type FakeTenant,
  type FakeUser,
  type NamespaceDefaults,
  type Quirks,
} from './options.ts';
import { hcpRoutes } from './routes.ts';
import { addNamespace, noteSettings, pruneNamespace, type Namespace, type Tenant } from './tenant.ts';
import { hcpUser, type HcpUser } from './users.ts';

/** A request as it came. */
export interface LoggedRequest {
  side: 's3' | 'mapi';
  method: string;
  host: string;
  /** With the query. */
  path: string;
  status: number;
}

export interface FakeHcp {
  domain: string;
  /** The authority that signed its certificate. */
  caFile: string;
  s3Port: number;
  managementPort: number;
  /** What somebody types to sign in; without a tenant, at the system level. */
  settings(tenant: string | undefined, username: string): HcpConnectionSettings;
  addUser(tenant: string | undefined, user: FakeUser): void;
  /** A namespace as an administrator makes it. */
  addNamespace(
    tenant: string,
    name: string,
    options?: Partial<NamespaceDefaults> & { owner?: string },
  ): Promise<void>;
  /** What a namespace is like inside, to look at and to change. */
  namespace(tenant: string, name: string): Namespace | undefined;
  /** Cleans up now, in all namespaces (or the one) whose settings allow it, whatever `quirks.prune` says. */
  prune(name?: string): Promise<void>;
  /** All requests since the start, or since `requests.length = 0`. */
  requests: LoggedRequest[];
  setQuirks(changes: Partial<Quirks>): void;
  setManagementApi(tenant: string, enabled: boolean): void;
  /** Shows another certificate from now on, of the same authority; connections that stand are ended. */
  renewCertificate(): Promise<void>;
  stop(): Promise<void>;
}

/** The tenant that a fake has unless it is given others. */
export const FINANCE: FakeTenant = {
  name: 'finance',
  users: [
    { username: 'lgreen', password: 'p4ssw0rd' },
    { username: 'mwhite', password: "somebody else's" },
  ],
};
export const SYSTEM_USER: FakeUser = { username: 'root', password: 'of the system' };

/**
 * Something that behaves as the manuals say that a Hitachi Content Platform does, over HTTPS on loopback: S3 on one port,
 * the Management API on another. It is the sandbox with other limits, routes and behaviour; rows H1 to H21, H25 and H27
 * of what is known of HCP. None of it has been compared with a real one.
 */
export async function startFakeHcp(options: FakeHcpOptions = {}): Promise<FakeHcp> {
  const {
    domain = 'hcp.test',
    tenants: given = [FINANCE],
    systemUsers = [SYSTEM_USER],
    now = Date.now,
  } = options;
  const folder = await mkdtemp(join(tmpdir(), 'cooper-hcp-'));
  const authority = await makeAuthority();
  const quirks: Quirks = { ...QUIRKS, ...options.quirks };
  const defaults: NamespaceDefaults = { ...NAMESPACE_DEFAULTS, ...options.namespaceDefaults };
  const tenants = new Map<string, Tenant>();
  const servers = new Map<string, S3Server>();
  const system = new Map(systemUsers.map((user) => [user.username, hcpUser('', user)]));
  const requests: LoggedRequest[] = [];
  const internal: unknown[] = [];

  for (const { name, users, managementApi = true } of given) {
    const tenant: Tenant = {
      name,
      users: new Map(users.map((user) => byKey(hcpUser(name, user)))),
      managementApi,
      store: await Store.open(join(folder, name), 'integer'),
      namespaces: new Map(),
      quirks,
      defaults,
      now,
      holds: new Map(),
      ghosts: new Map(),
      listings: 0,
    };
    tenants.set(name, tenant);
    const { store, users: known } = tenant;
    servers.set(
      name,
      createS3Server({
        store,
        users: known,
        region: 'us-east-1',
        limits: HCP_LIMITS,
        behaviour: hcpBehaviour(tenant),
        routes: hcpRoutes(tenant),
        faults: { plan: undefined, allowHeader: false },
        onInternalError: (error) => internal.push(error),
      }),
    );
  }
  const tenantNamed = (name: string): Tenant => {
    const tenant = tenants.get(name);
    if (tenant === undefined) throw new Error(`The fake HCP has no tenant ${name}.`);
    return tenant;
  };

  const log = (side: LoggedRequest['side'], message: IncomingMessage, response: ServerResponse): string => {
    const host = (message.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    const entry = { side, method: message.method ?? '', host, path: message.url ?? '', status: 0 };
    requests.push(entry);
    response.once('finish', () => (entry.status = response.statusCode));
    return host;
  };
  const toS3 =
    (event: 'request' | 'checkContinue') => (message: IncomingMessage, response: ServerResponse) => {
      const host = log('s3', message, response);
      const server = host.endsWith(`.${domain}`) ? servers.get(host.slice(0, -domain.length - 1)) : undefined;
      // The Management API answers on its own port only.
      if (server === undefined || message.url?.startsWith('/mapi/') === true) {
        message.resume();
        response.writeHead(403, { 'content-length': '0' }).end();
        return;
      }
      if (/^(HCP|AD) /.test(message.headers.authorization ?? ''))
        message.url = message.url?.replace(/^\/hs3(?=\/|$|\?)/, '') ?? '/';
      if (message.url === '' || message.url?.startsWith('?') === true) message.url = `/${message.url}`;
      server.http.emit(event, message, response);
    };
  const site = { domain, tenants, systemUsers: () => system.values(), software: () => quirks.software };
  const toMapi = (message: IncomingMessage, response: ServerResponse) => {
    serveMapi(site, log('mapi', message, response), message, response).catch((error: unknown) => {
      internal.push(error);
      response.destroy();
    });
  };

  const issue = () => authority.issue({ host: `DNS:${domain},DNS:*.${domain},IP:127.0.0.1` });
  const certificate = await issue();
  const s3 = createServer({ ...certificate, requestTimeout: 0, keepAliveTimeout: 60_000 }, toS3('request'));
  s3.on('checkContinue', toS3('checkContinue'));
  const mapi = createServer(certificate, toMapi);
  const s3Port = await listen(s3);
  const managementPort = await listen(mapi);

  return {
    domain,
    caFile: authority.caFile,
    s3Port,
    managementPort,
    requests,
    settings: (tenant, username) => ({
      domain,
      ...(tenant !== undefined && { tenant }),
      username,
      account: tenant === undefined ? 'local' : accountOf(tenantNamed(tenant), username),
      address: '127.0.0.1',
      s3Port,
      managementPort,
      caFile: authority.caFile,
      connectTimeoutMs: 5_000,
      idleTimeoutMs: 30_000,
    }),
    addUser(tenant, user) {
      if (tenant === undefined) system.set(user.username, hcpUser('', user));
      else tenantNamed(tenant).users.set(...byKey(hcpUser(tenant, user)));
    },
    async addNamespace(tenantName, name, { owner: ownerName, ...settings } = {}) {
      const tenant = tenantNamed(tenantName);
      const owners = [...tenant.users.values()];
      const owner =
        ownerName === undefined ? owners[0] : owners.find(({ username }) => username === ownerName);
      if (owner === undefined) throw new Error(`The tenant ${tenantName} has no user ${ownerName ?? ''}.`);
      const bucket = await tenant.store.createBucket(name, owner.id);
      const namespace = addNamespace({ ...tenant, namespaces: tenant.namespaces }, name, owner);
      const { versioning, ...rest } = settings;
      Object.assign(namespace.settings, rest);
      Object.assign(namespace.versioning, versioning);
      if (namespace.versioning.enabled) await bucket.change({ versioning: 'Enabled' });
      noteSettings(tenant, namespace);
    },
    namespace: (tenant, name) => tenantNamed(tenant).namespaces.get(name),
    async prune(name) {
      for (const tenant of tenants.values()) {
        for (const namespace of tenant.namespaces.values())
          if (name === undefined || namespace.name === name) await pruneNamespace(tenant, namespace);
      }
    },
    setQuirks: (changes) => {
      Object.assign(quirks, changes);
    },
    setManagementApi: (tenant, enabled) => {
      tenantNamed(tenant).managementApi = enabled;
    },
    async renewCertificate() {
      const renewed = await issue();
      for (const server of [s3, mapi]) {
        server.setSecureContext(renewed);
        server.closeAllConnections();
      }
    },
    async stop() {
      await Promise.all([close(s3), close(mapi)]);
      for (const server of servers.values()) await server.close();
      for (const { store } of tenants.values()) await store.close();
      await authority.remove();
      await rm(folder, { recursive: true, force: true });
      if (internal.length > 0) throw new AggregateError(internal, 'The fake HCP ran into errors of its own.');
    },
  };
}

/** AD users do not sign by keys: theirs find nobody. */
function byKey(user: HcpUser): [string, HcpUser] {
  return [user.account === 'ad' ? `AD ${user.username}` : user.accessKeyId, user];
}

function accountOf(tenant: Tenant, username: string): 'local' | 'ad' {
  return [...tenant.users.values()].find((user) => user.username === username)?.account ?? 'local';
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('A server listens on a port.');
  return address.port;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
