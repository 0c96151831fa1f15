import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { planFetch, requireInBase } from '#jobs/transfer/fetch/plan.ts';
import { fetchInputSchema } from '#shared/transfer.ts';
import type { FetchItem } from '#shared/transfer-journal.ts';
import { hcpSecret } from '#storage/hcp/credentials.ts';
import { openStorage } from '#storage/open.ts';
import type { Storage } from '#storage/storage.ts';
import { OWNER } from '#test/fake-hcp/support.ts';
import { freshBucketName } from '#test/support/endpoints.ts';
import { type FakeHcp, startFakeHcp } from '#test/support/fake-hcp/fake-hcp.ts';
import { QUIRKS } from '#test/support/fake-hcp/options.ts';
import { fetchOne, MIB, noise, putInParts, tree } from './fetching.ts';

let hcp: FakeHcp;
let storage: Storage;
let folder: string;
beforeAll(async () => {
  hcp = await startFakeHcp();
  const secret = hcpSecret('local', OWNER.password);
  storage = openStorage({ hcp: hcp.settings('finance', OWNER.username), secret }, { attempts: 2, baseMs: 5 });
  folder = await mkdtemp(join(tmpdir(), 'cooper-fetch-hcp-'));
});
afterAll(async () => {
  storage.close();
  await hcp.stop();
  await rm(folder, { recursive: true, force: true });
});

it('from HCP: folders that it lists as objects become folders, and its ETags of parts are not called damage (P23)', async () => {
  hcp.setQuirks({ ...QUIRKS, folders: 'listed' });
  const bucket = freshBucketName();
  await storage.createBucket(bucket);
  await storage.write({ bucket, key: 'a/b/x', body: Buffer.from('x') });
  await storage.write({ bucket, key: 'a/empty/', body: new Uint8Array() });
  const body = noise(18 * MIB);
  await putInParts(storage, { bucket, key: 'a/parts', body, partBytes: 6 * MIB });
  const input = fetchInputSchema.parse({
    kind: 'fetch',
    connectionId: 'hcp',
    bucket,
    prefix: 'a/',
    base: 'a/',
    folder,
  });
  requireInBase(input);
  const nothing = { async *items() {}, has: () => false };
  const verified: Record<string, unknown> = {};
  const items: FetchItem[] = [];
  for await (const item of planFetch(storage, input, new AbortController().signal, nothing)) items.push(item);
  for (const item of items) {
    const { outcome } = await fetchOne({ storage, folder, bucket }, item);
    expect(outcome).toMatchObject({ state: 'done' });
    if (typeof outcome === 'object' && outcome !== null && 'verified' in outcome)
      verified[item.path] = outcome.verified;
  }
  expect(verified).toEqual({ 'b/x': 'md5', parts: 'length' });
  expect(await tree(folder)).toEqual({ 'b/x': 'x', 'empty/': '', parts: body.toString('latin1') });
});
