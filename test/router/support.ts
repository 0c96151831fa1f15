import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createTRPCClient, isTRPCClientError } from '@trpc/client';
import type { ConnectionDraft, VaultStatus } from '#shared/connection.ts';
import type { Failure } from '#shared/failure.ts';
import { JobRunner } from '#jobs/runner.ts';
import { basicServices } from '#jobs/services.ts';
import { TransferStore } from '#jobs/transfer/store.ts';
import { portLink } from '#renderer/link.ts';
import { appRouter, type AppRouter, type Context } from '#router/index.ts';
import { storageForJob } from '#router/job-storage.ts';
import { Profiles } from '#router/profile.ts';
import { seedBuckets, type SampleBucket } from '#router/seed.ts';
import { Storages } from '#router/storages.ts';
import { nodePort } from '#rpc/port.ts';
import { serveRouter } from '#rpc/serve.ts';
import { startSandbox, type Sandbox } from '#sandbox/sandbox.ts';
import { sampleBuckets } from '#sandbox/samples.ts';
import { Connections } from '#settings/connections.ts';
import { PendingDeletions } from '#settings/pending-deletions.ts';
import { TransferPreferences } from '#settings/transfer-preferences.ts';
import { Vault } from '#settings/vault.ts';
import { openStorage } from '#storage/open.ts';
import { JsonStore, userCipher } from '#test/settings/support.ts';

/** What the user answers in the system's dialogs. */
export interface Answers {
  savePath: string | null;
  file: string | null;
  folder: string | null;
  many: string[] | null;
}

/**
 * Cooper without its window: the real router behind a real port, with real sandboxes, jobs and settings in a folder of
 * its own. Only the system's dialogs are answered by the test.
 */
export async function startCooper({
  vault: strength = 'os',
  samples = sampleBuckets,
}: { vault?: VaultStatus['strength']; samples?: () => Iterable<SampleBucket> } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'cooper-router-'));
  const sandboxes = new Map<string, Promise<Sandbox>>();
  const launch = (path: string) => {
    const starting = sandboxes.get(path) ?? startSandbox({ folder: path });
    sandboxes.set(path, starting);
    starting.catch(() => sandboxes.delete(path));
    return starting;
  };

  const files = { settings: new JsonStore(), secrets: new JsonStore() };
  const connections = new Connections(files.settings);
  const pendingDeletions = new PendingDeletions(files.settings);
  const vault = new Vault(userCipher(strength), files.secrets);
  const opened: unknown[] = [];
  const storages = new Storages({
    connections,
    vault,
    openStorage: (access, retry) => {
      opened.push(access);
      return openStorage(access, retry);
    },
    startSandbox: launch,
    seedSamples: (storage) => seedBuckets(storage, samples()),
  });
  const transferPreferences = new TransferPreferences(files.settings);
  const services = basicServices({
    deletions: pendingDeletions,
    transfers: {
      store: new TransferStore(join(folder, 'transfers')),
      settings: () => transferPreferences.get(),
      storage: (id) => storageForJob(storages, id),
    },
  });
  const jobs = new JobRunner((id) => storages.get(id), undefined, services);
  const answers: Answers = { savePath: null, file: null, folder: null, many: null };
  const asked: unknown[] = [];
  const copied: { text: string; clearAfterSeconds: number }[] = [];
  const ask = (question: unknown, answer: string | null) => {
    asked.push(question);
    return Promise.resolve(answer);
  };
  const context: Context = {
    settings: { connections, pendingDeletions, transfers: transferPreferences },
    damagedTransfers: [],
    vault,
    storages,
    profiles: new Profiles({ connections, storages }),
    jobs,
    desktop: {
      chooseSavePath: (question) => ask(question, answers.savePath),
      chooseFile: (question) => ask(question, answers.file),
      chooseFolder: (question) => ask(question, answers.folder),
      chooseMany: async (question) => {
        asked.push(question);
        return answers.many;
      },
      copyText: (text, { clearAfterSeconds }) => {
        copied.push({ text, clearAfterSeconds });
      },
      revealFile: (path) => {
        asked.push({ reveal: path });
      },
    },
    app: {
      version: '1.2.3',
      platform: 'linux',
      downloadsFolder: join(folder, 'Downloads'),
      sandboxFolder: join(folder, 'sandbox'),
    },
  };

  const { port1, port2 } = new MessageChannel();
  const traffic: unknown[] = [];
  port2.on('message', (message) => traffic.push(message));
  const stopServing = serveRouter(appRouter, nodePort(port1), () => context);
  const api = createTRPCClient<AppRouter>({ links: [portLink(nodePort(port2))] });

  return {
    api,
    context,
    files,
    folder,
    answers,
    /** What the dialogs were asked. */
    asked,
    /** What was put into the clipboard. */
    copied,
    /** What storages were opened with. */
    opened,
    /** Every message that main has sent to the window. */
    traffic,
    /** The sandbox that runs over a folder; started when it does not. */
    sandbox: launch,
    async stopSandbox(path: string): Promise<void> {
      const running = await sandboxes.get(path);
      sandboxes.delete(path);
      await running?.close();
    },
    async stop(): Promise<void> {
      await jobs.close();
      storages.closeAll();
      stopServing();
      await Promise.all([...sandboxes.values()].map(async (running) => (await running).close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type Cooper = Awaited<ReturnType<typeof startCooper>>;

/** The failure that a call ends with. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const failure = isTRPCClientError<AppRouter>(error) ? error.data?.failure : undefined;
  if (failure === undefined) throw new Error('expected a call to fail', { cause: error });
  return failure;
}

/** What the connect screen sends for an S3 server. */
export function s3Draft(
  server: Pick<Sandbox, 'endpoint' | 'region' | 'accessKeyId'>,
  changes: Partial<Extract<ConnectionDraft, { kind: 's3' }>> = {},
): Extract<ConnectionDraft, { kind: 's3' }> {
  return {
    kind: 's3',
    name: 'Archive',
    keepSecret: 'vault',
    s3: {
      preset: 'generic',
      endpoint: server.endpoint,
      region: server.region,
      accessKeyId: server.accessKeyId,
      addressing: 'path',
      connectTimeoutMs: 5_000,
      idleTimeoutMs: 5_000,
    },
    ...changes,
  };
}
