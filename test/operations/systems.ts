import { OWNER } from '#test/fake-hcp/support.ts';
import type { Endpoint } from '#test/support/endpoints.ts';
import { type FakeHcp, FINANCE, SYSTEM_USER } from '#test/support/fake-hcp/fake-hcp.ts';
import type { System } from './world.ts';

/** A server that is signed in to with an access key. */
export function s3System({ settings, secretAccessKey, stop }: Endpoint): System {
  return {
    draft: { kind: 's3', name: 'Archive', s3: settings, secretAccessKey, keepSecret: 'session' },
    stop,
  };
}

/** A tenant that is signed in to with a user name and a password. */
export function hcpSystem(hcp: FakeHcp): System {
  const { username, password } = OWNER;
  return {
    draft: {
      kind: 'hcp',
      name: 'Archive',
      hcp: hcp.settings('finance', username),
      password,
      keepSecret: 'session',
    },
    above: {
      draft: {
        kind: 'hcp',
        name: 'System',
        hcp: hcp.settings(undefined, SYSTEM_USER.username),
        password: SYSTEM_USER.password,
        keepSecret: 'session',
      },
      tenants: [FINANCE.name],
    },
    stop: () => hcp.stop(),
  };
}
