import { z } from 'zod';

/** Numbers that the user sets for all transfers. */
export const transferSettingsSchema = z.object({
  /** Transfers at work at once; the others wait for their turn. */
  transfersAtOnce: z.number().int().min(1).max(16).default(2),
  /** Objects under way at once, of one transfer; of those larger than 1 MiB 16 at most. */
  objectsAtOnce: z.number().int().min(1).max(64).default(64),
  /** Parts or ranges under way at once, of one object. */
  partsAtOnce: z.number().int().min(1).max(16).default(8),
  /** Bytes a second; left out: as many as come. */
  bytesPerSecond: z.number().int().min(1024, 'A limit is at least 1 KiB a second.').optional(),
  /** Other limits at other times; the first row that is true counts. */
  timetable: z
    .array(
      z.object({
        /** Days of the week, 0 is Sunday; none: every day. */
        days: z.array(z.number().int().min(0).max(6)).default([]),
        /** Minutes after midnight, by this computer's clock. `until` before `from` goes over midnight. */
        from: z.number().int().min(0).max(1439),
        until: z.number().int().min(0).max(1440),
        /** Left out: as many as come. */
        bytesPerSecond: z.number().int().min(1024, 'A limit is at least 1 KiB a second.').optional(),
      }),
    )
    .max(50)
    .default([]),
  /** Keep this computer from sleeping while something is moved. */
  keepAwake: z.boolean().default(true),
  /** Tell by a notification when a transfer has ended and no window is in front. */
  notify: z.boolean().default(true),
});
export type TransferSettings = z.output<typeof transferSettingsSchema>;

/** The bandwidth that is allowed at a moment. */
export function bandwidthAt({ bytesPerSecond, timetable }: TransferSettings, now: Date): number | undefined {
  const minute = now.getHours() * 60 + now.getMinutes();
  const today = now.getDay();
  const isOn = (days: readonly number[], day: number) => days.length === 0 || days.includes(day);
  const row = timetable.find(({ days, from, until }) =>
    from < until
      ? isOn(days, today) && minute >= from && minute < until
      : (isOn(days, today) && minute >= from) || (isOn(days, (today + 6) % 7) && minute < until),
  );
  return row === undefined ? bytesPerSecond : row.bytesPerSecond;
}
