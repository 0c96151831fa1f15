import { afterAll, describe, expect, test } from 'vitest';
import type http from 'node:http';
import { failureOf } from '#test/support/open.ts';
import { openHcp, removeAuthority, startMapi } from './support.ts';

afterAll(removeAuthority);

function json(response: http.ServerResponse, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

describe('a request to the Management API', () => {
  test('goes to the tenant’s name with its port, with the token of the guide, in JSON', async () => {
    const { server, settings } = await startMapi((_, response) => json(response, { name: 'photos' }));
    await openHcp(settings).namespaces.setSearch('photos', false);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      path: '/mapi/tenants/finance/namespaces/photos',
      headers: {
        host: `finance.hcp.test:${settings.managementPort}`,
        authorization: 'HCP bGdyZWVu:2a9d119df47ff993b662a8ef36f9ea20',
        accept: 'application/json',
        'content-type': 'application/json',
        'user-agent': 'Cooper/1.2.3',
      },
    });
  });

  test('names its port even where that is 443, since HCP answers 403 without', async () => {
    const { settings } = await startMapi((_, response) => json(response, {}));
    const failure = await failureOf(
      openHcp({ ...settings, managementPort: 443, connectTimeoutMs: 2_000 }).namespaces.get('x'),
    );
    expect(failure?.kind).toMatch(/unreachable|timeout/u); // nothing listens there
    expect(failure?.message).toContain('finance.hcp.test');
  });

  test('by a user of Active Directory carries name and password', async () => {
    const { server, settings } = await startMapi((_, response) => json(response, {}));
    await openHcp(
      { ...settings, account: 'ad', username: 'lg@corp.example' },
      'geheim:ö',
    ).namespaces.setSearch('a', true);
    const [request] = server.requests;
    expect(Buffer.from(request?.headers.authorization ?? '', 'latin1').toString('utf8')).toBe(
      'AD lg@corp.example:geheim:ö',
    );
  });

  test('with a hostile name keeps to its place in the path', async () => {
    const { server, settings } = await startMapi((_, response) => json(response, {}));
    await openHcp(settings).namespaces.setSearch('../../x?y=1#z /', true);
    expect(server.requests[0]?.url).toBe('/mapi/tenants/finance/namespaces/..%2F..%2Fx%3Fy%3D1%23z%20%2F');
  });
});

