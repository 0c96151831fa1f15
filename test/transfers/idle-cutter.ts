import net, { type AddressInfo, type Socket } from 'node:net';

/** Sockets on which nothing passes for so long are closed, ms. */
const IDLE_MS = 100;

export interface IdleCutter {
  endpoint: string;
  /** Sockets that are open now, and how many were closed for being idle. */
  open(): number;
  cut(): number;
  close(): Promise<void>;
}

/** Stands before a server on this computer, and closes sockets that are idle without a word, as load balancers do. */
export async function startIdleCutter(target: string): Promise<IdleCutter> {
  const { hostname, port } = new URL(target);
  const live = new Set<Socket>();
  let cut = 0;
  const server = net.createServer((client) => {
    const onward = net.connect(Number(port), hostname);
    live.add(client);
    client.pipe(onward);
    onward.pipe(client);
    client.setTimeout(IDLE_MS, () => {
      cut++;
      client.destroy();
    });
    client.on('error', () => onward.destroy());
    onward.on('error', () => client.destroy());
    client.on('close', () => {
      live.delete(client);
      onward.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open: () => live.size,
    cut: () => cut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of live) socket.destroy();
      }),
  };
}
