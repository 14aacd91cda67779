import type { Reservation, ReservationWithUser } from '@matinee/sdk';
import { details } from './details.ts';
import type { Layout } from './list.ts';
import type { Paint } from './paint.ts';
import { localTime } from './time.ts';

type Row = Reservation & Partial<Pick<ReservationWithUser, 'user'>>;

/** Time zones by theater id. A reservation does not include the time zone. */
export type Zones = ReadonlyMap<string, string>;

/** The columns of a list of reservations. `withUser` adds the customer. */
export function reservationLayout(zones: Zones, withUser: boolean): Layout<Row> {
  const user = { title: 'USER', value: (row: Row) => row.user?.email, shrinks: true };
  return {
    noun: 'reservation',
    columns: [
      { title: 'ID', value: (row) => row.id },
      { title: 'REFERENCE', value: (row) => row.reference },
      { title: 'STATUS', value: (row) => row.status },
      ...(withUser ? [user] : []),
      { title: 'START', value: (row) => startOf(row, zones) },
      { title: 'MOVIE', value: (row) => row.showtime.movie.title, shrinks: true },
      { title: 'SEATS', value: seatsOf, shrinks: true },
      { title: 'PRICE', value: (row) => `${row.totalPrice} ${row.currency}`, align: 'right' },
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

/** Lists omit archived theaters, so their zones are not known and the start is in UTC. */
function startOf(row: Row, zones: Zones): string {
  const zone = zones.get(row.showtime.theater.id);
  const time = localTime(row.showtime.startTime, zone ?? 'UTC');
  return zone ? time : `${time} UTC`;
}
