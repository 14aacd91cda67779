import { baseUrl, linkTo } from '../auth/mailed-links.ts';
import { query, queryOne, statement } from '../db/query.ts';
import { jsonOf, textOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import { languageOf } from '../language/language.ts';
import type { Language } from '../language/language.ts';
import type { Fact } from '../outbox/facts.ts';
import type { ServiceContext } from '../service-context.ts';
import { mailFor } from './mail-for.ts';
import type { Letter } from './mail-for.ts';
import { sendMail } from './send.ts';
import { ticketFiles } from './ticket-files.ts';

const reservationRow = {
  id: 'uuid',
  reference: 'text',
  status: textOf<'pending' | 'confirmed' | 'cancelled'>(),
  email: 'text?',
  isGuest: 'bool',
  firstName: 'text?',
  locale: 'text?',
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

/** A reservation, as mails about it need it. */
export type BookedShow = RowOf<typeof reservationRow>;

/** By its id. */
export const reservationById = statement(
  `select r.id, r.reference, r.status,
     coalesce(r.contact_email, case when u.role <> 'guest' then u.email end) as email,
     u.role = 'guest' and not exists (
       select from sites where walk_up_user_id = u.id) as "isGuest", u.first_name as "firstName",
     coalesce(r.locale, u.locale) as locale, m.title as movie,
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
  const language = languageOf(booked.locale);
  const { closing, ...words } = language.words.confirmation(booked);
  return sendLetter(
    ctx,
    { fact, booked, language },
    {
      ...words,
      facts: factsOf(booked, language),
      ...(await withTickets(ctx, booked, language)),
      closing: `${atTheDoor(ctx, language)} ${closing}`,
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
  const language = languageOf(booked.locale);
  return sendLetter(
    ctx,
    { fact, booked, language },
    {
      ...language.words.newTickets(booked),
      facts: factsOf(booked, language),
      ...(await withTickets(ctx, booked, language)),
    },
  );
}

/**
 * Mails a customer that a reservation has ended, and why. A customer who went away before paying expects
 * none.
 */
export async function sendCancellation(
  ctx: ServiceContext,
  fact: Fact<'reservation.cancelled'>,
): Promise<string | undefined> {
  const booked = await queryOne(ctx, reservationById, [fact.payload.reservationId]);
  if (fact.payload.cause === 'exchanged') {
    return 'the confirmation of the new reservation is enough';
  }
  if (fact.payload.cause === 'payment_expired' && !(await wasPaymentStarted(ctx, booked.id))) {
    return 'no payment was started';
  }
  const isReturned = fact.payload.cause === 'payment_expired' && booked.refunded !== '0.00';
  const cause = isReturned ? 'wrong_amount' : fact.payload.cause;
  const language = languageOf(booked.locale);
  const { showCancelReason } = booked;
  const reason: [string, string][] =
    cause === 'show_cancelled' && showCancelReason !== null
      ? [[language.words.facts.reason, showCancelReason]]
      : [];
  return sendLetter(
    ctx,
    { fact, booked, language },
    {
      ...language.words.cancellation(cause, booked),
      facts: [
        ...factsOf(booked, language),
        ...refundRows(booked.refunded, booked.currency, language),
        ...reason,
      ],
    },
  );
}

const startedPayment = statement(
  `select p.id from reservations r
   join payments p on p.showtime_id = r.showtime_id and p.reservation_id = r.id
   where r.id = $1 and p.provider_ref is not null limit 1`,
  { id: 'uuid' },
);

/** Whether the customer was led to a provider to pay. */
async function wasPaymentStarted(ctx: ServiceContext, reservationId: string): Promise<boolean> {
  return (await query(ctx, startedPayment, [reservationId])).length > 0;
}

/** Mails a customer that some seats of a reservation have been given back. */
export async function sendPartialCancellation(
  ctx: ServiceContext,
  fact: Fact<'reservation.seats_cancelled'>,
): Promise<string | undefined> {
  const { reservationId, entryId } = fact.payload;
  const booked = await queryOne(ctx, reservationById, [reservationId]);
  const { seats, refund } = await queryOne(ctx, givenBack, [entryId]);
  const language = languageOf(booked.locale);
  return sendLetter(
    ctx,
    { fact, booked, language },
    {
      ...language.words.partialCancellation(booked),
      facts: [
        ...factsOf(booked, language),
        [language.words.facts.givenBack, seats.join(', ')],
        ...refundRows(refund, booked.currency, language),
      ],
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
  const language = languageOf(booked.locale);
  const { closing, ...words } = language.words.newSeats(booked);
  const moved = moves.map(({ from, to }): [string, string] => [
    language.words.facts.insteadOf(from),
    to,
  ]);
  return sendLetter(
    ctx,
    { fact, booked, language },
    {
      ...words,
      facts: [...factsOf(booked, language), ...moved],
      ...(await withTickets(ctx, booked, language)),
      closing: `${closing} ${atTheDoor(ctx, language)}`,
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
  { fact, booked, language: { words } }: { fact: Fact; booked: BookedShow; language: Language },
  letter: Letter,
): Promise<string | undefined> {
  const { email, firstName } = booked;
  return email === null
    ? 'the customer has given no e-mail address'
    : sendMail(ctx, mailFor(fact, { email, firstName, words }, letter));
}

/** How long after the end of the show a link works, in milliseconds: a day. */
const linkLifeMs = 24 * 60 * 60 * 1000;

/** The tickets as files, and the ways to them. */
async function withTickets(
  ctx: ServiceContext,
  booked: BookedShow,
  language: Language,
): Promise<Pick<Letter, 'links' | 'attachments'>> {
  return { links: linksOf(ctx, booked, language), attachments: await ticketFiles(ctx, booked) };
}

/** Where tickets are issued, the door scans them. */
export function atTheDoor({ app }: ServiceContext, { words }: Language): string {
  return words.atTheDoor[app.ticketKeys.isOn ? 'tickets' : 'reference'];
}

/** To the tickets; for a guest, who cannot sign in, to the booking too. */
export function linksOf(
  { app }: ServiceContext,
  { id: reservationId, isGuest, endTime }: BookedShow,
  { words }: Language,
): NonNullable<Letter['links']> {
  const { publicUrl } = app.config;
  if (publicUrl === undefined) {
    return [];
  }
  const link = { reservationId, expiresAt: new Date(endTime.getTime() + linkLifeMs) };
  const booking = linkTo({ app }, 'booking', app.bookingLinks.sign(link));
  const tickets = `${baseUrl(publicUrl)}/api/v1/reservations/${reservationId}/tickets.pdf?link=${app.fileLinks.sign(link)}`;
  return [
    ...(isGuest ? [{ words: words.links.booking, url: booking }] : []),
    ...(app.tickets.isOn && app.ticketKeys.isOn
      ? [{ words: words.links.tickets, url: tickets }]
      : []),
  ];
}

function refundRows(
  refund: string,
  currency: string,
  { words, amount }: Language,
): [name: string, value: string][] {
  return refund === '0.00' ? [] : [[words.facts.refund, amount(refund, currency)]];
}

function factsOf(
  booked: BookedShow,
  { words: { facts }, time, amount }: Language,
): [name: string, value: string][] {
  return [
    [facts.reference, booked.reference],
    [facts.movie, booked.movie],
    [facts.starts, time(booked.startTime, booked.timezone)],
    [facts.theater, booked.theater],
    [facts.seats(booked.seats.length), booked.seats.join(', ')],
    [facts.total, amount(booked.total, booked.currency)],
  ];
}
