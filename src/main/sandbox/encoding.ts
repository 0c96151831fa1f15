import { S3Error } from './errors.ts';

const HEX = Array.from({ length: 256 }, (_, byte) => '%' + byte.toString(16).toUpperCase().padStart(2, '0'));
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Turns `%XX` into bytes and the bytes, read as UTF-8, into text. The result never shares memory with `text`: it may be
 * kept for as long as the process lives.
 *
 * @throws S3Error InvalidURI for a `%` without two digits, and for bytes that are no UTF-8.
 */
export function percentDecode(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  let length = 0;
  for (let i = 0; i < bytes.length; i++, length++) {
    const byte = bytes[i] ?? 0;
    if (byte !== 0x25) {
      bytes[length] = byte;
      continue;
    }
    const digits = text.slice(i + 1, i + 3);
    if (!/^[0-9a-f]{2}$/i.test(digits)) throw new S3Error('InvalidURI');
    bytes[length] = parseInt(digits, 16);
    i += 2;
  }
  try {
    return utf8.decode(bytes.subarray(0, length));
  } catch {
    throw new S3Error('InvalidURI');
  }
}

function encodeBytes(text: string, keep: RegExp): string {
  if (keep.test(text)) return text;
  let encoded = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const char = String.fromCharCode(byte);
    encoded += byte < 0x80 && keep.test(char) ? char : HEX[byte];
  }
  return encoded;
}

const UNRESERVED = /^[A-Za-z0-9\-._~]*$/;
const UNRESERVED_OR_SLASH = /^[A-Za-z0-9\-._~/]*$/;

/** Encodes a query name or value as SigV4 wants it: everything but RFC 3986's unreserved characters. */
export function uriEncode(text: string): string {
  return encodeBytes(text, UNRESERVED);
}

/** The same for a path, whose `/` stay. */
export function uriEncodePath(text: string): string {
  return encodeBytes(text, UNRESERVED_OR_SLASH);
}

const FORM_SAFE = /^[A-Za-z0-9\-._*/]*$/;

/**
 * What S3 does to keys under `encoding-type=url`: the form encoding (a space is `+`, a plus `%2B`), but for `/`, which
 * stays. So it was seen at AWS; servers that write `%20` mean the same.
 */
export function listingEncode(text: string): string {
  return encodeBytes(text, FORM_SAFE).replaceAll('%20', '+');
}

/** A header's bytes as text: UTF-8 where they are that, else Latin-1, which is what Node's client sends. */
export function headerText(value: string): string {
  if (isAscii(value)) return value;
  try {
    return utf8.decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}

/** Text as a header can carry it: as it is, or as an RFC 2047 word, as AWS does with what is not US-ASCII. */
export function headerValue(text: string): string {
  if (isAscii(text)) return text;
  return `=?UTF-8?B?${Buffer.from(text, 'utf8').toString('base64')}?=`;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7e || (unit < 0x20 && unit !== 9)) return false;
  }
  return true;
}
