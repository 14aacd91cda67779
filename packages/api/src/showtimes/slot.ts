import { localTimeOf } from '../local-time.ts';

/** The room in a theater's day that a show takes. */
export interface Slot {
  startTime: Date;
  localStart: string;
  endTime: Date;
  blockedUntil: Date;
}

const minuteMs = 60_000;

/** A show that begins then: it lasts as long as the movie, and then the theater is cleaned. */
export function slotOf(
  startTime: Date,
  movie: { durationMinutes: number },
  theater: { turnaroundMinutes: number; timezone: string },
): Slot {
  return {
    startTime,
    localStart: localTimeOf(startTime, theater.timezone),
    endTime: new Date(startTime.getTime() + movie.durationMinutes * minuteMs),
    blockedUntil: blockedUntil(startTime, movie, theater),
  };
}

/** When the theater is free again after a show that begins then. */
export function blockedUntil(
  startTime: Date,
  { durationMinutes }: { durationMinutes: number },
  { turnaroundMinutes }: { turnaroundMinutes: number },
): Date {
  return new Date(startTime.getTime() + (durationMinutes + turnaroundMinutes) * minuteMs);
}
