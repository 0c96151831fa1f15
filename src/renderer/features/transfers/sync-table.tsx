import { ArrowRightLeft, Plus, Trash2 } from 'lucide-react';
import { useRef, useState, type KeyboardEvent } from 'react';
import { Segments } from '#renderer/ui/field.tsx';
import { formatBytes, formatCount, formatExactBytes } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/icons.tsx';
import { Name } from '#renderer/ui/name.tsx';
import { revealText } from '#renderer/ui/reveal.ts';
import { VirtualTable, type VirtualTableHandle } from '#renderer/ui/virtual-table.tsx';
import type { SyncRow } from '#shared/transfer.ts';
import { filtered, ROWS_KEPT, type Diff, type DiffFilter } from './sync-model.ts';

const looks = {
  send: { icon: Plus, word: 'Send' },
  replace: { icon: ArrowRightLeft, word: 'Replace' },
  delete: { icon: Trash2, word: 'Delete' },
} as const;

/** What a sync would do, name by name. The rows are walked with the arrow keys. */
export function SyncTable({ diff }: { diff: Diff }) {
  const [filter, setFilter] = useState<DiffFilter>('all');
  const [cursor, setCursor] = useState(0);
  const table = useRef<VirtualTableHandle>(null);
  const { totals } = diff;
  const rows = filtered(diff.rows, filter);
  const shown = { send: totals.send, replace: totals.replace, delete: totals.delete };
  const all = shown.send + shown.replace + shown.delete;
  const onKeyDown = (event: KeyboardEvent) => {
    const page = table.current?.pageRows() ?? 1;
    const to = {
      ArrowDown: cursor + 1,
      ArrowUp: cursor - 1,
      PageDown: cursor + page,
      PageUp: cursor - page,
      Home: 0,
      End: rows.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = Math.min(rows.length - 1, Math.max(0, to));
    setCursor(next);
    table.current?.reveal(next);
  };
  return (
    <section className="sync-diff" aria-label="Dry run">
      <Segments
        label="Show"
        value={filter}
        options={[
          { id: 'all', label: `All ${formatCount(all)}` },
          { id: 'send', label: `Send ${formatCount(shown.send)}` },
          { id: 'replace', label: `Replace ${formatCount(shown.replace)}` },
          { id: 'delete', label: `Delete ${formatCount(shown.delete)}` },
        ]}
        onChange={(chosen) => {
          setFilter(chosen);
          setCursor(0);
        }}
      />
      <div className="sync-frame">
        <VirtualTable
          ref={table}
          label="What a sync would do"
          rowCount={rows.length}
          openEnded={!diff.isFinal}
          columnCount={4}
          header={
            <div role="row" className="table-columns sync-columns" aria-rowindex={1}>
              {['What', 'Name', 'Size', 'Why'].map((name) => (
                <div key={name} role="columnheader" className="column">
                  {name}
                </div>
              ))}
            </div>
          }
          activeId={rows.length > 0 ? `sync-row-${Math.min(cursor, rows.length - 1)}` : undefined}
          onKeyDown={onKeyDown}
          renderRow={(position, { top }) => {
            const row = rows[position];
            return row === undefined ? null : (
              <Row key={position} row={row} position={position} top={top} isCursor={position === cursor} />
            );
          }}
        >
          {rows.length === 0 && diff.isFinal && <p className="sync-none muted">Nothing of this kind.</p>}
        </VirtualTable>
      </div>
      {all > ROWS_KEPT && (
        <p className="note">The first {formatCount(ROWS_KEPT)} are shown; all of them are done.</p>
      )}
    </section>
  );
}

interface RowProps {
  row: SyncRow;
  position: number;
  top: number;
  isCursor: boolean;
}

function Row({ row: { path, action, size, why }, position, top, isCursor }: RowProps) {
  const { icon, word } = looks[action];
  return (
    <div
      id={`sync-row-${position}`}
      role="row"
      aria-label={`${word} ${revealText(path)}`}
      aria-rowindex={position + 2}
      aria-selected={isCursor}
      className="object-row sync-columns"
      data-action={action}
      data-cursor={isCursor}
      style={{ top }}
    >
      <div role="gridcell" className="cell sync-action">
        <Icon of={icon} />
        {word}
      </div>
      <div role="gridcell" className="cell cell-name">
        <Name name={path} />
      </div>
      <div role="gridcell" className="cell cell-number" title={formatExactBytes(size)}>
        {formatBytes(size)}
      </div>
      <div role="gridcell" className="cell muted" title={why}>
        <span className="truncate">{why}</span>
      </div>
    </div>
  );
}
