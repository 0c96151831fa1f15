// A server in a process of its own, so that it does not take its work from the one that is measured. Prints what
// `openStorage` takes as one line of JSON; ends with its standard input:
//   server.ts sandbox | server.ts hcp QUIRKS_AS_JSON
import { hcpSecret } from '#storage/hcp/credentials.ts';
import type { StorageAccess } from '#storage/open.ts';
import { OWNER } from '#test/fake-hcp/support.ts';
import { sandboxEndpoint } from '#test/support/endpoints.ts';
import { startFakeHcp } from '#test/support/fake-hcp/fake-hcp.ts';
import type { Quirks } from '#test/support/fake-hcp/options.ts';

async function start(
  kind: string | undefined,
  quirks: string,
): Promise<{ access: StorageAccess; stop: () => Promise<void> }> {
  if (kind === 'sandbox') {
    const { stop, settings, secretAccessKey } = await sandboxEndpoint();
    return { access: { settings, secretAccessKey }, stop };
  }
  const hcp = await startFakeHcp({ quirks: JSON.parse(quirks) as Partial<Quirks> });
  const secret = hcpSecret('local', OWNER.password);
  return { access: { hcp: hcp.settings('finance', OWNER.username), secret }, stop: () => hcp.stop() };
}

const [kind, quirks = '{}'] = process.argv.slice(2);
const { access, stop } = await start(kind, quirks);
console.log(JSON.stringify(access));
process.stdin.resume().once('end', () => void stop().then(() => process.exit(0)));
