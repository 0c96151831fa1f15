import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The algorithms of S3 that are checked here. CRC-64/NVME is known to it too, and taken unchecked. */
export type ChecksumAlgorithm = 'crc32' | 'crc32c' | 'sha1' | 'sha256';

export interface Checksum {
  update(bytes: Buffer): void;
  /** Base64, of big-endian bytes. */
  digest(): string;
}

const HEADER = /^x-amz-checksum-(crc32|crc32c|sha1|sha256)$/;

/** The algorithm that a header or trailer such as `x-amz-checksum-crc32` carries a value of. */
export function algorithmOfHeader(name: string): ChecksumAlgorithm | undefined {
  const algorithm = HEADER.exec(name)?.[1];
  return algorithm === 'crc32' || algorithm === 'crc32c' || algorithm === 'sha1' || algorithm === 'sha256'
    ? algorithm
    : undefined;
}

export function createChecksum(algorithm: ChecksumAlgorithm): Checksum {
  switch (algorithm) {
    case 'crc32':
      return runningCrc(crc32);
    case 'crc32c':
      return runningCrc(crc32c);
    case 'sha1':
    case 'sha256': {
      const hash = createHash(algorithm);
      return {
        update: (bytes) => {
          hash.update(bytes);
        },
        digest: () => hash.digest('base64'),
      };
    }
  }
}

function runningCrc(step: (bytes: Buffer, before: number) => number): Checksum {
  let crc = 0;
  return {
    update: (bytes) => {
      crc = step(bytes, crc);
    },
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(crc);
      return bytes.toString('base64');
    },
  };
}

/** The reflected Castagnoli polynomial (RFC 3720, appendix B.4). */
const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

function crc32c(bytes: Buffer, before: number): number {
  let crc = ~before;
  for (const byte of bytes) crc = (CRC32C_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}
