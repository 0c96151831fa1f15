import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionDraftInput } from '#shared/connection.ts';
import { failureOf, startCooper, type Cooper } from './support.ts';

/** Whatever a person types into the form of a connection that cannot be right, and what they then read. */

let cooper: Cooper;
/** Where the drafts would lead, did anything of them go out. */
let listener: Server;
let connections = 0;
let port = 0;

beforeAll(async () => {
  cooper = await startCooper();
  listener = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  if (typeof address === 'object' && address !== null) ({ port } = address);
});
afterAll(async () => {
  await cooper.stop();
  listener.close();
});

type Changes = Record<string, unknown>;
const s3 = (settings: Changes, rest: Changes = {}): unknown => ({
  kind: 's3',
  name: 'Archive',
  secretAccessKey: 'sesame-open',
  s3: {
    preset: 'generic',
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    accessKeyId: 'AK',
    addressing: 'path',
    ...settings,
  },
  ...rest,
});
const hcp = (settings: Changes, rest: Changes = {}): unknown => ({
  kind: 'hcp',
  name: 'Finance',
  password: 'sesame-open',
  hcp: {
    domain: 'hcp.example',
    tenant: 'finance',
    username: 'lgreen',
    address: '127.0.0.1',
    s3Port: port,
    managementPort: port,
    ...settings,
  },
  ...rest,
});

/** Says what the form says: the first words of the message, or all of it. */
async function expectRefusal(
  draft: unknown,
  message: string,
  { looksAt = true }: { looksAt?: boolean } = {},
): Promise<void> {
  const input = draft as ConnectionDraftInput;
  const { test, save, certificate } = cooper.api.connections;
  for (const call of [test, save]) {
    const failure = await failureOf(call.mutate(input));
    expect(failure.message.slice(0, message.length)).toBe(message);
    expect(failure).toMatchObject({ kind: 'invalid-input', retryable: false });
    expect(failure.nextStep).not.toBe('');
    expect(JSON.stringify(failure)).not.toMatch(/sesame|went wrong inside|unexpected/iu);
  }
  // A certificate is looked at before there is a password.
  if (looksAt) expect((await failureOf(certificate.mutate(input))).kind).toBe('invalid-input');
  expect(await cooper.api.connections.list.query()).toEqual([]);
  expect(cooper.files.secrets.text).toBe('{}');
  expect(connections).toBe(0);
}

const START = 'The endpoint is an address that starts with https:// or http://.';
const PROXY_START = 'The proxy is an address that starts with https:// or http://.';
const SPACE = 'The endpoint holds a space or a line break. Leave that out.';
const AFTER = 'The endpoint has a part after “?” or “#”. Leave that out.';
const PORT = 'The port in the endpoint is a number from 1 to 65535.';
const PASSWORD = 'Leave the password out of the address: it would be kept unprotected.';

