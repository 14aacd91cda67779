import { checkInById, toCheckIn } from '../check-ins/list.ts';
import { query, statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import { NotFoundError } from '../errors.ts';
import { getIncident } from '../incidents/service.ts';
import { getMovie } from '../movies/service.ts';
import type { Fact, FactKind, Facts } from '../outbox/facts.ts';
import { toPayment } from '../payments/read.ts';
import { toReservation } from '../reservations/read.ts';
import type { ServiceContext } from '../service-context.ts';
import { getShowtime } from '../showtimes/list.ts';
import { WebhookEvent } from './events.ts';
import type { EventType } from './events.ts';

const reservationById = statement(
  'select reservation_answer(id) as answer from reservations where id = $1',
  { answer: jsonOf<unknown>() },
);

const paymentById = statement('select payment_answer(id) as answer from payments where id = $1', {
  answer: jsonOf<unknown>(),
});

type Reader = (ctx: ServiceContext, payload: Partial<Ids>) => Promise<unknown>;

/** What the facts of events name. */
type Ids = Record<
  | 'showtimeId'
  | 'reservationId'
  | 'paymentId'
  | 'checkInId'
  | 'movieId'
  | 'incidentId'
  | 'endpointId',
  string
>;

const showtime: Reader = (ctx, { showtimeId = '' }) => getShowtime(ctx, showtimeId);
const movie: Reader = (ctx, { movieId = '' }) => getMovie(ctx, movieId);
const incident: Reader = (ctx, { incidentId = '' }) => getIncident(ctx, incidentId);
const ping: Reader = async (_ctx, { endpointId }) => ({ webhookId: endpointId });

const reservation: Reader = async (ctx, { reservationId }) => {
  const [row] = await query(ctx, reservationById, [reservationId]);
  return row && toReservation(row.answer);
};

const payment: Reader = async (ctx, { paymentId }) => {
  const [row] = await query(ctx, paymentById, [paymentId]);
  return row && toPayment(row.answer);
};

const checkIn: Reader = async (ctx, { checkInId }) => {
  const [row] = await query(ctx, checkInById, [checkInId]);
  return row && toCheckIn(row.answer);
};

/** How the data of each type of event is read. */
const readers: Readonly<Record<EventType, Reader>> = {
  'showtime.created': showtime,
  'showtime.updated': showtime,
  'showtime.cancelled': showtime,
  'reservation.pending': reservation,
  'reservation.confirmed': reservation,
  'reservation.seats_cancelled': reservation,
  'reservation.cancelled': reservation,
  'payment.succeeded': payment,
  'payment.failed': payment,
  'payment.refunded': payment,
  'payment.disputed': payment,
  'ticket.checked_in': checkIn,
  'movie.updated': movie,
  'incident.opened': incident,
  ping,
};

/** A fact that is an event: its kind is the type. */
export type EventFact = Pick<Fact, 'kind' | 'payload' | 'createdAt'>;

/**
 * The event of a fact, with its data as REST would return them now to an administrator; undefined when
 * the thing is gone.
 */
export async function readEvent(
  ctx: ServiceContext,
  { kind, payload, createdAt }: EventFact,
): Promise<WebhookEvent | undefined> {
  const read = isEvent(kind) ? readers[kind] : undefined;
  const data = await read?.(ctx, payload as Facts[FactKind] & Partial<Ids>).catch(ifGone);
  return data === undefined
    ? undefined
    : WebhookEvent.parse({ type: kind, timestamp: createdAt, data });
}

function isEvent(kind: FactKind): kind is EventType {
  return kind in readers;
}

function ifGone(error: unknown): undefined {
  if (!(error instanceof NotFoundError)) {
    throw error;
  }
}
