import { ValidationError } from './errors.ts';

/** Days that a list or a report is limited to. */
export interface Days {
  date?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** @throws ValidationError for `date` together with `from` or `to`, and for `from` after `to` */
export function assertDays({ date, from, to }: Days): void {
  if (date !== undefined && (from !== undefined || to !== undefined)) {
    const message = 'cannot be combined with from or to';
    throw new ValidationError([{ path: ['date'], message }]);
  }
  if (from !== undefined && to !== undefined && from > to) {
    throw new ValidationError([{ path: ['from'], message: 'must not be after to' }]);
  }
}

const dayMs = 24 * 60 * 60_000;

/** A day so many days after another one. */
export function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);
}

/** Of the calendar of the API. */
const latestDay = '2199-12-31';

/**
 * The days of a report. Without an end it has thirty: today and the 29 days before, or the first ones from a
 * day ahead, for what is sold in advance.
 *
 * @throws as `assertDays`
 */
export function reportedDays(
  given: Pick<Days, 'from' | 'to'>,
  today: string,
): { from: string; to: string } {
  assertDays(given);
  const ahead = given.from !== undefined && given.from > today ? dayAfter(given.from, 29) : today;
  const to = given.to ?? (ahead > latestDay ? latestDay : ahead);
  const from = given.from ?? dayAfter(to, -29);
  assertDays({ from, to });
  return { from, to };
}

/** The beginning of a day in UTC, or the instant itself: for what is about the system and no theater. */
export function startOf(moment: string | Date): Date {
  return new Date(moment);
}

/** The end of a day in UTC, or the instant itself. */
export function endOf(moment: string | Date): Date {
  return typeof moment === 'string' ? new Date(Date.parse(moment) + dayMs) : moment;
}
