import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SnippetInput, snippets } from '#router/snippets.ts';
import { snippetTools, type SnippetTool } from '#shared/connection.ts';
import { type Endpoint, sandboxEndpoint, storageOn } from '#test/support/endpoints.ts';

const run = promisify(execFile);
/** Whatever a shell, a configuration file or Python could take for something else. */
const HOSTILE = `a'b"c\\d $(touch pwned) \`e\` %(f)s #g ;h &i |j <k >l *m ?n ~o {p} !q =r é🪣`;
const KEY = `AK/+=='"$x`;

let folder: string;
let endpoint: Endpoint;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cooper-snippets-'));
  endpoint = await sandboxEndpoint({ accessKeyId: 'Pz8/Pj4+Pg==', secretAccessKey: HOSTILE });
  await storageOn(endpoint, {}, HOSTILE).createBucket('found-by-snippet');
});
afterAll(async () => {
  await endpoint.stop();
  await rm(folder, { recursive: true, force: true });
});

const input = (changes: Partial<SnippetInput> = {}): SnippetInput => ({
  endpoint: endpoint.settings.endpoint,
  region: endpoint.settings.region,
  addressing: 'path',
  accessKeyId: endpoint.settings.accessKeyId,
  secretAccessKey: HOSTILE,
  ...changes,
});

function textOf(tool: SnippetTool, of: SnippetInput): string {
  const found = snippets(of).find((one) => one.tool === tool);
  if (found === undefined) throw new Error(`no snippet for ${tool}`);
  return found.text;
}

/** In an environment that holds nothing of the one who runs the tests. */
async function execute(program: string, args: string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: folder, LC_ALL: 'C.UTF-8', PYTHONUTF8: '1' };
  const { stdout } = await run(program, args, { cwd: folder, env, timeout: 60_000 });
  return stdout;
}

async function has(command: string): Promise<boolean> {
  return run('sh', ['-c', `command -v ${command} && ${command} --version`]).then(
    () => true,
    () => false,
  );
}

/** The words that a shell makes of the snippet: variables it exports, and the arguments of its last command. */
async function shellWords(text: string, tool: string): Promise<{ env: string; args: string[] }> {
  const print = `${tool}() { printf '%s\\0' "$@"; exit; }\n`;
  const args = (await execute('sh', ['-c', print + text])).split('\0').slice(0, -1);
  const env = await execute('sh', ['-c', `${tool}() { env -0; exit; }\n${text}`]);
  return { env, args };
}

