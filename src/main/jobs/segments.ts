/**
 * What one segment of a file's path may be, on Windows, macOS and Linux at once. Pure functions on strings.
 *
 * Sources: "Naming Files, Paths, and Namespaces" (Microsoft Learn) for characters, trailing dots and spaces and
 * device names; NAME_MAX of ext4, APFS and NTFS (255 bytes, or 255 UTF-16 units, of which the bytes are never fewer).
 */

/** The most UTF-8 bytes of a segment. */
export const MAX_SEGMENT_BYTES = 255;

const MAX_EXTENSION_BYTES = 20;

// Control characters, what Windows refuses, what is no character at all, and halves of surrogate pairs.
const ILLEGAL = /[\p{Cc}<>:"/\\|?*\p{Noncharacter_Code_Point}\p{Surrogate}]/gu;
const TRAILING_DOTS_AND_SPACES = /[. ]+$/;
/** Windows takes these for devices with any extension, and with space between the name and its dot. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)/i;

/**
 * A legal name for `segment`, the same where it is legal already. Bidirectional controls and other invisible
 * characters stay: they are legal everywhere. The result is not empty, and is never `.` or `..`.
 */
export function safeSegment(segment: string): string {
  let safe = segment.replace(ILLEGAL, '_').replace(TRAILING_DOTS_AND_SPACES, (run) => '_'.repeat(run.length));
  if (safe === '') return '_';
  if (DEVICE.test(safe)) safe = `_${safe}`;
  return Buffer.byteLength(safe) <= MAX_SEGMENT_BYTES ? safe : shorten(safe, segment);
}

/** `name` with ` (number)` before its extension; shortened where that would make it too long. */
export function numbered(name: string, number: number, isFile: boolean): string {
  const { stem, extension } = isFile ? splitExtension(name) : { stem: name, extension: '' };
  const suffix = ` (${number})${extension}`;
  return cutToBytes(stem, MAX_SEGMENT_BYTES - Buffer.byteLength(suffix)) + suffix;
}

/**
 * What two names have in common when some file system takes them for one: without regard to case (full case
 * folding, so that `ß`, `ẞ` and `ss` agree), to the Unicode normal form, and to characters that HFS+ ignores. It
 * may find two names alike that one system tells apart; never the reverse.
 *
 * `fold(a + '/' + b)` is `fold(a) + '/' + fold(b)`.
 */
export function fold(name: string): string {
  if (/^[\x20-\x7e]*$/.test(name)) return name.toUpperCase();
  return name
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .normalize('NFD')
    .toUpperCase()
    .toLowerCase()
    .toUpperCase()
    .normalize('NFD');
}

/**
 * A hash of 53 bits (what a number holds exactly) of `text` that continues `seed`: two rounds of MurmurHash3's
 * mixing side by side (cyrb53, public domain). Not for secrets.
 */
export function hash53(text: string, seed = 0): number {
  let a = 0xdeadbeef ^ (seed >>> 0);
  let b = 0x41c6ce57 ^ Math.floor(seed / 0x1_0000_0000);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (b & 0x1fffff) * 0x1_0000_0000 + (a >>> 0);
}

/** Eight hexadecimal digits that tell apart what was cut off. */
export function shortHash(text: string): string {
  return (hash53(text) % 0x1_0000_0000).toString(16).padStart(8, '0');
}

function shorten(safe: string, original: string): string {
  const { stem, extension } = splitExtension(safe);
  const tail = `~${shortHash(original)}${extension}`;
  return cutToBytes(stem, MAX_SEGMENT_BYTES - Buffer.byteLength(tail)) + tail;
}

function splitExtension(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot) : '';
  return Buffer.byteLength(extension) > MAX_EXTENSION_BYTES
    ? { stem: name, extension: '' }
    : { stem: name.slice(0, name.length - extension.length), extension };
}

/** The longest start of `text` that has at most `bytes` UTF-8 bytes and ends between two code points. */
export function cutToBytes(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}
