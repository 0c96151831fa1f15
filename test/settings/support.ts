import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { VaultStatus } from '#shared/connection.ts';
import type { KeyValueStore } from '#settings/store.ts';
import type { Cipher } from '#settings/vault.ts';

/** A settings file as JSON text, which survives the store: what comes back has been through the file. */
export class JsonStore implements KeyValueStore {
  text: string;
  broken = false;

  constructor(values: Record<string, unknown> = {}) {
    this.text = JSON.stringify(values);
  }

  get(key: string): unknown {
    return (JSON.parse(this.text) as Record<string, unknown>)[key];
  }

  set(key: string, value: unknown): void {
    if (this.broken) throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
    this.text = JSON.stringify({ ...(JSON.parse(this.text) as object), [key]: value });
  }
}

const STATUS = {
  os: { strength: 'os', backend: 'gnome_libsecret' },
  weak: { strength: 'weak', backend: 'basic_text' },
  none: { strength: 'none', backend: 'none' },
} as const satisfies Record<string, VaultStatus>;

/** A cipher as one user of one computer has it: AES-256-GCM with a key of its own. */
export function userCipher(strength: VaultStatus['strength'] = 'os'): Cipher {
  const key = randomBytes(32);
  return {
    status: () => STATUS[strength],
    encrypt(text) {
      if (strength === 'none') throw new Error('encryption is not available');
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), bytes]);
    },
    decrypt(bytes) {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
      decipher.setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    },
  };
}
