import type { Reservation, ReservationWithUser } from '@matinee/sdk';
import { details } from './details.ts';
import type { Layout } from './list.ts';
import type { Paint } from './paint.ts';
import { hasSeveral, localParts, localTime, zoneName } from './time.ts';

type Row = Reservation & Partial<Pick<ReservationWithUser, 'user'>>;

/** Time zones by theater id. A reservation does not include the time zone. */
export type Zones = ReadonlyMap<string, string>;

/** What the columns of a list of reservations depend on. */
export interface ReservationList {
  items: readonly Row[];
  zones: Zones;
  /** Adds the customer. */
  withUser: boolean;
  paint: Paint;
}

/**
 * The columns of a list of reservations. Every command accepts the reference in place of the id.
 * Times are local to the theater, and name their zone if the list has several.
 */
export function reservationLayout(list: ReservationList): Layout<Row> {
  const { items, zones, withUser, paint } = list;
  const withZone = hasSeveral(items.map((row) => zones.get(row.showtime.theater.id)));
  const colours = { pending: paint.yellow, confirmed: paint.green, cancelled: paint.red };
  const user = { title: 'USER', value: (row: Row) => row.user?.email, shrinks: true, drops: 3 };
  return {
    noun: 'reservation',
    columns: [
      { title: 'REFERENCE', value: (row) => row.reference },
      {
        title: 'STATUS',
        value: (row) => row.status,
        paint: (text, row) => colours[row.status](text),
      },
      ...(withUser ? [user] : []),
      {
        title: 'START',
        value: (row) => shortStartOf(row, zones, withZone),
        piped: (row) => row.showtime.startTime,
      },
      { title: 'MOVIE', value: (row) => row.showtime.movie.title, shrinks: true, drops: 4 },
      { title: 'SEATS', value: seatsOf, shrinks: true, drops: 1 },
      {
        title: 'PRICE',
        value: (row) => `${row.totalPrice} ${row.currency}`,
        align: 'right',
        drops: 2,
      },
    ],
    csv: reservationCsv(withUser),
  };
}

/** Formats a reservation, one fact per line. */
export function showReservation(row: Row, zones: Zones, paint: Paint): string {
  return details(
    [
      ['Reference', row.reference],
      ['Status', row.status],
      ['Movie', row.showtime.movie.title],
      ['Theater', row.showtime.theater.name],
      ['Start', startOf(row, zones)],
      ['Seats', seatsOf(row)],
      ['Price', `${row.totalPrice} ${row.currency}`],
      ['Booked by', row.user?.email],
      ['Booked', row.createdAt],
      ['Cancelled', row.cancelledAt],
      ['Reason', row.showCancelReason],
      ['Id', row.id],
      ['Showtime id', row.showtime.id],
    ],
    paint,
  );
}

/** `C5, C6`. */
export function seatsOf({ seats }: Pick<Reservation, 'seats'>): string {
  return seats.map((seat) => `${seat.rowLabel}${seat.seatNumber}`).join(', ');
}

function reservationCsv(withUser: boolean): Layout<Row>['csv'] {
  const user = [
    { name: 'userId', value: (row: Row) => row.user?.id },
    { name: 'userEmail', value: (row: Row) => row.user?.email },
  ];
  return [
    { name: 'id', value: (row) => row.id },
    { name: 'reference', value: (row) => row.reference },
    { name: 'status', value: (row) => row.status },
    ...(withUser ? user : []),
    { name: 'showtimeId', value: (row) => row.showtime.id },
    { name: 'startTime', value: (row) => row.showtime.startTime },
    { name: 'movieId', value: (row) => row.showtime.movie.id },
    { name: 'movieTitle', value: (row) => row.showtime.movie.title },
    { name: 'theaterId', value: (row) => row.showtime.theater.id },
    { name: 'theaterName', value: (row) => row.showtime.theater.name },
    { name: 'seats', value: seatsOf },
    { name: 'seatCount', value: (row) => row.seats.length },
    { name: 'totalPrice', value: (row) => row.totalPrice },
    { name: 'currency', value: (row) => row.currency },
    { name: 'createdAt', value: (row) => row.createdAt },
    { name: 'cancelledAt', value: (row) => row.cancelledAt },
    { name: 'showCancelReason', value: (row) => row.showCancelReason },
  ];
}

/** Without the weekday, which has no room in a list. */
function shortStartOf(row: Row, zones: Zones, withZone: boolean): string {
  const { startTime, theater } = row.showtime;
  const zone = zones.get(theater.id);
  const { date, time } = localParts(startTime, zone ?? 'UTC');
  return withZone || !zone
    ? `${date} ${time} ${zoneName(startTime, zone ?? 'UTC')}`
    : `${date} ${time}`;
}

/** Lists omit archived theaters, so their zones are not known and the start is in UTC. */
function startOf(row: Row, zones: Zones): string {
  const zone = zones.get(row.showtime.theater.id);
  const time = localTime(row.showtime.startTime, zone ?? 'UTC');
  return zone ? time : `${time} UTC`;
}