describe('namespaces', () => {
  test('are listed page by page, all 10,000, with what is told of them', async () => {
    const all = Array.from({ length: 10_000 }, (_, i) => ({
      name: `ns-${String(i).padStart(5, '0')}`,
      owner: 'lgreen',
      creationTime: '2026-01-31T12:00:00-0500',
    }));
    const { server, settings } = await startMapi(({ query }, response) => {
      const offset = Number(query.get('offset'));
      // It serves fewer at once than it is asked for.
      json(response, { namespace: all.slice(offset, offset + Math.min(Number(query.get('count')), 300)) });
    });
    const found = await openHcp(settings).namespaces.list();
    expect(found).toHaveLength(10_000);
    expect(found[9_999]).toEqual({
      name: 'ns-09999',
      owner: 'lgreen',
      createdAt: new Date('2026-01-31T17:00:00Z'),
    });
    for (const { query } of server.requests) {
      expect(query.get('sortType')).toBe('name');
      expect(query.get('verbose')).toBe('true');
    }
  });

  test('are listed once where the server knows of no pages', async () => {
    const { settings } = await startMapi((_, response) => json(response, { name: ['a', 'b'] }));
    expect(await openHcp(settings).namespaces.list()).toEqual([{ name: 'a' }, { name: 'b' }]);
  });

  test.each([
    [{}, []],
    [{ name: [] }, []],
    [{ name: 'one' }, [{ name: 'one' }]],
    [{ namespace: { name: 'one', softQuota: 'many' } }, [{ name: 'one' }]],
  ])('are found in each form of a list: %j', async (answer, found) => {
    const { settings } = await startMapi((_, response) => json(response, answer));
    expect(await openHcp(settings).namespaces.list()).toEqual(found);
  });

  test('are told with their versioning, and without it where the role does not reach so far', async () => {
    let isAllowed = true;
    const { settings } = await startMapi(({ path }, response) => {
      if (!path.endsWith('/versioningSettings'))
        json(response, { name: 'a', owner: 'x', hardQuota: '50 GB' });
      else if (isAllowed)
        json(response, { enabled: true, prune: true, pruneDays: 3, keepDeletionRecords: true });
      else response.writeHead(403).end();
    });
    const { namespaces } = openHcp(settings);
    const versioning = { enabled: true, prune: true, pruneDays: 3, keepDeletionRecords: true };
    expect(await namespaces.get('a')).toEqual({ name: 'a', owner: 'x', hardQuota: '50 GB', versioning });
    isAllowed = false;
    expect(await namespaces.get('a')).toEqual({ name: 'a', owner: 'x', hardQuota: '50 GB' });
  });

  test('exist by 200, and do not by 302, which is not followed', async () => {
    let status = 200;
    const { server, settings } = await startMapi((_, response) =>
      response.writeHead(status, status === 302 ? { location: 'https://127.0.0.1:1/login' } : {}).end(),
    );
    const { namespaces } = openHcp(settings);
    expect(await namespaces.exists('a')).toBe(true);
    for (status of [302, 404]) expect(await namespaces.exists('a')).toBe(false);
    status = 403;
    expect(await failureOf(namespaces.exists('a'))).toMatchObject({ kind: 'access-denied' });
    expect(server.requests.every(({ method }) => method === 'HEAD')).toBe(true);
    expect(server.requests).toHaveLength(4);
  });

  test('are made with S3 switched on, unless the tenant has that for all', async () => {
    let isOn = false;
    const { server, settings } = await startMapi((_, response) => json(response, { hs3Enabled: isOn }));
    const make = async () => {
      server.requests.length = 0;
      await openHcp(settings).namespaces.create('photos', { hardQuota: '50 GB' });
      return server.requests.map(
        ({ method, path }) => `${method} ${path.replace('/mapi/tenants/finance', '')}`,
      );
    };
    const asked = ['PUT /namespaces', 'GET /namespaces/photos/protocols/http'];
    expect(await make()).toEqual([...asked, 'POST /namespaces/photos/protocols/http']);
    isOn = true;
    expect(await make()).toEqual(asked);
  });

  test('that are made, but not switched on for S3, say so', async () => {
    const { settings } = await startMapi(({ method }, response) => {
      if (method === 'POST') response.writeHead(403).end();
      else json(response, { hs3Enabled: false });
    });
    const failure = await failureOf(openHcp(settings).namespaces.create('photos', {}));
    expect(failure?.message).toMatch(/“photos” was made, but S3 could not be switched on/u);
  });

  test('the version of the system is learnt from its answers', async () => {
    const { settings } = await startMapi((_, response) =>
      json(response, { name: [] }, { 'x-hcp-softwareversion': '9.7.0.123' }),
    );
    const storage = openHcp(settings);
    expect(storage.server?.()).toBe(undefined);
    await storage.namespaces.list();
    expect(storage.server?.()).toBe('Hitachi Content Platform 9.7.0.123');
  });
});

