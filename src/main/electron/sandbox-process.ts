import { resolve as resolvePath } from 'node:path';
import { utilityProcess, type UtilityProcess } from 'electron';

export interface SandboxAddress {
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

type Answer = ({ ok: true } & SandboxAddress) | { ok?: false; error: string };

/**
 * Starts the embedded S3 server in a process of its own, so that its work and its memory are not main's. One process
 * a folder; asking again gives the same one. Its keys are made anew at each start and live only in memory.
 *
 * @throws Error with the server's words when it cannot use the folder
 */
export function sandboxLauncher(entry: string) {
  const running = new Map<string, { child: UtilityProcess; address: Promise<SandboxAddress> }>();

  async function launch(path: string): Promise<SandboxAddress> {
    const folder = resolvePath(path);
    const known = running.get(folder);
    if (known !== undefined) return known.address;
    // The end of one that could not start may be told after another was started in its place.
    const forget = () => {
      if (running.get(folder)?.child === child) running.delete(folder);
    };
    const child = utilityProcess.fork(entry, [], { serviceName: 'Cooper sandbox', stdio: 'inherit' });
    const address = new Promise<SandboxAddress>((resolve, reject) => {
      child.once('message', (answer: Answer) => {
        if (answer.ok === true) resolve(answer);
        else reject(new Error(answer.error));
      });
      child.once('exit', (code) => {
        forget();
        reject(new Error(`The sandbox ended before it was ready (exit code ${code}).`));
      });
    });
    running.set(folder, { child, address });
    child.postMessage({ folder });
    try {
      return await address;
    } catch (error) {
      forget();
      child.kill();
      throw error;
    }
  }

  return {
    launch,
    /** Ends every sandbox. What it has answered for is on disk already. */
    stopAll(): void {
      for (const { child } of running.values()) child.kill();
      running.clear();
    },
  };
}
