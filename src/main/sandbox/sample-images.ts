import { crc32, deflateSync } from 'node:zlib';

/** A grey picture: one byte a pixel, row by row, 0 is black. */
export interface Picture {
  width: number;
  height: number;
  pixels: Uint8Array;
}

/** The numbers 0 to 2^32 - 1 in an order that `seed` decides: xorshift32 (G. Marsaglia, "Xorshift RNGs", 2003). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}

/** Of the grain; a power of two, so that a mask wraps around it. */
const GRAIN_BYTES = 65_536;
const GRAIN = makeGrain();

function makeGrain(): Int8Array {
  const random = randomNumbers(1839);
  return Int8Array.from({ length: GRAIN_BYTES }, () => (random() & 15) - 8);
}

/** Hills before a bright sky, with the grain of an old plate. The same seed gives the same picture. */
export function landscape(width: number, height: number, seed: number): Picture {
  const random = randomNumbers(seed);
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) pixels.fill(232 - (y / height) * 40, y * width, (y + 1) * width);
  for (let depth = 0; depth < 3; depth += 1) {
    const base = height * (0.45 + depth * 0.17);
    const rise = height * (0.16 - depth * 0.03);
    const wave = ((2 + (random() % 5)) / width) * Math.PI;
    const phase = (random() % 628) / 100;
    const tone = 150 - depth * 48;
    const skyline = Float64Array.from({ length: width }, (_, x) => base - rise * Math.sin(x * wave + phase));
    for (let y = Math.floor(base - rise); y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        if (y > (skyline[x] ?? 0)) pixels[y * width + x] = tone;
      }
    }
  }
  for (let at = 0; at < pixels.length; at += 1) {
    // Each turn through the grain begins elsewhere in it, so that no pattern shows.
    const place = (at + seed + (at >>> 16) * 7919) & (GRAIN_BYTES - 1);
    pixels[at] = (pixels[at] ?? 0) + (GRAIN[place] ?? 0);
  }
  return { width, height, pixels };
}

/** An 8-bit greyscale PNG (W3C PNG, second edition: 5 to 11). */
export function encodePng({ width, height, pixels }: Picture): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits a sample; greyscale, deflate, no interlace are all 0
  const rows = Buffer.alloc((width + 1) * height); // each row begins with its filter: 0, none
  for (let y = 0; y < height; y += 1) {
    rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  }
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(rows, { level: 1 })),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(data.length + 12);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, data.length + 8)), data.length + 8);
  return chunk;
}

const SHORT = 3;
const LONG = 4;

/** An uncompressed baseline greyscale TIFF in one strip (TIFF 6.0, sections 2 to 4). */
export function encodeTiff({ width, height, pixels }: Picture): Uint8Array {
  const entries: [tag: number, type: number, value: number][] = [
    [256, LONG, width],
    [257, LONG, height],
    [258, SHORT, 8], // bits a sample
    [259, SHORT, 1], // no compression
    [262, SHORT, 1], // 0 is black
    [273, LONG, 0], // where the strip begins
    [277, SHORT, 1], // samples a pixel
    [278, LONG, height], // rows in the strip
    [279, LONG, pixels.length],
  ];
  const directory = Buffer.alloc(8 + 2 + entries.length * 12 + 4);
  directory.write('II', 0, 'latin1');
  directory.writeUInt16LE(42, 2);
  directory.writeUInt32LE(8, 4);
  directory.writeUInt16LE(entries.length, 8);
  for (const [index, [tag, type, value]] of entries.entries()) {
    const at = 10 + index * 12;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(1, at + 4);
    directory.writeUInt32LE(tag === 273 ? directory.length : value, at + 8);
  }
  return Buffer.concat([directory, pixels]);
}
