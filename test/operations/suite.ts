import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureOf } from '#test/router/support.ts';
import { operations } from './operations.ts';
import { columnOf, idOf, type SystemName, writeColumn } from './table.ts';
import { openWorld, RefusedError, type System, type World } from './world.ts';

const isWriting = process.env['COOPER_WRITE_TABLE'] === '1';

/** Every operation on one server, through the router; then the documented table must say the same. */
export function operate(name: SystemName, start: () => Promise<System>): void {
  describe(`operations on ${name}`, () => {
    let system: System;
    let world: World;
    const results = new Map<string, string>();
    beforeAll(async () => {
      system = await start();
      world = await openWorld(system);
    });
    afterAll(async () => {
      await world.stop();
      await system.stop();
    });

    const named = operations.map((operation) => [idOf(operation), operation] as const);
    test.for(named)('%s', async ([id, operation]) => {
      results.set(id, 'fails');
      const support = operation.needs === undefined ? undefined : world.profile.features[operation.needs];
      if (support?.offered === 'no') {
        expect(support.reason.length).toBeGreaterThan(10);
        const outcome = await operation
          .run(world)
          .catch((error: unknown) =>
            error instanceof RefusedError ? error.failure : failureOf(Promise.reject(error)),
          );
        if (outcome !== 'not offered') expect(outcome).toMatchObject({ kind: 'not-supported' });
        results.set(id, 'not offered');
        return;
      }
      const outcome = await operation.run(world);
      // What a server has is done; what no feature stands for is found out by trying.
      if (operation.needs !== undefined) expect(outcome).toBeUndefined();
      results.set(id, outcome ?? 'passes');
    });

    test('the table in the documentation says the same', async () => {
      if (isWriting) await writeColumn(name, operations, results);
      const documented = columnOf(name);
      for (const [id, result] of results) expect([id, documented.get(id)]).toEqual([id, result]);
      expect(results.size).toBe(operations.length);
    });
  });
}
