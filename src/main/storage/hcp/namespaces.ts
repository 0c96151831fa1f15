import type { HcpSettings, NamespaceSettings } from '#shared/hcp.ts';
import {
  parseHttpProtocol,
  parseNames,
  parseNamespace,
  parseNamespaces,
  parseStatistics,
  parseVersioning,
} from '#shared/hcp-answers.ts';
import { StorageError, isAbort } from '../errors.ts';
import type { CallOptions, Namespaces } from '../storage.ts';
import type { Management } from './management.ts';

/** Names that are asked for at once. */
const PAGE = 500;
const ignored = () => undefined;
const S3_ON = { hs3Enabled: true, hs3RequiresAuthentication: true, httpsEnabled: true };
const SORTED = { sortType: 'name', sortOrder: 'ascending' };

/** The namespaces of a tenant through HCP's Management API; at the system level its tenants. */
export function createNamespaces(management: Management, hcp: HcpSettings): Namespaces {
  const { tenant } = hcp;

  /** The path of the tenant's namespaces, or below. */
  const below = (operation: string, ...rest: string[]): string[] => {
    if (tenant !== undefined) return ['tenants', tenant, 'namespaces', ...rest];
    throw systemLevel(operation);
  };
  /** All that is listed under a path, page by page, until a page brings nothing new: HCP may serve less than it is asked for. */
  const all = async <T>(
    request: { operation: string; path: string[] },
    parse: (answer: unknown) => T[],
    nameOf: (one: T) => string,
    options: CallOptions | undefined,
  ): Promise<T[]> => {
    const found = new Map<string, T>();
    for (let offset = 0; ;) {
      const query = { verbose: 'true', offset: String(offset), count: String(PAGE), ...SORTED };
      const page = await management.ask({ ...request, method: 'GET', query }, parse, options);
      const before = found.size;
      for (const one of page) found.set(nameOf(one), one);
      if (found.size === before) return [...found.values()];
      offset += page.length;
    }
  };

  return {
    list: async (options) =>
      all({ operation: 'list', path: below('list') }, parseNamespaces, ({ name }) => name, options),

    get: async (name, options) => {
      const about = {
        operation: 'look at',
        bucket: name,
        method: 'GET',
        query: { verbose: 'true' },
      } as const;
      const [settings, versioning] = await Promise.all([
        management.ask({ ...about, path: below(about.operation, name) }, parseNamespace, options),
        unlessRefused(
          management.ask(
            { ...about, path: below(about.operation, name, 'versioningSettings') },
            parseVersioning,
            options,
          ),
          options,
        ),
      ]);
      return { ...settings, ...(versioning !== undefined && { versioning }) } satisfies NamespaceSettings;
    },

    exists: async (name, options) =>
      management.exists({ operation: 'look at', bucket: name, path: below('look at', name) }, options),

    statistics: async (name, options) => {
      const about = { operation: 'count', bucket: name, method: 'GET' } as const;
      return management.ask(
        { ...about, path: below(about.operation, name, 'statistics') },
        parseStatistics,
        options,
      );
    },

    create: async (name, draft, options) => {
      const about = { operation: 'create', bucket: name } as const;
      const { versioning, ...settings } = draft;
      const body = {
        name,
        ...settings,
        // HCP wants to be told, where old versions are kept, whether they are pruned.
        ...(versioning !== undefined && {
          versioningSettings: { ...(versioning.enabled && { prune: false }), ...versioning },
        }),
        // S3 lists a bucket to its owner only, and serves it only with access control lists on.
        owner: hcp.username,
        ownerType: hcp.account === 'ad' ? 'EXTERNAL' : 'LOCAL',
        aclsUsage: 'ENFORCED',
      };
      await management.ask({ ...about, method: 'PUT', path: below(about.operation), body }, ignored, options);
      const path = below(about.operation, name, 'protocols', 'http');
      try {
        // What a new namespace speaks is the tenant's choice; a role that may not see it may not change it either.
        const has = await unlessRefused(
          management.ask({ ...about, method: 'GET', path }, parseHttpProtocol, options),
          options,
        );
        if (has === undefined || has.hs3Enabled === true) return;
        await management.ask({ ...about, method: 'POST', path, body: S3_ON }, ignored, options);
      } catch (error) {
        throw halfMade(error, name, options);
      }
    },

    setVersioning: async (name, versioning, options) => {
      const about = { operation: 'change the versioning of', bucket: name, method: 'POST' } as const;
      const path = below(about.operation, name, 'versioningSettings');
      await management.ask({ ...about, path, body: versioning }, ignored, options);
    },

    setSearch: async (name, searchEnabled, options) => {
      const about = { operation: 'change the search of', bucket: name, method: 'POST' } as const;
      await management.ask(
        { ...about, path: below(about.operation, name), body: { searchEnabled } },
        ignored,
        options,
      );
    },

    delete: async (name, options) => {
      const about = { operation: 'delete', bucket: name, method: 'DELETE' } as const;
      await management.ask({ ...about, path: below(about.operation, name) }, ignored, options);
    },

    tenants: async (options) => {
      if (tenant !== undefined) {
        const message = `Only the system level has tenants; this connection is to the tenant “${tenant}”.`;
        throw new StorageError({ kind: 'not-supported', operation: 'list', message });
      }
      return all({ operation: 'list', path: ['tenants'] }, parseNames, (name) => name, options);
    },
  };
}

/** @param operation a verb that goes before “buckets” */
export function systemLevel(operation: string): StorageError {
  const message =
    'This connection is to the system level of HCP, which has tenants but no buckets. Name a tenant in the connection.';
  return new StorageError({ kind: 'not-supported', operation, message });
}

/** A role may allow to see a namespace and not how it keeps versions. */
async function unlessRefused<T>(call: Promise<T>, options: CallOptions | undefined): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isAbort(error, options?.signal) || !(error instanceof StorageError) || error.retryable) throw error;
    return undefined;
  }
}

function halfMade(error: unknown, name: string, options: CallOptions | undefined): unknown {
  if (isAbort(error, options?.signal) || !(error instanceof StorageError)) return error;
  const { kind, operation, bucket, code, retryable } = error;
  const message = `Namespace “${name}” was made, but S3 could not be switched on for it: ${error.message}`;
  return new StorageError({ kind, operation, bucket, code, retryable, message, cause: error });
}
