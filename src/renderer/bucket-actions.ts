import type { Connection } from '#shared/connection.ts';
import type { Job } from '#shared/job.ts';
import type { Feature } from '#shared/profile.ts';
import { open, useBrowser } from './features/browser/store.ts';
import type { Location } from './features/browser/location.ts';
import {
  askAboutStop,
  askToDelete,
  loadPending,
  stopOf,
  type BucketPlace,
} from './features/bucket-deletion/store.ts';
import { sections, sectionsOf } from './features/bucket-settings/sections.ts';
import { openSettings } from './features/bucket-settings/store.ts';
import type { BucketCommandsOptions } from './features/buckets/commands.ts';
import { loadBuckets, needBuckets, startMaking } from './features/buckets/store.ts';
import { useConnections } from './features/connections/store.ts';
import { startJob } from './features/jobs/store.ts';
import { notify } from './features/notices/store.ts';
import type { AbortWish } from './features/uploads/abort-dialog.tsx';
import { hideUploads, listUploads, showUploads, useUploads } from './features/uploads/store.ts';
import { offerOf } from './profiles.ts';

/** Why nothing can be changed on a connection; undefined when it can. */
export const whyNoChange = (connectionId: string): string | undefined =>
  offerOf(connectionId, { changes: true }).reason;

/** Why a connection's server does not have a feature, as far as is known. */
export const whyNotOffered = (connectionId: string, needs: Feature): string | undefined =>
  offerOf(connectionId, { needs }).reason;

const connectionOf = (connectionId: string): Connection | undefined =>
  useConnections.getState().connections.find(({ id }) => id === connectionId);

function goTo(location: Location): void {
  needBuckets(location.connectionId);
  open(location);
}

/** What the commands about buckets need of the rest of the window. */
export const bucketTools: Omit<BucketCommandsOptions, 'place'> = {
  whyNoChange,
  whyNoUploads: (connectionId) => whyNotOffered(connectionId, 'uploads'),
  make(connectionId) {
    const connection = connectionOf(connectionId);
    if (connection !== undefined) startMaking(connection);
  },
  open: ({ connectionId, bucket }) => goTo({ connectionId, bucket, prefix: '' }),
  settings: sections,
  showSettings({ connectionId, bucket }, id) {
    const isHcp = connectionOf(connectionId)?.kind === 'hcp';
    const section = sectionsOf(isHcp).find((each) => each.id === id);
    openSettings({ connectionId, bucket, isHcp }, section?.id);
  },
  showUploads(target) {
    goTo({ ...target, prefix: '' });
    showUploads(target);
  },
  remove: askToDelete,
};

/** Starts the job that empties and deletes a bucket. Its name was typed. */
export function startDeletion(
  { connectionId, bucket }: BucketPlace,
  namespace: 'ask' | 'reconfigure' | 'continue',
): void {
  const request = { kind: 'delete-bucket', connectionId, bucket, confirm: bucket, namespace } as const;
  void startJob(request, 'Delete bucket');
}

export function startAborting({ connectionId, bucket }: BucketPlace, wish: AbortWish): void {
  void startJob({ kind: 'abort-uploads', connectionId, bucket, ...wish }, 'Abort uploads');
}

export function onBucketMade({ connectionId, bucket }: BucketPlace): void {
  notify({
    tone: 'ok',
    text: `Made bucket ${bucket}.`,
    action: { label: 'Open', run: () => goTo({ connectionId, bucket, prefix: '' }) },
  });
}

/** A bucket is gone: whoever looks at it looks at the others then. */
export function onBucketGone({ connectionId, bucket }: BucketPlace): void {
  const { location } = useBrowser.getState();
  if (location?.connectionId === connectionId && location.bucket === bucket)
    goTo({ connectionId, prefix: '' });
  void loadBuckets(connectionId);
}

/** HCP has deleted a bucket whose settings were to be put back. */
export function onGoneMeanwhile(place: BucketPlace): void {
  notify({ tone: 'ok', text: `Bucket ${place.bucket} is gone, and its settings with it.` });
  onBucketGone(place);
}

export function onPutBack({ bucket }: BucketPlace): void {
  notify({ tone: 'ok', text: `The old settings of ${bucket} are back.` });
}

/** Shows what a job to delete a bucket waits for. */
export function answerJob(job: Job): void {
  const stop = stopOf(job);
  if (stop !== undefined) askAboutStop(stop);
}

/** What follows when a job about buckets ends. */
export function afterBucketJob(job: Job): void {
  const { connectionId, bucket } = job.input;
  if (job.kind === 'delete-bucket') {
    void loadPending();
    if (job.state === 'done' && job.result?.outcome.state === 'gone') {
      onBucketGone({ connectionId, bucket });
    } else void loadBuckets(connectionId);
  }
  const shown = useUploads.getState().place;
  if (job.kind === 'abort-uploads' && shown?.connectionId === connectionId && shown.bucket === bucket)
    listUploads();
}

/** Follows where the window looks: uploads are shown until it looks elsewhere. Gives the function that ends it. */
export function followPlace(): () => void {
  void loadPending();
  return useBrowser.subscribe(({ location }, before) => {
    if (location !== before.location && useUploads.getState().place !== undefined) hideUploads();
  });
}
