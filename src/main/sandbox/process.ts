import { startSandbox, type Sandbox } from './sandbox.ts';

/** What the parent sends: first a folder, once; later, if it likes, that this is to end. */
export type SandboxCommand = { folder: string } | { stop: true };

/** What it is told: where the sandbox listens and its keys, or why there is none. */
export type SandboxAnswer =
  | { ok: true; endpoint: string; accessKeyId: string; secretAccessKey: string; region: string }
  | { error: string };

/** What Electron's utility process has for a parent (`process.parentPort`). */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

interface Parent {
  send(answer: SandboxAnswer): void;
  onMessage(listener: (message: unknown) => void): void;
}

function connectToParent(): Parent {
  const port = 'parentPort' in process ? (process.parentPort as ParentPort | undefined) : undefined;
  if (port !== undefined && port !== null) {
    return {
      send: (answer) => {
        port.postMessage(answer);
      },
      onMessage: (listener) => {
        port.on('message', ({ data }) => {
          listener(data);
        });
      },
    };
  }
  // Forked by plain Node. Without a parent there is nobody to serve.
  process.on('disconnect', () => process.exit(0));
  return {
    send: (answer) => {
      process.send?.(answer);
    },
    onMessage: (listener) => {
      process.on('message', listener);
    },
  };
}

function isCommand(message: unknown): message is SandboxCommand {
  if (typeof message !== 'object' || message === null) return false;
  return ('folder' in message && typeof message.folder === 'string') || 'stop' in message;
}

const parent = connectToParent();
let sandbox: Promise<Sandbox> | undefined;

async function start(folder: string): Promise<void> {
  try {
    sandbox ??= startSandbox({ folder });
    const { endpoint, accessKeyId, secretAccessKey, region } = await sandbox;
    parent.send({ ok: true, endpoint, accessKeyId, secretAccessKey, region });
  } catch (error) {
    sandbox = undefined;
    parent.send({ error: error instanceof Error ? error.message : String(error) });
  }
}

async function stop(): Promise<void> {
  try {
    await (await sandbox)?.close();
  } finally {
    process.exit(0);
  }
}

parent.onMessage((message) => {
  if (!isCommand(message)) return;
  if ('folder' in message) void start(message.folder);
  else void stop();
});
