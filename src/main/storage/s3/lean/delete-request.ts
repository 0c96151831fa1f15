import type { VersionRef } from '#storage/storage.ts';

const HEAD = '<?xml version="1.0" encoding="UTF-8"?><Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">';
const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '"': '&quot;',
  "'": '&apos;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#x0D;',
  '\n': '&#x0A;',
  '\u0085': '&#x85;',
  '\u2028': '&#x2028;',
};

/**
 * The body of DeleteObjects (Amazon S3 API Reference), as the SDK writes it.
 * @param isQuiet the server is to tell of failures only
 */
export function deleteBody(objects: readonly VersionRef[], isQuiet: boolean): Buffer {
  let xml = HEAD;
  for (const { key, versionId } of objects) {
    xml += `<Object><Key>${escaped(key)}</Key>`;
    if (versionId !== undefined) xml += `<VersionId>${escaped(versionId)}</VersionId>`;
    xml += '</Object>';
  }
  return Buffer.from(`${xml}<Quiet>${isQuiet}</Quiet></Delete>`);
}

function escaped(text: string): string {
  return /[&"'<>\r\n\u0085\u2028]/u.test(text)
    ? text.replace(/[&"'<>\r\n\u0085\u2028]/gu, (character) => ENTITIES[character] ?? character)
    : text;
}
