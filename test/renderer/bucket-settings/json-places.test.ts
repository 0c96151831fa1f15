import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonProblem, nodeAt, placeOf, readJson } from '#renderer/features/bucket-settings/json-places.ts';

/** What is said about a text, and where; undefined when it can be read. */
function problemOf(text: string): { words: string; line: number; column: number } | undefined {
  try {
    readJson(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    return { words: error.message, ...placeOf(text, error.offset) };
  }
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Text that is nearly JSON: pieces of it in any order. */
const nearlyJson = fc
  .array(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '\\',
      '1',
      '-',
      '.5',
      'e',
      'true',
      'nul',
      ' ',
      '\n',
      '\t',
      '\u0001',
      '\u007f',
      '\u2028',
    ),
    {
      maxLength: 12,
    },
  )
  .map((pieces) => pieces.join(''));

describe('JSON with the places of its parts', () => {
  it('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(readJson(text).value).toEqual(JSON.parse(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('is refused where JSON.parse refuses it, and else only for a name that is there twice', () => {
    fc.assert(
      fc.property(nearlyJson, (text) => {
        const problem = problemOf(text);
        if (parses(text)) expect(problem?.words ?? '“a” is there twice.').toContain('is there twice');
        else expect(problem).toBeDefined();
      }),
      { numRuns: 5000 },
    );
  });

  it('finds each part by its path', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.integer()), { maxLength: 5 }),
        fc.jsonValue(),
        (path, leaf) => {
          const value = path.reduceRight<unknown>(
            (inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }),
            leaf,
          );
          const steps = path.map((step) => (typeof step === 'number' ? 0 : step));
          const text = JSON.stringify(value, null, 2);
          const { start, end } = nodeAt(readJson(text), steps);
          expect(JSON.parse(text.slice(start, end))).toEqual(JSON.parse(JSON.stringify(leaf)));
        },
      ),
    );
  });

  it.each<[text: string, words: string, line: number, column: number]>([
    ['', 'A value is expected', 1, 1],
    ['{"a": 1', 'A comma or } is expected. The text ends here.', 1, 8],
    ['{\n  "a": 1,\n}', 'After a comma another name is expected.', 3, 1],
    ['[1, 2,]', 'After a comma another value is expected.', 1, 7],
    ['{a: 1}', 'A name in double quotes is expected.', 1, 2],
    ["{'a': 1}", 'A name in double quotes is expected.', 1, 2],
    ['{"a" 1}', 'A colon is expected after the name.', 1, 6],
    ['{"a": 1 "b": 2}', 'A comma or } is expected.', 1, 9],
    ['{\n "a": 1,\n "a": 2}', '“a” is there twice.', 3, 2],
    ['["a\nb"]', 'This text has no closing quote.', 1, 2],
    ['["tab\there"]', 'has to be written with a backslash', 1, 2],
    ['["\\x"]', 'has to be written with a backslash', 1, 2],
    ['[01]', 'A comma or ] is expected.', 1, 3],
    ['[undefined]', 'A value is expected', 1, 2],
    ['{} // note', 'Nothing is expected after the end of the value.', 1, 4],
    ['['.repeat(300), 'nested too deeply', 1, 202],
  ])('says what is wrong with %j, and where', (text, words, line, column) => {
    const problem = problemOf(text);
    expect(problem?.words).toContain(words);
    expect(problem).toMatchObject({ line, column });
  });
});
