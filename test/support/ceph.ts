import { execFile, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { freemem } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cephConf, monitorAddress, type CephLayout } from './ceph-conf.ts';

/** How the tests find an S3 server and its two users; the second owns nothing. */
export interface S3Environment {
  S3_ENDPOINT: string;
  S3_REGION: string;
  S3_ACCESS_KEY: string;
  S3_SECRET_KEY: string;
  S3_ALT_ACCESS_KEY: string;
  S3_ALT_SECRET_KEY: string;
}

export interface CephOptions {
  store?: CephLayout['store'];
  /** Default: 8 GiB. */
  storeBytes?: number;
  signal?: AbortSignal;
}

const GIB = 2 ** 30;
const START_SECONDS = 60;
const STOP_SECONDS = 30;
const DAEMONS = ['rgw', 'osd', 'mon'] as const;
type Daemon = (typeof DAEMONS)[number];

const KEYS = {
  S3_REGION: 'us-east-1',
  S3_ACCESS_KEY: 'COOPERCEPHTESTKEY001',
  S3_SECRET_KEY: 'cooperCephTestSecret00000000000000000001',
  S3_ALT_ACCESS_KEY: 'COOPERCEPHTESTKEY002',
  S3_ALT_SECRET_KEY: 'cooperCephTestSecret00000000000000000002',
};

const execute = promisify(execFile);

/** Written last when a cluster is up: what it is, and the mark that a folder is one of ours. */
const environmentFile = (folder: string) => join(folder, 'environment.json');
const confFile = (folder: string) => join(folder, 'ceph.conf');
const pidFile = (folder: string, name: Daemon) => join(folder, 'run', `${name}.pid`);

/** The Debian packages that hold what a throw-away Ceph is made of. */
export const CEPH_PACKAGES = ['ceph-mon', 'ceph-osd', 'radosgw'];

/** Whether Ceph's programs are installed. */
export function hasCeph(): boolean {
  const programs = ['ceph', 'ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin', 'monmaptool'];
  return programs.every((name) => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name]).status === 0);
}

/**
 * Starts a throw-away Ceph with its RADOS Gateway on 127.0.0.1, on free ports, with everything under `folder`. It
 * runs on after this process; `stopCeph` ends it and removes the folder. Takes about two seconds.
 *
 * @param folder new or empty, or one that a Ceph started in before: if that runs still, it is taken
 * @returns what to put into the environment of the tests
 * @throws Error when the folder holds something else, or Ceph does not start (its last words are in the message)
 */
export async function startCeph(folder: string, options: CephOptions = {}): Promise<S3Environment> {
  const { store = 'memory', storeBytes = 8 * GIB, signal } = options;
  const root = resolve(folder);
  const running = await runningCeph(root);
  if (running !== undefined) return running;
  await refuseForeign(root);
  if (store === 'memory' && freemem() < GIB)
    throw new Error('Ceph in memory needs 1 GiB of it; less is free.');
  await stopCeph(root);
  const [monitorPort, gatewayPort] = await freePorts(2);
  if (monitorPort === undefined || gatewayPort === undefined)
    throw new Error('There is no free port on 127.0.0.1.');
  const layout: CephLayout = {
    folder: root,
    fsid: randomUUID(),
    monitorPort,
    gatewayPort,
    store,
    storeBytes,
  };
  for (const name of ['log', 'run', 'mon', 'osd', 'rgw']) await mkdir(join(root, name), { recursive: true });
  await writeFile(confFile(root), cephConf(layout));
  await writeFile(join(root, 'keyring'), '');
  try {
    await startMonitor(layout, signal);
    await startOsd(layout, signal);
    await makeUsers(layout, signal);
    await startGateway(layout, signal);
  } catch (error) {
    const words = await lastWords(root);
    await stopCeph(root);
    signal?.throwIfAborted();
    throw new Error(
      `Ceph did not start: ${error instanceof Error ? error.message : String(error)}\n${words}`,
      {
        cause: error,
      },
    );
  }
  const environment = { S3_ENDPOINT: `http://127.0.0.1:${gatewayPort}`, ...KEYS };
  await writeFile(environmentFile(root), JSON.stringify(environment));
  return environment;
}

/** Ends the Ceph in `folder`, if one runs, and removes the folder. Its data is gone. */
export async function stopCeph(folder: string): Promise<void> {
  const root = resolve(folder);
  await refuseForeign(root);
  for (const name of DAEMONS) await end(root, name);
  await rm(root, { recursive: true, force: true });
}

/** What to put into the environment to talk to the Ceph in `folder`; undefined when none runs there. */
export async function runningCeph(folder: string): Promise<S3Environment | undefined> {
  const root = resolve(folder);
  if (!existsSync(environmentFile(root)) || !DAEMONS.every((name) => pidOf(root, name) !== undefined))
    return undefined;
  return JSON.parse(await readFile(environmentFile(root), 'utf8')) as S3Environment;
}

/** @throws Error when the folder holds something that is not ours to remove */
async function refuseForeign(root: string): Promise<void> {
  if (!existsSync(root) || existsSync(confFile(root))) return;
  const names = await readdir(root);
  if (names.length > 0) throw new Error(`${root} is not empty and holds no Ceph: name a new folder.`);
}

