import { baseUrl, linkTo } from '../auth/mailed-links.ts';
import { queryOne, statement } from '../db/query.ts';
import { jsonOf, textOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import type { Fact } from '../outbox/facts.ts';
import type { ServiceContext } from '../service-context.ts';
import { mailFor } from './mail-for.ts';
import type { Letter } from './mail-for.ts';
import { ticketFiles } from './ticket-files.ts';
import { formatAmount, formatTime } from './words.ts';

const reservationRow = {
  id: 'uuid',
  reference: 'text',
  status: textOf<'pending' | 'confirmed' | 'cancelled'>(),
  email: 'text?',
  isGuest: 'bool',
  firstName: 'text?',
  movie: 'text',
  theater: 'text',
  timezone: 'text',
  startTime: 'instant',
  endTime: 'instant',
  seats: jsonOf<string[]>(),
  total: 'numeric',
  refunded: 'numeric',
  currency: 'text',
  showCancelReason: 'text?',
} as const;

type BookedShow = RowOf<typeof reservationRow>;

const reservationById = statement(
  `select r.id, r.reference, r.status,
     coalesce(r.contact_email, case when u.role <> 'guest' then u.email end) as email,
     u.role = 'guest' and not exists (
       select from sites where walk_up_user_id = u.id) as "isGuest", u.first_name as "firstName", m.title as movie,
     h.name as theater, h.timezone, t.start_time as "startTime", t.end_time as "endTime",
     (select json_agg(s.row_label || s.seat_number order by s.row_index, s.position)
       from reservation_seats rs join seats s on s.id = rs.seat_id
       where rs.reservation_id = r.id) as seats,
     (r.total_price + r.fees)::numeric(12, 2) as total, (
       select coalesce(sum(f.amount), 0)::numeric(12, 2)
       from payments p join refunds f on f.payment_id = p.id
       where p.showtime_id = r.showtime_id and p.reservation_id = r.id
         and f.status <> 'failed') as refunded,
     r.currency, t.cancel_reason as "showCancelReason"
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
  return sendLetter(
    ctx,
    { fact, booked },
    {
      subject: `Your seats for ${booked.movie}: ${booked.reference}`,
      opening: `Your seats for ${booked.movie} are booked.`,
      facts: factsOf(booked),
      ...(await withTickets(ctx, booked)),
      closing: `${atTheDoor(ctx)} You can cancel until the show starts.`,
    },
  );
}

/** Mails a customer new tickets: the old ones are void. */
export async function sendNewTickets(
  ctx: ServiceContext,
  fact: Fact<'tickets.reissued'>,
): Promise<string | undefined> {
  const booked = await queryOne(ctx, reservationById, [fact.payload.reservationId]);
  if (booked.status === 'cancelled') {
    return 'the reservation was cancelled before the mail was sent';
  }
  return sendLetter(
    ctx,
    { fact, booked },
    {
      subject: `New tickets for ${booked.movie}: ${booked.reference}`,
      opening: `Your tickets for ${booked.movie} have been issued anew.`,
      facts: factsOf(booked),
      ...(await withTickets(ctx, booked)),
      closing: 'Tickets that you received before no longer work at the entrance.',
    },
  );
}

/** Mails a customer that a reservation has ended, and why. */
export async function sendCancellation(
  ctx: ServiceContext,
  fact: Fact<'reservation.cancelled'>,
): Promise<string | undefined> {
  const booked = await queryOne(ctx, reservationById, [fact.payload.reservationId]);
  const { cause } = fact.payload;
  if (cause === 'exchanged') {
    return 'the confirmation of the new reservation is enough';
  }
  const isShow = cause === 'show_cancelled' && booked.showCancelReason !== null;
  const reason = isShow ? [['Reason', booked.showCancelReason]] : [];
  const { opening, closing } = cancellations[cause](booked.movie);
  return sendLetter(
    ctx,
    { fact, booked },
    {
      subject: `Cancelled: ${booked.movie}, ${booked.reference}`,
      opening,
      facts: [...factsOf(booked), ...refundOf(booked), ...reason] as [string, string][],
      closing,
    },
  );
}

type Words = Record<'opening' | 'closing', string>;

/** The letter of each way in which a reservation ends. */
const cancellations: Readonly<
  Record<
    Exclude<Fact<'reservation.cancelled'>['payload']['cause'], 'exchanged'>,
    (movie: string) => Words
  >
> = {
  cancelled: (movie) => ({
    opening: `Your reservation for ${movie} has been cancelled.`,
    closing: 'Your seats are available to other customers again.',
  }),
  show_cancelled: (movie) => ({
    opening: `We are sorry: the show of ${movie} has been cancelled, and your reservation with it.`,
    closing: 'You need not do anything.',
  }),
  payment_expired: (movie) => ({
    opening: `Your reservation for ${movie} was not paid in time, and has ended.`,
    closing: 'You have not been charged. The seats are available again.',
  }),
  seats_gone: (movie) => ({
    opening:
      `We are sorry: your payment for ${movie} arrived late, and other customers have bought the ` +
      'seats.',
    closing: 'Your money is on its way back to you. You need not do anything.',
  }),
};

/** Mails a customer that some seats of a reservation have been given back. */
export async function sendPartialCancellation(
  ctx: ServiceContext,
  fact: Fact<'reservation.seats_cancelled'>,
): Promise<string | undefined> {
  const { reservationId, entryId } = fact.payload;
  const booked = await queryOne(ctx, reservationById, [reservationId]);
  const { seats, refund } = await queryOne(ctx, givenBack, [entryId]);
  const rows: [string, string][] = [
    ['Given back', seats.join(', ')],
    ...(refund === '0.00' ? [] : [refundRow(refund, booked.currency)]),
  ];
  return sendLetter(
    ctx,
    { fact, booked },
    {
      subject: `Seats given back: ${booked.movie}, ${booked.reference}`,
      opening: `Some of your seats for ${booked.movie} have been cancelled.`,
      facts: [...factsOf(booked), ...rows],
      closing: 'Your other seats stay yours.',
    },
  );
}

const givenBack = statement(
  `select (
       select json_agg(s.row_label || s.seat_number order by s.row_index, s.position)
       from jsonb_array_elements_text(l.data->'seatIds') as seat (id)
       join seats s on s.id = seat.id::uuid) as seats,
     l.data->>'refund' as refund
   from reservation_log l where l.id = $1`,
  { seats: jsonOf<string[]>(), refund: 'text' },
);

/** Mails a customer which seats of a reservation have become which. */
export async function sendNewSeats(
  ctx: ServiceContext,
  fact: Fact<'reservation.reseated'>,
): Promise<string | undefined> {
  const { reservationId, entryId } = fact.payload;
  const booked = await queryOne(ctx, reservationById, [reservationId]);
  if (booked.status === 'cancelled') {
    return 'the reservation was cancelled before the mail was sent';
  }
  const { moves } = await queryOne(ctx, movedSeats, [entryId]);
  return sendLetter(
    ctx,
    { fact, booked },
    {
      subject: `Your new seats for ${booked.movie}: ${booked.reference}`,
      opening: `You sit elsewhere now: your seats for ${booked.movie} have been changed.`,
      facts: [
        ...factsOf(booked),
        ...moves.map(({ from, to }): [string, string] => [`Instead of ${from}`, to]),
      ],
      ...(await withTickets(ctx, booked)),
      closing: `The reference is the same as before. ${atTheDoor(ctx)}`,
    },
  );
}

const movedSeats = statement(
  `select (
       select json_agg(json_build_object('from', a.row_label || a.seat_number,
           'to', b.row_label || b.seat_number) order by a.row_index, a.position)
       from jsonb_to_recordset(l.data->'moves') as move ("from" uuid, "to" uuid)
       join seats a on a.id = move."from" join seats b on b.id = move."to") as moves
   from reservation_log l where l.id = $1`,
  { moves: jsonOf<{ from: string; to: string }[]>() },
);

/** Sends a letter to the address of the reservation, or else of the account. */
async function sendLetter(
  ctx: ServiceContext,
  { fact, booked: { email, firstName } }: { fact: Fact; booked: BookedShow },
  letter: Letter,
): Promise<string | undefined> {
  return email === null
    ? 'the customer has given no e-mail address'
    : ctx.app.mailer.send(mailFor(fact, { email, firstName }, letter));
}

/** How long after the end of the show a link works, in milliseconds: a day. */
const linkLifeMs = 24 * 60 * 60 * 1000;

/** The tickets as files, and the ways to them. */
async function withTickets(
  ctx: ServiceContext,
  booked: BookedShow,
): Promise<Pick<Letter, 'links' | 'attachments'>> {
  return { links: linksOf(ctx, booked), attachments: await ticketFiles(ctx, booked) };
}

/** Where tickets are issued, the door scans them. */
function atTheDoor({ app }: ServiceContext): string {
  return app.ticketKeys.isOn
    ? 'Show your tickets at the entrance, on paper or on a telephone.'
    : 'Show the reference at the entrance.';
}

/** To the tickets; for a guest, who cannot sign in, to the booking too. */
function linksOf(
  { app }: ServiceContext,
  { id: reservationId, isGuest, endTime }: BookedShow,
): NonNullable<Letter['links']> {
  const { publicUrl } = app.config;
  if (publicUrl === undefined) {
    return [];
  }
  const link = { reservationId, expiresAt: new Date(endTime.getTime() + linkLifeMs) };
  const booking = linkTo({ app }, 'booking', app.bookingLinks.sign(link));
  const tickets = `${baseUrl(publicUrl)}/api/v1/reservations/${reservationId}/tickets.pdf?link=${app.fileLinks.sign(link)}`;
  return [
    ...(isGuest ? [{ words: 'See your booking', url: booking }] : []),
    ...(app.tickets.isOn && app.ticketKeys.isOn ? [{ words: 'Your tickets', url: tickets }] : []),
  ];
}

function refundOf({ refunded, currency }: BookedShow): [name: string, value: string][] {
  return refunded === '0.00' ? [] : [refundRow(refunded, currency)];
}

function refundRow(amount: string, currency: string): [name: string, value: string] {
  return ['Refund', formatAmount(amount, currency)];
}

function factsOf(booked: BookedShow): [name: string, value: string][] {
  return [
    ['Reference', booked.reference],
    ['Movie', booked.movie],
    ['Starts', formatTime(booked.startTime, booked.timezone)],
    ['Theater', booked.theater],
    [booked.seats.length === 1 ? 'Seat' : 'Seats', booked.seats.join(', ')],
    ['Total', formatAmount(booked.total, booked.currency)],
  ];
}
