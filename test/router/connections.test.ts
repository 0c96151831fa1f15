import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeAuthority } from '#test/support/certificates.ts';
import { failureOf, s3Draft, startCooper, type Cooper } from './support.ts';

let cooper: Cooper;
/** Three buckets of one object each: quicker than the real samples. */
function samples() {
  const objects = [{ key: 'a.txt', contentType: 'text/plain', body: Buffer.from('a') }];
  return ['finding-aids', 'parish-registers', 'photographs'].map((name) => ({ name, objects }));
}

beforeEach(async () => {
  cooper = await startCooper({ samples });
});
afterEach(() => cooper.stop());

function sandboxDraft(folder: string, name = 'Sandbox') {
  return { kind: 'sandbox', name, sandbox: { folder } } as const;
}

/** Lets a server listen on a free port. */
async function listen(server: Server, scheme: 'http' | 'https'): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server does not listen');
  return `${scheme}://127.0.0.1:${address.port}`;
}

describe('testing a connection', () => {
  it('counts the buckets, saves nothing and keeps nothing open', async () => {
    const server = await cooper.sandbox(join(cooper.folder, 'server'));
    const draft = s3Draft(server, { secretAccessKey: server.secretAccessKey });
    expect(await cooper.api.connections.test.mutate(draft)).toEqual({ buckets: 0 });
    expect(await cooper.api.connections.list.query()).toEqual([]);
    expect(cooper.files.secrets.text).toBe('{}');
  });

  it('with a wrong secret says that the keys are not accepted', async () => {
    const server = await cooper.sandbox(join(cooper.folder, 'server'));
    const failure = await failureOf(
      cooper.api.connections.test.mutate(s3Draft(server, { secretAccessKey: 'wrong' })),
    );
    expect(failure.kind).toBe('bad-credentials');
    expect(failure.nextStep).toContain('secret');
  });

  it('with a wrong access key says that the keys are not accepted', async () => {
    const server = await cooper.sandbox(join(cooper.folder, 'server'));
    const draft = s3Draft({ ...server, accessKeyId: 'NOBODY' }, { secretAccessKey: server.secretAccessKey });
    expect((await failureOf(cooper.api.connections.test.mutate(draft))).kind).toBe('bad-credentials');
  });

  it('where nothing listens says that the server cannot be reached, and names it', async () => {
    const server = await cooper.sandbox(join(cooper.folder, 'server'));
    await cooper.stopSandbox(join(cooper.folder, 'server'));
    const failure = await failureOf(
      cooper.api.connections.test.mutate(s3Draft(server, { secretAccessKey: 's' })),
    );
    expect(failure).toMatchObject({ kind: 'unreachable', code: 'ECONNREFUSED' });
    expect(failure.message).toContain(new URL(server.endpoint).host);
  });

  it('with https:// where http:// is spoken says so', async () => {
    const server = await cooper.sandbox(join(cooper.folder, 'server'));
    const endpoint = server.endpoint.replace('http:', 'https:');
    const failure = await failureOf(
      cooper.api.connections.test.mutate(s3Draft({ ...server, endpoint }, { secretAccessKey: 's' })),
    );
    expect(failure.kind).toBe('unreachable');
    expect(failure.message).toContain('TLS');
  });

  it.each([200, 301, 404, 405])(
    'where a web page answers with %i says that this is no S3 server',
    async (status) => {
      const web = createServer((_, response) => {
        response.writeHead(status, status === 301 ? { location: '/login' } : {});
        response.end('<html><body>Welcome</body></html>');
      });
      try {
        const server = { endpoint: await listen(web, 'http'), region: 'r', accessKeyId: 'AK' };
        const failure = await failureOf(
          cooper.api.connections.test.mutate(s3Draft(server, { secretAccessKey: 's' })),
        );
        expect(failure.message).toMatch(status === 301 ? /served from elsewhere/u : /not as an S3 server/u);
        expect(failure.nextStep).toContain('endpoint');
        expect(failure.retryable).toBe(false);
      } finally {
        web.close();
      }
    },
  );

  it('whose certificate is not trusted says so, and trusts it by the CA file chosen', async () => {
    const authority = await makeAuthority();
    const server = createHttpsServer(await authority.issue(), (_, response) => {
      response.setHeader('content-type', 'application/xml');
      response.end(
        '<ListAllMyBucketsResult><Owner><ID>me</ID></Owner><Buckets></Buckets></ListAllMyBucketsResult>',
      );
    });
    try {
      const endpoint = await listen(server, 'https');
      const draft = s3Draft({ endpoint, region: 'r', accessKeyId: 'AK' }, { secretAccessKey: 's' });
      const failure = await failureOf(cooper.api.connections.test.mutate(draft));
      expect(failure.kind).toBe('untrusted-certificate');
      expect(failure.nextStep).toContain('CA file');
      const { caFile } = authority;
      expect(await cooper.api.connections.test.mutate({ ...draft, s3: { ...draft.s3, caFile } })).toEqual({
        buckets: 0,
      });
    } finally {
      server.close();
      await authority.remove();
    }
  });

  it('with keys that may not list buckets says so', async () => {
    const server = createServer((_, response) => {
      response.writeHead(403, { 'content-type': 'application/xml' });
      response.end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
    });
    try {
      const draft = s3Draft({ endpoint: await listen(server, 'http'), region: 'r', accessKeyId: 'AK' });
      const failure = await failureOf(cooper.api.connections.test.mutate({ ...draft, secretAccessKey: 's' }));
      expect(failure.kind).toBe('access-denied');
      expect(failure.message).toContain('may not list the buckets');
    } finally {
      server.close();
    }
  });

  it('without a secret takes the stored one, and asks for it where there is none', async () => {
    const server = await cooper.sandbox(join(cooper.folder, 'server'));
    expect((await failureOf(cooper.api.connections.test.mutate(s3Draft(server)))).message).toContain(
      'secret key',
    );
    const { id } = await cooper.api.connections.save.mutate(
      s3Draft(server, { secretAccessKey: server.secretAccessKey }),
    );
    expect(await cooper.api.connections.test.mutate(s3Draft(server, { id }))).toEqual({ buckets: 0 });
    cooper.context.vault.delete(id);
    expect((await failureOf(cooper.api.connections.test.mutate(s3Draft(server, { id })))).kind).toBe(
      'missing-secret',
    );
  });

  it('with a CA file that is not there names the file', async () => {
    const draft = s3Draft(
      { endpoint: 'https://127.0.0.1:1', region: 'r', accessKeyId: 'AK' },
      { secretAccessKey: 's' },
    );
    const caFile = join(cooper.folder, 'no.pem');
    const failure = await failureOf(
      cooper.api.connections.test.mutate({ ...draft, s3: { ...draft.s3, caFile } }),
    );
    expect(`${failure.message} ${failure.path ?? ''}`).toContain('no.pem');
  });

  it('of a sandbox looks at the folder, and makes nothing', async () => {
    const folder = join(cooper.folder, 'not', 'there', 'yet');
    expect(await cooper.api.connections.test.mutate(sandboxDraft(folder))).toEqual({ buckets: 0 });
    expect(await readdir(cooper.folder)).toEqual([]);
    expect((await failureOf(cooper.api.connections.test.mutate(sandboxDraft('relative')))).kind).toBe(
      'invalid-input',
    );
    await writeFile(join(cooper.folder, 'file'), '');
    const inFile = await failureOf(
      cooper.api.connections.test.mutate(sandboxDraft(join(cooper.folder, 'file', 'x'))),
    );
    expect(inFile.kind).toBe('disk-missing');
  });

  it('of a sandbox that is there counts its buckets', async () => {
    const folder = join(cooper.folder, 'sandbox');
    const { id } = await cooper.api.connections.save.mutate({ ...sandboxDraft(folder), withSamples: true });
    await cooper.api.buckets.list.query({ connectionId: id });
    expect(await cooper.api.connections.test.mutate(sandboxDraft(folder))).toEqual({ buckets: 3 });
  });
});

