import type { z } from 'zod';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What is wrong with something that was typed or sent, and where in it. */
export interface InputProblem {
  path: Path;
  /** A sentence. */
  words: string;
  /** Whether the schema gave the words. Else they say nothing without the path. */
  isOurs: boolean;
}

/** The first thing that is wrong. Never shows what was sent, but the names of fields. */
export function inputProblem({ issues }: { issues: readonly Issue[] }): InputProblem {
  const [issue] = issues;
  return issue === undefined
    ? { path: [], words: 'This is not valid.', isOurs: false }
    : problemOf(issue, []);
}

/** A path as it is written in JavaScript: `CORSRules[0].AllowedMethods`. */
export function pathText(path: Path): string {
  return path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      const name = String(step);
      return /^[A-Za-z_$][\w$-]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
    })
    .join('')
    .replace(/^\./u, '');
}

function problemOf(issue: Issue, above: Path): InputProblem {
  const path = [...above, ...issue.path];
  const nested = nestedIssue(issue);
  if (nested !== undefined) return problemOf(nested, path);
  const isOurs = !/^(Invalid|Too|Unrecognized)\b/u.test(issue.message);
  return { path, words: isOurs ? issue.message : wordsOf(issue), isOurs };
}

/** What lies behind an issue that only says that something inside is wrong. */
function nestedIssue(issue: Issue): Issue | undefined {
  switch (issue.code) {
    case 'invalid_union':
      return meantBranch(issue.errors)?.[0];
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues[0];
    default:
      return undefined;
  }
}

/** Of several forms, the one that was most likely meant: its fields are known, and most of it is right. */
function meantBranch(branches: readonly Issue[][]): Issue[] | undefined {
  const unknownFields = (issues: Issue[]) => issues.filter(({ code }) => code === 'unrecognized_keys').length;
  const depth = (issues: Issue[]) => Math.max(0, ...issues.map(({ path }) => path.length));
  return branches.toSorted(
    (a, b) => unknownFields(a) - unknownFields(b) || depth(b) - depth(a) || a.length - b.length,
  )[0];
}

const NOUNS: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object with fields',
  record: 'an object with fields',
  date: 'a date',
};

function wordsOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.message.endsWith('received undefined')) return 'This is missing.';
      return `This has to be ${NOUNS[issue.expected] ?? issue.expected}.`;
    case 'invalid_value':
      return oneOf(issue.values);
    case 'unrecognized_keys':
      return `${issue.keys.map((name) => `“${name}”`).join(', ')} ${issue.keys.length > 1 ? 'are' : 'is'} not known here.`;
    case 'too_small':
      if (issue.minimum === 1 && (issue.origin === 'string' || issue.origin === 'array'))
        return 'This is empty.';
      return `This is too small: at least ${issue.minimum}.`;
    case 'too_big':
      return `This is too large: at most ${issue.maximum}.`;
    case 'invalid_union':
      return 'options' in issue ? oneOf(issue.options ?? []) : 'This is not valid.';
    default:
      return 'This is not valid.';
  }
}

function oneOf(values: readonly unknown[]): string {
  return `This has to be ${values.length > 1 ? 'one of ' : ''}${values.map(String).join(', ')}.`;
}
