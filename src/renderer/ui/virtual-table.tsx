import {
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEventHandler,
  type ReactNode,
  type Ref,
} from 'react';
import { followScroll, scrollFrame, scrollTo, topOf, type ScrollPlace } from './virtual-scroll.ts';

export const ROW_HEIGHT = 28;
const OVERSCAN = 6;

export interface VirtualTableHandle {
  /** Scrolls as little as needed for a row to be seen. */
  reveal: (position: number) => void;
  /** How many rows are in sight. */
  pageRows: () => number;
  focus: () => void;
}

interface VirtualTableProps {
  ref?: Ref<VirtualTableHandle>;
  label: string;
  rowCount: number;
  /** More rows may come than are there. */
  openEnded: boolean;
  columnCount: number;
  header: ReactNode;
  /** A row; it takes the style, and has the id `rowId(position)`. */
  renderRow: (position: number, style: { top: number }) => ReactNode;
  /** The id of the row that the cursor is on. */
  activeId?: string | undefined;
  onKeyDown?: KeyboardEventHandler<HTMLDivElement>;
  /** The mouse was pressed where no row is. */
  onBackgroundPress?: () => void;
  children?: ReactNode;
}

/**
 * A grid of rows of one height of which only those in sight exist, however many there are. It has one tab stop;
 * the owner moves the cursor and says where it is by `activeId`.
 */
export function VirtualTable({
  ref,
  label,
  rowCount,
  openEnded,
  columnCount,
  header,
  ...props
}: VirtualTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const [viewport, setViewport] = useState(0);
  const [place, setPlace] = useState<ScrollPlace>({ scrollTop: 0, offset: 0 });
  const frame = scrollFrame(rowCount * ROW_HEIGHT, viewport);

  const move = (next: ScrollPlace) => {
    setPlace(next);
    const element = scroller.current;
    if (element !== null && element.scrollTop !== next.scrollTop) element.scrollTop = next.scrollTop;
  };

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const measure = () => setViewport(element.clientHeight - (head.current?.offsetHeight ?? 0));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useImperativeHandle(ref, () => ({
    reveal(position) {
      const top = topOf(place);
      const start = position * ROW_HEIGHT;
      const isAbove = start < top;
      const isBelow = start + ROW_HEIGHT > top + viewport;
      if (position < 0 || viewport <= 0 || !(isAbove || isBelow)) return;
      const wanted = isAbove ? start : start + ROW_HEIGHT - viewport;
      const isStep = Math.abs(wanted - top) <= viewport;
      move(
        isStep
          ? followScroll(frame, place, place.scrollTop + wanted - top)
          : scrollTo(frame, start - Math.floor((viewport - ROW_HEIGHT) / 2)),
      );
    },
    pageRows: () => Math.max(1, Math.floor(viewport / ROW_HEIGHT) - 1),
    focus: () => scroller.current?.focus({ preventScroll: true }),
  }));

  const top = Math.min(topOf(place), Math.max(0, frame.fullHeight - viewport));
  const first = Math.max(0, Math.floor(top / ROW_HEIGHT) - OVERSCAN);
  const end = Math.min(rowCount, Math.ceil((top + viewport) / ROW_HEIGHT) + OVERSCAN);
  const rows: ReactNode[] = [];
  for (let position = first; position < end; position += 1)
    rows.push(props.renderRow(position, { top: position * ROW_HEIGHT - place.offset }));

  return (
    <div
      ref={scroller}
      className="table"
      role="grid"
      aria-label={label}
      aria-multiselectable
      aria-rowcount={openEnded ? -1 : rowCount + 1}
      aria-colcount={columnCount}
      aria-activedescendant={props.activeId}
      tabIndex={0}
      onKeyDown={props.onKeyDown}
      onMouseDown={({ target, currentTarget, nativeEvent }) => {
        const onScrollBar = target === currentTarget && nativeEvent.offsetX >= currentTarget.clientWidth;
        const onRow = target instanceof Element && target.closest('[role="row"]') !== null;
        if (!onScrollBar && !onRow) props.onBackgroundPress?.();
      }}
      onContextMenu={(event) => {
        // asked for by key, it would open at the table's corner instead of the row that the cursor is on
        const active = props.activeId === undefined ? null : document.getElementById(props.activeId);
        if (event.target !== event.currentTarget || event.button === 2 || active === null) return;
        event.preventDefault();
        event.stopPropagation();
        const { left, bottom } = active.getBoundingClientRect();
        const at = { clientX: left + ROW_HEIGHT, clientY: bottom - 4 };
        active.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, ...at }));
      }}
      onScroll={(event) => {
        const { scrollTop } = event.currentTarget;
        if (scrollTop !== place.scrollTop) move(followScroll(frame, place, scrollTop));
      }}
    >
      <div ref={head} role="rowgroup" className="table-head">
        {header}
      </div>
      <div role="rowgroup" className="table-body" style={{ height: frame.height }}>
        {rows}
      </div>
      {props.children}
    </div>
  );
}
