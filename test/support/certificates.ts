import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface TestAuthority {
  /** A PEM file with the authority's certificate, as a user would choose it. */
  caFile: string;
  /** A folder for more files; removed with the rest. */
  folder: string;
  /** A key and a certificate for a server, signed by the authority. */
  issue(options?: { host?: string; days?: number }): Promise<{ key: string; cert: string }>;
  remove(): Promise<void>;
}

/** An authority of the test's own, made by the openssl command: Node can read certificates but not make them. */
export async function makeAuthority(): Promise<TestAuthority> {
  const folder = await mkdtemp(join(tmpdir(), 'cooper-ca-'));
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=Test CA',
  );
  let issued = 0;
  return {
    folder,
    caFile: join(folder, 'ca.pem'),
    async issue({ host = 'IP:127.0.0.1', days = 2 } = {}) {
      issued += 1;
      const [key, request, cert] = [`${issued}.key`, `${issued}.csr`, `${issued}.pem`];
      const names = ['-addext', `subjectAltName=${host}`];
      await openssl('req', ...newKey, '-keyout', key, '-out', request, '-subj', '/CN=server', ...names);
      const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-copy_extensions', 'copy'];
      await openssl('x509', '-req', '-in', request, ...signer, '-days', String(days), '-out', cert);
      const read = (name: string) => readFile(join(folder, name), 'utf8');
      return { key: await read(key), cert: await read(cert) };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
