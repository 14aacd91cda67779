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

/** The beginning of a day in UTC, or the instant itself: for what is about the system and no theater. */
export function startOf(moment: string | Date): Date {
  return new Date(moment);
}

/** The end of a day in UTC, or the instant itself. */
export function endOf(moment: string | Date): Date {
  return typeof moment === 'string' ? new Date(Date.parse(moment) + dayMs) : moment;
}