describe('a snippet for another tool', () => {
  test('for the AWS CLI lists the buckets, by the tool itself where it is installed', async () => {
    const text = textOf('aws-cli', input());
    if (await has('aws')) expect(await execute('sh', ['-c', text])).toContain('found-by-snippet');
    const { env, args } = await shellWords(text, 'aws');
    expect(env.split('\0')).toEqual(
      expect.arrayContaining([
        'AWS_ACCESS_KEY_ID=Pz8/Pj4+Pg==',
        `AWS_SECRET_ACCESS_KEY=${HOSTILE}`,
        'AWS_REQUEST_CHECKSUM_CALCULATION=when_required',
        'AWS_RESPONSE_CHECKSUM_VALIDATION=when_required',
      ]),
    );
    expect(args).toEqual(['--endpoint-url', endpoint.settings.endpoint, 's3', 'ls']);
  }, 60_000);

  test('for boto3 lists the buckets, by Python where boto3 is installed', async () => {
    const text = textOf('boto3', input());
    const isInstalled = await execute('python3', ['-c', 'import boto3']).then(
      () => true,
      () => false,
    );
    if (isInstalled) expect(await execute('python3', ['-c', text])).toContain('found-by-snippet');
    const parse = 'import ast, sys; print(type(ast.parse(sys.argv[1])).__name__)';
    expect(await execute('python3', ['-c', parse, text])).toBe('Module\n');
  }, 60_000);

  test('for rclone lists the buckets, by the tool itself where it is installed', async () => {
    const text = textOf('rclone', input());
    if (await has('rclone')) expect(await execute('sh', ['-c', text])).toContain('found-by-snippet');
    const { env, args } = await shellWords(text, 'rclone');
    expect(env.split('\0')).toEqual(
      expect.arrayContaining([
        'RCLONE_CONFIG_COOPER_TYPE=s3',
        'RCLONE_CONFIG_COOPER_FORCE_PATH_STYLE=true',
        `RCLONE_CONFIG_COOPER_SECRET_ACCESS_KEY=${HOSTILE}`,
        `RCLONE_CONFIG_COOPER_ENDPOINT=${endpoint.settings.endpoint}`,
      ]),
    );
    expect(args).toEqual(['lsd', 'cooper:']);
  }, 60_000);

  test('for s3cmd lists the buckets, by the tool itself where it is installed', async () => {
    const text = textOf('s3cmd', input());
    if (await has('s3cmd')) expect(await execute('sh', ['-c', text])).toContain('found-by-snippet');
    const { host } = new URL(endpoint.settings.endpoint);
    const { args } = await shellWords(text, 's3cmd');
    expect(args).toEqual([
      '--access_key=Pz8/Pj4+Pg==',
      `--secret_key=${HOSTILE}`,
      `--host=${host}`,
      `--host-bucket=${host}`,
      `--region=${endpoint.settings.region}`,
      '--no-ssl',
      'ls',
    ]);
  }, 60_000);

  test('has a placeholder for a secret that is not shown', () => {
    for (const { text } of snippets(input({ secretAccessKey: undefined }))) {
      expect(text).toContain('<secret access key>');
      expect(text).not.toContain('touch pwned');
    }
  });

  test('reaches buckets by host name where the connection does, and trusts its CA file', () => {
    const of = {
      endpoint: 'https://s3.example:9000',
      addressing: 'virtual-host',
      caFile: '/a b/ca.pem',
    } as const;
    expect(textOf('aws-cli', input(of))).toContain('addressing_style = virtual');
    expect(textOf('rclone', input(of))).toContain(`FORCE_PATH_STYLE='false'`);
    expect(textOf('boto3', input(of))).toContain('"addressing_style": "virtual"');
    expect(textOf('s3cmd', input(of))).toContain(`--host-bucket='%(bucket)s.s3.example:9000'`);
    for (const { text } of snippets(input(of))) expect(text).toContain('/a b/ca.pem');
  });

  test('runs nothing that stands in a key, whatever that is', async () => {
    const value = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
    await fc.assert(
      fc.asyncProperty(value, value, async (accessKeyId, secretAccessKey) => {
        const hostile = input({ accessKeyId: `${KEY}${accessKeyId}`, secretAccessKey });
        const { args } = await shellWords(textOf('s3cmd', hostile), 's3cmd');
        expect(args.slice(0, 2)).toEqual([
          `--access_key=${KEY}${accessKeyId}`,
          `--secret_key=${secretAccessKey}`,
        ]);
      }),
      { numRuns: 25 },
    );
    const python = fc.string({ unit: 'grapheme' });
    await fc.assert(
      fc.asyncProperty(python, async (secretAccessKey) => {
        const text = textOf('boto3', input({ secretAccessKey }));
        const script =
          'import ast,sys,json\nt=ast.parse(sys.argv[1])\nprint(json.dumps([k.value.value for n in ast.walk(t) if isinstance(n,ast.Call) for k in n.keywords if k.arg=="aws_secret_access_key"]))';
        expect(JSON.parse(await execute('python3', ['-c', script, text]))).toEqual([secretAccessKey]);
      }),
      { numRuns: 10 },
    );
  }, 60_000);

  test('is there for each tool, and none has run what stood in the secret', async () => {
    expect(await readdir(folder)).not.toContain('pwned');
    expect(snippets(input()).map(({ tool }) => tool)).toEqual([...snippetTools]);
  });
});
