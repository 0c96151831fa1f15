import { ChevronDown, ChevronUp, ListChecks, X } from 'lucide-react';
import { Button, IconButton } from '#renderer/ui/button.tsx';
import { Icon } from '#renderer/ui/icons.tsx';
import { ProgressBar } from '#renderer/ui/progress-bar.tsx';
import { Splitter, usePaneSize } from '#renderer/ui/splitter.tsx';
import { FailureCallout } from '#renderer/ui/states.tsx';
import { isEstimate, moodOf, progressText, shareDone } from './describe.ts';
import { JobRow, type JobRowProps } from './job-row.tsx';
import { focusDock } from './focus-dock.ts';
import { MoodIcon } from './mood-icon.tsx';
import { dockLine, lastEndText } from './outcome.ts';
import { dismissEnded, dismissRefusal, setDockOpen, useJobs } from './store.ts';
import './jobs.css';

type DockActions = Omit<JobRowProps, 'job'>;

/** Every job since the last tidying up. Closed, one line says what runs. */
export function ActivityDock(actions: DockActions) {
  const open = useJobs((state) => state.dockOpen);
  const pane = usePaneSize('dock', 280, 120, 600);
  return (
    <section className="dock" aria-label="Activity" style={open ? { height: pane.size } : undefined}>
      {open && <Splitter label="Height of the activity" pane={pane} grows="up" />}
      <DockHead open={open} />
      {open && <DockBody {...actions} />}
    </section>
  );
}

function DockHead({ open }: { open: boolean }) {
  const jobs = useJobs((state) => state.jobs);
  const running = jobs.filter(({ state }) => state === 'running');
  const [shown = jobs[0]] = running;
  const line = dockLine(jobs);
  const hasEnded = jobs.length > running.length;
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
            running.length > 0 && `${running.length} running`
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
      {open && hasEnded && (
        <Button
          small
          icon={ListChecks}
          onClick={() => {
            focusDock();
            void dismissEnded();
          }}
        >
          Dismiss ended
        </Button>
      )}
    </header>
  );
}

function DockBody(actions: DockActions) {
  const jobs = useJobs((state) => state.jobs);
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
      {jobs.length === 0 && refusal === undefined && (
        <p className="dock-empty">
          Everything that takes time shows here while it runs and after it has ended, until you dismiss it.
        </p>
      )}
      <ul>
        {jobs.map((job) => (
          <JobRow key={job.id} job={job} {...actions} />
        ))}
      </ul>
    </div>
  );
}
