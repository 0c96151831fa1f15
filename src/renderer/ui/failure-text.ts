import type { Failure } from '#shared/failure.ts';
import { revealText } from './reveal.ts';

/**
 * What happened, for a list that names the object beside it: the sentence with "it" where it spells out the key and
 * the bucket. Only that exact phrase as a noun of its own is replaced; any other message stays as it is.
 */
export function reasonBeside({ message, bucket, key }: Failure): string {
  if (key === undefined) return message;
  const named = `bject “${key}”`;
  const full = bucket === undefined ? named : `${named} in bucket “${bucket}”`;
  for (const phrase of [full, named]) {
    if (message.startsWith(`O${phrase}`)) return `It${message.slice(phrase.length + 1)}`;
    const at = message.indexOf(` o${phrase}`);
    const before = message.slice(0, Math.max(0, at));
    if (at > 0 && !/\b(an?|the|this|another)$/iu.test(before))
      return `${before} it${message.slice(at + phrase.length + 2)}`;
  }
  return message;
}

/** A failure as text to paste into a mail: every field that it has, one a line. */
export function failureDetails(failure: Failure): string {
  const lines: [string, string | undefined][] = [
    ['What', failure.message],
    ['Next', failure.nextStep],
    ['Kind', failure.kind],
    ['Operation', failure.operation],
    ['Bucket', failure.bucket],
    ['Key', failure.key === undefined ? undefined : revealText(failure.key)],
    ['Path', failure.path],
    ['Code', failure.code],
    ['Request', failure.requestId],
  ];
  return lines.flatMap(([label, value]) => (value === undefined ? [] : `${label}: ${value}`)).join('\n');
}
