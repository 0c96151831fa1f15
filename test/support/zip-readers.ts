import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';

const run = promisify(execFile);

/** Programs that test a ZIP, none of them ours: Info-ZIP, 7-Zip, libarchive, Python. */
const READERS: { command: string; args: (path: string) => string[] }[] = [
  { command: 'unzip', args: (path) => ['-tqq', path] },
  { command: '7z', args: (path) => ['t', '-bd', '-bso0', path] },
  { command: 'bsdtar', args: (path) => ['-tf', path] },
  { command: 'python3', args: (path) => ['-m', 'zipfile', '-t', path] },
];

/** What each reader finds wrong with the ZIP at `path`, by its name. A reader that is not installed is an error. */
export async function complaintsAbout(path: string): Promise<Record<string, string>> {
  const complaints: Record<string, string> = {};
  for (const { command, args } of READERS) {
    try {
      const { stdout } = await run(command, args(path), {
        env: { ...process.env, LC_ALL: 'C.UTF-8' },
        maxBuffer: 512 * 1024 * 1024,
      });
      if (command === 'python3' && stdout.trim() !== 'Done testing') complaints[command] = stdout;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
        throw new Error(
          `${command} is not installed: the tests need unzip, 7z (p7zip), bsdtar (libarchive) and python3.`,
          { cause: error },
        );
      }
      complaints[command] = String(error);
    }
  }
  return complaints;
}

export interface ReadEntry {
  name: string;
  isFolder: boolean;
  isStored: boolean;
  modifiedAt: Date;
  bytes: Buffer;
}

/** Every entry of a ZIP, in the order of its directory, each checked against its checksum. */
export async function* readZip(path: string): AsyncGenerator<ReadEntry, void, undefined> {
  const zip = await new Promise<yauzl.ZipFile>((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false, strictFileNames: true }, (error, file) =>
      error ? reject(error) : resolve(file),
    );
  });
  try {
    for (;;) {
      const entry = await nextEntry(zip);
      if (entry === undefined) return;
      const bytes = await readEntry(zip, entry);
      if (crc32(bytes) !== entry.crc32) throw new Error(`The checksum of ${entry.fileName} is wrong.`);
      yield {
        name: entry.fileName,
        isFolder: entry.fileName.endsWith('/'),
        isStored: entry.compressionMethod === 0,
        modifiedAt: entry.getLastModDate(),
        bytes,
      };
    }
  } finally {
    zip.close();
  }
}

function nextEntry(zip: yauzl.ZipFile): Promise<yauzl.Entry | undefined> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      zip.removeAllListeners('entry').removeAllListeners('end').removeAllListeners('error');
      act();
    };
    zip.once('entry', (entry: yauzl.Entry) => settle(() => resolve(entry)));
    zip.once('end', () => settle(() => resolve(undefined)));
    zip.once('error', (error: Error) => settle(() => reject(error)));
    zip.readEntry();
  });
}

async function readEntry(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<Buffer> {
  const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    zip.openReadStream(entry, (error, body) => (error ? reject(error) : resolve(body)));
  });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
