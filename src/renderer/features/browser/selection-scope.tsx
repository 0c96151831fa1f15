import { Button } from '#renderer/ui/button.tsx';
import { plural } from '#renderer/ui/format.ts';
import { Name } from '#renderer/ui/name.tsx';
import { lastName } from './location.ts';
import { chooseWholePrefix, useBrowser, useRows } from './store.ts';

/** After Ctrl/Cmd+A on a level that is not listed to its end: says what is selected, and lets the user widen it. */
export function SelectionScope() {
  const { view, selection, wholePrefix } = useRows();
  const location = useBrowser((state) => state.location);
  const isComplete = useBrowser((state) => state.listing.state === 'complete');
  const allShown = view.length > 0 && selection.size === view.length;
  if (!wholePrefix && (isComplete || !allShown || view.filter !== '')) return null;
  const place = (
    <strong className="scope-place">
      <Name name={lastName(location?.prefix ?? '') || (location?.bucket ?? '')} />
    </strong>
  );
  return (
    <div className="scope" role="status">
      {wholePrefix ? (
        <>
          <span className="scope-text">Everything in {place} is selected, also what is not loaded.</span>
          <Button look="link" onClick={() => chooseWholePrefix(false)}>
            Only the {plural(view.length, 'loaded item')}
          </Button>
        </>
      ) : (
        <>
          <span className="scope-text">The {plural(view.length, 'loaded item')} are selected.</span>
          <Button look="link" onClick={() => chooseWholePrefix(true)}>
            Select everything in {place}
          </Button>
        </>
      )}
    </div>
  );
}
