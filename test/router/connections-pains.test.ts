import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { SandboxOptions } from '#sandbox/sandbox.ts';
import { makeAuthority } from '#test/support/certificates.ts';
import { sandboxEndpoint } from '#test/support/endpoints.ts';
import { startFaultServer } from '#test/support/fault-server.ts';
import { failureOf, s3Draft, startCooper, type Cooper } from './support.ts';

let cooper: Cooper;
beforeEach(async () => {
  cooper = await startCooper();
});
afterEach(() => cooper.stop());

const BUCKETS =
  '<ListAllMyBucketsResult><Owner><ID>me</ID></Owner><Buckets></Buckets></ListAllMyBucketsResult>';

/** A server whose keys may not list all buckets, though what is in them. */
async function withoutListing() {
  const denied = { error: { status: 403, code: 'AccessDenied' } };
  const faults: SandboxOptions['faults'] = ({ method, bucket }) =>
    method === 'GET' && bucket === '' ? denied : undefined;
  const endpoint = await sandboxEndpoint({ faults });
  onTestFinished(() => endpoint.stop());
  return s3Draft(
    { ...endpoint.settings },
    { secretAccessKey: endpoint.secretAccessKey, s3: endpoint.settings, keepSecret: 'session' },
  );
}

describe('P28: a server with a certificate of its own', () => {
  it('is trusted by a CA file of the one connection, or by the fingerprint that was shown', async () => {
    const authority = await makeAuthority();
    const server = await startFaultServer((_, response) => response.end(BUCKETS), await authority.issue());
    onTestFinished(async () => {
      await server.close();
      await authority.remove();
    });
    const address = { endpoint: server.endpoint, region: 'r', accessKeyId: 'AK' };
    const draft = s3Draft(address, { secretAccessKey: 's', keepSecret: 'session' });
    const { test, certificate, save } = cooper.api.connections;
    expect(await failureOf(test.mutate(draft))).toMatchObject({ kind: 'untrusted-certificate' });
    const { fingerprint } = await certificate.mutate(draft);
    for (const trust of [{ caFile: authority.caFile }, { trustedFingerprint: fingerprint }]) {
      const trusting = { ...draft, s3: { ...draft.s3, ...trust } };
      expect(await test.mutate(trusting)).toEqual({ buckets: 0 });
      const { id } = await save.mutate(trusting);
      expect(await cooper.api.buckets.list.query({ connectionId: id })).toEqual([]);
    }
    // No other connection trusts it for that.
    const { id } = await save.mutate(draft);
    expect(await failureOf(cooper.api.buckets.list.query({ connectionId: id }))).toMatchObject({
      kind: 'untrusted-certificate',
    });
  });

  it('whose certificate has changed is refused, with both fingerprints, until it is trusted anew', async () => {
    const authority = await makeAuthority();
    const [first, second] = [await authority.issue(), await authority.issue()];
    const servers = [
      await startFaultServer((_, response) => response.end(BUCKETS), first),
      await startFaultServer((_, response) => response.end(BUCKETS), second),
    ];
    onTestFinished(async () => {
      await Promise.all(servers.map((server) => server.close()));
      await authority.remove();
    });
    const drafts = servers.map(({ endpoint }) =>
      s3Draft({ endpoint, region: 'r', accessKeyId: 'AK' }, { secretAccessKey: 's' }),
    );
    const { test, certificate } = cooper.api.connections;
    const shown = await Promise.all(drafts.map((draft) => certificate.mutate(draft)));
    const [before, after] = shown.map(({ fingerprint }) => fingerprint);
    const [, renewed] = drafts;
    if (renewed === undefined) throw new Error('two servers were started');
    const trusting = (trustedFingerprint: string | undefined) => ({
      ...renewed,
      s3: { ...renewed.s3, trustedFingerprint },
    });
    const failure = await failureOf(test.mutate(trusting(before)));
    expect(failure).toMatchObject({ kind: 'untrusted-certificate', retryable: false });
    expect(failure.message).toContain(before);
    expect(failure.message).toContain(after);
    expect(await test.mutate(trusting(after))).toEqual({ buckets: 0 });
  });
});

