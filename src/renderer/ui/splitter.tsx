import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { z } from 'zod';
import { recall, remember } from './remember.ts';

interface PaneSize {
  size: number;
  setSize: (size: number) => void;
  min: number;
  max: number;
  initial: number;
}

/** The size of a pane in pixels, remembered under a name. */
export function usePaneSize(name: string, initial: number, min: number, max: number): PaneSize {
  const [size, setState] = useState(() => recall(`pane.${name}`, z.number(), initial));
  const setSize = (next: number) => {
    const clamped = Math.round(Math.min(max, Math.max(min, next)));
    setState(clamped);
    remember(`pane.${name}`, clamped);
  };
  return { size, setSize, min, max, initial };
}

interface SplitterProps {
  label: string;
  pane: PaneSize;
  /** Which way the pane grows: to the right (it is on the left), to the left, or upwards. */
  grows: 'right' | 'left' | 'up';
}

/** The line between two panes: drag it, move it with the arrow keys, double-click it for the size it had first. */
export function Splitter({ label, pane, grows }: SplitterProps) {
  const from = useRef<{ at: number; size: number } | undefined>(undefined);
  const place = (event: PointerEvent) =>
    (grows === 'up' ? -event.clientY : event.clientX) * (grows === 'left' ? -1 : 1);
  const onKeyDown = (event: KeyboardEvent) => {
    const bigger = { right: 'ArrowRight', left: 'ArrowLeft', up: 'ArrowUp' }[grows];
    const smaller = { right: 'ArrowLeft', left: 'ArrowRight', up: 'ArrowDown' }[grows];
    if (event.key !== bigger && event.key !== smaller) return;
    event.preventDefault();
    pane.setSize(pane.size + (event.key === bigger ? 16 : -16));
  };
  return (
    <div
      className={`splitter splitter-${grows === 'up' ? 'row' : 'column'}`}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={grows === 'up' ? 'horizontal' : 'vertical'}
      aria-valuenow={pane.size}
      aria-valuemin={pane.min}
      aria-valuemax={pane.max}
      onKeyDown={onKeyDown}
      onDoubleClick={() => pane.setSize(pane.initial)}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { at: place(event), size: pane.size };
      }}
      onPointerMove={(event) => {
        if (from.current !== undefined) pane.setSize(from.current.size + place(event) - from.current.at);
      }}
      onLostPointerCapture={() => {
        from.current = undefined;
      }}
    />
  );
}