async function startMonitor(layout: CephLayout, signal: AbortSignal | undefined): Promise<void> {
  const { folder, fsid } = layout;
  const map = join(folder, 'monmap');
  await tool('monmaptool', ['--create', '--fsid', fsid, '--addv', 'a', monitorAddress(layout), map], signal);
  await tool('ceph-mon', ['-c', confFile(folder), '-i', 'a', '--mkfs', '--monmap', map], signal);
  launch(folder, 'mon', 'ceph-mon', ['-i', 'a']);
}

async function startOsd({ folder }: CephLayout, signal: AbortSignal | undefined): Promise<void> {
  const uuid = randomUUID();
  const ceph = ['-c', confFile(folder), '--connect-timeout', String(START_SECONDS)];
  await tool('ceph', [...ceph, 'osd', 'new', uuid, '0'], signal);
  await tool('ceph-osd', ['-c', confFile(folder), '-i', '0', '--mkfs', '--osd-uuid', uuid], signal);
  launch(folder, 'osd', 'ceph-osd', ['-i', '0']);
  await until('the OSD to come up', signal, async () => {
    assertRunning(folder, 'osd');
    return /"osd":0,[^}]*"up":1/.test(await tool('ceph', [...ceph, 'osd', 'dump', '-f', 'json'], signal));
  });
}

async function makeUsers({ folder }: CephLayout, signal: AbortSignal | undefined): Promise<void> {
  const users = [
    ['owner', KEYS.S3_ACCESS_KEY, KEYS.S3_SECRET_KEY],
    ['other', KEYS.S3_ALT_ACCESS_KEY, KEYS.S3_ALT_SECRET_KEY],
  ] as const;
  for (const [name, accessKey, secret] of users) {
    const user = [
      `--uid=${name}`,
      `--display-name=${name}`,
      `--access-key=${accessKey}`,
      `--secret=${secret}`,
    ];
    await tool('radosgw-admin', ['-c', confFile(folder), 'user', 'create', ...user], signal);
  }
}

async function startGateway(
  { folder, gatewayPort }: CephLayout,
  signal: AbortSignal | undefined,
): Promise<void> {
  launch(folder, 'rgw', 'radosgw', ['-n', 'client.rgw']);
  await until('the gateway to listen', signal, () => {
    assertRunning(folder, 'rgw');
    return isListening(gatewayPort);
  });
}

/**
 * Starts a daemon in a session of its own: a Ctrl-C at the terminal is not for it. Its process id is written here,
 * since radosgw writes none with `-f`.
 */
function launch(folder: string, name: Daemon, program: string, args: string[]): void {
  const log = openSync(join(folder, 'log', `${name}.out`), 'a');
  const child = spawn(program, ['-c', confFile(folder), '-f', ...args], {
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  writeFileSync(pidFile(folder, name), String(child.pid));
}

/** The daemon's process id, if it runs: the file may be of one that is gone, and the id another program's by now. */
function pidOf(folder: string, name: Daemon): number | undefined {
  try {
    const pid = Number(readFileSync(pidFile(folder, name), 'utf8'));
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return args.includes(confFile(folder)) ? pid : undefined;
  } catch {
    return undefined;
  }
}

function assertRunning(folder: string, name: Daemon): void {
  if (pidOf(folder, name) === undefined) throw new Error(`${name} ended.`);
}

async function end(folder: string, name: Daemon): Promise<void> {
  const pid = pidOf(folder, name);
  if (pid === undefined) return;
  process.kill(pid, 'SIGTERM');
  for (let tenths = 0; pidOf(folder, name) === pid; tenths += 1) {
    if (tenths === STOP_SECONDS * 10) process.kill(pid, 'SIGKILL');
    await sleep(100);
  }
}

/** @throws Error with what the program wrote, when it fails */
async function tool(program: string, args: string[], signal: AbortSignal | undefined): Promise<string> {
  const { stdout } = await execute(program, args, { signal, timeout: START_SECONDS * 1000 });
  return stdout;
}

async function until(
  what: string,
  signal: AbortSignal | undefined,
  isTrue: () => Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + START_SECONDS * 1000;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`waited ${START_SECONDS} seconds for ${what}.`);
    await sleep(100, undefined, { signal });
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Ports that were free a moment ago: Ceph takes a number, not a listening socket. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  try {
    return await Promise.all(
      servers.map(
        (server) =>
          new Promise<number>((done, reject) => {
            server.once('error', reject).listen(0, '127.0.0.1', () => {
              const address = server.address();
              done(typeof address === 'object' && address !== null ? address.port : 0);
            });
          }),
      ),
    );
  } finally {
    for (const server of servers) server.close();
  }
}

async function lastWords(folder: string): Promise<string> {
  const logs = await readdir(join(folder, 'log')).catch(() => []);
  const tails = logs
    .filter((name) => name.endsWith('.out'))
    .map(async (name) => {
      const text = await readFile(join(folder, 'log', name), 'utf8');
      return text.trim().split('\n').slice(-3).join('\n');
    });
  return (await Promise.all(tails)).filter((tail) => tail !== '').join('\n');
}
