import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import { diskError } from '../disk-errors.ts';
import { StorageError } from '../errors.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu;

/**
 * The authorities that one connection trusts: those that this computer trusts, and those of its own CA file. Made once
 * for a connection, since parsing some 150 certificates for each socket would cost milliseconds.
 *
 * @throws StorageError naming the file, when it cannot be read or holds no certificate.
 */
export function trustContext(caFile: string | undefined): tls.SecureContext {
  const own = caFile === undefined ? [] : readCertificates(caFile);
  return tls.createSecureContext({ ca: [...trustedHere(), ...own] });
}

function readCertificates(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch (error) {
    throw diskError(error, { operation: 'read', path });
  }
  const certificates = text.match(CERTIFICATE);
  if (certificates === null) {
    throw unusable(path, 'holds no certificate in PEM form (“-----BEGIN CERTIFICATE-----”)');
  }
  for (const pem of certificates) {
    try {
      new X509Certificate(pem);
    } catch (error) {
      throw unusable(path, 'holds a damaged certificate', error);
    }
  }
  return certificates;
}

function unusable(path: string, why: string, cause?: unknown): StorageError {
  return new StorageError({
    kind: 'invalid-input',
    operation: 'read',
    path,
    message: `The CA file “${path}” ${why}.`,
    cause,
  });
}

let trusted: string[] | undefined;

/** Node's own list, NODE_EXTRA_CA_CERTS, and, where this Node can ask (22.15 and later), the operating system's list. */
function trustedHere(): string[] {
  trusted ??= [...new Set([...listed('default'), ...listed('system')])];
  return trusted;
}

function listed(name: 'default' | 'system'): string[] {
  const ask: unknown = Reflect.get(tls, 'getCACertificates');
  if (typeof ask !== 'function') return [...tls.rootCertificates];
  const certificates: unknown = Reflect.apply(ask, tls, [name]);
  return Array.isArray(certificates) ? certificates.filter((pem) => typeof pem === 'string') : [];
}
