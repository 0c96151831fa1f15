const two = (n: number) => String(n).padStart(2, '0');

/** A time as a date-time field holds it, in this computer's time zone. */
export function toField(time: Date): string {
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day}T${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

/** What a date-time field holds as a time that can be looked back to, or what is wrong with it in words. */
export function fromField(text: string, now: Date): { time: Date } | { problem: string } {
  if (text === '') return { problem: 'Give a date and a time.' };
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) return { problem: 'This is no date with a time.' };
  if (time.getTime() > now.getTime())
    return { problem: 'This time is still to come: choose an earlier one.' };
  return { time };
}

const MINUTE = 60_000;
/** Times that are one press away. */
export const agoPresets = [
  { label: '1 hour ago', ms: 60 * MINUTE },
  { label: '1 day ago', ms: 24 * 60 * MINUTE },
  { label: '1 week ago', ms: 7 * 24 * 60 * MINUTE },
  { label: '30 days ago', ms: 30 * 24 * 60 * MINUTE },
] as const;
