import { revealText } from '#renderer/ui/reveal.ts';

/** What files that are dropped on something of the window would do. */
export type DropPlace =
  /** They can land here. `element` lights up. */
  | { is: 'place'; connectionId: string; bucket: string; prefix: string; element: Element }
  /** They cannot, and why. */
  | { is: 'refused'; reason: string; element?: Element | undefined };

/** What the window knows of itself, to judge a drop. */
export interface DropWorld {
  /** The bucket and the folder that are looked at. */
  here: () =>
    { connectionId: string; bucket?: string | undefined; prefix: string; isPast: boolean } | undefined;
  nameOf: (connectionId: string) => string;
  /** Why nothing can be changed on a connection. */
  whyNoChange: (connectionId: string) => string | undefined;
}

/**
 * What a drop on an element would do, by what its surroundings say: `data-folder` for a folder's row, `data-bucket` for a
 * bucket, inside `data-buckets-of` for another connection's, `data-connection` for a connection.
 */
export function placeAt(target: Element | null, world: DropWorld): DropPlace | undefined {
  if (target === null) return undefined;
  const here = world.here();
  const bucketItem = target.closest('[data-bucket]');
  const bucket = bucketItem?.getAttribute('data-bucket');
  if (bucketItem !== null && bucket !== null && bucket !== undefined) {
    const owner = target.closest('[data-buckets-of]')?.getAttribute('data-buckets-of') ?? here?.connectionId;
    return owner === undefined
      ? undefined
      : judge({ connectionId: owner, bucket, prefix: '' }, bucketItem, world);
  }
  const connection = target.closest('[data-connection]');
  const id = connection?.getAttribute('data-connection');
  if (connection !== null && id !== null && id !== undefined)
    return {
      is: 'refused',
      element: connection,
      reason:
        world.whyNoChange(id) ?? `Choose a bucket of ${world.nameOf(id)}: drop the files on one of them.`,
    };
  const pane = target.closest('.pane');
  if (pane === null || here === undefined) return undefined;
  if (here.bucket === undefined)
    return { is: 'refused', reason: `Choose a bucket: drop the files on one of them.` };
  if (here.isPast)
    return { is: 'refused', element: pane, reason: 'This is the past: go back to now to upload something.' };
  const folder = target.closest('[data-folder]');
  const place = { connectionId: here.connectionId, bucket: here.bucket };
  if (folder === null) return judge({ ...place, prefix: here.prefix }, pane, world);
  return judge({ ...place, prefix: folder.getAttribute('data-folder') ?? here.prefix }, folder, world);
}

function judge(
  place: { connectionId: string; bucket: string; prefix: string },
  element: Element,
  world: DropWorld,
): DropPlace {
  const reason = world.whyNoChange(place.connectionId);
  return reason === undefined ? { is: 'place', ...place, element } : { is: 'refused', reason, element };
}

/** Where something lands, in words: "scans/2026/", "the top of archive", with the bucket where it is another one. */
export function placeText({ bucket, prefix }: { bucket: string; prefix: string }): string {
  return prefix === '' ? bucket : `${bucket}/${revealText(prefix)}`;
}
