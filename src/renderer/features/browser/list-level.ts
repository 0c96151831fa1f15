import { api, failureOf } from '#renderer/api.ts';
import type { ListColumns } from '#shared/list-columns.ts';
import type { ListInput } from '#shared/objects.ts';
import type { Listing } from './state.ts';

/** Pages are shown in bunches: a fast server sends more of them than the window can draw. */
const BUNCH_MS = 100;

interface Listener {
  onPages: (pages: ListColumns[]) => void;
  /** How it ended: at the end, at `maxRows`, stopped, or failed. Once; nothing comes after. */
  onEnd: (listing: Exclude<Listing, { state: 'loading' }>) => void;
}

/** Lists one level as a stream, the first page at once and the rest in bunches. `stop` ends it and keeps its place. */
export function listLevel(
  input: ListInput,
  token: string | undefined,
  { onPages, onEnd }: Listener,
): { stop: () => void } {
  let waiting: ListColumns[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastToken = token;
  let started = false;
  let ended = false;

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    const pages = waiting;
    waiting = [];
    onPages(pages);
  };
  const end = (listing: Parameters<Listener['onEnd']>[0]) => {
    if (ended) return;
    ended = true;
    flush();
    onEnd(listing);
  };

  const subscription = api.objects.listColumns.subscribe(
    { ...input, ...(token === undefined ? {} : { token }) },
    {
      onData(page) {
        if (ended) return;
        waiting.push(page);
        lastToken = page.nextToken;
        if (!started) {
          started = true;
          flush();
        } else timer ??= setTimeout(flush, BUNCH_MS);
      },
      onError(error) {
        const resume = started || token !== undefined ? lastToken : undefined;
        end({
          state: 'failed',
          failure: failureOf(error),
          ...(resume === undefined ? {} : { token: resume }),
        });
      },
      onComplete() {
        end(lastToken === undefined ? { state: 'complete' } : { state: 'more', token: lastToken });
      },
    },
  );

  return {
    stop() {
      if (ended) return;
      subscription.unsubscribe();
      end({ state: 'more', ...(lastToken === undefined ? {} : { token: lastToken }) });
    },
  };
}