describe('saving a connection', () => {
  it('lists it, in the order of saving, and never its secret', async () => {
    const server = await cooper.sandbox(join(cooper.folder, 'server'));
    const { secretAccessKey } = server;
    const first = await cooper.api.connections.save.mutate(s3Draft(server, { secretAccessKey, name: 'z' }));
    const second = await cooper.api.connections.save.mutate(
      sandboxDraft(join(cooper.folder, 'sandbox'), 'a'),
    );
    const renamed = await cooper.api.connections.save.mutate(s3Draft(server, { id: first.id, name: 'y' }));
    expect(renamed).toEqual({ ...first, name: 'y' });
    expect(await cooper.api.connections.list.query()).toEqual([renamed, second]);
    expect(await cooper.api.buckets.list.query({ connectionId: first.id })).toEqual([]);
    expect(
      JSON.stringify([cooper.traffic, cooper.files.settings.text, cooper.files.secrets.text]),
    ).not.toContain(secretAccessKey);
  });

  it('needs a secret when it is new', async () => {
    const draft = s3Draft({ endpoint: 'https://a.example', region: 'r', accessKeyId: 'AK' });
    expect((await failureOf(cooper.api.connections.save.mutate(draft))).message).toBe(
      'The secret key is missing.',
    );
    expect(await cooper.api.connections.list.query()).toEqual([]);
  });

  it('that has gone meanwhile says so', async () => {
    const failure = await failureOf(
      cooper.api.connections.save.mutate({ ...sandboxDraft('/x'), id: 'gone' }),
    );
    expect(failure.kind).toBe('not-found');
  });

  it('of a sandbox makes its folder', async () => {
    const folder = join(cooper.folder, 'a', 'b');
    const { id } = await cooper.api.connections.save.mutate(sandboxDraft(folder));
    expect(await cooper.api.buckets.list.query({ connectionId: id })).toEqual([]);
    expect((await readdir(folder)).length).toBeGreaterThan(0);
  });

  it('of a sandbox in a folder that holds other things is refused, with the reason', async () => {
    const folder = join(cooper.folder, 'documents');
    await mkdir(folder);
    await writeFile(join(folder, 'letter.txt'), 'mine');
    const failure = await failureOf(cooper.api.connections.save.mutate(sandboxDraft(folder)));
    expect(failure).toMatchObject({ kind: 'disk-error', path: folder });
    expect(failure.message).toContain('holds other files');
    expect(await cooper.api.connections.list.query()).toEqual([]);
    expect(await readdir(folder)).toEqual(['letter.txt']);
  });

  it('with samples fills an empty sandbox when it is first opened, and only then', async () => {
    const folder = join(cooper.folder, 'sandbox');
    const draft = { ...sandboxDraft(folder), withSamples: true };
    const { id } = await cooper.api.connections.save.mutate(draft);
    const both = await Promise.all([
      cooper.api.buckets.list.query({ connectionId: id }),
      cooper.api.buckets.list.query({ connectionId: id }),
    ]);
    const names = ['finding-aids', 'parish-registers', 'photographs'];
    expect(both.map((buckets) => buckets.map(({ name }) => name))).toEqual([names, names]);
    expect(cooper.opened).toHaveLength(1);
    const again = await cooper.api.connections.save.mutate({ ...draft, name: 'Again' });
    expect(await cooper.api.buckets.list.query({ connectionId: again.id })).toHaveLength(3);
  });
});

