import { isBucketName } from '../s3/buckets.ts';
import {
  addNamespace,
  attemptDeletion,
  deleteNamespace,
  noteSettings,
  type Namespace,
  type Tenant,
} from '../tenant.ts';
import { versionsOf } from '#sandbox/store/bucket-state.ts';
import { isFolder } from '../behaviour.ts';
import type { HcpUser } from '../users.ts';
import { MapiError } from './error.ts';
import type { Resource } from './format.ts';
import { changeSettings, changeVersioning, describe } from './settings.ts';

/** A request to the Management API that is signed in. */
export interface MapiCall {
  tenant: Tenant;
  domain: string;
  user: HcpUser;
  method: string;
  query: URLSearchParams;
  /** The body, for what is written. @throws MapiError */
  body: (root: string) => Record<string, unknown>;
}

/** A resource under the name that its XML has, or nothing but a status. */
export type MapiAnswer = { root: string; resource: Resource } | { status: 200 | 302 };

const DONE: MapiAnswer = { status: 200 };
/** HEAD on what is not there, or not for this user to see: both the same. */
const ELSEWHERE: MapiAnswer = { status: 302 };

const isAdmin = ({ roles }: HcpUser) => roles.includes('administrator');
const maySee = (user: HcpUser) =>
  isAdmin(user) || user.roles.includes('monitor') || user.roles.includes('compliance');

function refuse(): never {
  throw new MapiError(403, 'The user does not have permission for this.');
}

/** `/tenants/{t}/namespaces` */
export async function serveNamespaces(call: MapiCall): Promise<MapiAnswer> {
  const { tenant, user, method, query } = call;
  switch (method) {
    case 'GET': {
      if (!maySee(user) && !user.allowNamespaceManagement) refuse();
      const visible = [...tenant.namespaces.values()].filter((each) => maySee(user) || each.owner === user);
      const filter = query.get('filterString') ?? '';
      let names = visible.map(({ name }) => name).filter((name) => name.includes(filter));
      if (query.get('sortType') === 'name') names.sort();
      if (query.get('sortOrder') === 'descending') names.reverse();
      const offset = Number(query.get('offset') ?? '0');
      const count = query.get('count');
      names = names.slice(offset, count === null ? undefined : offset + Number(count));
      return { root: 'namespaces', resource: { name: names } };
    }
    case 'PUT': {
      if (!isAdmin(user) && !user.allowNamespaceManagement) refuse();
      await create(call);
      return DONE;
    }
    default:
      throw new MapiError(405, `${method} is not allowed here.`);
  }
}

async function create({ tenant, user, body }: MapiCall): Promise<void> {
  const given = body('namespace');
  const { name: asked } = given;
  const name = typeof asked === 'string' ? asked.toLowerCase() : '';
  if (!isBucketName(name)) throw new MapiError(400, `The name ${JSON.stringify(asked)} is not valid.`);
  if (tenant.namespaces.has(name))
    throw new MapiError(409, `A namespace with the name ${name} already exists.`);
  const ownerName = given['owner'];
  const owner =
    ownerName === undefined
      ? user
      : [...tenant.users.values()].find(({ username }) => username === ownerName);
  if (owner === undefined) throw new MapiError(400, `There is no user ${String(ownerName)}.`);
  const namespace = addNamespace(tenant, name, owner);
  namespace.speaksS3 = false;
  namespace.settings['aclsUsage'] = 'NOT_ENABLED';
  try {
    changeSettings(namespace, given, true);
    const versioning = given['versioningSettings'];
    if (typeof versioning === 'object' && versioning !== null)
      changeVersioning(namespace, { ...versioning }, true);
    if (namespace.settings['retentionType'] === 'S3')
      Object.assign(namespace.versioning, { enabled: true, useDeleteMarkers: true });
    await tenant.store.createBucket(name, owner.id);
    await applyVersioning(tenant, namespace);
  } catch (error) {
    if (tenant.store.bucket(name) === undefined) tenant.namespaces.delete(name);
    throw error;
  }
}

/** S3 sees the same versioning. */
async function applyVersioning(tenant: Tenant, { name, versioning }: Namespace): Promise<void> {
  const bucket = tenant.store.bucket(name);
  const before = bucket?.settings.versioning;
  if (versioning.enabled) await bucket?.change({ versioning: 'Enabled' });
  else if (before !== undefined) await bucket?.change({ versioning: 'Suspended' });
}

function find({ tenant, user }: MapiCall, name: string): Namespace | undefined {
  const namespace = tenant.namespaces.get(name.toLowerCase());
  if (namespace === undefined || maySee(user)) return namespace;
  return user.allowNamespaceManagement && namespace.owner === user ? namespace : undefined;
}

/** `/tenants/{t}/namespaces/{ns}` and what is below it. */
export async function serveNamespace(call: MapiCall, name: string, below: string): Promise<MapiAnswer> {
  const found = find(call, name);
  if (found === undefined) {
    if (call.method === 'HEAD') return ELSEWHERE;
    throw new MapiError(404, `The namespace ${name} could not be found.`);
  }
  switch (below) {
    case '':
      return itself(call, found);
    case 'versioningSettings':
      return serveVersioning(call, found);
    case 'statistics':
      return statistics(call, found);
    case 'permissions':
      return permissions(call, found);
    case 'protocols/http':
      return serveHttp(call, found);
    case 'cors':
      return cors(call, found);
    default:
      if (call.method === 'HEAD') return ELSEWHERE;
      throw new MapiError(404, `There is no resource ${below}.`);
  }
}

