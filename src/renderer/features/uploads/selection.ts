/** Which rows are chosen, by id, and where the keyboard stands. A new value for each change. */
export interface Choice {
  chosen: ReadonlySet<string>;
  /** The row that the keyboard stands on. */
  cursor: string | undefined;
  /** Where a range begins. */
  anchor: string | undefined;
}

export const noChoice: Choice = { chosen: new Set(), cursor: undefined, anchor: undefined };

export const only = (id: string): Choice => ({ chosen: new Set([id]), cursor: id, anchor: id });

/** One more, or one less. */
export function toggled({ chosen }: Choice, id: string): Choice {
  const next = new Set(chosen);
  if (!next.delete(id)) next.add(id);
  return { chosen: next, cursor: id, anchor: id };
}

/** Everything from where the range began to this row. */
export function extended({ anchor }: Choice, id: string, ids: readonly string[]): Choice {
  const from = anchor === undefined ? -1 : ids.indexOf(anchor);
  const to = ids.indexOf(id);
  if (from === -1 || to === -1) return only(id);
  const range = ids.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { chosen: new Set(range), cursor: id, anchor };
}

export const allOf = ({ cursor, anchor }: Choice, ids: readonly string[]): Choice => ({
  chosen: new Set(ids),
  cursor,
  anchor,
});

/** Without the rows that are gone. */
export function within({ chosen, cursor, anchor }: Choice, ids: readonly string[]): Choice {
  const there = new Set(ids);
  const kept = (id: string | undefined) => (id !== undefined && there.has(id) ? id : undefined);
  return {
    chosen: new Set([...chosen].filter((id) => there.has(id))),
    cursor: kept(cursor),
    anchor: kept(anchor),
  };
}
