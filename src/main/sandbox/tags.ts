import { percentDecode } from './encoding.ts';
import { invalidArgument, S3Error } from './errors.ts';
import type { Tag } from './store/version.ts';
import {
  childNamed,
  childrenNamed,
  each,
  element,
  requiredText,
  text,
  xmlDocument,
  type XmlNode,
} from './xml.ts';

const KEY_CHARS = 128;
const VALUE_CHARS = 256;

/** `a=1&b=2`, as the header of a write has it. @throws S3Error InvalidArgument, InvalidTag */
export function parseTagHeader(header: string, most: number): Tag[] {
  const decode = (part: string) => percentDecode(part.replaceAll('+', ' '));
  const tags = header
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair): Tag => {
      const [key = '', value = '', ...rest] = pair.split('=');
      if (rest.length > 0) {
        throw invalidArgument(
          "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
          'x-amz-tagging',
          header,
        );
      }
      return [decode(key), decode(value)];
    });
  return checkTags(tags, most);
}

/** The tags of a PUT ?tagging. @throws S3Error MalformedXML, BadRequest, InvalidTag */
export function tagsOfXml(tagging: XmlNode, most: number): Tag[] {
  const set = childNamed(tagging, 'TagSet');
  if (set === undefined) throw new S3Error('MalformedXML');
  const tags = childrenNamed(set, 'Tag').map((tag): Tag => [
    requiredText(tag, 'Key'),
    requiredText(tag, 'Value'),
  ]);
  return checkTags(tags, most);
}

export function taggingDocument(tags: readonly Tag[]): string {
  const all = each(tags, ([key, value]) => element('Tag', text('Key', key), text('Value', value)));
  return xmlDocument('Tagging', element('TagSet', all));
}

function checkTags(tags: Tag[], most: number): Tag[] {
  if (tags.length > most) {
    throw new S3Error('BadRequest', { message: `Object tags cannot be greater than ${String(most)}` });
  }
  const seen = new Set<string>();
  for (const [key, value] of tags) {
    if (key === '' || [...key].length > KEY_CHARS) {
      throw new S3Error('InvalidTag', { message: 'The TagKey you have provided is invalid' });
    }
    if ([...value].length > VALUE_CHARS) {
      throw new S3Error('InvalidTag', { message: 'The TagValue you have provided is invalid' });
    }
    if (seen.has(key)) {
      throw new S3Error('InvalidTag', { message: 'Cannot provide multiple Tags with the same key' });
    }
    seen.add(key);
  }
  return tags;
}
