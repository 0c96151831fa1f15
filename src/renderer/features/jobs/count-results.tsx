import { useState } from 'react';
import type { CountResult } from '#shared/job-results.ts';
import { Button } from '#renderer/ui/button.tsx';
import { formatBytes, formatCount, formatExactBytes, plural } from '#renderer/ui/format.ts';
import { Name } from '#renderer/ui/name.tsx';

interface CountResultsProps {
  result: CountResult;
  /** The prefix that was counted. */
  base: string;
  running: boolean;
  onGo: (prefix: string) => void;
}

/** Rows of each list before it is asked for all. */
const FEW = 8;

const folderOf = (key: string) => key.slice(0, key.lastIndexOf('/') + 1);

/** The figures of a count, where its bytes are, and its largest objects. A click goes there. */
export function CountResults({ result, base, running, onGo }: CountResultsProps) {
  const { files, folders, bytes, byFolder, otherFolders, largest } = result;
  const most = byFolder[0]?.bytes ?? 0;
  const [allFolders, setAllFolders] = useState(false);
  const [allLargest, setAllLargest] = useState(false);
  const shownFolders = allFolders ? byFolder.length : FEW;
  const shownLargest = allLargest ? largest.length : FEW;
  return (
    <div className="count">
      <dl className="count-figures" aria-label={running ? 'So far' : 'Result'}>
        <Figure label="Files" value={formatCount(files)} />
        <Figure label="Folders" value={formatCount(folders)} />
        <Figure label="Size" value={formatBytes(bytes)} title={formatExactBytes(bytes)} />
      </dl>
      {byFolder.length > 0 && (
        <section aria-label="By folder">
          <h3 className="count-heading">By folder</h3>
          <ol className="count-list">
            {byFolder.slice(0, shownFolders).map((folder) => (
              <li key={folder.prefix}>
                <button type="button" className="count-row" onClick={() => onGo(folder.prefix || base)}>
                  <span className="count-name">
                    {folder.prefix === '' ? (
                      <span className="muted">objects directly here</span>
                    ) : (
                      <Name name={folder.prefix.slice(base.length, -1)} folder />
                    )}
                  </span>
                  <span className="count-bar">
                    <span style={{ width: most === 0 ? 0 : `${(folder.bytes / most) * 100}%` }} />
                  </span>
                  <span className="count-number">{plural(folder.files, 'file')}</span>
                  <span className="count-number" title={formatExactBytes(folder.bytes)}>
                    {formatBytes(folder.bytes)}
                  </span>
                </button>
              </li>
            ))}
          </ol>
          {byFolder.length > shownFolders && (
            <Button look="link" onClick={() => setAllFolders(true)}>
              Show all {formatCount(byFolder.length)}
            </Button>
          )}
          {byFolder.length <= shownFolders && otherFolders.folders > 0 && (
            <p className="count-more">
              and {plural(otherFolders.folders, 'more folder')} with {plural(otherFolders.files, 'file')},{' '}
              {formatBytes(otherFolders.bytes)}
            </p>
          )}
        </section>
      )}
      {largest.length > 0 && (
        <section aria-label="Largest objects">
          <h3 className="count-heading">Largest objects</h3>
          <ol className="count-list">
            {largest.slice(0, shownLargest).map(({ key, size }) => (
              <li key={key}>
                <button type="button" className="count-row count-object" onClick={() => onGo(folderOf(key))}>
                  <span className="count-name">
                    <Name name={key.slice(base.length)} />
                  </span>
                  <span className="count-number" title={formatExactBytes(size)}>
                    {formatBytes(size)}
                  </span>
                </button>
              </li>
            ))}
          </ol>
          {largest.length > shownLargest && (
            <Button look="link" onClick={() => setAllLargest(true)}>
              Show all {formatCount(largest.length)}
            </Button>
          )}
        </section>
      )}
    </div>
  );
}

function Figure({ label, value, title }: { label: string; value: string; title?: string }) {
  return (
    <div title={title}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