describe('a secret', () => {
  it('that cannot be kept safely is not kept until the user chooses', async () => {
    await cooper.stop();
    cooper = await startCooper({ vault: 'weak' });
    const server = await cooper.sandbox(join(cooper.folder, 'server'));
    const draft = s3Draft(server, { secretAccessKey: server.secretAccessKey });
    expect((await failureOf(cooper.api.connections.save.mutate(draft))).kind).toBe('weak-vault');
    expect(await cooper.api.connections.list.query()).toEqual([]);
    for (const keepSecret of ['session', 'weak-vault'] as const) {
      const { id } = await cooper.api.connections.save.mutate({ ...draft, keepSecret });
      expect(await cooper.api.buckets.list.query({ connectionId: id })).toEqual([]);
    }
    expect((await cooper.api.app.info.query()).vault).toEqual({ strength: 'weak', backend: 'basic_text' });
  });

  it('that is missing is asked for, and then kept for the session', async () => {
    const server = await cooper.sandbox(join(cooper.folder, 'server'));
    const { secretAccessKey } = server;
    const { id } = await cooper.api.connections.save.mutate(s3Draft(server, { secretAccessKey }));
    cooper.context.vault.delete(id);
    const failure = await failureOf(cooper.api.buckets.list.query({ connectionId: id }));
    expect(failure.kind).toBe('missing-secret');
    expect(failure.message).toContain('“Archive”');
    await cooper.api.connections.supplySecret.mutate({ id, secretAccessKey });
    expect(await cooper.api.buckets.list.query({ connectionId: id })).toEqual([]);
    expect(cooper.files.secrets.get('secrets')).toEqual({});
  });

  it('is used at once when it was changed', async () => {
    const server = await cooper.sandbox(join(cooper.folder, 'server'));
    const { secretAccessKey } = server;
    const { id } = await cooper.api.connections.save.mutate(s3Draft(server, { secretAccessKey: 'wrong' }));
    expect((await failureOf(cooper.api.buckets.list.query({ connectionId: id }))).kind).toBe(
      'bad-credentials',
    );
    await cooper.api.connections.save.mutate(s3Draft(server, { id, secretAccessKey }));
    expect(await cooper.api.buckets.list.query({ connectionId: id })).toEqual([]);
  });

  it('goes with its connection', async () => {
    const server = await cooper.sandbox(join(cooper.folder, 'server'));
    const { secretAccessKey } = server;
    const { id } = await cooper.api.connections.save.mutate(s3Draft(server, { secretAccessKey }));
    await cooper.api.connections.remove.mutate({ id });
    expect(cooper.files.secrets.get('secrets')).toEqual({});
    expect((await failureOf(cooper.api.buckets.list.query({ connectionId: id }))).kind).toBe('not-found');
    expect((await failureOf(cooper.api.connections.remove.mutate({ id }))).kind).toBe('not-found');
  });
});

