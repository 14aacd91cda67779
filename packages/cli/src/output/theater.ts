import type { Theater, TheaterWithSeats } from '@matinee/sdk';
import { details } from './details.ts';
import type { Layout } from './list.ts';
import type { Paint } from './paint.ts';
import { drawSeatMap } from './seat-map.ts';
import { idColumn } from './short-id.ts';

/** The columns of a list of theaters. */
export const theaterLayout: Layout<Theater> = {
  noun: 'theater',
  columns: [
    idColumn(),
    { title: 'NAME', value: (theater) => theater.name, shrinks: 'in the middle' },
    { title: 'TIME ZONE', value: (theater) => theater.timezone, drops: 2 },
    { title: 'SEATS', value: (theater) => theater.totalSeats, align: 'right', drops: 3 },
    {
      title: 'CLEANING',
      value: (theater) => `${theater.turnaroundMinutes} min`,
      align: 'right',
      drops: 1,
    },
  ],
  csv: [
    { name: 'id', value: (theater) => theater.id },
    { name: 'name', value: (theater) => theater.name },
    { name: 'timezone', value: (theater) => theater.timezone },
    { name: 'turnaroundMinutes', value: (theater) => theater.turnaroundMinutes },
    { name: 'totalSeats', value: (theater) => theater.totalSeats },
    { name: 'revision', value: (theater) => theater.revision },
    { name: 'createdAt', value: (theater) => theater.createdAt },
  ],
};

/** Formats a theater, one fact per line. */
export function showTheater(theater: Theater, paint: Paint): string {
  return details(
    [
      ['Name', theater.name],
      ['Time zone', theater.timezone],
      ['Cleaning', `${theater.turnaroundMinutes} min after each show`],
      ['Seats', theater.totalSeats],
      ['Id', theater.id],
      ['Revision', theater.revision],
    ],
    paint,
  );
}

/** Formats a theater and draws its seats. */
export function drawTheater(
  theater: TheaterWithSeats,
  options: { paint: Paint; width: number | undefined },
): string {
  const seats = theater.seats.map((seat) => ({
    ...seat,
    status: seat.outOfOrder ? 'blocked' : 'available',
  }));
  return [showTheater(theater, options.paint), '', drawSeatMap(seats, options)].join('\n');
}
