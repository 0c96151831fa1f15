import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

/** The table of what was tried on what, in the project's documentation. */
const FILE = fileURLToPath(new URL('../../docs/OPERATIONS.md', import.meta.url));

export const systems = ['Sandbox', 'Ceph', 'Fake HCP'] as const;
export type SystemName = (typeof systems)[number];

export interface Row {
  group: string;
  name: string;
}

const HEAD = `# What was tried on what

Each row is one operation of \`test/operations/operations.ts\`, done through the router and the engine on a real server. The
table is written by the suite and checked by it: a column that is not what the suite has just found fails the tests.

- Sandbox and Fake HCP: \`npm test -- unit operations\`; Ceph: \`npm run test:ceph -- operations\`.
- To write a column anew: the same with \`COOPER_WRITE_TABLE=1\` before it.

“Passes” means that the operation was done and its outcome looked at. “Not offered” means that the server does not have it,
that Cooper says so before the click, and that trying it all the same ends in those words.
`;

type Cells = Map<string, string>;
export const idOf = ({ group, name }: Row) => `${group} · ${name}`;

/** What the table says for one system, by row. */
export function columnOf(system: SystemName): Cells {
  const cells: Cells = new Map();
  const at = systems.indexOf(system);
  for (const line of read().split('\n')) {
    const [group, name, ...values] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    const value = values[at];
    if (group !== undefined && name !== undefined && value !== undefined)
      cells.set(idOf({ group, name }), value);
  }
  return cells;
}

/** Puts one system's results into the table; the other columns stay. */
export async function writeColumn(system: SystemName, rows: readonly Row[], results: Cells): Promise<void> {
  const columns = systems.map((each) => (each === system ? results : columnOf(each)));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const lines = [
    line(['', 'Operation', ...systems]),
    line(['---', '---', ...systems.map(() => '---')]),
    ...rows.map((row) =>
      line([row.group, row.name, ...columns.map((cells) => cells.get(idOf(row)) ?? 'not tried')]),
    ),
  ];
  const text = `${HEAD}\n${lines.join('\n')}\n`;
  writeFileSync(FILE, await format(text, { ...(await resolveConfig(FILE)), filepath: FILE }));
}

function read(): string {
  try {
    return readFileSync(FILE, 'utf8');
  } catch {
    return '';
  }
}