describe('an endpoint that cannot be right is refused before anything is sent', () => {
  it.each<[endpoint: unknown, message: string]>([
    ['', 'Give the endpoint, such as https://storage.example:9000.'],
    ['   ', 'Give the endpoint, such as https://storage.example:9000.'],
    [undefined, 's3.endpoint: This is missing.'],
    [5, 's3.endpoint: This has to be text.'],
    ['archive', START],
    ['ftp://host', START],
    ['s3://bucket', START],
    ['file:///etc/passwd', START],
    ['javascript:alert(1)', START],
    ['http//host:9000', `${START} Did you mean http://host:9000?`],
    ['https//host', `${START} Did you mean https://host?`],
    ['htps://host.example', `${START} Did you mean https://host.example?`],
    ['ttps://host', `${START} Did you mean https://host?`],
    ['htp://host', `${START} Did you mean http://host?`],
    ['https:/host', `${START} Did you mean https://host?`],
    ['https:host', `${START} Did you mean https://host?`],
    ['https;//host', `${START} Did you mean https://host?`],
    ['http:///host', `${START} Did you mean http://host?`],
    ['://host', `${START} Did you mean https://host?`],
    ['//host', `${START} Did you mean https://host?`],
    ['s3.example.com', `${START} Did you mean https://s3.example.com?`],
    ['localhost:9000', `${START} Did you mean https://localhost:9000?`],
    ['https://https://host', 'The endpoint has its beginning twice. Write https:// once.'],
    ['https://', 'The endpoint has no host name after https://.'],
    ['https://:9000', 'The endpoint has no host name after https://.'],
    ['https://storage example', SPACE],
    ['https:// storage.example', SPACE],
    ['https://a.example\nhttps://b.example', SPACE],
    ['https://user:sesame@host', PASSWORD],
    ['https://user@host', 'Leave the user name out of the endpoint'],
    ['https://host:99999', PORT],
    ['https://host:0', PORT],
    ['https://host:port', PORT],
    ['https://host:90:90', '“host:90” in the endpoint is no host name'],
    ['https://10.0.0.300', '“10.0.0.300” in the endpoint is no host name and no IP address.'],
    ['https://a..example', '“a..example” in the endpoint is no host name'],
    ['https://-a.example', '“-a.example” in the endpoint is no host name'],
    ['https://[::1', '“[:” in the endpoint is no host name'],
    ['https://host?list-type=2', AFTER],
    ['https://host/#top', AFTER],
    ['https:\\\\host', START],
    ['https://host\\share', 'The endpoint holds a “\\”. Write “/”.'],
    [`https://${'x'.repeat(3000)}`, 'The endpoint is too long for an address.'],
  ])('%j', (endpoint, message) => expectRefusal(s3({ endpoint }), message));
});

describe('keys, regions and names that cannot be right are refused before anything is sent', () => {
  const ASCII = 'has no spaces, and only letters, digits and signs of ASCII.';
  it.each<[what: string, draft: () => unknown, message: string]>([
    ['no access key', () => s3({ accessKeyId: '' }), 'Give the access key.'],
    ['an access key with a space', () => s3({ accessKeyId: 'A K' }), `An access key ${ASCII}`],
    ['an access key in two lines', () => s3({ accessKeyId: 'A\r\nK: v' }), `An access key ${ASCII}`],
    ['an access key with an accent', () => s3({ accessKeyId: 'clé' }), `An access key ${ASCII}`],
    ['an access key with a comma', () => s3({ accessKeyId: 'A,K' }), 'An access key has no “,”.'],
    ['no region', () => s3({ region: ' ' }), 'Name a region; us-east-1 where the server has none.'],
    ['a region with a space', () => s3({ region: 'eu west' }), `A region ${ASCII}`],
    ['a region in two lines', () => s3({ region: 'eu\nwest' }), `A region ${ASCII}`],
    ['a region with a path', () => s3({ region: 'eu/west' }), 'A region has neither “/” nor “,”'],
    ['no secret', () => s3({}, { secretAccessKey: undefined }), 'The secret key is missing.'],
    ['an empty secret', () => s3({}, { secretAccessKey: '' }), 'Type the secret key.'],
    ['a secret in two lines', () => s3({}, { secretAccessKey: 'a\nb' }), 'The secret key holds a line break'],
    ['no name', () => s3({}, { name: '' }), 'Give the connection a name.'],
    ['a name of spaces', () => s3({}, { name: '   ' }), 'Give the connection a name.'],
    ['a long name', () => s3({}, { name: 'x'.repeat(81) }), 'A name has at most 80 characters.'],
    ['another colour', () => s3({}, { colour: 'mauve' }), 'colour: This has to be one of grey, red,'],
    ['another kind', () => s3({}, { kind: 'ftp' }), 'kind: This has to be one of'],
    ['another preset', () => s3({ preset: 'gcs' }), 's3.preset: This has to be one of aws,'],
    ['another addressing', () => s3({ addressing: 'vhost' }), 's3.addressing: This has to be one of path,'],
    ['an empty bucket', () => s3({}, { buckets: ['a', ' '] }), 'buckets[1]: The name of a bucket is empty.'],
    ['a bucket with a folder', () => s3({}, { buckets: ['a/b'] }), 'buckets[0]: Name the bucket only'],
    ['an address as a bucket', () => s3({}, { buckets: ['s3://a'] }), 'buckets[0]: Name the bucket only'],
    ['two buckets in one', () => s3({}, { buckets: ['a b'] }), 'buckets[0]: Name the bucket only'],
    [
      'too many buckets',
      () => s3({}, { buckets: Array.from({ length: 1001 }, (_, i) => `b${i}`) }),
      'At most 1000 buckets can be named by hand.',
    ],
    ['no patience', () => s3({ connectTimeoutMs: 0 }), 's3.connectTimeoutMs: This is too small'],
    ['endless patience', () => s3({ idleTimeoutMs: 1e10 }), 's3.idleTimeoutMs: This is too large'],
    [
      'half a millisecond',
      () => s3({ idleTimeoutMs: 100.5 }),
      's3.idleTimeoutMs: This has to be a whole number.',
    ],
    ['a word for a time', () => s3({ idleTimeoutMs: 'long' }), 's3.idleTimeoutMs: This has to be a number.'],
  ])('%s', (_, draft, message) => expectRefusal(draft(), message));
});

