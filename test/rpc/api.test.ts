import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { MessagePort as NodeMessagePort } from 'node:worker_threads';
import { nodePort } from '#rpc/port.ts';
import { serveRouter } from '#rpc/serve.ts';
import { appRouter } from '#router/index.ts';
import { startCooper, type Cooper } from '#test/router/support.ts';

/** What the document has posted to the preload. */
const posted: { data: unknown; origin: string; ports: NodeMessagePort[] }[] = [];
vi.stubGlobal('window', {
  postMessage: (data: unknown, origin: string, ports: NodeMessagePort[]) =>
    posted.push({ data, origin, ports }),
});
// The document connects as soon as its script is read: only then may it be.
const { api, failureOf } = await import('#renderer/api.ts');

let cooper: Cooper;
beforeAll(async () => {
  cooper = await startCooper();
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await cooper.stop();
});

describe('the window', () => {
  it('sends one port to its own origin, and calls wait until main answers on it', async () => {
    expect(posted).toMatchObject([{ data: { type: 'cooper:connect' }, origin: '/' }]);
    const [port] = posted[0]?.ports ?? [];
    const info = api.app.info.query();
    if (port === undefined) throw new Error('no port was posted');
    serveRouter(appRouter, nodePort(port), () => cooper.context);
    expect((await info).version).toBe('1.2.3');
  });

  it('reads what went wrong out of any error', async () => {
    const error: unknown = await api.jobs.cancel.mutate({ id: 'none' }).catch((reason: unknown) => reason);
    expect(failureOf(error)).toMatchObject({ kind: 'not-found', operation: 'find' });
    expect(failureOf(new Error('odd'))).toMatchObject({ kind: 'internal', message: 'odd' });
    expect(failureOf('nonsense').message).not.toBe('');
  });

  it('learns that main has closed the port', async () => {
    const hanging = api.jobs.watch.subscribe()[Symbol.asyncIterator]();
    await hanging.next();
    posted[0]?.ports[0]?.close();
    const error: unknown = await hanging.next().catch((reason: unknown) => reason);
    expect(failureOf(error).kind).toBe('internal');
    expect(failureOf(error).message).toContain('has closed');
  });
});
