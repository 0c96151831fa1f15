import { ListFilter, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { formatShortcut } from '#renderer/ui/commands.ts';
import { IconButton } from '#renderer/ui/button.tsx';
import { focusRows } from '#renderer/ui/focus.ts';
import { Icon } from '#renderer/ui/icons.tsx';
import { setFilter, useBrowser } from './store.ts';
import { focusFilterEvent } from './view-events.ts';

/** Narrows the rows that are loaded to those whose name has what is typed. */
export function FilterField() {
  const filter = useBrowser((state) => state.filter);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => focusFilterEvent.listen(() => field.current?.select()), []);
  const clear = () => {
    setFilter('');
    field.current?.focus();
  };
  return (
    <div className="filter" data-active={filter !== ''}>
      <Icon of={ListFilter} />
      <input
        ref={field}
        type="text"
        role="searchbox"
        aria-label="Filter by name"
        placeholder={`Filter  ${formatShortcut('Mod+F')}`}
        spellCheck={false}
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
        onKeyDown={(event) => {
          const toTable = event.key === 'Enter' || event.key === 'ArrowDown' || event.key === 'Escape';
          if (!toTable) return;
          event.preventDefault();
          event.stopPropagation();
          if (event.key === 'Escape' && filter !== '') setFilter('');
          else focusRows();
        }}
      />
      {filter !== '' && <IconButton label="Clear filter" icon={X} small onClick={clear} />}
    </div>
  );
}
