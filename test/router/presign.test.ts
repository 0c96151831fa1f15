import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { PresignedLink, PresignInput } from '#shared/objects.ts';
import { fileNameOf } from '#router/file-name.ts';
import { curlLine } from '#router/presign.ts';
import type { Storage } from '#storage/storage.ts';
import { hostileKey } from '#test/support/hostile-keys.ts';
import { failureOf, startCooper, type Cooper } from './support.ts';

const bucket = 'linked';
let cooper: Cooper;
let connectionId: string;
let storage: Storage;
let folder: string;

beforeAll(async () => {
  cooper = await startCooper();
  const sandbox = { folder: join(cooper.folder, 'sandbox') };
  const saved = await cooper.api.connections.save.mutate({ kind: 'sandbox', name: 'S', sandbox });
  connectionId = saved.id;
  storage = await cooper.context.storages.get(connectionId);
  await storage.createBucket(bucket);
  folder = join(cooper.folder, 'here');
});
afterAll(() => cooper.stop());

/** The only link of an object. */
async function link(
  key: string,
  method: PresignInput['method'] = 'get_object',
  changes: Partial<PresignInput> = {},
): Promise<PresignedLink> {
  const input = { connectionId, bucket, method, objects: [{ key }], ...changes };
  const [made] = await cooper.api.objects.presign.mutate(input);
  if (made === undefined) throw new Error('there is no link');
  return made;
}

/** Runs a line in a shell, in an empty folder. Its exit code and what it printed. */
async function shell(line: string): Promise<{ code: number; output: string }> {
  try {
    const { stdout } = await promisify(execFile)('sh', ['-c', line], { cwd: folder });
    return { code: 0, output: stdout };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, output: stdout };
  }
}

async function emptyFolder(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
}

const keys = [
  'plain.txt',
  'in a folder/with spaces.txt',
  'a+b%20&c=d?e#f.txt',
  `it's "quoted" $HOME \`id\`.txt`,
  '[1-3]{a,b}#1.txt',
  '-rf',
  '--',
  '.hidden',
  '/leading//double/slash',
  'Ålesund/漢字 🪣.txt',
  'two\nlines',
  '~root',
  'ends in a slash/',
  'up/../and/./down.txt',
];

describe('a link to get an object', () => {
  it.each(keys)('of %j works with the curl line beside it', async (key) => {
    const body = `the bytes of ${key}`;
    await storage.write({ bucket, key, body: Buffer.from(body) });
    await emptyFolder();
    const { curl } = await link(key);
    expect(await shell(curl)).toMatchObject({ code: 0 });
    expect(await readdir(folder)).toEqual([fileNameOf(key)]);
    expect(await readFile(join(folder, fileNameOf(key)), 'utf8')).toBe(body);
  });

  it('of a version gives that version', async () => {
    await storage.createBucket('versioned');
    await storage.writeSetting('versioned', 'versioning', { status: 'enabled' });
    const ref = { bucket: 'versioned', key: 'doc' };
    const { versionId } = await storage.write({ ...ref, body: Buffer.from('first') });
    await storage.write({ ...ref, body: Buffer.from('second') });
    const { url, ...made } = await link('doc', 'get_object', {
      bucket: 'versioned',
      objects: [{ key: 'doc', versionId }],
    });
    expect(made).toMatchObject({ key: 'doc', versionId });
    expect(await (await fetch(url)).text()).toBe('first');
  });

  it('lives for an hour unless told otherwise, and says until when', async () => {
    const before = Date.now();
    const { expiresAt, url } = await link('plain.txt');
    expect(expiresAt.getTime()).toBeGreaterThanOrEqual(before + 3_600_000);
    expect(expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 3_600_000);
    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('3600');
  });

  it('may live for seven days to the second', async () => {
    const { url } = await link('plain.txt', 'get_object', { expiresSeconds: 604_800 });
    expect((await fetch(url)).status).toBe(200);
    const failure = await failureOf(link('plain.txt', 'get_object', { expiresSeconds: 604_801 }));
    expect(failure).toMatchObject({ kind: 'invalid-input' });
    expect(failure.message).toContain('7 days: the signature (version 4) allows no more');
  });

  it('is refused by the server when it has expired, and curl leaves no file', async () => {
    await storage.write({ bucket, key: 'short', body: Buffer.from('x') });
    const { url, curl } = await link('short', 'get_object', { expiresSeconds: 1 });
    let status = 200;
    while (status === 200) {
      await delay(250);
      status = (await fetch(url)).status;
    }
    expect(status).toBe(403);
    await emptyFolder();
    expect((await shell(curl)).code).toBe(22);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is good for nothing else', async () => {
    const { url } = await link('plain.txt');
    expect((await fetch(url, { method: 'PUT', body: 'mine' })).status).toBe(403);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
    expect((await fetch(url.replace('plain.txt', 'short'))).status).toBe(403);
  });
});

