import { useRef, type ReactElement } from 'react';
import { PointerMenu, type MenuItem } from '#renderer/ui/menu.tsx';

interface BucketMenuProps {
  /** The menu of a bucket, asked when it opens. */
  menu: (bucket: string) => MenuItem[][];
  children: ReactElement;
}

/**
 * One context menu for a whole list of buckets: it is about the one whose element, or whose child, has `data-bucket`.
 * A list may be long, and a menu for each of its rows costs more than the rows.
 */
export function BucketMenu({ menu, children }: BucketMenuProps) {
  const about = useRef<string>(undefined);
  return (
    <div
      className="bucket-menu-area"
      onContextMenuCapture={(event) => {
        const row =
          event.target instanceof Element ? event.target.closest<HTMLElement>('[data-bucket]') : null;
        about.current = row?.dataset['bucket'];
        // beside the rows there is nothing to offer
        if (about.current === undefined) event.stopPropagation();
      }}
    >
      <PointerMenu groups={() => (about.current === undefined ? [] : menu(about.current))} label="Bucket">
        {children}
      </PointerMenu>
    </div>
  );
}

/** Opens the menu of the row that a button is in, at the button. */
export function openMenuAt(button: HTMLElement): void {
  const { left, bottom } = button.getBoundingClientRect();
  const at = { clientX: left, clientY: bottom };
  button.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, ...at }));
}
