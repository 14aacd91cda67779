import type { Showtime, Theater } from '@matinee/sdk';
import { instantsOf, withOffset } from '../wall-time.ts';
import { daysOf } from './run-options.ts';
import type { RunOfShows } from './run-options.ts';

/** One show of the plan, and its conflicts. */
export interface PlannedShow {
  date: string;
  time: string;
  /** Absent if the clocks skip that time. */
  startTime?: Date;
  problems: string[];
}

/** The theater of a run, and the time that a show occupies. */
export interface Stage {
  theater: Pick<Theater, 'timezone' | 'turnaroundMinutes'>;
  durationMinutes: number;
  /** Shows that are already scheduled in the theater. */
  present: readonly Pick<Showtime, 'movie' | 'startTime' | 'endTime' | 'cancelledAt'>[];
}

const minuteMs = 60_000;

/** Plans the shows of a run and finds their conflicts. It sends no requests. */
export function planRun(run: RunOfShows, stage: Stage): PlannedShow[] {
  const shows = daysOf(run).flatMap((date) =>
    run.times.map((time) => planShow(date, time, stage.theater.timezone)),
  );
  for (const show of shows) {
    show.problems.push(...conflictsOf(show, shows, stage));
  }
  return shows;
}

function planShow(date: string, time: string, zone: string): PlannedShow {
  const [startTime, second] = instantsOf(date, time, zone);
  if (!startTime) {
    return { date, time, problems: ['the clocks skip this time'] };
  }
  const problems = second
    ? [`occurs twice: create ${withOffset(startTime, zone)} or ${withOffset(second, zone)} alone`]
    : [];
  return { date, time, startTime, problems };
}

function conflictsOf(
  show: PlannedShow,
  shows: readonly PlannedShow[],
  { theater, durationMinutes, present }: Stage,
): string[] {
  const { startTime } = show;
  if (!startTime) {
    return [];
  }
  const cleaningMs = theater.turnaroundMinutes * minuteMs;
  const takesMs = durationMinutes * minuteMs + cleaningMs;
  const start = startTime.getTime();
  const isInTheWay = (from: number, until: number) => start < until && from < start + takesMs;

  const others = present
    .filter((other) => !other.cancelledAt)
    .filter((other) => isInTheWay(other.startTime.getTime(), other.endTime.getTime() + cleaningMs))
    .map((other) => `conflicts with "${other.movie.title}"`);
  const own = shows
    .filter((other) => other !== show && other.startTime !== undefined)
    .filter((other) => {
      const from = other.startTime?.getTime() ?? 0;
      return isInTheWay(from, from + takesMs);
    })
    .map((other) => `too close to ${other.date} ${other.time}`);
  return [...others, ...own];
}
