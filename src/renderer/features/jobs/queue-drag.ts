import { useState, type DragEvent } from 'react';
import type { Job } from '#shared/job.ts';
import { moveJob, queueOf } from './store.ts';

interface Dragged {
  id: string;
  /** What it would stand before; null for the end. */
  before?: string | null;
}

/** Nothing for a row that has no turn; always the same, so that it is not drawn again. */
const STAYS = {};

/** What a row of the queue needs to be dragged to another turn. */
export function useQueueDrag() {
  const [dragged, setDragged] = useState<Dragged>();
  const letGo = () => setDragged(undefined);
  /** Before which transfer the dragged one would stand over this row: it, or the one behind. */
  const beforeAt = (event: DragEvent<HTMLElement>, id: string): string | null => {
    const { top, height } = event.currentTarget.getBoundingClientRect();
    if (event.clientY < top + height / 2) return id;
    const queue = queueOf();
    return queue[queue.indexOf(id) + 1] ?? null;
  };
  return (job: Job) =>
    job.state !== 'queued'
      ? STAYS
      : {
          draggable: true,
          'data-dragged': dragged?.id === job.id || undefined,
          'data-target': dragged !== undefined && dragged.id !== job.id && dragged.before === job.id,
          'data-target-last':
            dragged !== undefined &&
            dragged.before === null &&
            queueOf().at(-1) === job.id &&
            dragged.id !== job.id,
          onDragStart: (event: DragEvent<HTMLElement>) => {
            event.dataTransfer.effectAllowed = 'move';
            event.dataTransfer.setData('application/x-cooper-transfer', job.id);
            setDragged({ id: job.id });
          },
          onDragOver: (event: DragEvent<HTMLElement>) => {
            if (dragged === undefined) return;
            event.preventDefault();
            event.dataTransfer.dropEffect = 'move';
            const before = beforeAt(event, job.id);
            if (before !== dragged.before) setDragged({ id: dragged.id, before });
          },
          onDrop: (event: DragEvent<HTMLElement>) => {
            if (dragged === undefined) return;
            event.preventDefault();
            const before = beforeAt(event, job.id);
            letGo();
            if (before !== dragged.id) void moveJob(dragged.id, before);
          },
          onDragEnd: letGo,
        };
}
