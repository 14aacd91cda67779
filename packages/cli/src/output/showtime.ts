import type { SeatMap, Showtime } from '@matinee/sdk';
import { details } from './details.ts';
import type { Layout } from './list.ts';
import type { Paint } from './paint.ts';
import { drawSeatMap } from './seat-map.ts';
import { flow } from './text.ts';
import { localTime } from './time.ts';

/** The columns of a list of showtimes. Times are local to the theater. */
export const showtimeLayout: Layout<Showtime> = {
  noun: 'showtime',
  columns: [
    { title: 'ID', value: (showtime) => showtime.id },
    { title: 'START', value: startOf },
    { title: 'MOVIE', value: (showtime) => showtime.movie.title, shrinks: true },
    { title: 'THEATER', value: (showtime) => showtime.theater.name, shrinks: true },
    { title: 'PRICE', value: priceOf, align: 'right' },
    { title: 'FREE', value: freeOf, align: 'right' },
  ],
  csv: [
    { name: 'id', value: (showtime) => showtime.id },
    { name: 'movieId', value: (showtime) => showtime.movie.id },
    { name: 'movieTitle', value: (showtime) => showtime.movie.title },
    { name: 'theaterId', value: (showtime) => showtime.theater.id },
    { name: 'theaterName', value: (showtime) => showtime.theater.name },
    { name: 'timezone', value: (showtime) => showtime.theater.timezone },
    { name: 'startTime', value: (showtime) => showtime.startTime },
    { name: 'endTime', value: (showtime) => showtime.endTime },
    { name: 'price', value: (showtime) => showtime.price },
    { name: 'premiumPrice', value: (showtime) => showtime.seatTypePrices.premium },
    { name: 'vipPrice', value: (showtime) => showtime.seatTypePrices.vip },
    { name: 'currency', value: (showtime) => showtime.currency },
    { name: 'total', value: (showtime) => showtime.availability.total },
    { name: 'available', value: (showtime) => showtime.availability.available },
    { name: 'cancelledAt', value: (showtime) => showtime.cancelledAt },
    { name: 'cancelReason', value: (showtime) => showtime.cancelReason },
    { name: 'revision', value: (showtime) => showtime.revision },
    { name: 'createdAt', value: (showtime) => showtime.createdAt },
  ],
};

/** Formats a showtime, one fact per line. */
export function showShowtime(showtime: Showtime, paint: Paint): string {
  const { theater, availability, seatTypePrices, currency } = showtime;
  const priced = (price: string | undefined) => (price ? `${price} ${currency}` : undefined);
  return details(
    [
      ['Movie', showtime.movie.title],
      ['Theater', theater.name],
      ['Start', `${startOf(showtime)} (${theater.timezone})`],
      ['End', localTime(showtime.endTime, theater.timezone)],
      ['Price', priced(showtime.price)],
      ['Premium', priced(seatTypePrices.premium)],
      ['VIP', priced(seatTypePrices.vip)],
      ['Seats', `${availability.available} of ${availability.total} free`],
      ['Cancelled', showtime.cancelledAt && localTime(showtime.cancelledAt, theater.timezone)],
      ['Reason', showtime.cancelReason],
      ['Id', showtime.id],
      ['Revision', showtime.revision],
    ],
    paint,
  );
}

/** Start, movie and theater on one line. */
export function nameShowtime(showtime: Showtime): string {
  return `${showtime.movie.title}, ${startOf(showtime)}, ${showtime.theater.name}`;
}

/** The seats of a showtime with their legend, prices and counts. */
export function drawSeats(
  map: SeatMap,
  options: { paint: Paint; width: number | undefined },
): string {
  const { counts } = map;
  const parts = [
    `${counts.available} free`,
    `${counts.locked} locked`,
    `${counts.reserved} reserved`,
    ...(counts.blocked > 0 ? [`${counts.blocked} out of order`] : []),
    `${counts.total} in total`,
  ];
  const lines = [prices(map), parts].map((each) => flow(each, ', ', options.width));
  return [drawSeatMap(map.seats, options), ...lines].join('\n');
}

function prices(map: SeatMap): string[] {
  const free = map.seats.filter((seat) => seat.status === 'available' && !seat.yours);
  const byType = new Map(free.map((seat) => [seat.seatType, seat.price]));
  const found = [...byType].map(([type, price]) => `${type} ${price} ${map.currency}`);
  return found.length > 0 ? found : ['No free seats.'];
}

function startOf(showtime: Showtime): string {
  return localTime(showtime.startTime, showtime.theater.timezone);
}

function priceOf(showtime: Showtime): string {
  return `${showtime.price} ${showtime.currency}`;
}

function freeOf({ cancelledAt, availability }: Showtime): string {
  return cancelledAt ? 'cancelled' : `${availability.available}/${availability.total}`;
}
