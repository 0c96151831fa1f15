import type { Connection } from '#shared/connection.ts';
import { CooperMark } from '#renderer/ui/cooper-mark.tsx';
import { ConnectionForm } from './connection-form.tsx';
import { SandboxStart } from './sandbox-form.tsx';
import './connections.css';

/** The first thing a new user sees. */
export function ConnectScreen({ onSaved }: { onSaved: (connection: Connection) => void }) {
  return (
    <main className="connect">
      <div className="connect-columns">
        <section className="connect-intro" aria-labelledby="connect-title">
          <CooperMark size={56} />
          <div>
            <h1 id="connect-title" className="connect-title">
              Cooper
            </h1>
            <p className="connect-lead">
              Browse S3 storage, count what is under a prefix, and export it as a ZIP, however many objects
              there are.
            </p>
          </div>
          <div className="connect-sandbox">
            <h2 className="connect-heading">No account at hand?</h2>
            <p className="muted">
              The sandbox is a small S3 server on this computer, with sample data, reached by nobody else.
            </p>
            <SandboxStart onSaved={onSaved} />
          </div>
        </section>
        <section className="connect-card" aria-labelledby="connect-s3">
          <h2 id="connect-s3" className="connect-heading">
            Connect to S3 or HCP
          </h2>
          <ConnectionForm onSaved={onSaved} />
        </section>
      </div>
    </main>
  );
}
