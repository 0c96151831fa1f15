import { create } from 'zustand';
import type { Notice } from '#renderer/ui/toasts.tsx';

const SHOWN_MS = 5000;
const SHOWN_AT_ONCE = 3;

type Toast = Notice & { id: number };

export const useNotices = create<{ toasts: Toast[] }>(() => ({ toasts: [] }));

let lastId = 0;

/** Says something that needs no answer, for five seconds. */
export function notify(notice: Notice): void {
  lastId += 1;
  const id = lastId;
  useNotices.setState(({ toasts }) => ({ toasts: [...toasts, { ...notice, id }].slice(-SHOWN_AT_ONCE) }));
  setTimeout(() => dismissNotice(id), SHOWN_MS);
}

export function dismissNotice(id: number): void {
  useNotices.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
}
