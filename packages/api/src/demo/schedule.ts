import type { Movie, Seat, Showtime, Theater } from '../db/entities/index.ts';
import type { TheaterPlan } from './content.ts';
import { shuffled } from './numbers.ts';

/** A theater that was built. */
export interface Hall {
  plan: TheaterPlan;
  theater: Theater;
  /** Row by row, from left to right. */
  rows: Seat[][];
}

/** A place in the schedule: a day counted from today, and the minute of it, both local. */
export interface Slot {
  hall: Hall;
  movie: Movie;
  day: number;
  minute: number;
}

/** A slot that has become a showtime. */
export interface Show {
  showtime: Showtime;
  slot: Slot;
}

/** Starts before this local minute are afternoon shows. */
export const evening = 17 * 60;

const firstDay = -7;
const lastDay = 8;

/** One show after the other from opening on, each on a five-minute mark. */
export function planSlots(hall: Hall, movies: readonly Movie[], random: () => number): Slot[] {
  const { opens, lastStart, turnaroundMinutes } = hall.plan;
  const slots: Slot[] = [];
  for (let day = firstDay; day <= lastDay; day += 1) {
    const program = shuffled(movies, random);
    let minute = opens + 5 * Math.floor(random() * 6);
    for (const movie of program) {
      if (minute > lastStart) {
        break;
      }
      slots.push({ hall, movie, day, minute });
      const next = minute + movie.durationMinutes + turnaroundMinutes + random() * 15;
      minute = 5 * Math.ceil(next / 5);
    }
  }
  return slots;
}
