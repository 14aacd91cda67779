import type { App } from '../app.ts';
import { query, queryOne, statement } from '../db/query.ts';
import { textOf } from '../db/row.ts';
import {
  noSuch,
  PaymentFailedError,
  StateError,
  UnavailableError,
  ValidationError,
} from '../errors.ts';
import type { UserContext } from '../service-context.ts';
import { isOpened, liveAttempt } from './attempts.ts';
import type { Attempt } from './attempts.ts';
import { ProviderError } from './provider.ts';
import type { ClientAction, Observed, ProviderName } from './provider.ts';
import type { StartPayment } from './schema.ts';
import { settle, stopAndSettle } from './settle.ts';

const payableReservation = statement(
  `select status, reference, payment_deadline <= clock_timestamp() as "isLate"
   from reservations where id = $1 and (user_id = $2 or $3)`,
  {
    status: textOf<'pending' | 'confirmed' | 'cancelled'>(),
    reference: 'text',
    isLate: 'bool?',
  },
);

/** The payment that was started, and what the client does next. */
export interface StartedPayment {
  paymentId: string;
  clientAction: ClientAction | null;
}

/**
 * Opens the payment of a pending reservation at its provider, or finds the one that is open. Called
 * outside any transaction; may be repeated.
 *
 * @throws NotFoundError also where nothing is paid in advance
 * @throws StateError `NOT_PENDING`
 * @throws PaymentFailedError when the provider refuses
 * @throws RateLimitedError when the user makes this server ask too often
 * @throws UnavailableError when it does not respond; nothing is lost
 */
export async function startPayment(
  ctx: UserContext,
  { reservationId, provider }: StartPayment,
): Promise<StartedPayment> {
  const { app, caller } = ctx;
  if (!app.payments.isOn) {
    throw noSuch('payment');
  }
  const values = [reservationId, caller.id, caller.role === 'admin'];
  const [reservation] = await query(ctx, payableReservation, values);
  if (!reservation) {
    throw noSuch('reservation');
  }
  if (reservation.status !== 'pending' || reservation.isLate !== false) {
    throw new StateError('NOT_PENDING', { status: reservation.status });
  }
  if (provider && !app.payments.names.includes(provider)) {
    const message = `must be ${app.payments.names.join(' or ')}`;
    throw new ValidationError([{ path: ['provider'], message }]);
  }
  await app.providerQuestions.take(caller.id);
  try {
    return await open(ctx, { reservationId, reference: reservation.reference, provider });
  } catch (error) {
    throw refusalOf(error);
  }
}

/** @returns the failure that a caller is to see of a provider's; any other as it is */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof ProviderError)) {
    return error;
  }
  return error.kind === 'unavailable'
    ? new UnavailableError(error)
    : new PaymentFailedError({ reason: error.message, mayRetry: false }, { cause: error });
}

/** What is to be paid for, and with whom. */
interface Wish {
  reservationId: string;
  reference: string;
  provider: ProviderName | undefined;
}

async function open(ctx: UserContext, wish: Wish): Promise<StartedPayment> {
  const { app } = ctx;
  // A payment that was ended at the provider makes room for one other attempt.
  for (let round = 1; round <= 2; round += 1) {
    const attempt = await attemptFor(ctx, wish);
    const observed = await openAttempt(ctx, attempt, wish);
    const { provider } = attempt;
    const settlement = await settle(app, { id: attempt.id, provider }, observed);
    if (settlement !== 'cancelled') {
      return { paymentId: attempt.id, clientAction: observed.clientAction };
    }
  }
  throw new PaymentFailedError({ reason: 'The payment has been cancelled.', mayRetry: true });
}

/** The attempt to go on with. One with another provider is ended first. */
async function attemptFor(
  ctx: UserContext,
  { reservationId, provider }: Wish,
): Promise<Attempt & { provider: ProviderName }> {
  const attempt = await liveAttempt(ctx, reservationId);
  const [first] = ctx.app.payments.names;
  const wanted = provider ?? attempt?.provider ?? first;
  if (wanted === undefined || wanted === 'desk') {
    throw new StateError('NOT_PENDING', { status: 'pending' });
  }
  if (attempt && isOpened(attempt) && attempt.provider !== wanted) {
    await giveUp(ctx.app, attempt);
    return { ...(await newAttempt(ctx, reservationId)), provider: wanted };
  }
  return { ...(attempt ?? (await newAttempt(ctx, reservationId))), provider: wanted };
}

async function giveUp(app: App, attempt: Parameters<typeof stopAndSettle>[1]): Promise<void> {
  const settlement = await stopAndSettle(app, attempt);
  if (settlement === 'open' || settlement === 'processing') {
    throw new PaymentFailedError({ reason: 'Another payment is under way.', mayRetry: true });
  }
  if (settlement !== 'cancelled') {
    const hasSeats = settlement === 'confirmed' || settlement === 'reclaimed';
    throw new StateError('NOT_PENDING', { status: hasSeats ? 'confirmed' : 'cancelled' });
  }
}

const addAttempt = statement(
  `insert into payments
     (id, theater_id, showtime_id, reservation_id, status, amount, currency, created_at, updated_at)
   select gen_random_uuid(), theater_id, showtime_id, id, 'open', total_price + fees, currency,
     clock_timestamp(), clock_timestamp()
   from reservations where id = $1 and status = 'pending'
   on conflict (reservation_id) where status in ('open', 'processing') do nothing`,
);

async function newAttempt(ctx: UserContext, reservationId: string): Promise<Attempt> {
  await query(ctx, addAttempt, [reservationId]);
  const attempt = await liveAttempt(ctx, reservationId);
  if (!attempt) {
    throw new StateError('NOT_PENDING', { status: 'pending' });
  }
  return attempt;
}

const noteOpened = statement('select payment_opened($1, $2, $3) as opened', { opened: 'bool' });

async function openAttempt(
  ctx: UserContext,
  attempt: Attempt & { provider: ProviderName },
  { reference }: Wish,
): Promise<Observed> {
  const provider = ctx.app.payments.get(attempt.provider);
  if (attempt.ref !== null) {
    return provider.retrieve(attempt.ref);
  }
  const { id: paymentId, reservationId, amount, currency } = attempt;
  const observed = await provider.create({ paymentId, reservationId, reference, amount, currency });
  const noted = await queryOne(ctx, noteOpened, [paymentId, provider.name, observed.ref]);
  if (!noted.opened) {
    // The reservation has ended meanwhile: its client never learns how to pay.
    await provider.cancel(observed.ref);
    throw new StateError('NOT_PENDING', { status: 'cancelled' });
  }
  return observed;
}
