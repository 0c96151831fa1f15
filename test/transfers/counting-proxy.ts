import net, { type AddressInfo, type Socket } from 'node:net';

export interface CountingProxy {
  endpoint: string;
  /** Bytes that came from clients and went to them, with their heads, since the start. */
  bytes: { up: number; down: number };
  /** Told of each piece that passes. */
  onBytes: () => void;
  close(): Promise<void>;
}

/** Passes bytes between clients and a server on this computer, and counts them. */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(target);
  const live = new Set<Socket>();
  const server = net.createServer((client) => {
    const onward = net.connect(Number(port), hostname);
    for (const [from, to, way] of [
      [client, onward, 'up'],
      [onward, client, 'down'],
    ] as const) {
      live.add(from);
      from.on('data', (chunk: Buffer) => {
        proxy.bytes[way] += chunk.length;
        proxy.onBytes();
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        live.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: CountingProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes: { up: 0, down: 0 },
    onBytes: () => {},
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of live) socket.destroy();
      }),
  };
  return proxy;
}
