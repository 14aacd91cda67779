import type { Showtime } from '@matinee/sdk';
import { localParts } from '../output/time.ts';

/** A show in the picture of a day. */
export interface WeekShow {
  title: string;
  /** `19:30`, on the clocks of the theater. */
  time: string;
  /** Minutes after midnight of the day that it belongs to; more than 1,440 in the night. */
  from: number;
  until: number;
  /** Seats that are not free, from 0 to 1. */
  taken: number;
}

/** The shows of one theater on one day. */
export interface WeekLine {
  theater: string;
  shows: WeekShow[];
}

export interface WeekDay {
  /** `2026-12-07`. */
  date: string;
  /** `Mon`. */
  weekday: string;
  lines: WeekLine[];
}

/** A week of the house. */
export interface Week {
  days: WeekDay[];
  /** Full hours after midnight that all shows are between: 10 and 26. */
  opens: number;
  closes: number;
}

/** Shows before this time are drawn at the end of the evening before. */
const dayBeginsAt = 5 * 60;

const dayMs = 86_400_000;
const dayMinutes = 1_440;

/** The days of a week from one on, `YYYY-MM-DD`. */
export function daysFrom(date: string, days = 7): string[] {
  return Array.from({ length: days }, (_, day) =>
    new Date(Date.parse(date) + day * dayMs).toISOString().slice(0, 10),
  );
}

/** The Monday of the week of a date. */
export function mondayOf(date: string): string {
  const sinceMonday = (new Date(date).getUTCDay() + 6) % 7;
  return new Date(Date.parse(date) - sinceMonday * dayMs).toISOString().slice(0, 10);
}

/** Sorts shows by day and theater. Cancelled ones are left out. */
export function weekOf(monday: string, showtimes: readonly Showtime[]): Week {
  const placed = showtimes
    .filter(({ cancelledAt }) => cancelledAt === null)
    .map((showtime) => ({ theater: showtime.theater, ...placeOf(showtime) }));
  const days = daysFrom(monday).map((date) => {
    const ofDay = placed.filter((each) => each.date === date);
    // By id: every house has a Screen 1.
    const theaters = [...new Map(ofDay.map(({ theater }) => [theater.id, theater.name]))].toSorted(
      ([, a], [, b]) => a.localeCompare(b, 'en', { numeric: true }),
    );
    const lines = theaters.map(([id, theater]) => ({
      theater,
      shows: ofDay
        .filter((each) => each.theater.id === id)
        .map(({ show }) => show)
        .toSorted((a, b) => a.from - b.from),
    }));
    return { date, weekday: localParts(new Date(`${date}T12:00Z`), 'UTC').weekday, lines };
  });
  const shows = days.flatMap(({ lines }) => lines.flatMap((line) => line.shows));
  const opens = Math.floor(Math.min(10 * 60, ...shows.map(({ from }) => from)) / 60);
  const closes = Math.ceil(Math.max(24 * 60, ...shows.map(({ until }) => until)) / 60);
  return { days, opens, closes };
}

function placeOf(showtime: Showtime): { date: string; show: WeekShow } {
  const { movie, theater, startTime, endTime, availability } = showtime;
  const { date, time } = localParts(startTime, theater.timezone);
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const clock = hours * 60 + minutes;
  const isNight = clock < dayBeginsAt;
  const from = isNight ? clock + dayMinutes : clock;
  const length = (endTime.getTime() - startTime.getTime()) / 60_000;
  const { total, available } = availability;
  const taken = total === 0 ? 0 : (total - available) / total;
  return {
    date: isNight ? dayBefore(date) : date,
    show: { title: movie.title, time, from, until: from + length, taken },
  };
}

function dayBefore(date: string): string {
  return new Date(Date.parse(date) - dayMs).toISOString().slice(0, 10);
}
