/** What is read, so has to hold a text alone. */
const NAMES = [
  'Key',
  'Size',
  'LastModified',
  'ETag',
  'StorageClass',
  'Prefix',
  'IsTruncated',
  'NextContinuationToken',
];
const KNOWN: ReadonlySet<string> = new Set([...NAMES, 'EncodingType', 'Contents', 'CommonPrefixes']);
/** Whether an element is one that is read. */
export function isText(name: string): boolean {
  return KNOWN.has(name);
}

const ELEMENT = /^[A-Za-z][\w.-]*\/?$/u;

/** The name between `<` and `>`: without attributes or a namespace's prefix. */
export function nameAt(xml: string, from: number, close: number): string | undefined {
  for (const name of NAMES) if (close - from === name.length && xml.startsWith(name, from)) return name;
  const name = xml.slice(from, close);
  if (!ELEMENT.test(name)) return undefined;
  return name.endsWith('/') ? name.slice(0, -1) : name;
}

/** Plain elements, each ended, as the owner of an object is. */
export function isBalanced(xml: string): boolean {
  const open: string[] = [];
  for (const [, tag = ''] of xml.matchAll(/<([^>]*)(?:>|$)/gu)) {
    if (tag.startsWith('/')) {
      if (open.pop() !== tag.slice(1)) return false;
    } else if (!ELEMENT.test(tag)) return false;
    else if (!tag.endsWith('/')) open.push(tag);
  }
  return open.length === 0;
}
