// An S3 server that answers from memory, in a process of its own, so that what is measured is the client:
//   node --import tsx test/bench/server/main.ts [--keys N] [--layout flat|folders:N] [--names plain|odd]
//     [--extension tif] [--bytes N] [--body text|random] [--versions N] [--latency-ms N] [--bandwidth BYTES] [--port N]
// One bucket, `bench`; it takes every signature, prints its port, and ends with its parent. The message `reset` undoes
// what clients have changed.
import { makeServer } from './serve.ts';
import { readServerFlags, SERVER_FLAGS } from './options.ts';

const args = process.argv.slice(2);
const portAt = args.indexOf('--port');
const port = portAt === -1 ? 0 : Number(args.splice(portAt, 2)[1]);

try {
  const { server, reset } = makeServer(readServerFlags(args));
  server.listen(port, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') console.log(`port: ${address.port}`);
  });
  process.on('message', (message) => {
    if (message === 'reset') reset();
    process.send?.({ done: message, cpuSeconds: cpuSeconds() });
  });
  process.on('disconnect', () => process.exit());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(`Usage: server/main.ts ${SERVER_FLAGS} [--port N]`);
  process.exitCode = 2;
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