describe('P29: path style stays, since there are servers and networks that have nothing else', () => {
  it('puts the bucket into the path or before the host, as the connection says', async () => {
    const server = await startFaultServer((_, response) => response.writeHead(404).end());
    onTestFinished(() => server.close());
    const { host } = new URL(server.endpoint);
    const draft = s3Draft(
      { endpoint: server.endpoint, region: 'r', accessKeyId: 'AK' },
      { secretAccessKey: 's' },
    );
    const open = async (changes: Partial<typeof draft.s3>) => {
      const s3 = { ...draft.s3, ...changes };
      const { id } = await cooper.api.connections.save.mutate({ ...draft, s3 });
      return cooper.context.storages.get(id);
    };
    const place = { bucket: 'bucket', key: 'key' };
    const storage = await open({ addressing: 'path' });
    await storage.stat(place).catch(() => undefined);
    expect(server.requests.map(({ headers, path }) => `${headers.host ?? ''}${path}`)).toEqual([
      `${host}/bucket/key`,
    ]);
    const linked = async (changes: Partial<typeof draft.s3>) => {
      const link = await (
        await open(changes)
      ).presign({ ...place, method: 'get_object', expiresSeconds: 60 });
      return link.replace(/\?.*/su, '');
    };
    expect(await linked({ addressing: 'path' })).toBe(`http://${host}/bucket/key`);
    const named = { endpoint: 'https://s3.example:9000' };
    expect(await linked({ ...named, addressing: 'path' })).toBe('https://s3.example:9000/bucket/key');
    expect(await linked({ ...named, addressing: 'virtual-host' })).toBe('https://bucket.s3.example:9000/key');
  });
});

describe('P30: keys that may not list all buckets', () => {
  it('are told so where no bucket was named, and can be tested with one', async () => {
    const draft = await withoutListing();
    const failure = await failureOf(cooper.api.connections.test.mutate(draft));
    expect(failure).toMatchObject({ kind: 'access-denied' });
    expect(failure.message).toContain('may not list the buckets');
    expect(failure.message).toContain('Name them by hand');
    expect(await cooper.api.connections.test.mutate({ ...draft, buckets: ['mine', 'ours'] })).toEqual({
      buckets: 2,
    });
  });

  it('work with the buckets that were named by hand, each as good as any', async () => {
    const draft = await withoutListing();
    const { id } = await cooper.api.connections.save.mutate({ ...draft, buckets: ['mine', 'absent'] });
    await cooper.api.buckets.create.mutate({ connectionId: id, bucket: 'mine' });
    expect(await cooper.api.buckets.list.query({ connectionId: id })).toEqual([
      { name: 'absent', known: 'by-hand' },
      { name: 'mine', known: 'by-hand' },
    ]);
    await cooper.api.objects.createFolder.mutate({ connectionId: id, bucket: 'mine', key: 'folder/' });
    const stat = { connectionId: id, bucket: 'mine', key: 'folder/' };
    expect(await cooper.api.objects.stat.query(stat)).toMatchObject({ size: 0 });
    // What is wrong with a name shows when it is opened, and by its name.
    const failure = await failureOf(cooper.api.objects.stat.query({ ...stat, bucket: 'absent' }));
    expect(failure).toMatchObject({ kind: 'not-found' });
    expect((await cooper.api.connections.profile.mutate({ id })).bucket).toBe('mine');
  });

  it('and a bucket named by hand stands once among those that are listed', async () => {
    const endpoint = await sandboxEndpoint();
    onTestFinished(() => endpoint.stop());
    const { settings, secretAccessKey } = endpoint;
    const draft = s3Draft(settings, { secretAccessKey, buckets: ['listed', 'of-another'] });
    const { id } = await cooper.api.connections.save.mutate({ ...draft, s3: settings });
    await cooper.api.buckets.create.mutate({ connectionId: id, bucket: 'listed' });
    const buckets = await cooper.api.buckets.list.query({ connectionId: id });
    expect(buckets.map(({ name, known }) => [name, known])).toEqual([
      ['listed', undefined],
      ['of-another', 'by-hand'],
    ]);
  });

  it('do not make a wrong secret look like a bucket', async () => {
    const endpoint = await sandboxEndpoint();
    onTestFinished(() => endpoint.stop());
    const draft = s3Draft(endpoint.settings, { secretAccessKey: 'wrong', buckets: ['named'] });
    const failure = await failureOf(cooper.api.connections.test.mutate({ ...draft, s3: endpoint.settings }));
    expect(failure).toMatchObject({ kind: 'bad-credentials' });
  });
});
