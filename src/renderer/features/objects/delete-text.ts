import { formatBytes, formatCount, plural } from '#renderer/ui/format.ts';
import type { ObjectsSurvey } from '#shared/objects.ts';

export type Scope = 'current' | 'all-versions';

interface Figures {
  found: ObjectsSurvey | undefined;
  /** Chosen objects that are not in what was found. */
  notAsked: number;
}

const joined = (parts: string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;

/** What a deletion destroys, in numbers: "1,204 objects", "3,410 versions and 12 delete markers"; with + while it grows. */
export function destroyedText({ found, notAsked }: Figures, scope: Scope): string | undefined {
  if (found === undefined) return undefined;
  const grows = found.isFinal ? '' : '+';
  const amount = (n: number, one: string) =>
    `${formatCount(n)}${grows} ${n === 1 && grows === '' ? one : `${one}s`}`;
  if (scope === 'current') return amount(found.objects + notAsked, 'object');
  const parts = [
    ...(found.versions > 0 || found.deleteMarkers === 0 ? [amount(found.versions, 'version')] : []),
    ...(found.deleteMarkers > 0 ? [amount(found.deleteMarkers, 'delete marker')] : []),
    ...(notAsked > 0 ? [`all versions of ${plural(notAsked, 'object')}`] : []),
  ];
  return joined(parts);
}

/** The deed on the button. */
export function deedText(figures: Figures, scope: Scope): string {
  const what = destroyedText(figures, scope);
  return what === undefined ? 'Delete' : `Delete ${what}`;
}

/** How much there is besides: for the lines below the question. */
export function sizeText(found: ObjectsSurvey): string {
  const parts = [plural(found.objects, 'object'), plural(found.versions, 'version')];
  if (found.deleteMarkers > 0) parts.push(plural(found.deleteMarkers, 'delete marker'));
  return `${parts.join(', ')}, ${formatBytes(found.bytes)}${found.isFinal ? '' : ' so far…'}`;
}
