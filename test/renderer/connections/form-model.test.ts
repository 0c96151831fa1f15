import { describe, expect, test } from 'vitest';
import { bucketsOf, draftOf, proposedName, readForm } from '#renderer/features/connections/form-model.ts';
import {
  valuesForTenant,
  valuesOf,
  withRegion,
  withServer,
  type FormValues,
  type ServerConnection,
} from '#renderer/features/connections/form-values.ts';

const filled = { ...valuesOf(), accessKeyId: 'AKIA', secretAccessKey: 'secret' };
const hcp: FormValues = {
  ...valuesOf(),
  server: 'hcp',
  domain: 'hcp.example',
  tenant: 'finance',
  username: 'lgreen',
  password: 'p4ssw0rd',
};
const s3Connection: ServerConnection = {
  id: 'x',
  kind: 's3',
  name: 'Archive',
  colour: 'teal',
  readOnly: true,
  buckets: ['a', 'b'],
  s3: {
    preset: 'generic',
    endpoint: 'https://s3.example.org',
    region: 'us-east-1',
    accessKeyId: 'AKIA',
    addressing: 'path',
    caFile: '/ca.pem',
    connectTimeoutMs: 5000,
    idleTimeoutMs: 60_000,
  },
};
const hcpConnection: Extract<ServerConnection, { kind: 'hcp' }> = {
  id: 'y',
  kind: 'hcp',
  name: 'Finance',
  hcp: {
    domain: 'hcp.example',
    tenant: 'finance',
    username: 'lgreen@ad.example',
    account: 'ad',
    address: '10.0.0.7',
    s3Port: 8443,
    managementPort: 9090,
    trustedFingerprint: Array.from({ length: 32 }, () => 'AB').join(':'),
    connectTimeoutMs: 10_000,
    idleTimeoutMs: 60_000,
  },
};

const errorsOf = (values: FormValues, id?: string) => {
  const result = readForm(values, { id });
  return 'errors' in result ? result.errors : {};
};

describe('a preset', () => {
  test('fills endpoint, region and addressing, and leaves the keys', () => {
    const minio = withServer(filled, 'minio');
    expect(minio).toMatchObject({
      endpoint: 'http://localhost:9000',
      addressing: 'path',
      accessKeyId: 'AKIA',
    });
  });

  test('of AWS makes the endpoint follow the region, until the user writes another', () => {
    expect(withRegion(filled, 'eu-central-1').endpoint).toBe('https://s3.eu-central-1.amazonaws.com');
    const own = { ...filled, endpoint: 'https://vpce.example.org' };
    expect(withRegion(own, 'eu-central-1').endpoint).toBe('https://vpce.example.org');
  });

  test('left for HCP and come back to keeps what was typed', () => {
    expect(withServer(withServer(filled, 'hcp'), 'aws')).toEqual(filled);
  });
});

describe('the form', () => {
  test('gives a draft, named after the host when no name was typed', () => {
    const values = { ...withServer(filled, 'ceph'), endpoint: 'https://rgw.example.org/' };
    const result = readForm(values);
    expect(result).toMatchObject({
      draft: {
        kind: 's3',
        name: 'rgw.example.org',
        secretAccessKey: 'secret',
        keepSecret: 'vault',
        s3: { endpoint: 'https://rgw.example.org', region: 'default', connectTimeoutMs: 10_000 },
      },
    });
    expect(proposedName(filled)).toBe('AWS us-east-1');
  });

  test('names each field that is wrong', () => {
    const errors = errorsOf({
      ...valuesOf(),
      endpoint: 'rgw.example.org',
      region: ' ',
      proxy: 'nowhere',
      connectTimeoutSeconds: 'soon',
    });
    expect(Object.keys(errors).toSorted()).toEqual(
      ['accessKeyId', 'connectTimeoutSeconds', 'endpoint', 'proxy', 'region', 'secretAccessKey'].toSorted(),
    );
  });

  test.each([
    ['of S3', s3Connection],
    ['of HCP', hcpConnection],
  ])(
    '%s that is edited keeps the stored secret when none is typed, and all that was set',
    (_, connection) => {
      const result = readForm(valuesOf(connection), { id: connection.id });
      const draft = 'draft' in result ? result.draft : undefined;
      expect(draft).toEqual({ ...connection, keepSecret: 'vault' });
    },
  );

  test('takes buckets by name, one a line, each once', () => {
    expect(bucketsOf(' a \n\nb\r\na\n')).toEqual(['a', 'b']);
    expect(readForm({ ...filled, buckets: 'a\nb' })).toMatchObject({ draft: { buckets: ['a', 'b'] } });
  });
});

