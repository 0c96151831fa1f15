import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { partialPath, whileBusy } from '#jobs/target-file.ts';

/** A rename that is refused so many times, as Windows does while a scanner reads the file. */
function refused(times: number, code: string): { rename: () => Promise<void>; tries: () => number } {
  let tries = 0;
  const rename = () => {
    tries += 1;
    if (tries > times) return Promise.resolve();
    return Promise.reject(Object.assign(new Error(`${code}: refused`), { code }));
  };
  return { rename, tries: () => tries };
}

it.each(['x', '🪣'.repeat(63), 'é'.repeat(127), 'n'.repeat(255)])(
  'a partial name is a legal one: for %s',
  (name) => {
    const partial = basename(partialPath(`/folder/${name}`));
    expect(partial).toMatch(/^\..+\.[0-9a-f]{12}\.cooper-partial$/u);
    expect(Buffer.byteLength(partial)).toBeLessThanOrEqual(255);
    expect(Buffer.from(partial).toString()).toBe(partial); // no half of a character
  },
);

describe('giving a finished ZIP its name', () => {
  it('waits on Windows until a scanner lets go of the file', async () => {
    const { rename, tries } = refused(2, 'EBUSY');
    await whileBusy(rename, { platform: 'win32' });
    expect(tries()).toBe(3);
  });

  it('gives up with the reason when the file is never let go', async () => {
    const { rename } = refused(Infinity, 'EPERM');
    await expect(whileBusy(rename, { platform: 'win32', patienceMs: 300 })).rejects.toThrow('EPERM');
  });

  it('does not wait for what will not change: another reason, or another system', async () => {
    const full = refused(Infinity, 'ENOSPC');
    await expect(whileBusy(full.rename, { platform: 'win32' })).rejects.toThrow('ENOSPC');
    expect(full.tries()).toBe(1);
    const denied = refused(Infinity, 'EACCES');
    await expect(whileBusy(denied.rename, { platform: 'linux' })).rejects.toThrow('EACCES');
    expect(denied.tries()).toBe(1);
  });
});
