import type { S3Client } from '@aws-sdk/client-s3';

/** As RGW names requests (`req_state::init_trans_id`): its version is nowhere in its answers. */
const REQUEST_ID = /^tx[0-9a-f]{20,}-[0-9a-f]{8,}-/u;

/**
 * Tells, from the answers until now, whether the server is a Ceph, for what it gets wrong in silence (seen with 16.2.15):
 * it decodes the source of a part twice, and overlooks the tags that a copy is given.
 */
export function watchForCeph(client: S3Client): { isCeph: () => boolean; look: (headers: unknown) => void } {
  let isCeph = false;
  const look = (headers: unknown) => {
    isCeph ||= REQUEST_ID.test(requestIdOf(headers));
  };
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      look(field(result.response, 'headers'));
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'cooperCeph' },
  );
  return { isCeph: () => isCeph, look };
}

function requestIdOf(headers: unknown): string {
  const id = field(headers, 'x-amz-request-id');
  return typeof id === 'string' ? id : '';
}

function field(from: unknown, name: string): unknown {
  return typeof from === 'object' && from !== null ? Reflect.get(from, name) : undefined;
}
