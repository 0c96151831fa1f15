import type { VersionRef } from '#storage/storage.ts';
import { Elements } from './elements.ts';

/** What is read, so has to hold a text alone. */
const TEXTS: ReadonlySet<string> = new Set(['Key', 'VersionId', 'DeleteMarker', 'DeleteMarkerVersionId']);
const ROOT = 'DeleteResult';
const END = `</${ROOT}>`;
const NONE = new RegExp(
  `^(<\\?xml version="1\\.0"( encoding="(?:UTF|utf)-8")?( standalone="yes")?\\s*\\?>)?\\s*<${ROOT}( xmlns="[^"<>&]*")?/>\\s*$`,
  'u',
);

/**
 * What an answer to DeleteObjects says is gone, when it says of nothing else: the same that the SDK makes of it. Undefined
 * for one with an error in it, and for whatever is not as plain as servers write it: then the SDK reads it.
 */
export function scanDeleted(bytes: Buffer): VersionRef[] | undefined {
  if (bytes.length < 512 && NONE.test(bytes.toString('latin1'))) return [];
  const elements = Elements.inside(bytes, ROOT, TEXTS);
  if (elements === undefined) return undefined;
  const deleted: VersionRef[] = [];
  const parts: string[] = [];
  for (;;) {
    elements.skipSpace();
    if (elements.take(END)) return elements.isAtEnd() ? deleted : undefined;
    if (!elements.take('<Deleted>')) return undefined;
    let key: string | undefined;
    let versionId: string | undefined;
    for (let part = 0; ; part++) {
      elements.skipSpace();
      if (elements.take('</Deleted>')) break;
      const field = elements.field(parts[part]);
      if (field === undefined) return undefined;
      parts[part] = field.name;
      if (field.name === 'Key') {
        if (key !== undefined) return undefined;
        key = elements.value(field);
        if (key === undefined) return undefined;
      } else if (field.name === 'VersionId') {
        if (versionId !== undefined) return undefined;
        versionId = elements.value(field);
        if (versionId === undefined) return undefined;
      } else if (!TEXTS.has(field.name)) return undefined;
    }
    if (key === undefined) return undefined;
    deleted.push(versionId === undefined ? { key } : { key, versionId });
  }
}
