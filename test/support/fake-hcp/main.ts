import { FINANCE, startFakeHcp, SYSTEM_USER } from './fake-hcp.ts';

/**
 * Starts a fake HCP for another process, and prints as one line of JSON how to sign in to it. It ends when its standard
 * input does: `npx tsx test/support/fake-hcp/main.ts`.
 */
const hcp = await startFakeHcp();
const [owner, other] = FINANCE.users;
const people = [owner, other].flatMap((user) =>
  user === undefined ? [] : [{ settings: hcp.settings('finance', user.username), password: user.password }],
);
const system = { settings: hcp.settings(undefined, SYSTEM_USER.username), password: SYSTEM_USER.password };
process.stdout.write(`${JSON.stringify({ people, system, caFile: hcp.caFile })}\n`);

let stopping = false;
const stop = () => {
  if (stopping) return;
  stopping = true;
  void hcp.stop().then(() => process.exit(0));
};
process.stdin.resume();
process.stdin.once('end', stop);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
