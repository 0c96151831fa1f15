import { ArrowDown, ArrowUp } from 'lucide-react';
import { useEffect, useRef, type KeyboardEvent, type MouseEvent } from 'react';
import { isMac } from '#renderer/ui/commands.ts';
import { Icon } from '#renderer/ui/icons.tsx';
import { VirtualTable, type VirtualTableHandle } from '#renderer/ui/virtual-table.tsx';
import type { Row } from './level.ts';
import { ObjectRow, rowId } from './object-row.tsx';
import { goUp, lookAsOf, openRow, select, sortBy, useBrowser, useRows } from './store.ts';
import { typeAhead } from './type-ahead.ts';
import type { SortColumn } from './view.ts';

const columns: { id: SortColumn; label: string; className: string }[] = [
  { id: 'name', label: 'Name', className: 'cell-name' },
  { id: 'size', label: 'Size', className: 'cell-number' },
  { id: 'modified', label: 'Modified', className: '' },
  { id: 'type', label: 'Type', className: 'cell-type' },
];

function Header({ onSort }: { onSort: (column: SortColumn) => void }) {
  const sort = useBrowser((state) => state.sort);
  return (
    <div role="row" className="table-columns" aria-rowindex={1}>
      {columns.map(({ id, label, className }) => {
        const sorted = sort.column === id;
        const direction = sort.descending ? 'descending' : 'ascending';
        return (
          <div
            key={id}
            role="columnheader"
            aria-sort={sorted ? direction : 'none'}
            className={`column ${className}`}
          >
            <button type="button" className="column-button" tabIndex={-1} onClick={() => onSort(id)}>
              {label}
              {sorted && <Icon of={sort.descending ? ArrowDown : ArrowUp} />}
            </button>
          </div>
        );
      })}
    </div>
  );
}

/** The cursor's next position for a key that moves it, or undefined for any other key. */
function moved(key: string, from: number, length: number, page: number): number | undefined {
  const clamp = (to: number) => Math.min(length - 1, Math.max(0, to));
  switch (key) {
    case 'ArrowDown':
      return clamp(from + 1);
    case 'ArrowUp':
      return from === -1 ? length - 1 : clamp(from - 1);
    case 'PageDown':
      return clamp(Math.max(from, 0) + page);
    case 'PageUp':
      return clamp(from - page);
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return undefined;
  }
}

const typed = typeAhead();

/** The rows of one level: selection, keyboard and the cursor as in a file manager. */
export function ObjectTable({ label }: { label: string }) {
  const table = useRef<VirtualTableHandle>(null);
  const { level, view, selection, wholePrefix } = useRows();
  const reveal = useBrowser((state) => state.reveal);
  const openEnded = useBrowser((state) => state.listing.state !== 'complete');
  const location = useBrowser((state) => state.location);

  useEffect(() => {
    const { view: shown, selection: chosen } = useBrowser.getState();
    table.current?.reveal(chosen.cursor === undefined ? 0 : shown.positionOf(chosen.cursor));
  }, [reveal]);

  // the table takes the focus when a folder was opened, unless the focus is in a field
  useEffect(() => {
    const active = document.activeElement;
    if (active === null || active === document.body || active.closest('[data-gives-focus]') !== null)
      table.current?.focus();
  }, [location]);

  const onPress = (row: Row, event: MouseEvent) => {
    const adds = isMac ? event.metaKey : event.ctrlKey;
    if (event.button === 2 || (isMac && event.ctrlKey)) {
      if (!selection.has(row)) select((chosen) => chosen.replaceWith(row));
      return;
    }
    if (event.button !== 0) return;
    if (event.shiftKey) select((chosen, shown) => chosen.extendTo(row, shown, adds));
    else if (adds) select((chosen) => chosen.toggle(row));
    else select((chosen) => chosen.replaceWith(row));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const mod = isMac ? event.metaKey : event.ctrlKey;
    const { cursor } = selection;
    const from = cursor === undefined ? -1 : view.positionOf(cursor);
    const to = event.altKey ? undefined : moved(event.key, from, view.length, table.current?.pageRows() ?? 1);
    if (to !== undefined) {
      const row = view.at(to);
      event.preventDefault();
      if (row === undefined) return;
      select((chosen, shown) => {
        if (event.shiftKey) chosen.extendTo(row, shown, mod);
        else if (mod) chosen.moveTo(row);
        else chosen.replaceWith(row);
      }, true);
      return;
    }
    if (event.altKey) return;
    if (mod && event.key === ' ' && cursor !== undefined) select((chosen) => chosen.toggle(cursor));
    else if (mod) return;
    else if (event.key === ' ' && cursor !== undefined && !typed.isTyping(event.timeStamp)) {
      if (!selection.has(cursor)) select((chosen) => chosen.toggle(cursor));
    } else if (event.key === 'Enter' && cursor !== undefined) openRow(cursor);
    else if (event.key === 'Backspace') goUp();
    else if (event.key === 'Escape') {
      // with nothing to let go of, it lets go of the past
      if (selection.size === 0 && location?.asOf !== undefined) lookAsOf(undefined);
      else select((chosen) => chosen.clear());
    } else if (event.key.length === 1) {
      const text = typed.add(event.key, event.timeStamp);
      const found = view.jump(text, Math.max(0, text.length === 1 ? from + 1 : from));
      const row = view.at(found);
      if (row !== undefined) select((chosen) => chosen.replaceWith(row), true);
    } else return;
    event.preventDefault();
  };

  const active = selection.cursor;
  return (
    <VirtualTable
      ref={table}
      label={label}
      rowCount={view.length}
      openEnded={openEnded}
      columnCount={columns.length}
      header={
        <Header
          onSort={(column) => {
            sortBy(column);
            table.current?.focus();
          }}
        />
      }
      activeId={active === undefined ? undefined : rowId(active)}
      onKeyDown={onKeyDown}
      onBackgroundPress={() => select((chosen) => chosen.clear())}
      renderRow={(position, { top }) => {
        const row = view.at(position);
        if (row === undefined) return null;
        return (
          <ObjectRow
            key={row}
            level={level}
            row={row}
            position={position}
            top={top}
            selected={wholePrefix || selection.has(row)}
            cursor={active === row}
            onPress={onPress}
            onOpen={openRow}
          />
        );
      }}
    />
  );
}
