const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ').map((month) => ` ${month} `);
const DAYS = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ').map((day) => `${day}, `);

/** `2024-01-02T03:04:05.678Z`, with or without the fraction; undefined for any other form, and for a day that there is not. */
export function timeOf(text: string, start: number, end: number): Date | undefined {
  const length = end - start;
  if (length !== 24 && length !== 20) return undefined;
  const marks =
    text.charCodeAt(start + 4) === 45 &&
    text.charCodeAt(start + 7) === 45 &&
    text.charCodeAt(start + 10) === 84 &&
    text.charCodeAt(start + 13) === 58 &&
    text.charCodeAt(start + 16) === 58 &&
    text.charCodeAt(end - 1) === 90 &&
    (length === 20 || text.charCodeAt(start + 19) === 46);
  if (!marks) return undefined;
  const year = digits(text, start, 4);
  const month = digits(text, start + 5, 2);
  const day = digits(text, start + 8, 2);
  const hour = digits(text, start + 11, 2);
  const minute = digits(text, start + 14, 2);
  const second = digits(text, start + 17, 2);
  const milli = length === 24 ? digits(text, start + 20, 3) : 0;
  const isTime =
    year >= 1000 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= 28 + (month === 2 ? 0 : 2) && // the rest is read the slow way
    hour >= 0 &&
    hour < 24 &&
    minute >= 0 &&
    minute < 60 &&
    second >= 0 &&
    second < 60 &&
    milli >= 0;
  if (isTime) return new Date(Date.UTC(year, month - 1, day, hour, minute, second, milli));
  return slowly(text.slice(start, end));
}

/** `Tue, 02 Jan 2024 03:04:05 GMT` (RFC 9110, 5.6.7); undefined for any other form. */
export function httpTimeOf(text: string): Date | undefined {
  const month = MONTHS.indexOf(text.slice(7, 12));
  const marks =
    text.length === 29 &&
    month !== -1 &&
    text.charCodeAt(16) === 32 &&
    text.charCodeAt(19) === 58 &&
    text.charCodeAt(22) === 58 &&
    text.endsWith(' GMT');
  if (!marks) return undefined;
  const year = digits(text, 12, 4);
  const day = digits(text, 5, 2);
  const hour = digits(text, 17, 2);
  const minute = digits(text, 20, 2);
  const second = digits(text, 23, 2);
  const isTime =
    year >= 1000 && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
  const at = new Date(isTime ? Date.UTC(year, month, day, hour, minute, second) : Number.NaN);
  const isThatDay = at.getUTCDate() === day && text.startsWith(DAYS[at.getUTCDay()] ?? ' ');
  return isThatDay ? at : undefined;
}

function slowly(text: string): Date | undefined {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return undefined;
  const iso = at.toISOString();
  return iso === text || iso.replace('.000Z', 'Z') === text ? at : undefined;
}

/** -1 or less when one of them is no digit. */
function digits(text: string, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return Number.NEGATIVE_INFINITY;
    value = value * 10 + digit;
  }
  return value;
}
