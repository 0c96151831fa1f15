/** A JSON text that was read, with the place of each of its parts. */
export interface JsonNode {
  /** Where it begins and ends in the text. */
  start: number;
  end: number;
  value: unknown;
  children?: Map<string | number, JsonNode>;
}

export class JsonProblem extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.name = 'JsonProblem';
    this.offset = offset;
  }
}

const MAX_DEPTH = 200;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\r\n]*/y;
// what a string may hold as it is: no quote, no backslash and no control character
const STRING = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const WORDS: readonly [string, unknown][] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/**
 * Reads JSON (RFC 8259), and unlike JSON.parse always says where something is wrong. A name that an object has twice is
 * refused: JSON.parse would silently take the last.
 *
 * @throws JsonProblem
 */
export function readJson(text: string): JsonNode {
  let at = 0;

  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const skip = () => match(SPACE);
  const refuse = (words: string, offset = at): never => {
    throw new JsonProblem(offset >= text.length ? `${words} The text ends here.` : words, offset);
  };

  const readString = (what: string): JsonNode => {
    const start = at;
    if (text[at] !== '"') refuse(`${what} in double quotes is expected.`);
    const found = match(STRING);
    if (found === undefined) return refuse(stringProblem(text, start), start);
    return { start, end: at, value: JSON.parse(found) };
  };

  const readObject = (depth: number): JsonNode => {
    const start = at;
    const children = new Map<string | number, JsonNode>();
    at += 1;
    skip();
    if (text[at] === '}') at += 1;
    else
      for (;;) {
        const name = readString('A name');
        const key = String(name.value);
        if (children.has(key)) refuse(`“${key}” is there twice.`, name.start);
        skip();
        if (text[at] !== ':') refuse('A colon is expected after the name.');
        at += 1;
        children.set(key, readValue(depth));
        skip();
        const closing = text[at];
        if (closing !== ',' && closing !== '}') refuse('A comma or } is expected.');
        at += 1;
        if (closing === '}') break;
        skip();
        if (text[at] === '}') refuse('After a comma another name is expected.');
      }
    const value = Object.fromEntries([...children].map(([name, child]) => [name, child.value]));
    return { start, end: at, value, children };
  };

  const readArray = (depth: number): JsonNode => {
    const start = at;
    const children = new Map<string | number, JsonNode>();
    at += 1;
    skip();
    if (text[at] === ']') at += 1;
    else
      for (;;) {
        children.set(children.size, readValue(depth));
        skip();
        const closing = text[at];
        if (closing !== ',' && closing !== ']') refuse('A comma or ] is expected.');
        at += 1;
        if (closing === ']') break;
        skip();
        if (text[at] === ']') refuse('After a comma another value is expected.');
      }
    return { start, end: at, value: Array.from(children.values(), (child) => child.value), children };
  };

  const readValue = (depth: number): JsonNode => {
    skip();
    if (depth > MAX_DEPTH) refuse('This is nested too deeply.');
    const start = at;
    const first = text[at];
    if (first === '{') return readObject(depth + 1);
    if (first === '[') return readArray(depth + 1);
    if (first === '"') return readString('A text');
    for (const [word, value] of WORDS)
      if (text.startsWith(word, at)) {
        at += word.length;
        return { start, end: at, value };
      }
    const number = match(NUMBER);
    if (number === undefined) return refuse('A value is expected: text in double quotes, a number, { or [.');
    return { start, end: at, value: Number(number) };
  };

  const root = readValue(0);
  skip();
  if (at < text.length) refuse('Nothing is expected after the end of the value.');
  return root;
}

function stringProblem(text: string, start: number): string {
  const line = text.slice(start + 1).split('\n', 1)[0] ?? '';
  return /(?:^|[^\\])(?:\\\\)*"/u.test(line)
    ? 'This text holds a character that has to be written with a backslash.'
    : 'This text has no closing quote.';
}

/** The part that a path leads to, or the last one on its way that is there. */
export function nodeAt(root: JsonNode, path: readonly PropertyKey[]): JsonNode {
  let node = root;
  for (const step of path) {
    const child = node.children?.get(typeof step === 'symbol' ? String(step) : step);
    if (child === undefined) return node;
    node = child;
  }
  return node;
}

/** Line and column, each from 1. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}
