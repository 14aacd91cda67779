import type { App } from '../app.ts';
import { queryOne, statement } from '../db/query.ts';
import { textOf } from '../db/row.ts';
import { databaseOf } from '../service-context.ts';
import type { OpenedAttempt } from './attempts.ts';
import type { Observed } from './provider.ts';

/**
 * What has become of a payment. `confirmed`: its seats are sold; `reclaimed`: sold, although the locks
 * had ended; `gone`: others have the seats, and the money is returned; `mismatch`: another amount or
 * currency was paid, and is returned; `already`: it was known; else the state at the provider.
 */
export type Settlement =
  | 'confirmed'
  | 'reclaimed'
  | 'gone'
  | 'mismatch'
  | 'already'
  | 'open'
  | 'processing'
  | 'cancelled';

const settlePayment = statement('select outcome, seats from settle_payment($1, $2, $3)', {
  outcome: textOf<Settlement>(),
  seats: 'int',
});

/**
 * Brings a payment to where its provider has it: webhook, client, reaper and reconciler all end here. A
 * transaction of its own, never inside another one.
 */
export async function settle(
  app: App,
  payment: { id: string; provider: string },
  observed: Observed,
): Promise<Settlement> {
  const { outcome, seats } = await queryOne(databaseOf(app), settlePayment, [
    payment.id,
    JSON.stringify(observed),
    app.config.seatLock.maxMinutes * 60,
  ]);
  app.outbox.wake();
  app.observer.paymentSettled(payment.provider, outcome);
  if (outcome === 'confirmed' || outcome === 'reclaimed') {
    app.observer.seatsChanged({ event: 'confirmed', seats, reservations: 1 });
  }
  return outcome;
}

/**
 * Asks the provider how a payment stands, and settles it. An attempt that was given up is looked at and
 * never carried on: some providers take the money when they are asked.
 *
 * @throws ProviderError
 */
export async function lookAndSettle(
  app: App,
  attempt: OpenedAttempt,
): Promise<{ observed: Observed; settlement: Settlement }> {
  const provider = app.payments.get(attempt.provider);
  const observed =
    attempt.status === 'cancelled'
      ? await provider.cancel(attempt.ref)
      : await provider.retrieve(attempt.ref);
  return { observed, settlement: await settle(app, attempt, observed) };
}

/**
 * Ends a payment at its provider, unless it is paid: then it is settled.
 *
 * @throws ProviderError
 */
export async function stopAndSettle(app: App, attempt: OpenedAttempt): Promise<Settlement> {
  const observed = await app.payments.get(attempt.provider).cancel(attempt.ref);
  return settle(app, attempt, observed);
}
