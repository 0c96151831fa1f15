import type { Failure } from '#shared/failure.ts';
import { revealText } from './reveal.ts';

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