async function itself(call: MapiCall, found: Namespace): Promise<MapiAnswer> {
  const { tenant, user, method, query, body, domain } = call;
  switch (method) {
    case 'HEAD':
      return DONE;
    case 'GET': {
      // Who may only manage their own sees no more of them.
      if (!maySee(user))
        return { root: 'namespace', resource: { name: found.name, owner: found.owner.username } };
      const resource = describe(found, domain, tenant.name, query.get('verbose') === 'true');
      return { root: 'namespace', resource };
    }
    case 'POST':
      if (!isAdmin(user)) refuse();
      changeSettings(found, body('namespace'), false);
      noteSettings(tenant, found);
      return DONE;
    case 'DELETE':
      if (!isAdmin(user) && found.owner !== user) refuse();
      if (!(await attemptDeletion(tenant, found)))
        throw new MapiError(403, `The namespace ${found.name} is not empty and cannot be deleted.`);
      await deleteNamespace(tenant, found);
      return DONE;
    default:
      throw new MapiError(405, `${method} is not allowed here.`);
  }
}

async function serveVersioning(
  { tenant, user, method, body }: MapiCall,
  found: Namespace,
): Promise<MapiAnswer> {
  switch (method) {
    case 'GET':
      return { root: 'versioningSettings', resource: { ...found.versioning } };
    case 'POST': {
      const given = body('versioningSettings');
      const onlyEnabled = Object.keys(given).every((property) => property === 'enabled');
      if (!isAdmin(user) && !(onlyEnabled && found.owner === user)) refuse();
      changeVersioning(found, given, false);
      await applyVersioning(tenant, found);
      noteSettings(tenant, found);
      return DONE;
    }
    case 'DELETE':
      if (!isAdmin(user)) refuse();
      found.versioning.enabled = false;
      await applyVersioning(tenant, found);
      return DONE;
    default:
      throw new MapiError(405, `${method} is not allowed here.`);
  }
}

/** Old versions are objects too; markers are not. */
function statistics({ tenant, user, method }: MapiCall, found: Namespace): MapiAnswer {
  if (method !== 'GET') throw new MapiError(405, `${method} is not allowed here.`);
  if (!maySee(user)) refuse();
  let objects = 0;
  let bytes = 0;
  for (const newest of tenant.store.bucket(found.name)?.index ?? []) {
    for (const version of versionsOf(newest)) {
      if (version.data === undefined || isFolder(tenant, version.key)) continue;
      objects += 1;
      bytes += version.size;
    }
  }
  const resource = {
    namespaceName: found.name,
    objectCount: objects,
    ingestedVolume: bytes,
    storageCapacityUsed: bytes,
    customMetadataCount: 0,
    customMetadataSize: 0,
    shredCount: 0,
    shredSize: 0,
  };
  return { root: 'statistics', resource };
}

function permissions({ user, method }: MapiCall, found: Namespace): MapiAnswer {
  if (method !== 'GET') throw new MapiError(405, `${method} is not allowed here.`);
  if (!maySee(user) && found.owner !== user) refuse();
  const names = ['readAllowed', 'writeAllowed', 'deleteAllowed', 'purgeAllowed', 'searchAllowed'];
  return { root: 'permissions', resource: Object.fromEntries(names.map((name) => [name, true])) };
}

function serveHttp({ user, method, body }: MapiCall, found: Namespace): MapiAnswer {
  switch (method) {
    case 'GET': {
      if (!maySee(user)) refuse();
      const on = {
        httpEnabled: false,
        httpsEnabled: true,
        restEnabled: true,
        hs3RequiresAuthentication: true,
      };
      return { root: 'httpProtocol', resource: { ...on, hs3Enabled: found.speaksS3 } };
    }
    case 'POST': {
      if (!isAdmin(user)) refuse();
      const { hs3Enabled } = body('httpProtocol');
      if (hs3Enabled === true && found.settings['aclsUsage'] === 'NOT_ENABLED')
        throw new MapiError(400, 'The S3 compatible API needs access control lists to be enabled.');
      if (typeof hs3Enabled === 'boolean') found.speaksS3 = hs3Enabled;
      return DONE;
    }
    default:
      throw new MapiError(405, `${method} is not allowed here.`);
  }
}

function cors({ user, method, body }: MapiCall, found: Namespace): MapiAnswer {
  if (!isAdmin(user)) refuse();
  switch (method) {
    case 'GET':
      if (found.cors === undefined) throw new MapiError(404, 'CORS is not set.');
      return { root: 'cors', resource: { cors: found.cors } };
    case 'PUT':
      found.cors = JSON.stringify(body('cors'));
      return DONE;
    case 'DELETE':
      if (found.cors === undefined) throw new MapiError(404, 'CORS is not set.');
      found.cors = undefined;
      return DONE;
    default:
      throw new MapiError(405, `${method} is not allowed here.`);
  }
}
