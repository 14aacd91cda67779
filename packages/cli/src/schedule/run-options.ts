import type { Inputs } from '@matinee/sdk';
import { usageError } from '../failure.ts';

type Plan = Inputs['schedules']['create'];

/** A run of shows in the local time of a theater. */
export type RunOfShows = Pick<
  Plan,
  'from' | 'to' | 'weekdays' | 'times' | 'exceptDates' | 'dst' | 'onlyFree'
>;

/** The flags of a run of shows. */
export interface RunFlags {
  from?: string;
  to?: string;
  weekdays?: string;
  times?: string;
  except?: string;
  dst?: RunOfShows['dst'];
  onlyFree?: boolean;
  dryRun?: boolean;
}

const weekdayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Whether the flags describe a run rather than one show. */
export function isRun({ from, to, weekdays, times }: RunFlags): boolean {
  return [from, to, weekdays, times].some((flag) => flag !== undefined);
}

/** Reads the flags of a run. What the server can judge is left to it. */
export function readRun(flags: RunFlags): RunOfShows {
  const { from, to = from, times, weekdays, except } = flags;
  if (from === undefined || to === undefined || times === undefined) {
    throw usageError('A run needs --from and --times.', 'For example: --times 14:00,20:30');
  }
  return {
    from,
    to,
    times: readTimes(times),
    dst: flags.dst ?? 'reject',
    ...(weekdays === undefined ? {} : { weekdays: readWeekdays(weekdays) }),
    ...(except === undefined ? {} : { exceptDates: wordsOf(except) }),
    ...(flags.onlyFree ? { onlyFree: true } : {}),
  };
}

function readWeekdays(text: string): number[] {
  const numbers = wordsOf(text).map((word) => {
    const number = weekdayNames.indexOf(word.slice(0, 3).toLowerCase()) + 1;
    if (number === 0) {
      const known = weekdayNames.join(', ');
      throw usageError(`"${word}" is not a weekday.`, `Use ${known}.`);
    }
    return number;
  });
  return [...new Set(numbers)];
}

function readTimes(text: string): string[] {
  const times = wordsOf(text).map((word) => word.padStart(5, '0'));
  const wrong = times.find((time) => !/^([01]\d|2[0-3]):[0-5]\d$/.test(time));
  if (wrong !== undefined) {
    throw usageError(`"${wrong}" is not a time of day.`, 'For example: --times 14:00,20:30');
  }
  return [...new Set(times)].toSorted();
}

function wordsOf(text: string): string[] {
  return text.split(',').map((word) => word.trim());
}
