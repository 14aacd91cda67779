import type { Showtime, Theater } from '@matinee/sdk';
import { instantsOf, withOffset } from '../wall-time.ts';
import { daysOf } from './run-options.ts';
import type { RunOfShows } from './run-options.ts';

/** One show of the plan, and what stands against it. */
export interface PlannedShow {
  date: string;
  time: string;
  /** Absent when the clocks skip that time. */
  startTime?: Date;
  problems: string[];
}

/** What the shows need of time and place. */
export interface Stage {
  theater: Pick<Theater, 'timezone' | 'turnaroundMinutes'>;
  durationMinutes: number;
  /** Shows that are in the theater already. */
  present: readonly Pick<Showtime, 'movie' | 'startTime' | 'endTime' | 'cancelledAt'>[];
}

const minuteMs = 60_000;

/** Every show of the run with what stands against it; nothing is asked of the server. */
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
    ? [`comes twice: name ${withOffset(startTime, zone)} or ${withOffset(second, zone)} by itself`]
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
    .map((other) => `"${other.movie.title}" is there`);
  const own = shows
    .filter((other) => other !== show && other.startTime !== undefined)
    .filter((other) => {
      const from = other.startTime?.getTime() ?? 0;
      return isInTheWay(from, from + takesMs);
    })
    .map((other) => `too close to ${other.date} ${other.time}`);
  return [...others, ...own];
}
