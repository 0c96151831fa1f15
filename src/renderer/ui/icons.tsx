import type { LucideIcon } from 'lucide-react';

export type IconComponent = LucideIcon;

/** One size and one line for every icon. It never speaks: the words beside it do. */
export function Icon({ of: Shape, tone }: { of: LucideIcon; tone?: string | undefined }) {
  return <Shape size={16} strokeWidth={1.5} aria-hidden focusable={false} data-tone={tone} />;
}