describe('proxies and fingerprints that cannot be right are refused before anything is sent', () => {
  const PRINT = 'A fingerprint is 32 pairs of hex digits with colons (SHA-256).';
  const pairs = (count: number, pair = 'AB') => Array.from({ length: count }, () => pair).join(':');
  it.each<[settings: Changes, message: string]>([
    [{ proxy: '' }, 'Give the proxy, such as http://proxy.example:3128.'],
    [{ proxy: 'proxy' }, PROXY_START],
    [{ proxy: 'proxy.example:3128' }, `${PROXY_START} Did you mean https://proxy.example:3128?`],
    [{ proxy: 'socks5://proxy:1080' }, PROXY_START],
    [{ proxy: 'http//proxy:3128' }, `${PROXY_START} Did you mean http://proxy:3128?`],
    [{ proxy: 'http://' }, 'The proxy has no host name after http://.'],
    [{ proxy: 'http://proxy:0' }, 'The port in the proxy is a number from 1 to 65535.'],
    [{ proxy: 'http://user:sesame@proxy:3128' }, PASSWORD],
    [{ proxy: 'http://user@proxy:3128' }, 'Leave the user name out of the proxy'],
    [{ proxy: 'http://pro xy:3128' }, 'The proxy holds a space'],
    [{ trustedFingerprint: '' }, PRINT],
    [{ trustedFingerprint: 'AB:CD' }, PRINT],
    [{ trustedFingerprint: pairs(20) }, PRINT], // SHA-1
    [{ trustedFingerprint: pairs(32, 'ab') }, PRINT],
    [{ trustedFingerprint: 'AB'.repeat(32) }, PRINT],
    [{ trustedFingerprint: `sha256 Fingerprint=${pairs(32)}` }, PRINT],
    [{ caFile: '' }, 's3.caFile: This is empty.'],
  ])('%j', (settings, message) => expectRefusal(s3(settings), message));
});