describe('an open connection', () => {
  it('is opened once, however often it is used', async () => {
    const { id } = await cooper.api.connections.save.mutate(sandboxDraft(join(cooper.folder, 'sandbox')));
    const queries = Array.from({ length: 10 }, () => cooper.api.buckets.list.query({ connectionId: id }));
    await Promise.all(queries);
    await cooper.api.connections.save.mutate({
      ...sandboxDraft(join(cooper.folder, 'sandbox'), 'renamed'),
      id,
    });
    await cooper.api.buckets.list.query({ connectionId: id });
    expect(cooper.opened).toHaveLength(1);
  });

  it('to a sandbox that was started anew goes on', async () => {
    const folder = join(cooper.folder, 'sandbox');
    const { id } = await cooper.api.connections.save.mutate(sandboxDraft(folder));
    await cooper.api.buckets.list.query({ connectionId: id });
    await cooper.stopSandbox(folder);
    expect(await cooper.api.buckets.list.query({ connectionId: id })).toEqual([]);
  });
});

describe('the dialogs', () => {
  it('give the chosen file or folder, or nothing', async () => {
    expect(await cooper.api.connections.chooseCaFile.mutate()).toBe(null);
    cooper.answers.file = '/etc/ca.pem';
    cooper.answers.folder = '/data';
    expect(await cooper.api.connections.chooseCaFile.mutate()).toBe('/etc/ca.pem');
    expect(await cooper.api.connections.chooseFolder.mutate()).toBe('/data');
  });
});
