import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SettingsError } from '#settings/errors.ts';
import { Vault } from '#settings/vault.ts';
import { JsonStore, userCipher } from './support.ts';

function kindOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof SettingsError) return error.kind;
    throw error;
  }
  return undefined;
}

describe('the vault', () => {
  it('gives back any secret after a restart, and the file does not show it', () => {
    const cipher = userCipher();
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.string({ minLength: 4, unit: 'grapheme' }),
        (id, secret) => {
          const store = new JsonStore();
          new Vault(cipher, store).set(id, secret, { keep: 'vault' });
          expect(new Vault(cipher, store).get(id)).toBe(secret);
          expect(Object.values(store.get('secrets') as object)).not.toContain(secret);
        },
      ),
    );
  });

  it('keeps a secret of the session in memory only', () => {
    const cipher = userCipher();
    const store = new JsonStore();
    const vault = new Vault(cipher, store);
    vault.set('a', 'sesame', { keep: 'session' });
    expect(vault.get('a')).toBe('sesame');
    expect(store.text).toBe('{}');
    const later = new Vault(cipher, store);
    expect(later.get('a')).toBe(undefined);
    expect(() => later.require('a', 'Archive')).toThrow('one session only');
  });

  it('forgets the stored secret when the new one is for the session only', () => {
    const cipher = userCipher();
    const store = new JsonStore();
    const vault = new Vault(cipher, store);
    vault.set('a', 'old', { keep: 'vault' });
    vault.set('a', 'new', { keep: 'session' });
    expect(vault.get('a')).toBe('new');
    expect(new Vault(cipher, store).get('a')).toBe(undefined);
  });

  it('gives the stored secret when it replaced one of the session', () => {
    const vault = new Vault(userCipher(), new JsonStore());
    vault.set('a', 'old', { keep: 'session' });
    vault.set('a', 'new', { keep: 'vault' });
    expect(vault.get('a')).toBe('new');
  });

  it('refuses a weak place until the user has agreed, and changes nothing', () => {
    const store = new JsonStore();
    const vault = new Vault(userCipher('weak'), store);
    vault.set('a', 'old', { keep: 'session' });
    expect(kindOf(() => vault.set('a', 'new', { keep: 'vault' }))).toBe('weak-vault');
    expect(vault.get('a')).toBe('old');
    expect(store.text).toBe('{}');
    vault.set('a', 'new', { keep: 'weak-vault' });
    expect(vault.get('a')).toBe('new');
  });

  it('refuses to write at all where nothing encrypts, and keeps it for the session', () => {
    const vault = new Vault(userCipher('none'), new JsonStore());
    expect(kindOf(() => vault.set('a', 's', { keep: 'vault' }))).toBe('weak-vault');
    expect(kindOf(() => vault.set('a', 's', { keep: 'weak-vault' }))).toBe('weak-vault');
    vault.set('a', 's', { keep: 'session' });
    expect(vault.get('a')).toBe('s');
  });

  it('says that the secret is missing when another user or computer had written it', () => {
    const store = new JsonStore();
    new Vault(userCipher(), store).set('a', 's', { keep: 'vault' });
    const other = new Vault(userCipher(), store);
    expect(other.get('a')).toBe(undefined);
    expect(() => other.require('a', 'Archive')).toThrow(/“Archive”.*another user or on another computer/u);
    expect(kindOf(() => other.require('a', 'Archive'))).toBe('missing-secret');
  });

  it('starts with any damaged file', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (secrets) => {
        const vault = new Vault(userCipher(), new JsonStore({ secrets }));
        expect(vault.get('a')).toBe(undefined);
        vault.set('a', 's', { keep: 'vault' });
        expect(vault.get('a')).toBe('s');
      }),
    );
  });

  it('treats the system refusing to encrypt as having no vault', () => {
    const refusing = {
      ...userCipher(),
      encrypt: () => {
        throw new Error('the keychain is locked');
      },
    };
    expect(kindOf(() => new Vault(refusing, new JsonStore()).set('a', 's', { keep: 'vault' }))).toBe(
      'weak-vault',
    );
  });

  it('deletes a secret wherever it is', () => {
    const cipher = userCipher();
    const store = new JsonStore();
    const vault = new Vault(cipher, store);
    vault.set('a', 's', { keep: 'vault' });
    vault.set('b', 's', { keep: 'session' });
    vault.delete('a');
    vault.delete('b');
    vault.delete('never');
    expect([vault.get('a'), vault.get('b')]).toEqual([undefined, undefined]);
    expect(store.get('secrets')).toEqual({});
  });

  it('says so when the disk refuses, without the secret', () => {
    const store = new JsonStore();
    store.broken = true;
    const vault = new Vault(userCipher(), store);
    expect(kindOf(() => vault.set('a', 'sesame', { keep: 'vault' }))).toBe('disk-error');
    expect(() => vault.set('a', 'sesame', { keep: 'vault' })).not.toThrow('sesame');
  });
});
