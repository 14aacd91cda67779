import pLimit from 'p-limit';
import type { App } from '../app.ts';
import { query, queryOne, statement } from '../db/query.ts';
import { textOf } from '../db/row.ts';
import type { Fact } from '../outbox/facts.ts';
import { databaseOf } from '../service-context.ts';
import type { ServiceContext } from '../service-context.ts';
import { isOpened, liveAttempt } from './attempts.ts';
import { stopAndSettle } from './settle.ts';

/** Reservations in one look, and conversations with providers at a time. */
const most = 200;
const together = 5;

const late = statement(
  `select id, payment_deadline as deadline from reservations
   where status = 'pending' and payment_deadline <= clock_timestamp()
     and (payment_deadline, id) > ($1::timestamptz, $2::uuid)
   order by payment_deadline, id limit ${most}`,
  { id: 'uuid', deadline: 'instant?' },
);

const endPending = statement('select end_pending($1, $2, $3, $4, $5) as outcome', {
  outcome: textOf<'ended' | 'not_pending' | 'payment_open'>(),
});

/** Why a pending reservation ends, and who ends it; null: the clock. */
export interface EndOfPending {
  reason: 'customer' | 'staff' | 'payment_expired' | 'seats_gone';
  actorId: string | null;
}

/**
 * Ends a reservation that was not paid for; its seats are free in the next statement. Runs in the
 * transaction of `ctx`, if there is one.
 *
 * @returns `payment_open` while an attempt to pay can still succeed: end it at its provider first
 */
export async function endPendingReservation(
  ctx: Pick<ServiceContext, 'em' | 'pool' | 'app'>,
  reservationId: string,
  { reason, actorId }: EndOfPending,
): Promise<'ended' | 'not_pending' | 'payment_open'> {
  const { outcome } = await queryOne(ctx, endPending, [
    reservationId,
    reason,
    actorId,
    reason === 'payment_expired',
    ctx.app.config.seatLock.maxMinutes * 60,
  ]);
  return outcome;
}

/**
 * Ends the attempt to pay for a reservation at its provider, if there is one; when it was paid, it is
 * settled.
 *
 * @throws ProviderError
 */
export async function stopPayment(app: App, reservationId: string): Promise<void> {
  const attempt = await liveAttempt(databaseOf(app), reservationId);
  if (attempt && isOpened(attempt)) {
    await stopAndSettle(app, attempt);
  }
}

/** What a look at late payments found. */
export interface LatePayments {
  /** Reservations whose seats are free again. */
  ended: number;
  /** Those that stay: paid in the last moment, in progress, or the provider does not respond. */
  left: number;
}

/**
 * Ends reservations that were not paid for in time. The provider is asked first, and is the referee: a
 * payment that it cannot end has been made. Where it does not respond, the reservation is left to the
 * next look; its seats become free by the clock, as those of every lock.
 */
export async function expirePayments(app: App): Promise<LatePayments> {
  const found: LatePayments = { ended: 0, left: 0 };
  const turns = pLimit(together);
  let after: [Date, string] = [new Date(0), '00000000-0000-0000-0000-000000000000'];
  for (;;) {
    const rows = await query(databaseOf(app), late, after);
    const ends = rows.map(({ id }) => turns(() => expire(app, id)));
    for (const hasEnded of await Promise.all(ends)) {
      found[hasEnded ? 'ended' : 'left'] += 1;
    }
    const last = rows.at(-1);
    if (!last || rows.length < most) {
      return found;
    }
    after = [last.deadline ?? new Date(), last.id];
  }
}

async function expire(app: App, reservationId: string): Promise<boolean> {
  try {
    await stopPayment(app, reservationId);
    const end = { reason: 'payment_expired', actorId: null } as const;
    const ctx = { app, ...databaseOf(app) };
    const outcome = await endPendingReservation(ctx, reservationId, end);
    app.outbox.wake();
    return outcome === 'ended';
  } catch (err) {
    app.log.warn({ err, reservationId }, 'A late payment could not be ended; it is tried again');
    return false;
  }
}

/** Ends the payment of a reservation that it cannot be for any more. */
export async function endUnwanted(
  { app }: ServiceContext,
  { payload: { reservationId } }: Fact<'payment.unwanted'>,
): Promise<string | undefined> {
  await stopPayment(app, reservationId);
  const end = { reason: 'seats_gone', actorId: null } as const;
  await endPendingReservation({ app, ...databaseOf(app) }, reservationId, end);
  return undefined;
}