describe('a link to put an object', () => {
  it.each(keys)('of %j takes a file with the curl line beside it', async (key) => {
    const { url, curl } = await link(key, 'put_object');
    expect(url).not.toMatch(/checksum|content-length/iu);
    await emptyFolder();
    await writeFile(join(folder, fileNameOf(key)), `sent to ${key}`);
    expect(await shell(curl)).toEqual({ code: 0, output: '' });
    const { body } = await storage.read({ bucket, key });
    expect(Buffer.concat(await body.toArray()).toString()).toBe(`sent to ${key}`);
  });

  it('takes an empty file, and a large one', async () => {
    for (const bytes of [0, 20_000_000]) {
      const { curl } = await link('upload', 'put_object');
      await emptyFolder();
      await writeFile(join(folder, 'upload'), Buffer.alloc(bytes, 'x'));
      expect(await shell(curl)).toEqual({ code: 0, output: '' });
      expect(await storage.stat({ bucket, key: 'upload' })).toMatchObject({ size: bytes });
    }
  });

  it('any other method is refused', async () => {
    const method = 'delete_object' as unknown as 'get_object';
    expect(await failureOf(link('plain.txt', method))).toMatchObject({
      kind: 'invalid-input',
      message: 'A link can get_object or put_object, nothing else.',
    });
  });
});

it('links of many objects come in their order, each its own', async () => {
  const objects = Array.from({ length: 1234 }, (_, i) => ({ key: `scan ${i}` }));
  const links = await cooper.api.objects.presign.mutate({
    connectionId,
    bucket,
    method: 'put_object',
    objects,
  });
  expect(links.map(({ key }) => key)).toEqual(objects.map(({ key }) => key));
  expect(new Set(links.map(({ url }) => url)).size).toBe(objects.length);
});

describe('the curl line', () => {
  it('comes apart in a shell into what was meant, whatever the key', async () => {
    const url = "https://archive.example/b/k?X-Amz-Signature='$(id)'&x=[1-2]";
    const hostile = fc.sample(hostileKey(), { numRuns: 300, seed: 7 });
    const lines = hostile.flatMap((key) => [
      curlLine('get_object', key, url),
      curlLine('put_object', key, url),
    ]);
    const counted = `curl() { printf '%s\\0' "$#" "$@"; }\n${lines.join('\n')}\n`;
    await mkdir(folder, { recursive: true });
    const script = join(folder, 'lines.sh');
    await writeFile(script, counted);
    const { output } = await shell('sh ./lines.sh');
    const words = output.split('\0');
    for (const key of hostile) {
      const name = fileNameOf(key);
      const file = name.startsWith('-') ? `./${name}` : name;
      const got = words.splice(0, Number(words.shift()));
      expect([got.at(-3), got.at(-2), got.at(-1)]).toEqual(['-o', file, url]);
      const put = words.splice(0, Number(words.shift()));
      expect(put.slice(-3)).toEqual(
        key.endsWith('/') ? ['--data-binary', `@${file}`, url] : ['-T', file, url],
      );
    }
  });

  it('is plain where the name is', () => {
    expect(curlLine('get_object', 'a/b.txt', 'https://h/b')).toBe("curl -f -L -o 'b.txt' 'https://h/b'");
    expect(curlLine('put_object', 'a/b.txt', 'https://h/b')).toBe("curl -T 'b.txt' 'https://h/b'");
  });
});