describe('what is typed of an HCP and cannot be right is refused before anything is sent', () => {
  const TENANT = 'A tenant’s name has letters, digits and hyphens only';
  const DOMAIN = 'A domain is made of letters, digits and hyphens between dots';
  const HOST_ONLY = 'A domain is a host name only';
  const PORT_RANGE = 'A port is a whole number from 1 to 65535.';
  const ADDRESS = 'The address to connect to is an IP address or a host name only';
  const byUser = (username: string) => ({ tenant: undefined, username });
  it.each<[settings: Changes, message: string]>([
    [{ domain: '' }, 'Give the domain of the HCP system'],
    [{ domain: undefined }, 'hcp.domain: This is missing.'],
    [{ domain: 'https://hcp.example' }, HOST_ONLY],
    [{ domain: 'hcp.example:9090' }, HOST_ONLY],
    [{ domain: 'hcp.example/mapi' }, HOST_ONLY],
    [{ domain: 'hcp example' }, HOST_ONLY],
    [{ domain: 'lgreen@hcp.example' }, HOST_ONLY],
    [{ domain: '.hcp.example' }, DOMAIN],
    [{ domain: 'hcp..example' }, DOMAIN],
    [{ domain: '-hcp.example' }, DOMAIN],
    [{ domain: 'hcp_1.example' }, DOMAIN],
    [{ domain: 'hcp.exämple' }, DOMAIN],
    [{ domain: '10.0.0.5' }, 'A domain is a name, no IP address'],
    [{ domain: `${'x.'.repeat(95)}example` }, 'A domain has at most 189 characters'],
    [{ tenant: '' }, TENANT],
    [{ tenant: 'fin_ance' }, TENANT],
    [{ tenant: '-finance' }, TENANT],
    [{ tenant: 'finance-' }, TENANT],
    [{ tenant: 'finance.hr' }, TENANT],
    [{ tenant: 'fin ance' }, TENANT],
    [{ tenant: 'ténant' }, TENANT],
    [{ tenant: 'x'.repeat(64) }, 'A tenant’s name has at most 63 characters.'],
    [{ tenant: 'admin' }, '“admin” is no tenant but the system itself'],
    [byUser('/lgreen'), TENANT],
    [byUser('fin_ance/lgreen'), TENANT],
    [byUser('finance/'), 'Give the user name.'],
    [byUser('admin/lgreen'), '“admin” is no tenant but the system itself'],
    [{ username: '' }, 'Give the user name.'],
    [{ username: 'l\ngreen' }, 'The user name holds a line break'],
    [{ account: 'ad' }, 'A user of Active Directory is written user@domain.'],
    [{ account: 'ad', username: 'a@b@c' }, 'A user of Active Directory is written user@domain.'],
    [{ account: 'kerberos' }, 'hcp.account: This has to be one of local, ad.'],
    [{ s3Port: 0 }, PORT_RANGE],
    [{ s3Port: 65_536 }, PORT_RANGE],
    [{ managementPort: 90.9 }, PORT_RANGE],
    [{ managementPort: '9090' }, PORT_RANGE],
    [{ managementPort: Number.NaN }, PORT_RANGE],
    [{ address: '' }, 'Give the address to connect to, or leave it out.'],
    [{ address: 'https://10.0.0.5' }, ADDRESS],
    [{ address: '10.0.0.5:443' }, ADDRESS],
    [{ address: 'node 1' }, ADDRESS],
    [{ trustedFingerprint: 'AB' }, 'A fingerprint is 32 pairs'],
    [{ proxy: 'htp://proxy' }, `${PROXY_START} Did you mean http://proxy?`],
  ])('%j', (settings, message) => expectRefusal(hcp(settings), message));

  it.each<[password: string | undefined, message: string]>([
    [undefined, 'The password is missing.'],
    ['', 'Type the password.'],
    ['a\r\nb', 'The password holds a line break'],
  ])('the password %j', (password, message) =>
    expectRefusal(hcp({}, { password }), message, { looksAt: password !== undefined }),
  );
});

describe('a sandbox that cannot be right is refused before anything is made', () => {
  it.each<[folder: string, message: string]>([
    ['', 'Choose a folder for the sandbox.'],
    ['relative', '“relative” is no full path.'],
    [join('..', 'up'), '“../up” is no full path.'],
  ])('%j', (folder, message) => expectRefusal({ kind: 'sandbox', name: 'S', sandbox: { folder } }, message));
});
