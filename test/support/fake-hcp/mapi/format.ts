import { parseXml, type XmlNode } from '#sandbox/xml.ts';
import { MapiError } from './error.ts';

/** What resources are made of. */
export type Value = string | number | boolean | readonly Value[] | { readonly [name: string]: Value };
export type Resource = Readonly<Record<string, Value>>;

const escape = (text: string) =>
  text.replace(/[&<>]/g, (char) => ({ '&': '&amp;', '<': '&lt;' })[char] ?? '&gt;');

/** XML unless JSON is asked for. */
export function write(root: string, resource: Resource, accept: string): { type: string; body: string } {
  if (accept.includes('application/json'))
    return { type: 'application/json', body: JSON.stringify(resource) };
  const xml = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${writeElement(root, resource)}`;
  return { type: 'application/xml', body: xml };
}

function writeElement(name: string, value: Value): string {
  if (isList(value)) return value.map((each) => writeElement(name, each)).join('');
  const inner =
    typeof value === 'object'
      ? Object.entries(value)
          .map(([child, content]) => writeElement(child, content))
          .join('')
      : escape(String(value));
  return `<${name}>${inner}</${name}>`;
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

/** A body, by its type. @throws MapiError 415 without one, 400 for what it cannot be. */
export function read(root: string, type: string | undefined, body: string): Record<string, unknown> {
  if (type === undefined || type === '')
    throw new MapiError(415, 'The request has a body and no Content-Type header.');
  if (type.includes('json')) return readJson(body);
  if (type.includes('xml')) return readXml(root, body);
  throw new MapiError(415, `The media type ${type} is not supported.`);
}

function readJson(body: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new MapiError(400, 'The request body is not valid JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MapiError(400, 'The request body is not an object.');
  return { ...value };
}

function readXml(root: string, body: string): Record<string, unknown> {
  try {
    const value = valueOf(parseXml(Buffer.from(body), root));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    throw new MapiError(400, `The request body is not the XML of ${root}.`);
  }
}

function valueOf(node: XmlNode): unknown {
  if (node.children.length > 0)
    return Object.fromEntries(node.children.map((child) => [child.name, valueOf(child)]));
  const text = node.text.trim();
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+$/.test(text) ? Number(text) : text;
}
