import type { FailureKind } from '#shared/failure.ts';

export type SettingsErrorKind = Extract<
  FailureKind,
  'not-found' | 'invalid-input' | 'conflict' | 'weak-vault' | 'missing-secret' | 'disk-error'
>;

export interface SettingsErrorDetails {
  kind: SettingsErrorKind;
  /** What happened, to what: one sentence. */
  message: string;
  /** What to do next: one sentence. */
  nextStep: string;
  operation: string;
  cause?: unknown;
}

/** What can go wrong with what Cooper keeps for itself. Never holds a secret. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly kind: SettingsErrorKind;
  readonly nextStep: string;
  readonly operation: string;

  constructor({ kind, message, nextStep, operation, cause }: SettingsErrorDetails) {
    super(message, { cause });
    this.kind = kind;
    this.nextStep = nextStep;
    this.operation = operation;
  }
}
