import type { Behaviour } from './behaviour.ts';
import type { RequestBody } from './body.ts';
import { S3Error } from './errors.ts';
import type { Limits } from './limits.ts';
import type { Reply } from './reply.ts';
import type { RequestHead } from './request.ts';
import type { BucketStore } from './store/bucket-store.ts';
import type { Store } from './store/store.ts';
import type { Identity, Users } from './users.ts';

/** What every request is answered from. */
export interface Service {
  store: Store;
  users: Users;
  region: string;
  limits: Limits;
  behaviour: Behaviour;
}

/** A request whose signature holds, with all that a handler needs to answer it. */
export interface Call extends Service, RequestHead {
  identity: Identity;
  body: RequestBody;
}

export type Handler = (call: Call) => Promise<Reply> | Reply;

/** The bucket that a call is about. @throws S3Error NoSuchBucket */
export function bucketOf(call: Pick<Call, 'store' | 'bucket'>): BucketStore {
  const bucket = call.store.bucket(call.bucket);
  if (bucket === undefined) throw new S3Error('NoSuchBucket', { fields: { BucketName: call.bucket } });
  return bucket;
}
