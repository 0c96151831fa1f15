import type { Call } from './call.ts';
import { etagOfParts } from './etag.ts';
import type { RequestHead } from './request.ts';
import type { BucketStore } from './store/bucket-store.ts';
import type { ListRequest, Page } from './store/listing.ts';
import type { Part, Version } from './store/version.ts';
import type { Identity } from './users.ts';

/**
 * What servers do differently where S3 leaves no choice. The sandbox does as AWS does; it is handed in as a value, like
 * the limits, so that a server that does otherwise is the same code.
 */
export interface Behaviour {
  /** What the header `server` says. */
  server: string;
  /** Whether a signature may name any region, or has to name the server's own. */
  regions: 'own' | 'any';
  /** In which order a listing has the versions of one key. */
  versionOrder: 'newest-first' | 'oldest-first';
  /** Whether a version's id that cannot be one is refused, or is only one that is not there. */
  versionIds: 'checked' | 'any';
  /** Content encodings that are undone when an object is stored: digests are then of what comes out. */
  unpacks: readonly 'gzip'[];
  /** The name of a bucket as it is kept. */
  bucketName: (asked: string) => string;
  /** Who sent a request that is not signed as AWS has it; undefined leaves it to the signature. */
  signIn: (head: RequestHead) => Identity | undefined;
  /** Looks at each request before its route is taken; throws to refuse it. */
  admit: (head: RequestHead, identity: Identity) => void;
  /** Looks at the current version in the instant in which it is replaced; throws to prevent that. */
  checkWrite: (call: Call, bucket: BucketStore, current: Version | undefined) => void;
  /** Whether listings of versions show a bucket's delete markers, and answers tell of them. */
  showsMarkers: (bucket: BucketStore) => boolean;
  /** The ETag of what was uploaded in parts, without quotes. */
  multipartEtag: (parts: readonly Part[]) => string;
  /** A page of a listing as it is shown: other than it is where a server is consistent only in time. */
  page: (bucket: BucketStore, request: ListRequest, page: Page) => Page;
}

export const AWS_BEHAVIOUR: Behaviour = {
  server: 'CooperSandbox',
  regions: 'own',
  versionOrder: 'newest-first',
  versionIds: 'checked',
  unpacks: [],
  bucketName: (asked) => asked,
  signIn: () => undefined,
  admit: () => {},
  checkWrite: () => {},
  showsMarkers: () => true,
  multipartEtag: etagOfParts,
  page: (_bucket, _request, page) => page,
};
