/** How many errors of a chain of causes are told. */
const CAUSES = 5;

/** Tells of a mistake of ours, for who looks at the console. @param during what was being done */
export function logError(during: string, error: unknown): void {
  console.error(`[${during}] ${errorText(error)}`);
}

/**
 * An error and what caused it, by their stacks alone. Their other properties stay out: an error of the SDK holds its
 * request with the signed headers and, in the agent, what a proxy is signed in to with.
 */
export function errorText(error: unknown): string {
  const texts: string[] = [];
  for (let cause = error; cause !== undefined && texts.length < CAUSES;) {
    texts.push(cause instanceof Error ? oneError(cause) : typeof cause);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return texts.join('\ncaused by: ');
}

/** The stack's own first line has the name that the error was constructed under. */
function oneError({ name, message, stack = '' }: Error): string {
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '));
  return [`${name}: ${message}`, ...frames].join('\n');
}
