import { memo, type MouseEvent } from 'react';
import { formatBytes, formatDate, formatExactBytes, formatIso } from '#renderer/ui/format.ts';
import { Name } from '#renderer/ui/name.tsx';
import { revealText } from '#renderer/ui/reveal.ts';
import { isFolder, type Level, type Row } from './level.ts';
import { ObjectIcon } from './object-icon.tsx';

interface ObjectRowProps {
  level: Level;
  row: Row;
  position: number;
  top: number;
  selected: boolean;
  cursor: boolean;
  onPress: (row: Row, event: MouseEvent) => void;
  onOpen: (row: Row) => void;
}

export const rowId = (row: Row): string => `object-row-${row}`;

/** The name by which a row is read out: the object's name, or the folder's with its slash. */
function rowLabel(level: Level, row: Row): string {
  const name = revealText(level.nameOf(row));
  if (isFolder(row)) return `${name === '' ? '(no name)' : name}/`;
  return name === '' ? 'Folder marker' : name;
}

export const ObjectRow = memo(function ObjectRow({ level, row, position, top, ...props }: ObjectRowProps) {
  const folder = isFolder(row);
  const name = level.nameOf(row);
  const type = level.typeNameOf(row);
  const size = level.sizeOf(row);
  const time = level.timeOf(row);
  return (
    <div
      id={rowId(row)}
      role="row"
      className="object-row"
      aria-label={rowLabel(level, row)}
      aria-rowindex={position + 2}
      aria-selected={props.selected}
      data-cursor={props.cursor}
      data-folder={folder ? level.keyOf(row) : undefined}
      style={{ top }}
      onMouseDown={(event) => props.onPress(row, event)}
      onDoubleClick={() => props.onOpen(row)}
    >
      <div role="gridcell" className="cell cell-name">
        <ObjectIcon type={type} />
        {!folder && name === '' ? (
          <span className="muted">Folder marker</span>
        ) : (
          <Name name={name} folder={folder} />
        )}
      </div>
      <div role="gridcell" className="cell cell-number" title={folder ? undefined : formatExactBytes(size)}>
        {folder ? '—' : formatBytes(size)}
      </div>
      <div role="gridcell" className="cell" title={formatIso(time)}>
        {formatDate(time)}
      </div>
      <div role="gridcell" className="cell cell-type">
        {type}
      </div>
    </div>
  );
});
