import type { Endpoint } from '#test/support/endpoints.ts';
import type { System } from './world.ts';

/** A server that is signed in to with an access key. */
export function s3System({ settings, secretAccessKey, stop }: Endpoint): System {
  return {
    draft: { kind: 's3', name: 'Archive', s3: settings, secretAccessKey, keepSecret: 'session' },
    stop,
  };
}
