import type { FailureKind } from '#shared/failure.ts';

/** What a transfer waits for, by what went wrong: `time` mends it by itself, a `person` has to. All else ends the transfer. */
const WAITS: Partial<Record<FailureKind, 'time' | 'person'>> = {
  unreachable: 'time',
  timeout: 'time',
  throttled: 'time',
  'server-error': 'time',
  incomplete: 'time',

  'expired-credentials': 'person',
  'bad-credentials': 'person',
  'missing-secret': 'person',
  'clock-skew': 'person',
  'untrusted-certificate': 'person',
};

/** Errors that never pass by themselves although their kind does: `retryable` says so. */
export function waitsFor({
  kind,
  retryable,
}: {
  kind: FailureKind;
  retryable: boolean;
}): 'time' | 'person' | undefined {
  const waits = WAITS[kind];
  return waits === 'time' && !retryable ? undefined : waits;
}