describe('what the Management API refuses', () => {
  const NOT_EMPTY = 'The namespace photos cannot be deleted because it is not empty.';
  test.each<
    [status: number, act: 'get' | 'delete' | 'create' | 'post', said: string, kind: string, words: string]
  >([
    [400, 'create', 'Invalid value for hardQuota', 'invalid-input', 'Invalid value for hardQuota'],
    [401, 'get', 'Unable to handle request', 'access-denied', 'Unable to handle request'],
    [
      403,
      'get',
      '',
      'access-denied',
      'user name or password is wrong, the account has not the role for this, or the Management API is not enabled',
    ],
    [403, 'get', 'Forbidden', 'access-denied', '(403: Forbidden)'],
    [403, 'delete', NOT_EMPTY, 'not-empty', 'Namespace “photos” is not empty for HCP'],
    [403, 'delete', 'You do not have permission', 'access-denied', 'You do not have permission'],
    [403, 'get', NOT_EMPTY, 'access-denied', 'not empty'], // a GET deletes nothing
    [404, 'get', '', 'not-found', 'Namespace “photos” is not known'],
    [405, 'post', '', 'not-supported', 'does not offer this'],
    [409, 'create', '', 'already-exists', 'Namespace “photos” exists already'],
    [409, 'post', 'appendable objects are on', 'conflict', 'appendable objects are on'],
    [414, 'get', '', 'invalid-input', '4,095'],
    [415, 'post', '', 'not-supported', 'does not take JSON'],
    [500, 'get', 'java.lang.NullPointerException', 'server-error', 'NullPointerException'],
    [502, 'get', '', 'server-error', '(502)'],
    [503, 'get', '', 'throttled', 'not available at the moment'],
    [302, 'get', '', 'unreachable', 'check the domain and the port'],
    [204, 'get', '', 'unreachable', 'not as HCP’s Management API'],
  ])('%i to %s, saying “%s”, is %s', async (status, act, said, kind, words) => {
    const { settings, server } = await startMapi((_, response) => {
      response.writeHead(status, said === '' ? {} : { 'x-hcp-errormessage': said }).end();
    });
    const { namespaces } = openHcp(settings);
    const acts = {
      get: () => namespaces.get('photos'),
      delete: () => namespaces.delete('photos'),
      create: () => namespaces.create('photos', {}),
      post: () => namespaces.setSearch('photos', false),
    };
    const failure = await failureOf(acts[act]());
    expect(failure).toMatchObject({ kind, bucket: 'photos', code: String(status) });
    expect(failure?.message).toContain(words);
    expect(failure?.nextStep).not.toBe('');
    expect(server.requests.length).toBeGreaterThan(0);
  });

  test.each([
    ['a web page', '<html>Welcome</html>'],
    ['other JSON', '{"names": 5, "name": 5}'],
    ['half an answer', '{"name": ['],
    ['nothing', ''],
  ])('%s in a 200 is no answer of HCP, and that is said', async (_, body) => {
    const { settings } = await startMapi((__, response) => response.writeHead(200).end(body));
    const failure = await failureOf(openHcp(settings).namespaces.list());
    expect(failure).toMatchObject({ kind: 'server-error', retryable: false });
    expect(failure?.message).toContain('not as HCP’s Management API does');
  });

  test('a password that is wrong is never in what is said', async () => {
    const { settings } = await startMapi((_, response) => response.writeHead(403).end());
    const failure = await failureOf(openHcp(settings, 'sesame').namespaces.list());
    expect(JSON.stringify(failure)).not.toMatch(/sesame|c8dae1c50e092f3d877192fc555b1dcf/u);
  });

  test('an answer that is cut off is a broken connection', async () => {
    const { settings } = await startMapi((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"name"');
      setTimeout(() => response.destroy(), 20);
    });
    expect(await failureOf(openHcp(settings).namespaces.list())).toMatchObject({
      kind: 'unreachable',
      retryable: true,
    });
  });

  test('being told to stop is no failure', async () => {
    const { settings } = await startMapi(() => undefined); // never answers
    const stop = new AbortController();
    const asked = openHcp(settings).namespaces.list({ signal: stop.signal });
    setTimeout(() => stop.abort(), 20);
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('the system level', () => {
  test('has tenants, and no buckets', async () => {
    const { server, settings } = await startMapi((_, response) =>
      json(response, { name: ['finance', 'hr'] }),
    );
    const { tenant: _, ...system } = settings;
    const storage = openHcp(system);
    expect(await storage.namespaces.tenants()).toEqual(['finance', 'hr']);
    expect(server.requests[0]).toMatchObject({
      path: '/mapi/tenants',
      headers: { host: `admin.hcp.test:${settings.managementPort}` },
    });
    const asked = server.requests.length;
    expect(await storage.listBuckets()).toEqual([]);
    const refused = [() => storage.listPage({ bucket: 'b' }), () => storage.namespaces.list()];
    for (const call of refused) {
      const failure = await failureOf(call());
      expect(failure).toMatchObject({ kind: 'not-supported' });
      expect(failure?.message).toContain('Name a tenant');
    }
    expect(server.requests).toHaveLength(asked);
  });

  test('is not what a tenant is: it has no tenants', async () => {
    const { server, settings } = await startMapi((_, response) => json(response, {}));
    expect((await failureOf(openHcp(settings).namespaces.tenants()))?.message).toContain('“finance”');
    expect(server.requests).toHaveLength(0);
  });
});
