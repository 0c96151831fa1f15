import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type http from 'node:http';
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

/**
 * Lets an agent's connections stand only with the one certificate of this fingerprint, whoever signed it. Where another
 * is shown nothing is sent: the socket ends within the handshake, before what waits in it is encrypted.
 */
export function pinCertificate(agent: http.Agent, host: string, fingerprint: string): void {
  const connect = agent.createConnection.bind(agent);
  const watch = (socket: unknown) => {
    if (!(socket instanceof tls.TLSSocket)) return;
    socket.prependOnceListener('secureConnect', () => {
      const shown = socket.getPeerX509Certificate()?.fingerprint256;
      if (shown !== fingerprint) socket.destroy(changed(host, fingerprint, shown));
    });
  };
  agent.createConnection = (options, callback) => {
    // hpagent gives the socket to the callback, node gives it back.
    const socket = connect(options, (error, made) => {
      watch(made);
      callback?.(error, made);
    });
    watch(socket);
    return socket;
  };
}

function changed(host: string, trusted: string, shown: string | undefined): StorageError {
  const message =
    `The certificate of ${host} is not the one that you chose to trust. It may have been renewed, or somebody may be in between: ` +
    `compare it with its administrator, then trust it anew in the connection. Trusted: ${trusted}. Shown: ${shown ?? 'none'}.`;
  return new StorageError({ kind: 'untrusted-certificate', operation: 'connect', message });
}

function readCertificates(path: string): string[] {
  const text = readText(path);
  const certificates = text.match(CERTIFICATE);
  if (certificates === null) {
    throw unusable(path, 'holds no certificate in PEM form (“-----BEGIN CERTIFICATE-----”)');
  }
  const ends = certificates.map((pem) => {
    try {
      return Date.parse(new X509Certificate(pem).validTo);
    } catch (error) {
      throw unusable(path, 'holds a damaged certificate', error);
    }
  });
  const last = Math.max(...ends);
  if (last < Date.now()) {
    const day = new Date(last).toISOString().slice(0, 10);
    throw unusable(path, `holds only certificates that have expired (the last on ${day})`);
  }
  return certificates;
}

/** No list of authorities comes near this. */
const MAX_BYTES = 16 * 1024 * 1024;

function readText(path: string): string {
  try {
    if (statSync(path).size <= MAX_BYTES) return readFileSync(path, 'latin1');
  } catch (error) {
    throw diskError(error, { operation: 'read', path });
  }
  throw unusable(path, 'is too large for a list of certificates');
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
