import type { Reservation, ReservationWithUser } from '@matinee/sdk';
import { details } from './details.ts';
import type { Layout } from './list.ts';
import type { Paint } from './paint.ts';
import { hasSeveral, localParts, localTime, zoneName } from './time.ts';

/** A server of release 0.1.0 does not send what payments need. */
type AboutMoney = 'payment' | 'refunds' | 'refunded' | 'cancelReason' | 'fees' | 'total';
type Row = Omit<Reservation, AboutMoney> &
  Partial<Pick<Reservation, AboutMoney>> &
  Partial<Pick<ReservationWithUser, 'user'>>;

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
        value: (row) => statusText(row, zones, withZone),
        piped: (row) => row.status,
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
      ['Given back', givenBackOf(row)],
      ['Price', `${row.totalPrice} ${row.currency}`],
      ['With fees', withFees(row)],
      ['Pay before', payBeforeOf(row)],
      ['Declined', row.status === 'pending' ? row.payment?.lastError : undefined],
      ['Refunded', refundedOf(row)],
      ['Booked by', row.user?.email],
      ['Booked', row.createdAt],
      ['Cancelled', row.cancelledAt],
      ['Reason', row.showCancelReason ?? endings[row.cancelReason ?? 'customer']],
      ['Id', row.id],
      ['Showtime id', row.showtime.id],
    ],
    paint,
  );
}

/** Why a reservation ended that no one cancelled. */
const endings: Partial<Record<NonNullable<Reservation['cancelReason']>, string>> = {
  payment_expired: 'not paid in time',
  seats_gone: 'paid too late, and the seats were taken',
};

/** `C5, C6`: the seats that are still booked, or all of a reservation that has ended. */
export function seatsOf(row: Pick<Reservation, 'seats' | 'status'>): string {
  return namesOf(bookedOf(row));
}

function bookedOf({ seats, status }: Pick<Reservation, 'seats' | 'status'>): Reservation['seats'] {
  return status === 'cancelled' ? seats : seats.filter((seat) => !seat.cancelledAt);
}

/** The seats that were given back while others stay; undefined without one. */
function givenBackOf({ seats, status }: Row): string | undefined {
  const given = status === 'cancelled' ? [] : seats.filter((seat) => seat.cancelledAt);
  return given.length === 0 ? undefined : namesOf(given);
}

/** Undefined for a reservation that waits for no payment. */
function payBeforeOf({ status, payment }: Row): Date | null | undefined {
  return status === 'pending' ? payment?.payBefore : undefined;
}

/** What is charged; undefined where it is the price of the seats. */
function withFees({ fees = '0.00', total, currency }: Row): string | undefined {
  return total === undefined || Number(fees) === 0 ? undefined : `${total} ${currency}`;
}

function refundedOf({ refunds = [], refunded, currency }: Row): string | undefined {
  if (refunds.length === 0) {
    return undefined;
  }
  const pending = refunds.some(({ status }) => status === 'pending') ? ', on its way' : '';
  const failed = refunds.some(({ status }) => status === 'failed') ? ', a refund failed' : '';
  return `${refunded} ${currency}${pending}${failed}`;
}

function namesOf(seats: Reservation['seats']): string {
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
    { name: 'seatCount', value: (row) => bookedOf(row).length },
    { name: 'totalPrice', value: (row) => row.totalPrice },
    { name: 'currency', value: (row) => row.currency },
    { name: 'createdAt', value: (row) => row.createdAt },
    { name: 'cancelledAt', value: (row) => row.cancelledAt },
    { name: 'showCancelReason', value: (row) => row.showCancelReason },
    { name: 'seatsGivenBack', value: givenBackOf },
    { name: 'payBefore', value: payBeforeOf },
    { name: 'refunded', value: (row) => row.refunded },
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

/** `pending until 20:10`: the wait is minutes, so the date is left out. */
function statusText(row: Row, zones: Zones, withZone: boolean): string {
  const end = payBeforeOf(row);
  if (!end) {
    return row.status;
  }
  const zone = zones.get(row.showtime.theater.id);
  const { time } = localParts(end, zone ?? 'UTC');
  const name = withZone || !zone ? ` ${zoneName(end, zone ?? 'UTC')}` : '';
  return `${row.status} until ${time}${name}`;
}

/** Lists omit archived theaters, so their zones are not known and the start is in UTC. */
function startOf(row: Row, zones: Zones): string {
  const zone = zones.get(row.showtime.theater.id);
  const time = localTime(row.showtime.startTime, zone ?? 'UTC');
  return zone ? time : `${time} UTC`;
}
