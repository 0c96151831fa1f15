import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Connection } from '#shared/connection.ts';
import { Connections } from '#settings/connections.ts';
import { SettingsError } from '#settings/errors.ts';
import { JsonStore } from './support.ts';

function sandbox(id: string, name = id): Connection {
  return { id, kind: 'sandbox', name, sandbox: { folder: '/data' } };
}

const archive: Connection = {
  id: 's3',
  kind: 's3',
  name: 'Archive',
  s3: {
    preset: 'generic',
    endpoint: 'https://archive.example',
    region: 'us-east-1',
    accessKeyId: 'AK',
    addressing: 'path',
    connectTimeoutMs: 10_000,
    idleTimeoutMs: 60_000,
  },
};

describe('connections', () => {
  it('are there after a restart, in the order of their making', () => {
    const store = new JsonStore();
    const connections = new Connections(store);
    for (const connection of [sandbox('b'), archive, sandbox('a')]) connections.add(connection);
    connections.update(sandbox('b', 'renamed'));
    expect(new Connections(store).list()).toEqual([sandbox('b', 'renamed'), archive, sandbox('a')]);
  });

  it('are removed, and the others stay', () => {
    const store = new JsonStore();
    const connections = new Connections(store);
    connections.add(sandbox('a'));
    connections.add(sandbox('b'));
    connections.remove('a');
    expect(new Connections(store).list()).toEqual([sandbox('b')]);
  });

  it('that are unknown cannot be read, changed or removed', () => {
    const connections = new Connections(new JsonStore());
    for (const attempt of [
      () => connections.get('x'),
      () => connections.update(sandbox('x')),
      () => connections.remove('x'),
    ]) {
      expect(attempt).toThrow(SettingsError);
      expect(attempt).toThrow('not there any more');
    }
  });

  it('cannot be added twice', () => {
    const connections = new Connections(new JsonStore());
    connections.add(sandbox('a'));
    expect(() => connections.add(sandbox('a'))).toThrow('“a” already');
  });

  it('that are damaged are set aside and counted once, and the rest works', () => {
    const bad = [
      { id: 'x', kind: 'hcp' },
      null,
      { ...archive, s3: { ...archive.s3, endpoint: 'nonsense' } },
      sandbox('a'),
    ];
    const store = new JsonStore({
      connections: [sandbox('a'), ...bad, archive],
      damagedConnections: ['earlier'],
    });
    const connections = new Connections(store);
    expect(connections.list()).toEqual([sandbox('a'), archive]);
    expect(connections.damaged).toBe(4);
    expect(store.get('damagedConnections')).toEqual(['earlier', ...bad]);
    const again = new Connections(store);
    expect(again.damaged).toBe(0);
    expect(again.list()).toEqual([sandbox('a'), archive]);
  });

  it('start from any file, and lose nothing of it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const store = new JsonStore({ connections: value });
        const connections = new Connections(store);
        expect(connections.list()).toEqual([]);
        connections.add(archive);
        expect(new Connections(store).list()).toEqual([archive]);
        const aside = store.get('damagedConnections') ?? [];
        expect(aside).toEqual(JSON.parse(JSON.stringify(Array.isArray(value) ? value : [value])));
      }),
    );
  });

  it('say so when the disk refuses, and stay as they were', () => {
    const store = new JsonStore();
    const connections = new Connections(store);
    connections.add(sandbox('a'));
    store.broken = true;
    expect(() => connections.remove('a')).toThrow('could not be written');
    expect(connections.list()).toEqual([sandbox('a')]);
  });
});
