import { createHash } from 'node:crypto';
import { crc32, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sampleBuckets, type SampleObject } from '#sandbox/samples.ts';

/** Every sample, by bucket and key. */
function gather(): Map<string, SampleObject> {
  const found = new Map<string, SampleObject>();
  for (const { name, objects } of sampleBuckets()) {
    for (const object of objects) found.set(`${name}/${object.key}`, object);
  }
  return found;
}
const samples = gather();

function fingerprint(objects: Map<string, SampleObject>): string {
  const hash = createHash('sha256');
  for (const [name, { body }] of objects) hash.update(name).update(body);
  return hash.digest('hex');
}

/** Reads a PNG's chunks, checking each one's sum. */
function pngChunks(body: Uint8Array): { type: string; data: Buffer }[] {
  const bytes = Buffer.from(body);
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const chunks = [];
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const end = at + 8 + length;
    expect(bytes.readUInt32BE(end)).toBe(crc32(bytes.subarray(at + 4, end)));
    chunks.push({ type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, end) });
    at = end + 4;
  }
  return chunks;
}

describe('the samples', () => {
  it('are about 1,500 objects and 30 MB, no key twice', () => {
    let objects = 0;
    for (const bucket of sampleBuckets()) for (const _ of bucket.objects) objects += 1;
    expect(samples.size).toBe(objects);
    expect(objects).toBeGreaterThan(1400);
    expect(objects).toBeLessThan(1600);
    const bytes = [...samples.values()].reduce((sum, { body }) => sum + body.length, 0);
    expect(bytes).toBeGreaterThan(24e6);
    expect(bytes).toBeLessThan(36e6);
  });

  it('are the same each time', () => {
    expect(fingerprint(gather())).toBe(fingerprint(samples));
  });

  it('hold one object of 12 MiB: a TIFF whose directory fits its pixels', () => {
    const scan = Buffer.from(
      samples.get('photographs/masters/1911/PH-1911-0001 (master scan).tif')?.body ?? [],
    );
    expect(scan.subarray(0, 4)).toEqual(Buffer.from('II*\0'));
    const entries = new Map<number, number>();
    for (let at = 10; at < 10 + scan.readUInt16LE(8) * 12; at += 12) {
      entries.set(scan.readUInt16LE(at), scan.readUInt32LE(at + 8));
    }
    expect([entries.get(256), entries.get(257), entries.get(279)]).toEqual([4096, 3072, 12 * 2 ** 20]);
    expect(scan.length).toBe((entries.get(273) ?? 0) + 12 * 2 ** 20);
  });

  it('hold pictures that are valid PNGs', () => {
    const pictures = [...samples.values()].filter(({ contentType }) => contentType === 'image/png');
    expect(pictures.length).toBeGreaterThan(200);
    for (const { body } of pictures.slice(0, 30)) {
      const [header, data, end] = pngChunks(body);
      expect([header?.type, data?.type, end?.type]).toEqual(['IHDR', 'IDAT', 'IEND']);
      const [width, height] = [header?.data.readUInt32BE(0) ?? 0, header?.data.readUInt32BE(4) ?? 0];
      expect(inflateSync(data?.data ?? Buffer.alloc(0))).toHaveLength((width + 1) * height);
    }
  });

  it('hold what a tool must bear: an empty folder, case twins, accents, names that Windows refuses', () => {
    const keys = [...samples.keys()];
    expect(samples.get('finding-aids/accessions/to be described/')?.body).toHaveLength(0);
    expect(new Set(keys.map((key) => key.toLowerCase())).size).toBe(keys.length - 1);
    expect(keys.filter((key) => /[:?<>"|]/u.test(key)).length).toBeGreaterThan(4);
    expect(keys.some((key) => /\p{Script=Latin}/u.test(key) && /[^\x20-\x7e]/u.test(key))).toBe(true);
    expect(Math.max(...keys.map((key) => Buffer.byteLength(key)))).toBeLessThan(1024);
  });
});
