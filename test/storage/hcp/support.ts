import { onTestFinished } from 'vitest';
import type { HcpConnectionSettings } from '#shared/connection.ts';
import { hcpSecret } from '#storage/hcp/credentials.ts';
import { createHcpStorage } from '#storage/hcp/hcp-storage.ts';
import type { Namespaces, Storage } from '#storage/storage.ts';
import { type TestAuthority, makeAuthority } from '#test/support/certificates.ts';
import { type Answer, type FaultServer, startFaultServer } from '#test/support/fault-server.ts';

let authority: Promise<TestAuthority> | undefined;
/** One for all tests of a file. */
export function testAuthority(): Promise<TestAuthority> {
  authority ??= makeAuthority();
  return authority;
}
export async function removeAuthority(): Promise<void> {
  await (await authority)?.remove();
  authority = undefined;
}

/** A server that answers just as a test says to what Cooper sends to the Management API, and to S3. */
export async function startMapi(answer: Answer): Promise<{
  server: FaultServer;
  settings: HcpConnectionSettings;
}> {
  const { issue, caFile } = await testAuthority();
  const server = await startFaultServer(answer, await issue({ host: 'DNS:*.hcp.test' }));
  onTestFinished(() => server.close());
  const port = Number(new URL(server.endpoint).port);
  return {
    server,
    settings: {
      domain: 'hcp.test',
      tenant: 'finance',
      username: 'lgreen',
      account: 'local',
      address: '127.0.0.1',
      s3Port: port,
      managementPort: port,
      caFile,
      connectTimeoutMs: 5_000,
      idleTimeoutMs: 5_000,
    },
  };
}

/** A tenant's storage, without retries; closed with the test. */
export function openHcp(
  hcp: HcpConnectionSettings,
  password = 'p4ssw0rd',
): Storage & { namespaces: Namespaces } {
  const storage = createHcpStorage({ hcp, secret: hcpSecret(hcp.account, password), appVersion: '1.2.3' });
  onTestFinished(() => storage.close());
  const { namespaces } = storage;
  if (namespaces === undefined) throw new Error('HCP has namespaces');
  return { ...storage, namespaces };
}
