import { useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { isMac } from '#renderer/ui/commands.ts';
import type { Upload } from '#shared/objects.ts';
import { VirtualTable, type VirtualTableHandle } from '#renderer/ui/virtual-table.tsx';
import { allOf, extended, noChoice, only, toggled } from './selection.ts';
import { choose, hideUploads, idOf, useUploads } from './store.ts';
import { rowId, UploadRow } from './upload-row.tsx';

const columns = [
  { label: 'Key', className: 'upload-name' },
  { label: 'So far', className: 'upload-number' },
  { label: 'Age', className: 'upload-number' },
  { label: 'Begun', className: '' },
  { label: 'By', className: 'upload-owner' },
];

/** Where a key moves the cursor to, or undefined for any other key. */
function moved(key: string, from: number, length: number, page: number): number | undefined {
  const to = { ArrowDown: from + 1, ArrowUp: from - 1, PageDown: from + page, PageUp: from - page }[key];
  const end = { Home: 0, End: length - 1 }[key];
  return to === undefined ? end : Math.min(length - 1, Math.max(0, to));
}

/** The rows: chosen as in a file manager; Delete asks to abort what is chosen. */
export function UploadTable({ label, onAbort }: { label: string; onAbort: () => void }) {
  const table = useRef<VirtualTableHandle>(null);
  const uploads = useUploads((state) => state.uploads);
  const choice = useUploads((state) => state.choice);
  const complete = useUploads((state) => state.listing.state === 'complete');
  const [now] = useState(() => Date.now());
  const at = uploads.findIndex((upload) => idOf(upload) === choice.cursor);
  const active = uploads[at];

  const onPress = (upload: Upload, event: MouseEvent) => {
    if (event.button !== 0) return;
    const id = idOf(upload);
    const adds = isMac ? event.metaKey : event.ctrlKey;
    if (event.shiftKey) choose((before) => extended(before, id, uploads.map(idOf)));
    else choose((before) => (adds ? toggled(before, id) : only(id)));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.altKey) return;
    const mod = isMac ? event.metaKey : event.ctrlKey;
    const to = moved(event.key, at, uploads.length, table.current?.pageRows() ?? 1);
    const next = to === undefined ? undefined : uploads[to];
    if (next !== undefined && to !== undefined) {
      const id = idOf(next);
      choose((before) => {
        if (event.shiftKey) return extended(before, id, uploads.map(idOf));
        return mod ? { ...before, cursor: id, anchor: id } : only(id);
      });
      table.current?.reveal(to);
    } else if (event.key === ' ' && active !== undefined) choose((before) => toggled(before, idOf(active)));
    else if (mod && event.key.toLowerCase() === 'a') choose((before) => allOf(before, uploads.map(idOf)));
    else if (event.key === 'Delete' && choice.chosen.size > 0) onAbort();
    else if (event.key === 'Escape' && choice.chosen.size > 0) choose(() => noChoice);
    else if (event.key === 'Escape' || event.key === 'Backspace') hideUploads();
    else return;
    event.preventDefault();
  };

  return (
    <VirtualTable
      ref={table}
      label={label}
      rowCount={uploads.length}
      openEnded={!complete}
      columnCount={columns.length}
      header={
        <div role="row" className="upload-columns" aria-rowindex={1}>
          {columns.map((column) => (
            <div key={column.label} role="columnheader" className={`upload-cell ${column.className}`}>
              {column.label}
            </div>
          ))}
        </div>
      }
      activeId={active === undefined ? undefined : rowId(active)}
      onKeyDown={onKeyDown}
      onBackgroundPress={() => choose(() => noChoice)}
      renderRow={(position, { top }) => {
        const upload = uploads[position];
        if (upload === undefined) return null;
        const id = idOf(upload);
        return (
          <UploadRow
            key={id}
            upload={upload}
            position={position}
            top={top}
            now={now}
            selected={choice.chosen.has(id)}
            cursor={choice.cursor === id}
            onPress={onPress}
          />
        );
      }}
    />
  );
}