describe('signing in to HCP', () => {
  test('gives a draft with what was typed, the password as it is', () => {
    expect(readForm({ ...hcp, password: ' with spaces ' })).toMatchObject({
      draft: {
        kind: 'hcp',
        name: 'finance.hcp.example',
        password: ' with spaces ',
        hcp: { domain: 'hcp.example', tenant: 'finance', username: 'lgreen', account: 'local', s3Port: 443 },
      },
    });
  });

  test('takes the tenant out of the user name when its field is empty', () => {
    const result = readForm({ ...hcp, tenant: '', username: 'legal/lgreen' });
    expect(result).toMatchObject({
      draft: { name: 'legal.hcp.example', hcp: { tenant: 'legal', username: 'lgreen' } },
    });
  });

  test('at system level has no tenant', () => {
    const result = readForm({ ...hcp, tenant: '' });
    expect('draft' in result && result.draft.kind === 'hcp' && 'tenant' in result.draft.hcp).toBe(false);
    expect(proposedName({ ...hcp, tenant: '' })).toBe('hcp.example');
  });

  test.each<[field: keyof FormValues, changes: Partial<FormValues>, words: RegExp]>([
    ['domain', { domain: '' }, /^Give the domain/],
    ['domain', { domain: 'https://hcp.example' }, /host name only/],
    ['domain', { domain: 'hcp.example:9090' }, /host name only/],
    ['domain', { domain: 'hcp_1.example' }, /letters, digits and hyphens/],
    ['tenant', { tenant: '-finance' }, /neither begins nor ends with a hyphen/],
    ['tenant', { tenant: 'fin.ance' }, /letters, digits and hyphens only/],
    ['tenant', { tenant: 'a'.repeat(64) }, /at most 63 characters/],
    ['username', { tenant: '', username: 'fin_ance/lgreen' }, /A tenant’s name has/],
    ['username', { tenant: '', username: '/lgreen' }, /A tenant’s name has/],
    ['username', { username: ' ' }, /^Give the user name/],
    ['username', { tenant: '', username: 'finance/' }, /^Give the user name/],
    ['password', { password: '' }, /^Give the password/],
    ['username', { account: 'ad' }, /written user@domain/],
    ['tenant', { tenant: 'admin' }, /is no tenant but the system itself/],
    ['domain', { domain: '10.0.0.7' }, /no IP address/],
    ['password', { password: 'pasted\n' }, /line break/],
    ['buckets', { buckets: 'ledgers\ns3://scans/1951' }, /Name the bucket only/],
    ['s3Port', { s3Port: '70000' }, /1 to 65535/],
    ['s3Port', { s3Port: 'https' }, /1 to 65535/],
    ['managementPort', { managementPort: '0' }, /1 to 65535/],
    ['idleTimeoutSeconds', { idleTimeoutSeconds: '0' }, /0\.1 to 3600/],
    ['proxy', { proxy: 'proxy.example' }, /The proxy is an address/],
    ['proxy', { proxy: 'http://me:secret@proxy.example' }, /password/],
  ])('says at %s what is wrong with %j', (field, changes, words) => {
    const errors = errorsOf({ ...hcp, ...changes });
    expect(errors[field]).toMatch(words);
    expect(Object.keys(errors)).toEqual([field]);
  });

  test('to a tenant that the system level lists begins with the way to the system, and no account', () => {
    const { tenant: _, ...atSystemLevel } = hcpConnection.hcp;
    const values = valuesForTenant({ ...hcpConnection, hcp: atSystemLevel, name: 'System' }, 'legal');
    expect(values).toMatchObject({
      server: 'hcp',
      domain: 'hcp.example',
      tenant: 'legal',
      username: '',
      password: '',
      address: '10.0.0.7',
      trustedFingerprint: hcpConnection.hcp.trustedFingerprint,
      name: '',
    });
  });
});

test('to trust a certificate changes nothing else of a connection, and sends no secret', () => {
  const trustedFingerprint = Array.from({ length: 32 }, () => '0F').join(':');
  expect(draftOf(s3Connection, { trustedFingerprint })).toEqual({
    ...s3Connection,
    s3: { ...s3Connection.s3, trustedFingerprint },
    keepSecret: 'vault',
  });
});
