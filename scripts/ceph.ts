// A throw-away Ceph on loopback, for trying Cooper by hand against a real S3 server:
//   npm run ceph -- start FOLDER [--disk] [--gib N]    start it, and print what `env` prints
//   npm run ceph -- env FOLDER                         print its endpoint and keys, for `export $(…)`
//   npm run ceph -- stop FOLDER                        end it, and remove the folder with its data
import { parseArgs } from 'node:util';
import { runningCeph, startCeph, stopCeph, type S3Environment } from '#test/support/ceph.ts';
import { installCeph } from './lib/ceph-packages.ts';
import { fail } from './lib/run.ts';

const USAGE = 'Usage: npm run ceph -- start FOLDER [--disk] [--gib N] | env FOLDER | stop FOLDER';

function print(environment: S3Environment | undefined, folder: string): void {
  if (environment === undefined)
    throw new Error(`No Ceph runs in ${folder}: npm run ceph -- start ${folder}`);
  for (const [name, value] of Object.entries(environment)) console.log(`${name}=${value}`);
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { disk: { type: 'boolean', default: false }, gib: { type: 'string', default: '8' } },
  });
  const [verb, folder, ...rest] = positionals;
  const storeBytes = Number(values.gib) * 2 ** 30;
  if (folder === undefined || rest.length > 0 || !Number.isSafeInteger(storeBytes) || storeBytes <= 0) {
    throw new Error(USAGE);
  }
  switch (verb) {
    case 'start':
      installCeph((line) => console.error(line));
      print(await startCeph(folder, { store: values.disk ? 'disk' : 'memory', storeBytes }), folder);
      break;
    case 'env':
      print(await runningCeph(folder), folder);
      break;
    case 'stop':
      await stopCeph(folder);
      break;
    default:
      throw new Error(USAGE);
  }
} catch (error) {
  fail(error);
}
