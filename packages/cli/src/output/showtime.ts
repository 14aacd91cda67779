import type { SeatMap, Showtime } from '@matinee/sdk';
import { otherPrices } from '../prices/other-prices.ts';
import type { AboutLists } from '../prices/other-prices.ts';
import { details } from './details.ts';
import type { Layout } from './list.ts';
import type { Paint } from './paint.ts';
import { priceTable, seatTypes } from './price-list.ts';
import type { Drawing } from './price-list.ts';
import { drawSeatMap } from './seat-map.ts';
import { idColumn, shortId } from './short-id.ts';
import { flow } from './text.ts';
import { hasSeveral, localParts, localTime, zoneName } from './time.ts';

/**
 * The columns of a list of showtimes. At a terminal, the days of the theaters are groups. Times are
 * local to the theater, and name their zone if the list has several.
 */
export function showtimeLayout(showtimes: readonly Showtime[]): Layout<Showtime> {
  const withZone = hasSeveral(showtimes.map(({ theater }) => theater.timezone));
  return {
    noun: 'showtime',
    columns: [
      idColumn(),
      {
        title: 'START',
        value: (showtime) => timeOf(showtime, withZone),
        piped: ({ startTime }) => startTime,
      },
      { title: 'MOVIE', value: ({ movie }) => movie.title, shrinks: true },
      {
        title: 'THEATER',
        value: ({ theater }) => theater.name,
        shrinks: 'in the middle',
        drops: 3,
      },
      { title: 'PRICE', value: priceOf, align: 'right', drops: 1 },
      { title: 'FREE', value: freeOf, align: 'right', drops: 2 },
    ],
    order: byLocalTime,
    heading: ({ startTime, theater }) => {
      const { weekday, date } = localParts(startTime, theater.timezone);
      return `${weekday} ${date}`;
    },
    csv: showtimeCsv,
  };
}

const showtimeCsv: Layout<Showtime>['csv'] = [
  { name: 'id', value: (showtime) => showtime.id },
  { name: 'movieId', value: (showtime) => showtime.movie.id },
  { name: 'movieTitle', value: (showtime) => showtime.movie.title },
  { name: 'theaterId', value: (showtime) => showtime.theater.id },
  { name: 'theaterName', value: (showtime) => showtime.theater.name },
  { name: 'timezone', value: (showtime) => showtime.theater.timezone },
  { name: 'startTime', value: (showtime) => showtime.startTime },
  { name: 'endTime', value: (showtime) => showtime.endTime },
  { name: 'price', value: (showtime) => showtime.price },
  { name: 'premiumPrice', value: (showtime) => otherPrices(showtime).premium },
  { name: 'vipPrice', value: (showtime) => otherPrices(showtime).vip },
  { name: 'currency', value: (showtime) => showtime.currency },
  { name: 'total', value: (showtime) => showtime.availability.total },
  { name: 'available', value: (showtime) => showtime.availability.available },
  { name: 'cancelledAt', value: (showtime) => showtime.cancelledAt },
  { name: 'cancelReason', value: (showtime) => showtime.cancelReason },
  { name: 'revision', value: (showtime) => showtime.revision },
  { name: 'createdAt', value: (showtime) => showtime.createdAt },
];

type Shown = Omit<Showtime, AboutLists> & Partial<Pick<Showtime, AboutLists>>;

/**
 * Formats a showtime, one fact per line, and the prices of its ticket types if it has several.
 *
 * @param listName the name of its price list, if it is known
 */
export function showShowtime(
  showtime: Shown,
  { paint, width }: Drawing,
  listName?: string,
): string {
  const { theater, availability, currency } = showtime;
  const { premium, vip } = otherPrices(showtime);
  const priced = (price: string | undefined) => (price ? `${price} ${currency}` : undefined);
  const { priceListId, ticketTypes = [] } = showtime;
  const facts = details(
    [
      ['Movie', showtime.movie.title],
      ['Theater', theater.name],
      ['Start', `${startOf(showtime)} (${theater.timezone})`],
      ['End', localTime(showtime.endTime, theater.timezone)],
      ['Price list', listName ?? (priceListId ? shortId(priceListId) : undefined)],
      ['Price', priced(showtime.price)],
      ['Premium', priced(premium)],
      ['VIP', priced(vip)],
      ['Seats', `${availability.available} of ${availability.total} free`],
      ['Cancelled', showtime.cancelledAt && localTime(showtime.cancelledAt, theater.timezone)],
      ['Reason', showtime.cancelReason],
      ['Id', showtime.id],
      ['Revision', showtime.revision],
    ],
    paint,
  );
  const items = ticketTypes.flatMap(({ id, prices: byType }) =>
    seatTypes.flatMap((seatType) => {
      const price = byType[seatType];
      return price === undefined ? [] : [{ ticketTypeId: id, seatType, price }];
    }),
  );
  return ticketTypes.length < 2
    ? facts
    : `${facts}\n\n${priceTable({ items, types: ticketTypes }, { paint, width })}`;
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
    ...(counts.blocked > 0 ? [`${counts.blocked} not for sale`] : []),
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

function startOf(showtime: Pick<Showtime, 'startTime' | 'theater'>): string {
  return localTime(showtime.startTime, showtime.theater.timezone);
}

/** `20:00`, or `20:00 EST`. */
function timeOf({ startTime, theater }: Showtime, withZone: boolean): string {
  const { time } = localParts(startTime, theater.timezone);
  return withZone ? `${time} ${zoneName(startTime, theater.timezone)}` : time;
}

/** By the wall clock of each theater, then by theater. */
function byLocalTime(a: Showtime, b: Showtime): number {
  const [first, second] = [a, b].map(({ startTime, theater }) => {
    const { date, time } = localParts(startTime, theater.timezone);
    return `${date} ${time} ${theater.name}`;
  });
  return (first ?? '').localeCompare(second ?? '');
}

function priceOf(showtime: Showtime): string {
  return `${showtime.price} ${showtime.currency}`;
}

function freeOf({ cancelledAt, availability }: Showtime): string {
  return cancelledAt ? 'cancelled' : `${availability.available}/${availability.total}`;
}
