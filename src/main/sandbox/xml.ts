import { SaxesParser } from 'saxes';
import { S3Error } from './errors.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const NAMED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * Text as XML content. Control characters, which XML 1.0 cannot hold, are written as references all the same (`&#x1;`),
 * as AWS does; a client that cannot read them asks for `encoding-type=url`.
 */
export function escapeXml(content: string): string {
  return isPlain(content) ? content : escaped(content);
}

/** Whether it is all of ASCII and the letters next to it, with nothing to be escaped. */
function isPlain(content: string): boolean {
  for (let i = 0; i < content.length; i++) {
    const unit = content.charCodeAt(i);
    const isMark = unit === 0x22 || unit === 0x26 || unit === 0x3c || unit === 0x3e;
    if (isMark || unit < 0x20 || (unit > 0x7e && unit < 0xa0) || unit > 0x2027) return false;
  }
  return true;
}

function escaped(content: string): string {
  return content.replace(
    /[&<>"\p{Cc}\u2028\u2029\ufffe\uffff]/gu,
    (char) => NAMED[char] ?? `&#x${char.charCodeAt(0).toString(16)};`,
  );
}

/** A finished piece of XML: no text, which would have to be escaped. */
export interface Xml {
  readonly written: string;
}

export const NOTHING: Xml = { written: '' };

/** Text alone. */
export function characters(content: string): Xml {
  return { written: escapeXml(content) };
}

/** An element with text. Nothing at all when the text is undefined. */
export function text(name: string, content: string | number | boolean | undefined): Xml {
  if (content === undefined) return NOTHING;
  return { written: `<${name}>${escapeXml(String(content))}</${name}>` };
}

/** An element with elements. */
export function element(name: string, ...children: readonly Xml[]): Xml {
  return { written: `<${name}>${join(children)}</${name}>` };
}

/** An element with an `xsi:type`, as grantees have it. */
export function typedElement(name: string, type: string, ...children: readonly Xml[]): Xml {
  const attributes = `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="${type}"`;
  return { written: `<${name} ${attributes}>${join(children)}</${name}>` };
}

export function each<T>(items: Iterable<T>, write: (item: T) => Xml): Xml {
  let written = '';
  for (const item of items) written += write(item).written;
  return { written };
}

function join(pieces: readonly Xml[]): string {
  let written = '';
  for (const piece of pieces) written += piece.written;
  return written;
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** A whole answer, in S3's namespace. */
export function xmlDocument(root: string, ...children: readonly Xml[]): string {
  return `${DECLARATION}<${root} xmlns="${NAMESPACE}">${join(children)}</${root}>`;
}

/** Errors are in no namespace. */
export function errorDocument(fields: Record<string, string>): string {
  const written = element('Error', ...Object.entries(fields).map(([name, value]) => text(name, value)));
  return DECLARATION + written.written;
}

export interface XmlNode {
  /** Without a namespace's prefix. */
  name: string;
  attributes: Record<string, string>;
  children: XmlNode[];
  text: string;
}

const DEEPEST = 20;

/**
 * Reads a request's XML.
 *
 * Clients write control characters of keys as references, which XML 1.0 forbids and AWS takes; XML 1.1 has them. What
 * 1.1 forbids raw though 1.0 allows it, and what it would turn into line ends, is made a reference beforehand.
 *
 * @throws S3Error MalformedXML when it is not well-formed, declares a document type, or its root is not `root`.
 */
export function parseXml(source: Uint8Array, root: string): XmlNode {
  const parser = new SaxesParser({ xmlns: false, forceXMLVersion: true, defaultXMLVersion: '1.1' });
  const open: XmlNode[] = [];
  let top: XmlNode | undefined;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new Error('A document type is not taken.');
  });
  parser.on('opentag', (tag) => {
    const node: XmlNode = { name: localName(tag.name), attributes: tag.attributes, children: [], text: '' };
    open.at(-1)?.children.push(node);
    top ??= node;
    if (open.push(node) > DEEPEST) throw new Error('Nested too deeply.');
  });
  parser.on('closetag', () => {
    open.pop();
  });
  const addText = (content: string) => {
    const node = open.at(-1);
    if (node !== undefined) node.text += content;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  try {
    const decoded = new TextDecoder('utf-8', { fatal: true }).decode(source);
    parser.write(
      decoded.replace(/[\u007f-\u009f\u2028]/g, (char) => `&#x${char.charCodeAt(0).toString(16)};`),
    );
    parser.close();
  } catch {
    throw new S3Error('MalformedXML');
  }
  if (top?.name !== root) throw new S3Error('MalformedXML');
  return top;
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1);

export function childrenNamed(node: XmlNode, name: string): XmlNode[] {
  return node.children.filter((child) => child.name === name);
}

export function childNamed(node: XmlNode, name: string): XmlNode | undefined {
  return node.children.find((child) => child.name === name);
}

/** The text of a child, or undefined when there is no such child. */
export function childText(node: XmlNode, name: string): string | undefined {
  return childNamed(node, name)?.text;
}

/** The text of a child that has to be there. @throws S3Error MalformedXML */
export function requiredText(node: XmlNode, name: string): string {
  const content = childText(node, name);
  if (content === undefined) throw new S3Error('MalformedXML');
  return content;
}
