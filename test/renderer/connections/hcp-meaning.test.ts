import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fingerprintGroups } from '#renderer/features/connections/fingerprint.ts';
import { hcpMeaning } from '#renderer/features/connections/hcp-meaning.ts';

const ports = { s3Port: '443', managementPort: '9090' };
const typed = { domain: 'hcp.example', tenant: '', username: '', ...ports };

test.each([
  ['nothing without a domain', { domain: ' ' }, undefined],
  [
    'the system level without a tenant',
    { username: 'root' },
    {
      username: 'root',
      isTenantFromUser: false,
      managementEndpoint: 'https://admin.hcp.example:9090/mapi',
    },
  ],
  [
    'a tenant that is in the user name',
    { username: 'finance/lgreen' },
    {
      username: 'lgreen',
      tenant: 'finance',
      isTenantFromUser: true,
      s3Endpoint: 'https://finance.hcp.example',
      managementEndpoint: 'https://finance.hcp.example:9090/mapi',
    },
  ],
  [
    'other ports, and the tenant of its own field first',
    { tenant: 'legal', username: 'finance/lgreen', s3Port: '8443', managementPort: '' },
    {
      username: 'finance/lgreen',
      tenant: 'legal',
      isTenantFromUser: false,
      s3Endpoint: 'https://legal.hcp.example:8443',
      managementEndpoint: 'https://legal.hcp.example:9090/mapi',
    },
  ],
  [
    'no address while the tenant cannot be one',
    { tenant: 'fin_ance', username: 'x' },
    { username: 'x', tenant: 'fin_ance', isTenantFromUser: false },
  ],
])('what is typed for HCP means %s', (_, changes, meaning) => {
  expect(hcpMeaning({ ...typed, ...changes })).toEqual(meaning);
});

test('whatever is typed for HCP, it means something or nothing, and no address but a valid one', () => {
  fc.assert(
    fc.property(
      fc.record({
        domain: fc.string(),
        tenant: fc.string(),
        username: fc.string(),
        s3Port: fc.string(),
        managementPort: fc.string(),
      }),
      (any) => {
        const { s3Endpoint, managementEndpoint } = hcpMeaning(any) ?? {};
        for (const address of [s3Endpoint, managementEndpoint])
          if (address !== undefined) expect(URL.canParse(address)).toBe(true);
      },
    ),
  );
});

test('a fingerprint is shown in groups of four pairs, and nothing of it is lost', () => {
  const fingerprint = Array.from({ length: 32 }, (_, i) => i.toString(16).padStart(2, '0')).join(':');
  const groups = fingerprintGroups(fingerprint);
  expect(groups).toHaveLength(8);
  expect(groups[0]).toBe('00:01:02:03');
  expect(groups.join(':')).toBe(fingerprint);
});
