import { ChevronDown, ChevronUp, ListChecks, Pause, Play, X } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import { Button, IconButton } from '#renderer/ui/button.tsx';
import { Icon } from '#renderer/ui/icons.tsx';
import { ProgressBar } from '#renderer/ui/progress-bar.tsx';
import { Splitter, usePaneSize } from '#renderer/ui/splitter.tsx';
import { Callout, FailureCallout } from '#renderer/ui/states.tsx';
import { plural } from '#renderer/ui/format.ts';
import { isEstimate, moodOf, progressText, shareDone } from './describe.ts';
import { JobRow, type JobRowProps } from './job-row.tsx';
import { focusDock } from './focus-dock.ts';
import { MoodIcon } from './mood-icon.tsx';
import { dockLine, lastEndText } from './outcome.ts';
import { useQueueDrag } from './queue-drag.ts';
import { arranged, isEnded, isInterrupted, isPausable } from './states.ts';
import {
  dismissEnded,
  dismissRefusal,
  pauseAll,
  resumeAll,
  resumeInterrupted,
  setDockOpen,
  useJobs,
} from './store.ts';
import { totalPaceText, transfersTotal } from './totals.ts';
import './jobs.css';

type DockActions = Omit<JobRowProps, 'job' | 'drag'>;

/** Every job since the last tidying up. Closed, one line says what runs. */
export function ActivityDock({ tools, ...actions }: DockActions & { tools: ReactNode }) {
  const open = useJobs((state) => state.dockOpen);
  const pane = usePaneSize('dock', 280, 120, 600);
  return (
    <section className="dock" aria-label="Activity" style={open ? { height: pane.size } : undefined}>
      {open && <Splitter label="Height of the activity" pane={pane} grows="up" />}
      <DockHead open={open} tools={tools} />
      {open && <DockBody {...actions} />}
    </section>
  );
}

function DockHead({ open, tools }: { open: boolean; tools: ReactNode }) {
  const jobs = useJobs((state) => state.jobs);
  const running = jobs.filter(({ state }) => state === 'running');
  const [shown = jobs.find((job) => !isEnded(job)) ?? jobs[0]] = running;
  const line = dockLine(jobs);
  const hasEnded = jobs.some(isEnded);
  const total = transfersTotal(jobs);
  const share = shown?.state === 'running' ? shareDone(shown) : undefined;
  return (
    <header className="dock-head">
      <button
        type="button"
        className="dock-toggle"
        aria-expanded={open}
        aria-label="Activity"
        aria-describedby="dock-line"
        onClick={() => setDockOpen(!open)}
      >
        <Icon of={open ? ChevronDown : ChevronUp} />
        <span className="dock-title">Activity</span>
        {!open && shown !== undefined && <MoodIcon mood={moodOf(shown)} />}
        <span id="dock-line" className="dock-line">
          {open ? (
            openLine(running.length, total === undefined ? '' : totalPaceText(total))
          ) : (
            <>
              {line.title !== '' && <span className="dock-job">{line.title}</span>}
              <span className="dock-text truncate">{line.text}</span>
            </>
          )}
        </span>
      </button>
      {!open && shown !== undefined && share !== undefined && (
        <div className="dock-bar">
          <ProgressBar
            label="Progress"
            share={share}
            estimate={isEstimate(shown)}
            text={progressText(shown.kind, shown.progress)}
          />
        </div>
      )}
      <span role="status" className="visually-hidden">
        {lastEndText(jobs)}
      </span>
      {open && jobs.some(isPausable) && (
        <Button small icon={Pause} onClick={() => void pauseAll()}>
          Pause all
        </Button>
      )}
      {open && jobs.some(({ state }) => state === 'paused') && (
        <Button small icon={Play} onClick={() => void resumeAll()}>
          Resume all
        </Button>
      )}
      {open && hasEnded && (
        <Button
          small
          icon={ListChecks}
          onClick={() => {
            focusDock();
            void dismissEnded();
          }}
        >
          Dismiss all finished
        </Button>
      )}
      {open && tools}
    </header>
  );
}

/** What the head of the open dock says. */
function openLine(running: number, pace: string): string {
  return [...(running > 0 ? [`${running} running`] : []), ...(pace === '' ? [] : [pace])].join(' · ');
}

function DockBody(actions: DockActions) {
  const jobs = useJobs((state) => state.jobs);
  const rows = useMemo(() => arranged(jobs), [jobs]);
  const drag = useQueueDrag();
  const interrupted = jobs.filter(isInterrupted).length;
  const refusal = useJobs((state) => state.refusal);
  const watching = useJobs((state) => state.watching);
  return (
    <div className="dock-body">
      {typeof watching === 'object' && (
        <div className="dock-callout">
          <FailureCallout failure={watching.failure} />
        </div>
      )}
      {refusal !== undefined && (
        <div className="dock-callout">
          <FailureCallout failure={refusal.failure} />
          <IconButton label="Dismiss" icon={X} small onClick={dismissRefusal} />
        </div>
      )}
      {interrupted > 0 && (
        <div className="dock-callout">
          <Callout
            tone="warn"
            title={`Cooper was closed while ${plural(interrupted, 'transfer was', 'transfers were')} under way`}
            text="What has arrived is there, and is not sent again."
          >
            <Button small look="outline" icon={Play} onClick={() => void resumeInterrupted()}>
              {interrupted === 1 ? 'Resume it' : `Resume all ${interrupted}`}
            </Button>
          </Callout>
        </div>
      )}
      {jobs.length === 0 && refusal === undefined && (
        <p className="dock-empty">
          Everything that takes time shows here while it runs and after it has ended, until you dismiss it.
        </p>
      )}
      <ul>
        {rows.map((job) => (
          <JobRow key={job.id} job={job} drag={drag(job)} {...actions} />
        ))}
      </ul>
    </div>
  );
}
