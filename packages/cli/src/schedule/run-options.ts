import { usageError } from '../failure.ts';

/** A run of shows in the local time of a theater. */
export interface RunOfShows {
  from: string;
  to: string;
  /** 1 is Monday. Without weekdays: every day. */
  weekdays?: readonly number[] | undefined;
  /** `HH:MM`. */
  times: readonly string[];
}

/** The flags of a run of shows. */
export interface RunFlags {
  from?: string;
  to?: string;
  weekdays?: string;
  times?: string;
  dryRun?: boolean;
}

/** A longer run is probably a wrong year. */
const mostShows = 500;

const dayMs = 86_400_000;
const weekdayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Whether the flags describe a run rather than one show. */
export function isRun(flags: RunFlags): boolean {
  return [flags.from, flags.to, flags.weekdays, flags.times].some((flag) => flag !== undefined);
}

/** Reads `--from --to --weekdays --times`. */
export function readRun(flags: RunFlags): RunOfShows {
  const { from, times } = flags;
  if (from === undefined || times === undefined) {
    throw usageError('A run needs --from and --times.', 'For example: --times 14:00,20:30');
  }
  const to = flags.to ?? from;
  for (const day of [from, to]) {
    assertDay(day);
  }
  const run = {
    from,
    to,
    weekdays: flags.weekdays === undefined ? undefined : readWeekdays(flags.weekdays),
    times: readTimes(times),
  };
  const shows = to < from ? 0 : daysOf(run).length * run.times.length;
  if (shows < 1 || shows > mostShows) {
    throw usageError(
      `This run has ${shows} shows. A run must have 1 to ${mostShows}.`,
      'Change --from, --to, --weekdays or --times.',
    );
  }
  return run;
}

/** The days of the run, `YYYY-MM-DD`. */
export function daysOf({ from, to, weekdays }: Omit<RunOfShows, 'times'>): string[] {
  const days: string[] = [];
  for (let day = Date.parse(from); day <= Date.parse(to); day += dayMs) {
    const date = new Date(day);
    // Sunday is 0 for `Date`, and 7 elsewhere in Matinee.
    if (!weekdays || weekdays.includes(date.getUTCDay() || 7)) {
      days.push(date.toISOString().slice(0, 10));
    }
  }
  return days;
}

function readWeekdays(text: string): number[] {
  return text.split(',').map((word) => {
    const number = weekdayNames.indexOf(word.trim().slice(0, 3).toLowerCase()) + 1;
    if (number === 0) {
      const known = weekdayNames.join(', ');
      throw usageError(`"${word.trim()}" is not a weekday.`, `Use ${known}.`);
    }
    return number;
  });
}

function readTimes(text: string): string[] {
  const times = text.split(',').map((word) => word.trim().padStart(5, '0'));
  const wrong = times.find((time) => !/^([01]\d|2[0-3]):[0-5]\d$/.test(time));
  if (wrong !== undefined) {
    throw usageError(`"${wrong}" is not a time of day.`, 'For example: --times 14:00,20:30');
  }
  return [...new Set(times)].toSorted();
}

function assertDay(day: string): void {
  const date = new Date(`${day}T00:00:00Z`);
  const isDay = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !isDay) {
    throw usageError(`"${day}" is not a date.`, 'Use YYYY-MM-DD, such as 2026-12-24.');
  }
}
