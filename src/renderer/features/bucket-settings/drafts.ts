import { z } from 'zod';
import {
  settingChangeSchema,
  type SettingChange,
  type SettingState,
  type WritableSetting,
} from '#shared/bucket-settings.ts';
import { inputProblem, pathText } from '#shared/input-problem.ts';
import { JsonProblem, nodeAt, placeOf, readJson, type JsonNode } from './json-places.ts';

/**
 * What is being written is kept as JSON text, whatever form it is edited in: form and text cannot part company, and
 * what is wrong has a place.
 */
export interface DraftProblem {
  words: string;
  /** Line and column from 1, and the part of the text that is meant. */
  line: number;
  column: number;
  start: number;
  end: number;
}

/** Tags as rows, so that a name can be there twice, or be missing, while it is typed. */
export const tagRowsSchema = z.array(z.object({ name: z.string(), value: z.string() }));
export type TagRow = z.infer<typeof tagRowsSchema>[number];

export const pretty = (value: unknown): string => JSON.stringify(value, null, 2);

/** A setting as the text that it is edited as; empty when the bucket does not use it. */
export function textOf(name: WritableSetting, setting: SettingState): string {
  if (setting.state !== 'set') return '';
  const { value } = setting;
  if (name === 'tags')
    return pretty(Object.entries(value).map(([tag, text]) => ({ name: tag, value: String(text) })));
  return pretty('status' in value ? { status: value.status } : value);
}

/** What a draft says, checked as it will be when it is sent. */
export function readDraft(
  name: WritableSetting,
  text: string,
): { change: SettingChange } | { problem: DraftProblem } {
  let root: JsonNode;
  try {
    root = readJson(text);
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    const { message, offset } = error;
    return { problem: { words: message, ...placeOf(text, offset), start: offset, end: offset } };
  }
  const problemAt = (path: readonly PropertyKey[], words: string): { problem: DraftProblem } => {
    const { start, end } = nodeAt(root, path);
    return { problem: { words, ...placeOf(text, start), start, end } };
  };
  const rows = name === 'tags' ? tagRowsSchema.safeParse(root.value) : undefined;
  if (rows?.success === false) return problemAt([], 'Tags are a list of names and values.');
  const twice = rows?.data.findIndex((row, i) => rows.data.findIndex((each) => each.name === row.name) < i);
  if (rows !== undefined && twice !== undefined && twice !== -1)
    return problemAt([twice], `The tag “${rows.data[twice]?.name ?? ''}” is there twice.`);
  const value =
    rows === undefined ? root.value : Object.fromEntries(rows.data.map((row) => [row.name, row.value]));
  const checked = settingChangeSchema.safeParse({ name, value });
  if (checked.success) return { change: checked.data };
  const { path, words, isOurs } = inputProblem(checked.error);
  const inside = path.slice(1); // the field `value` that the whole is sent in
  if (rows !== undefined) {
    const row = rows.data.findIndex((each) => each.name === inside[0]);
    return problemAt(row === -1 ? [] : [row], words);
  }
  const where = pathText(inside);
  return problemAt(inside, isOurs || where === '' ? words : `${where}: ${words}`);
}
