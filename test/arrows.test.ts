import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectFolder } from '#scripts/lib/run.ts';
import { ARROWS, type Arrow } from '#test/support/arrows.ts';

/** The ways to write an import, and the rule that refuses each. */
const FORMS: { form: string; text: string; rule: string }[] = [
  ['an import', "import { b } from '#settings/b.ts';\nb();\n"],
  ['an import of types', "import type { B } from '#settings/b.ts';\nexport type A = B;\n"],
  ['an import for its effect', "import '#settings/b.ts';\n"],
  ['an import while running', "export const b = () => import('#settings/b.ts');\n"],
  ['a re-export', "export { b } from '#settings/b.ts';\n"],
  ['a re-export of everything', "export * from '#settings/b.ts';\n"],
  ['a type that imports', "export type A = import('#settings/b.ts').B;\n", 'consistent-type-imports'],
  ['a require', "export const b = require('#settings/b.ts') as unknown;\n", 'no-require-imports'],
].map(([form = '', text = '', rule = 'no-restricted-imports']) => ({ form, text, rule }));

const folder = mkdtempSync(join(tmpdir(), 'cooper-arrows-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function plant(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

interface Diagnostic {
  code: string;
  filename: string;
  labels: { span: { line: number } }[];
}

/** Lints what was planted and gives the problems of each file. */
function lint(): Diagnostic[] {
  const manifest = createRequire(import.meta.url).resolve('oxlint/package.json');
  const oxlint = join(dirname(manifest), 'bin/oxlint');
  const { stdout } = spawnSync(process.execPath, [oxlint, '--format=json'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics;
}

const specifiers = ({ legal, refused }: Arrow) => [...legal, ...refused];
const folders = (path: string) =>
  readdirSync(join(projectFolder, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${path}/${entry.name}`);
const moduleFolders = [
  'src/shared',
  'src/preload',
  ...folders('src/main'),
  ...folders('src/renderer/features'),
];

let diagnostics: Diagnostic[] = [];
const linesOf = (file: string, rule: string) =>
  diagnostics
    .filter(({ filename, code }) => filename === file && code.includes(rule))
    .map(({ labels }) => labels[0]?.span.line);

beforeAll(() => {
  for (const name of ['.oxlintrc.json', 'package.json', 'tsconfig.json']) {
    copyFileSync(join(projectFolder, name), join(folder, name));
  }
  for (const [file, arrow] of Object.entries(ARROWS)) {
    plant(
      file,
      specifiers(arrow)
        .map((name, line) => `export * as b${line} from '${name}';\n`)
        .join(''),
    );
  }
  for (const [index, { text }] of FORMS.entries()) plant(`src/main/jobs/form-${index}.ts`, text);
  for (const path of moduleFolders) plant(`${path}/everywhere.ts`, "export * from '#test/b.ts';\n");
  plant('src/main/rpc/ring-1.ts', "import { two } from '#rpc/ring-2.ts';\nexport const one = () => two;\n");
  plant('src/main/rpc/ring-2.ts', "import { one } from '#rpc/ring-1.ts';\nexport const two = () => one;\n");
  plant(
    'test/jobs/any.test.ts',
    "export * from '#storage/s3/b.ts';\nexport * from '../../src/main/jobs/zip.ts';\n",
  );
  diagnostics = lint();
});

describe.each(Object.entries(ARROWS))('%s', (file, arrow) => {
  it.each(arrow.legal)('may import %s', (name) => {
    expect(linesOf(file, 'no-restricted-imports')).not.toContain(specifiers(arrow).indexOf(name) + 1);
  });
  it.each(arrow.refused)('must not import %s', (name) => {
    expect(linesOf(file, 'no-restricted-imports')).toContain(specifiers(arrow).indexOf(name) + 1);
  });
});

it.each(FORMS)('$form is refused by $rule', ({ text, rule }) => {
  const index = FORMS.findIndex((form) => form.text === text);
  expect(linesOf(`src/main/jobs/form-${index}.ts`, rule)).toEqual([1]);
});

it.each(moduleFolders)('no folder is without arrows: %s', (path) => {
  expect(linesOf(`${path}/everywhere.ts`, 'no-restricted-imports')).toEqual([1]);
});

it('the window imports the type of the router, and only its type', () => {
  plant(
    'src/renderer/api.ts',
    "import type { AppRouter } from '#router/index.ts';\nexport type A = AppRouter;\n",
  );
  diagnostics = lint();
  expect(linesOf('src/renderer/api.ts', 'no-restricted-imports')).toEqual([]);
});

it('two files that import each other are refused', () => {
  expect(linesOf('src/main/rpc/ring-1.ts', 'no-cycle')).not.toEqual([]);
});

it('a test may import anything', () => {
  expect(linesOf('test/jobs/any.test.ts', 'no-restricted-imports')).toEqual([]);
});
