/**
 * Browsers cannot lay out an element of more than about 33 million pixels (half of it on a dense screen), which is
 * a million rows of 28. So the scrolled element is at most MAX_HEIGHT tall, and a longer list is shown through it
 * in pages that overlap: small steps scroll one to one, a jump of the scroll bar goes by proportion. The technique
 * is SlickGrid's.
 */
export const MAX_HEIGHT = 6_000_000;

export interface ScrollFrame {
  /** Of the element that is scrolled. */
  height: number;
  /** Of all the rows. */
  fullHeight: number;
  /** Of the part that can be seen. */
  viewport: number;
}

/** Where the scrolled element stands, and how much of the list lies above its top. */
export interface ScrollPlace {
  scrollTop: number;
  offset: number;
}

export function scrollFrame(fullHeight: number, viewport: number): ScrollFrame {
  return { height: Math.min(fullHeight, MAX_HEIGHT), fullHeight, viewport };
}

/** Pixels of the list above the first that can be seen. */
export const topOf = (place: ScrollPlace): number => place.scrollTop + place.offset;

const clamp = (n: number, max: number) => Math.min(Math.max(0, n), Math.max(0, max));

/** Puts a point of the list at the top of what can be seen, the scroll bar where its share of the list is. */
export function scrollTo(frame: ScrollFrame, top: number): ScrollPlace {
  const full = frame.fullHeight - frame.viewport;
  const own = frame.height - frame.viewport;
  const wanted = clamp(top, full);
  if (frame.height === frame.fullHeight || full <= 0) return { scrollTop: wanted, offset: 0 };
  const scrollTop = Math.round((wanted / full) * own);
  return { scrollTop, offset: wanted - scrollTop };
}

/** How far the scroll bar may drift from its share of the list while small steps go one to one. */
const DRIFT = 10_000;

/** Follows the scroll bar: a step moves the list by as much, a jump goes by proportion, both ends are the list's. */
export function followScroll(frame: ScrollFrame, place: ScrollPlace, scrollTop: number): ScrollPlace {
  const own = frame.height - frame.viewport;
  const full = frame.fullHeight - frame.viewport;
  if (frame.height === frame.fullHeight || own <= 0) return { scrollTop, offset: 0 };
  const isStep = Math.abs(scrollTop - place.scrollTop) <= frame.viewport;
  if (!isStep) return scrollTo(frame, (scrollTop / own) * full);
  const top = clamp(scrollTop + place.offset, full);
  if (scrollTop <= 0 && top <= frame.viewport) return scrollTo(frame, 0);
  if (scrollTop >= own && full - top <= frame.viewport) return scrollTo(frame, full);
  const level = scrollTo(frame, top);
  const drifted = Math.abs(level.scrollTop - scrollTop) > DRIFT || scrollTop <= 0 || scrollTop >= own;
  return drifted ? level : { scrollTop, offset: top - scrollTop };
}
