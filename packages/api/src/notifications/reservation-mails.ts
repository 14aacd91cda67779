import { queryOne, statement } from '../db/query.ts';
import { jsonOf, textOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import type { Fact } from '../outbox/facts.ts';
import type { ServiceContext } from '../service-context.ts';
import { mailFor } from './mail-for.ts';
import { formatAmount, formatTime } from './words.ts';

const reservationRow = {
  reference: 'text',
  status: textOf<'pending' | 'confirmed' | 'cancelled'>(),
  email: 'text',
  firstName: 'text?',
  movie: 'text',
  theater: 'text',
  timezone: 'text',
  startTime: 'instant',
  seats: jsonOf<string[]>(),
  totalPrice: 'numeric',
  currency: 'text',
  showCancelReason: 'text?',
} as const;

type BookedShow = RowOf<typeof reservationRow>;

const reservationById = statement(
  `select r.reference, r.status, u.email, u.first_name as "firstName", m.title as movie,
     h.name as theater, h.timezone, t.start_time as "startTime",
     (select json_agg(s.row_label || s.seat_number order by s.row_index, s.position)
       from reservation_seats rs join seats s on s.id = rs.seat_id
       where rs.reservation_id = r.id) as seats,
     r.total_price as "totalPrice", r.currency, t.cancel_reason as "showCancelReason"
   from reservations r
   join users u on u.id = r.user_id
   join showtimes t on t.id = r.showtime_id
   join movies m on m.id = t.movie_id
   join theaters h on h.id = t.theater_id
   where r.id = $1`,
  reservationRow,
);

/** Mails a customer the confirmation of a reservation. A reservation that has ended needs none. */
export async function sendConfirmation(
  ctx: ServiceContext,
  fact: Fact<'reservation.confirmed'>,
): Promise<string | undefined> {
  const booked = await queryOne(ctx, reservationById, [fact.payload.reservationId]);
  if (booked.status === 'cancelled') {
    return 'the reservation was cancelled before the mail was sent';
  }
  return ctx.app.mailer.send(
    mailFor(fact, booked, {
      subject: `Your seats for ${booked.movie}: ${booked.reference}`,
      opening: `Your seats for ${booked.movie} are booked.`,
      facts: factsOf(booked),
      closing: 'Show the reference at the entrance. You can cancel until the show starts.',
    }),
  );
}

/** Mails a customer that a reservation has ended, and why. */
export async function sendCancellation(
  ctx: ServiceContext,
  fact: Fact<'reservation.cancelled'>,
): Promise<string | undefined> {
  const booked = await queryOne(ctx, reservationById, [fact.payload.reservationId]);
  const byCinema = fact.payload.cause === 'show_cancelled';
  const reason = byCinema && booked.showCancelReason ? [['Reason', booked.showCancelReason]] : [];
  return ctx.app.mailer.send(
    mailFor(fact, booked, {
      subject: `Cancelled: ${booked.movie}, ${booked.reference}`,
      opening: byCinema
        ? `We are sorry: the show of ${booked.movie} has been cancelled, and your reservation with it.`
        : `Your reservation for ${booked.movie} has been cancelled.`,
      facts: [...factsOf(booked), ...reason] as [string, string][],
      closing: byCinema
        ? 'You need not do anything.'
        : 'Your seats are available to other customers again.',
    }),
  );
}

function factsOf(booked: BookedShow): [name: string, value: string][] {
  return [
    ['Reference', booked.reference],
    ['Movie', booked.movie],
    ['Starts', formatTime(booked.startTime, booked.timezone)],
    ['Theater', booked.theater],
    [booked.seats.length === 1 ? 'Seat' : 'Seats', booked.seats.join(', ')],
    ['Total', formatAmount(booked.totalPrice, booked.currency)],
  ];
}
