import { ChevronRight, Database, HardDrive } from 'lucide-react';
import { Fragment, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { focusRows, giveFocusBack } from '#renderer/ui/focus.ts';
import { Icon } from '#renderer/ui/icons.tsx';
import { Name } from '#renderer/ui/name.tsx';
import { revealText } from '#renderer/ui/reveal.ts';
import { crumbsOf, parsePath, toPath, type Location } from './location.ts';
import { open } from './store.ts';
import { focusPathEvent } from './view-events.ts';

interface PathBarProps {
  location: Location;
  connectionName: string;
}

/** The way to where the window looks, each step a button; it turns into a field to type or paste a path into. */
export function PathBar({ location, connectionName }: PathBarProps) {
  const [editing, setEditing] = useState(false);
  useEffect(() => focusPathEvent.listen(() => setEditing(true)), []);
  return editing ? (
    <PathField location={location} onDone={() => setEditing(false)} />
  ) : (
    <Crumbs location={location} connectionName={connectionName} onEdit={() => setEditing(true)} />
  );
}

function Crumbs({ location, connectionName, onEdit }: PathBarProps & { onEdit: () => void }) {
  const { connectionId, bucket, prefix } = location;
  const trail = useRef<HTMLElement>(null);
  // a long path shows its end
  useLayoutEffect(() => {
    const element = trail.current;
    if (element === null) return;
    const showEnd = () => (element.scrollLeft = element.scrollWidth);
    showEnd();
    const observer = new ResizeObserver(showEnd);
    observer.observe(element);
    return () => observer.disconnect();
  }, [location]);
  const crumbs = crumbsOf(prefix);
  return (
    <div className="path">
      <nav ref={trail} aria-label="Path" className="path-crumbs" data-gives-focus>
        <button
          type="button"
          className="crumb"
          title={connectionName}
          onClick={() => open({ connectionId, prefix: '' })}
        >
          <Icon of={HardDrive} />
          <bdi className="crumb-text">{connectionName}</bdi>
        </button>
        {bucket !== undefined && (
          <>
            <Icon of={ChevronRight} tone="line" />
            <button
              type="button"
              className="crumb"
              title={bucket}
              aria-current={prefix === '' ? 'location' : undefined}
              onClick={() => open({ ...location, prefix: '' })}
            >
              <Icon of={Database} />
              <span className="crumb-text">{bucket}</span>
            </button>
          </>
        )}
        {bucket !== undefined &&
          crumbs.map((crumb, i) => (
            <Fragment key={crumb.prefix}>
              <Icon of={ChevronRight} tone="line" />
              <button
                type="button"
                className="crumb crumb-folder"
                aria-label={crumb.name === '' ? '(no name)' : revealText(crumb.name)}
                aria-current={i === crumbs.length - 1 ? 'location' : undefined}
                onClick={() => open({ ...location, prefix: crumb.prefix })}
              >
                {crumb.prefix.endsWith('/') ? (
                  crumb.name === '' ? (
                    <span className="name-none">(no name)</span>
                  ) : (
                    <Name name={crumb.name} />
                  )
                ) : (
                  <>
                    <Name name={crumb.name} />
                    <span className="muted">…</span>
                  </>
                )}
              </button>
            </Fragment>
          ))}
      </nav>
      <button type="button" className="path-edit" aria-label="Edit path" tabIndex={-1} onClick={onEdit} />
    </div>
  );
}

function PathField({ location, onDone }: { location: Location; onDone: () => void }) {
  const [text, setText] = useState(toPath(location));
  const field = useRef<HTMLInputElement>(null);
  const before = useRef<Element>(null);
  useEffect(() => {
    before.current = document.activeElement;
    field.current?.select();
  }, []);
  return (
    <form
      className="path path-editing"
      data-gives-focus
      onSubmit={(event) => {
        event.preventDefault();
        giveFocusBack(before.current);
        focusRows();
        onDone();
        open(parsePath(text, location.connectionId));
      }}
    >
      <input
        ref={field}
        className="path-input"
        aria-label="Path"
        placeholder="bucket/folder/ — or the start of a name"
        title="A path that ends in / opens that folder; without the /, everything that starts so."
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={onDone}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          giveFocusBack(before.current);
          onDone();
        }}
      />
    </form>
  );
}
