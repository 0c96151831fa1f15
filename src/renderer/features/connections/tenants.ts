import { create } from 'zustand';
import { api, failureOf } from '#renderer/api.ts';
import type { Connection } from '#shared/connection.ts';
import type { Failure } from '#shared/failure.ts';
import { valuesForTenant } from './form-values.ts';
import { showDialog } from './store.ts';

export type HcpConnection = Extract<Connection, { kind: 'hcp' }>;

export type TenantList =
  | { state: 'loading'; tenants: string[] }
  | { state: 'ready'; tenants: string[] }
  | { state: 'failed'; failure: Failure; tenants: string[] };

/** The tenants that a connection at system level sees, by connection. */
export const useTenants = create<{ lists: Record<string, TenantList> }>(() => ({ lists: {} }));

const calls = new Map<string, AbortController>();

function put(id: string, list: TenantList): void {
  useTenants.setState(({ lists }) => ({ lists: { ...lists, [id]: list } }));
}

/** Asks for the tenants; those that were known stay in sight until the answer. */
export async function loadTenants(id: string): Promise<void> {
  calls.get(id)?.abort();
  const call = new AbortController();
  calls.set(id, call);
  put(id, { state: 'loading', tenants: useTenants.getState().lists[id]?.tenants ?? [] });
  try {
    const tenants = await api.connections.tenants.query({ id }, { signal: call.signal });
    if (!call.signal.aborted) put(id, { state: 'ready', tenants });
  } catch (error) {
    if (!call.signal.aborted) put(id, { state: 'failed', failure: failureOf(error), tenants: [] });
  }
}

/** Asks for them unless they are known or on their way. */
export function needTenants(id: string): void {
  const state = useTenants.getState().lists[id]?.state;
  if (state === undefined || state === 'failed') void loadTenants(id);
}

/** Whether a connection is to the system itself, which has tenants in place of buckets. */
export function isSystemLevel(connection: Connection | undefined): connection is HcpConnection {
  return connection?.kind === 'hcp' && connection.hcp.tenant === undefined;
}

/** The connection to a tenant of the same system, if there is one. */
export function connectionTo(
  connections: readonly Connection[],
  system: HcpConnection,
  tenant: string,
): Connection | undefined {
  return connections.find(
    (other) =>
      other.kind === 'hcp' &&
      other.hcp.domain.toLowerCase() === system.hcp.domain.toLowerCase() &&
      other.hcp.tenant?.toLowerCase() === tenant.toLowerCase(),
  );
}

/** Opens the form of a new connection to this tenant. */
export function signInTo(system: HcpConnection, tenant: string): void {
  showDialog({ is: 'edit', start: valuesForTenant(system, tenant) });
}
