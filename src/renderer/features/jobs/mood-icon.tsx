import {
  CircleCheck,
  CirclePause,
  CircleSlash,
  Clock,
  Hourglass,
  LoaderCircle,
  OctagonAlert,
  TriangleAlert,
} from 'lucide-react';
import { Icon } from '#renderer/ui/icons.tsx';
import type { Mood } from './describe.ts';

const icons = {
  running: LoaderCircle,
  queued: Clock,
  waiting: Hourglass,
  paused: CirclePause,
  done: CircleCheck,
  warn: TriangleAlert,
  failed: OctagonAlert,
  cancelled: CircleSlash,
};
const words: Record<Mood, string> = {
  running: 'Running',
  queued: 'Waits for its turn',
  waiting: 'Waits',
  paused: 'Paused',
  done: 'Done',
  warn: 'Done with failures',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export function MoodIcon({ mood }: { mood: Mood }) {
  return (
    <span className="mood" data-mood={mood}>
      <Icon of={icons[mood]} />
      <span className="visually-hidden">{words[mood]}</span>
    </span>
  );
}
