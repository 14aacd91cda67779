import { assertDays } from '../days.ts';
import { ValidationError } from '../errors.ts';
import { mostShows } from './schema.ts';
import type { PlanSchedule } from './schema.ts';

const dayMs = 24 * 60 * 60_000;

/**
 * The days and times of a plan, in order.
 *
 * @throws ValidationError for a plan of no show, or of more than 500
 */
export function timesOf(input: PlanSchedule): { date: string; time: string }[] {
  assertDays(input);
  const times = input.times.toSorted();
  const dates = datesOf(input, Math.floor(mostShows / times.length));
  if (dates.length === 0) {
    const message = 'leaves no day, with these weekdays and exceptions';
    throw new ValidationError([{ path: ['from'], message }]);
  }
  return dates.flatMap((date) => times.map((time) => ({ date, time })));
}

function datesOf(
  { from, to, weekdays, exceptDates = [] }: PlanSchedule,
  mostDates: number,
): string[] {
  const except = new Set(exceptDates);
  const dates: string[] = [];
  for (let day = Date.parse(from); day <= Date.parse(to); day += dayMs) {
    const date = new Date(day);
    const name = date.toISOString().slice(0, 10);
    // Sunday is 0 for `Date`.
    const isWanted = !weekdays || weekdays.includes(date.getUTCDay() || 7);
    if (isWanted && !except.has(name)) {
      dates.push(name);
    }
    if (dates.length > mostDates) {
      throw tooMany(['to']);
    }
  }
  return dates;
}

/** The failure for a plan that is probably for a wrong year. */
export function tooMany(path: string[]): ValidationError {
  return new ValidationError([{ path, message: `makes more than ${mostShows} shows` }]);
}
