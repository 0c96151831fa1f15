import { safeStorage } from 'electron';

/**
 * The operating system's vault (Keychain, DPAPI, Secret Service or KWallet) as the settings use it. On Linux without
 * a key ring Electron falls back to `basic_text`: a key that is the same on every computer, so it counts as weak.
 * Ask only after the app is ready.
 */
export function systemCipher() {
  return {
    status() {
      if (!safeStorage.isEncryptionAvailable()) return { strength: 'none', backend: 'none' } as const;
      if (process.platform !== 'linux') {
        return { strength: 'os', backend: process.platform === 'darwin' ? 'keychain' : 'dpapi' } as const;
      }
      const backend = safeStorage.getSelectedStorageBackend();
      const weak = backend === 'basic_text' || backend === 'unknown';
      return { strength: weak ? 'weak' : 'os', backend } as const;
    },
    encrypt: (text: string): Buffer => safeStorage.encryptString(text),
    decrypt: (bytes: Buffer): string => safeStorage.decryptString(bytes),
  };
}
