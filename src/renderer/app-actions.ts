import { z } from 'zod';
import type { Connection } from '#shared/connection.ts';
import type { Job } from '#shared/job.ts';
import { recall, remember } from '#renderer/ui/remember.ts';
import { forget, open, useBrowser } from './features/browser/store.ts';
import type { Location } from './features/browser/location.ts';
import { forgetBuckets, loadBuckets, needBuckets } from './features/buckets/store.ts';
import type { ConnectionTools } from './features/connections/commands.ts';
import { afterBucketJob, followPlace } from './bucket-actions.ts';
import { loadConnections, useConnections } from './features/connections/store.ts';
import { isSystemLevel, loadTenants } from './features/connections/tenants.ts';
import { moodOf, titleOf } from './features/jobs/describe.ts';
import { outcomeText } from './features/jobs/outcome.ts';
import { revealJob, useJobs, watchJobs } from './features/jobs/store.ts';
import { notify } from './features/notices/store.ts';
import { showChangesOf } from './object-joins.tsx';
import { forgetProfile, joinConnections } from './profiles.ts';
import { followDesktop } from './transfer-joins.tsx';

const locationSchema = z.object({
  connectionId: z.string(),
  bucket: z.string().exactOptional(),
  prefix: z.string(),
});

/** Starts what lives as long as the window, and gives the function that ends it. */
export function startWindow(): () => void {
  const stopJobs = watchJobs((job) => {
    tellEnd(job);
    showChangesOf(job);
    afterBucketJob(job);
  });
  const stopFollowing = followPlace();
  const stopDesktop = followDesktop();
  const stopRemembering = useBrowser.subscribe(({ location }, before) => {
    if (location !== before.location) remember('location', location ?? null);
  });
  const stopJoining = useConnections.subscribe(({ connections }, before) => {
    if (connections !== before.connections) joinConnections(connections);
  });
  void loadConnections().then(resume);
  return () => {
    stopJobs();
    stopFollowing();
    stopDesktop();
    stopJoining();
    stopRemembering();
  };
}

/** Goes back to where the window was, or to the first connection. */
function resume(): void {
  const { connections } = useConnections.getState();
  const last = recall<Location | null>('location', locationSchema.nullable(), null);
  const [first] = connections;
  if (useBrowser.getState().location !== undefined || first === undefined) return;
  const isThere = connections.some(({ id }) => id === last?.connectionId);
  goTo(last !== null && isThere ? last : { connectionId: first.id, prefix: '' });
}

/** Opens a place, and the connection's buckets beside it. */
export function goTo(location: Location): void {
  const { connections } = useConnections.getState();
  const connection = connections.find(({ id }) => id === location.connectionId);
  if (!isSystemLevel(connection)) needBuckets(location.connectionId);
  open(location);
}

/** What connections need of the rest of the window. */
export const connectionTools: ConnectionTools = {
  select: ({ id }) => goTo({ connectionId: id, prefix: '' }),
  refresh: loadBelow,
  notify,
};

/** Asks for what stands below a connection: buckets, or the tenants of a system. */
function loadBelow(connection: Connection): void {
  void (isSystemLevel(connection) ? loadTenants(connection.id) : loadBuckets(connection.id));
}

export function onConnectionSaved(connection: Connection, isNew: boolean): void {
  const { id } = connection;
  forgetProfile(id);
  loadBelow(connection);
  if (isNew) goTo({ connectionId: id, prefix: '' });
}

export function onConnectionRemoved({ id, name }: Connection): void {
  forgetBuckets(id);
  forgetProfile(id);
  forget(id);
  notify({ tone: 'plain', text: `Removed ${name}.` });
  const [next] = useConnections.getState().connections;
  if (useBrowser.getState().location === undefined && next !== undefined)
    goTo({ connectionId: next.id, prefix: '' });
}

/** With the dock closed, a job that ends says so. */
function tellEnd(job: Job): void {
  const mood = moodOf(job);
  if (useJobs.getState().dockOpen || (mood !== 'done' && mood !== 'warn' && mood !== 'failed')) return;
  const tones = { done: 'ok', warn: 'warn', failed: 'danger' } as const;
  notify({
    tone: tones[mood],
    text: `${titleOf(job)}: ${outcomeText(job)}`,
    ...((job.kind === 'zip' || job.kind === 'download' || job.kind === 'fetch') && job.state === 'done'
      ? { action: { label: 'Show in folder', run: () => void revealJob(job.id) } }
      : {}),
  });
}
