import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { watchAbort } from '#storage/watch-abort.ts';

const listeners = ({ signal }: AbortController) => getEventListeners(signal, 'abort').length;

test('whoever watches is called once, in the order of watching; whoever has ended the watch is not', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('watch', 'end first', 'end last'), { maxLength: 30 }), (steps) => {
      const controller = new AbortController();
      const called: number[] = [];
      let watching: { n: number; end: () => void }[] = [];
      for (const [n, step] of steps.entries()) {
        const leaving = step === 'watch' ? undefined : step === 'end first' ? watching[0] : watching.at(-1);
        leaving?.end();
        leaving?.end();
        if (leaving !== undefined) watching = watching.filter((one) => one !== leaving);
        if (step === 'watch') watching.push({ n, end: watchAbort(controller.signal, () => called.push(n)) });
        expect(listeners(controller)).toBe(watching.length > 0 ? 1 : 0);
      }
      controller.abort();
      controller.abort();
      expect(called).toEqual(watching.map(({ n }) => n));
      for (const { end } of watching) end();
      expect(listeners(controller)).toBe(0);
    }),
  );
});

test('a watch that another one ends while they are called is over', () => {
  const controller = new AbortController();
  const called: string[] = [];
  watchAbort(controller.signal, () => {
    called.push('one');
    end();
  });
  const end = watchAbort(controller.signal, () => called.push('two'));
  controller.abort();
  expect(called).toEqual(['one']);
});

test('nothing is called where the signal is absent, or aborted already', () => {
  const never = () => expect.fail('called');
  watchAbort(undefined, never)();
  watchAbort(AbortSignal.abort(), never)();
});
