import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { MessagePort as NodeMessagePort } from 'node:worker_threads';
import { nodePort } from '#rpc/port.ts';
import { serveRouter } from '#rpc/serve.ts';
import { appRouter } from '#router/index.ts';
import { startCooper, type Cooper } from '#test/router/support.ts';

type Api = typeof import('#renderer/api.ts');

/** What the document has posted to the preload. */
const posted: { data: unknown; origin: string; ports: NodeMessagePort[] }[] = [];
let cooper: Cooper;
let renderer: Api;

beforeAll(async () => {
  cooper = await startCooper();
  vi.stubGlobal('window', {
    postMessage: (data: unknown, origin: string, ports: NodeMessagePort[]) =>
      posted.push({ data, origin, ports }),
  });
  renderer = await import('#renderer/api.ts');
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await cooper.stop();
});

describe('the window', () => {
  it('sends one port to its own origin, and calls wait until main answers on it', async () => {
    expect(posted).toMatchObject([{ data: { type: 'cooper:connect' }, origin: '/' }]);
    const [port] = posted[0]?.ports ?? [];
    const info = renderer.api.app.info.query();
    if (port === undefined) throw new Error('no port was posted');
    serveRouter(appRouter, nodePort(port), () => cooper.context);
    expect((await info).version).toBe('1.2.3');
  });

  it('reads what went wrong out of any error', async () => {
    const error: unknown = await renderer.api.jobs.cancel
      .mutate({ id: 'none' })
      .catch((reason: unknown) => reason);
    expect(renderer.failureOf(error)).toMatchObject({ kind: 'not-found', operation: 'find' });
    expect(renderer.failureOf(new Error('odd'))).toMatchObject({ kind: 'internal', message: 'odd' });
    expect(renderer.failureOf('nonsense').message).not.toBe('');
  });

  it('learns that main has closed the port', async () => {
    const hanging = renderer.api.jobs.watch.subscribe()[Symbol.asyncIterator]();
    await hanging.next();
    posted[0]?.ports[0]?.close();
    const error: unknown = await hanging.next().catch((reason: unknown) => reason);
    expect(renderer.failureOf(error)).toMatchObject({
      kind: 'internal',
      nextStep: expect.stringContaining('reload'),
    });
    expect(renderer.failureOf(error).message).toContain('has closed');
  });
});
