import { formatCount } from '#renderer/ui/format.ts';
import type { TransferResult } from '#shared/transfer.ts';
import type { Verification } from '#shared/transfer-journal.ts';

/** How bytes were checked, in words. */
const ways: Record<Verification, string> = {
  md5: 'by MD5',
  parts: 'by the MD5 of each part',
  checksum: 'by the server’s checksum',
  length: 'by length only',
};

/** "1,200 by MD5, 4 by length only"; the strongest first. */
export function checkedText(verified: TransferResult['verified']): string {
  const order: Verification[] = ['md5', 'parts', 'checksum', 'length'];
  return order
    .flatMap((way) => {
      const count = verified[way] ?? 0;
      return count === 0 ? [] : `${formatCount(count)} ${ways[way]}`;
    })
    .join(', ');
}

const timeOfDay = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** When something that waits is tried again, or that it needs a person. */
export const triedAgainText = (until: Date | undefined): string =>
  until === undefined ? 'Goes on when that is mended.' : `Tried again at ${timeOfDay.format(until)}.`;
