import { bringsFiles, pathsOf } from './paths.ts';
import { placeAt, type DropWorld } from './places.ts';
import { setOver, showDialog, useTransfers } from './store.ts';

/** A drag that is over the window says so many times a second; one that was given up elsewhere may just fall silent. */
const GONE_MS = 2000;

/** What could be dropped while a dialog is open would be forgotten behind it. */
const isBehindDialog = () => document.querySelector('dialog[open]') !== null;

/**
 * Follows files that are dragged over the window: what they are over lights up, and a drop shows what an upload would do.
 * A drop of a file never opens it in place of the window, wherever it lands. Gives the function that ends it.
 */
export function followDrags(world: DropWorld, onNothing: (text: string) => void): () => void {
  const light = (element: Element | undefined) => {
    for (const lit of document.querySelectorAll('[data-drop]'))
      if (lit !== element) lit.removeAttribute('data-drop');
    const { over } = useTransfers.getState();
    element?.setAttribute('data-drop', over?.is === 'refused' ? 'refused' : 'ready');
  };
  let end: ReturnType<typeof setTimeout> | undefined;
  const leave = () => {
    clearTimeout(end);
    setOver(undefined);
    light(undefined);
  };
  const onOver = (event: DragEvent) => {
    const { dataTransfer, target } = event;
    if (dataTransfer === null || !bringsFiles(dataTransfer)) return;
    event.preventDefault();
    clearTimeout(end);
    end = setTimeout(leave, GONE_MS);
    const place = isBehindDialog() ? undefined : placeAt(target instanceof Element ? target : null, world);
    dataTransfer.dropEffect = place?.is === 'place' ? 'copy' : 'none';
    if (!isSame(place, useTransfers.getState().over)) setOver(place);
    light(place?.element);
  };
  const onLeave = (event: DragEvent) => {
    if (event.relatedTarget === null) leave(); // out of the window
  };
  const onDrop = (event: DragEvent) => {
    const { dataTransfer, target } = event;
    if (dataTransfer === null || !bringsFiles(dataTransfer)) return;
    event.preventDefault();
    const place = isBehindDialog() ? undefined : placeAt(target instanceof Element ? target : null, world);
    const paths = pathsOf(dataTransfer.files);
    leave();
    if (place?.is === 'refused') onNothing(place.reason);
    if (place?.is !== 'place') return;
    if (paths.length === 0) return onNothing('What was dropped is no file or folder of this computer.');
    const { connectionId, bucket, prefix } = place;
    showDialog({ is: 'upload', to: { connectionId, bucket, prefix }, paths });
  };
  window.addEventListener('dragenter', onOver);
  window.addEventListener('dragover', onOver);
  window.addEventListener('dragleave', onLeave);
  window.addEventListener('drop', onDrop);
  window.addEventListener('dragend', leave);
  return () => {
    leave();
    window.removeEventListener('dragenter', onOver);
    window.removeEventListener('dragover', onOver);
    window.removeEventListener('dragleave', onLeave);
    window.removeEventListener('drop', onDrop);
    window.removeEventListener('dragend', leave);
  };
}

type Over = ReturnType<typeof placeAt>;

function isSame(a: Over, b: Over): boolean {
  if (a === undefined || b === undefined || a.is !== b.is) return a === b;
  if (a.is === 'refused' || b.is === 'refused')
    return a.element === b.element && 'reason' in a && 'reason' in b && a.reason === b.reason;
  return (
    a.element === b.element &&
    a.prefix === b.prefix &&
    a.bucket === b.bucket &&
    a.connectionId === b.connectionId
  );
}

/** What the key for pasting does when the clipboard has no files. */
let pasteElse: (() => void) | undefined;

/** How long the page is waited for to say what is pasted; where it does not, there are no files. */
const PASTE_MS = 60;

/** The key for pasting was pressed: the event that follows it says whether it is about files. If not, `run`. */
export function pasteByKey(run: () => void): void {
  pasteElse = run;
  setTimeout(() => {
    if (pasteElse !== run) return;
    pasteElse = undefined;
    run();
  }, PASTE_MS);
}

/**
 * Takes files that are pasted from the desktop, where the clipboard has them. `place`: where they would go.
 * Gives the function that ends it.
 */
export function followPastes(
  place: () => { connectionId: string; bucket: string; prefix: string } | { reason: string } | undefined,
  onNothing: (text: string) => void,
): () => void {
  const onPaste = (event: ClipboardEvent) => {
    const { clipboardData, target } = event;
    if (clipboardData === null || !bringsFiles(clipboardData) || isBehindDialog()) return;
    if (target instanceof HTMLElement && target.matches('input, textarea')) return;
    const paths = pathsOf(clipboardData.files);
    const to = place();
    if (paths.length === 0 || to === undefined) return;
    pasteElse = undefined;
    event.preventDefault();
    if ('reason' in to) onNothing(to.reason);
    else showDialog({ is: 'upload', to, paths });
  };
  window.addEventListener('paste', onPaste);
  return () => window.removeEventListener('paste', onPaste);
}
