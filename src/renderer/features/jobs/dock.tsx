import { ChevronDown, ChevronUp, ListChecks, X } from 'lucide-react';
import { Button, IconButton } from '#renderer/ui/button.tsx';
import { shareOf } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/icons.tsx';
import { ProgressBar } from '#renderer/ui/progress-bar.tsx';
import { Splitter, usePaneSize } from '#renderer/ui/splitter.tsx';
import { FailureCallout } from '#renderer/ui/states.tsx';
import { dockLine, lastEndText, moodOf, progressText } from './describe.ts';
import { JobRow, type JobPlace } from './job-row.tsx';
import { focusDock } from './focus-dock.ts';
import { MoodIcon } from './mood-icon.tsx';
import { dismissEnded, dismissRefusal, setDockOpen, useJobs } from './store.ts';
import './jobs.css';

/** Every job since the last tidying up. Closed, one line says what runs. */
export function ActivityDock({ onGo }: { onGo: (place: JobPlace) => void }) {
  const open = useJobs((state) => state.dockOpen);
  const pane = usePaneSize('dock', 280, 120, 600);
  return (
    <section className="dock" aria-label="Activity" style={open ? { height: pane.size } : undefined}>
      {open && <Splitter label="Height of the activity" pane={pane} grows="up" />}
      <DockHead open={open} />
      {open && <DockBody onGo={onGo} />}
    </section>
  );
}

function DockHead({ open }: { open: boolean }) {
  const jobs = useJobs((state) => state.jobs);
  const running = jobs.filter(({ state }) => state === 'running');
  const [shown = jobs[0]] = running;
  const line = dockLine(jobs);
  const hasEnded = jobs.length > running.length;
  const share = shown?.state === 'running' ? shareOf(shown.progress.bytes) : undefined;
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
            estimate={shown.progress.bytes.totalIsFinal !== true}
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

function DockBody({ onGo }: { onGo: (place: JobPlace) => void }) {
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
          Counts and exports show here while they run and after they have ended, until you dismiss them.
        </p>
      )}
      <ul>
        {jobs.map((job) => (
          <JobRow key={job.id} job={job} onGo={onGo} />
        ))}
      </ul>
    </div>
  );
}
