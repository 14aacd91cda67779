import { setTimeout as delay } from 'node:timers/promises';
import type { App } from '@matinee/api';
import { aShowtime, aUser, FakeProvider } from '@matinee/api/testing';
import type { Person, Scene } from '@matinee/api/testing';
import { startTestServer } from '../server.ts';
import { confirm, lock, send } from './fleet.ts';
import type { Fleet } from './fleet.ts';

/* What races for money need besides requests: a provider at a distance, and payments that wait. */

/** A provider whose answers take up to 20 ms: what they say may be outdated when it arrives. */
class DistantProvider extends FakeProvider {
  override async retrieve(ref: string) {
    return distant(super.retrieve(ref));
  }

  override async cancel(ref: string) {
    return distant(super.cancel(ref));
  }
}

async function distant<Answer>(answer: Promise<Answer>): Promise<Answer> {
  const seen = await answer;
  await delay(Math.random() * 20);
  return seen;
}

/** Two servers on one database whose customers pay. */
export interface PayingFleet extends Fleet {
  provider: FakeProvider;
  apps: readonly [App, App];
}

export async function startPayingFleet(): Promise<PayingFleet> {
  const provider = new DistantProvider('stripe');
  const payments = [provider];
  const first = await startTestServer({}, undefined, { payments });
  const second = await startTestServer({}, first.databaseUrl, { payments });
  return {
    servers: [first, second],
    apps: [first.app, second.app],
    pool: first.app.pool,
    owner: { query: first.asOwner },
    provider,
    close: async () => {
      await second.close();
      await first.close();
    },
  };
}

/** A pending reservation of one seat, whose payment is open at the provider. */
export interface Sale {
  buyer: Person;
  seatId: string;
  reservationId: string;
  paymentId: string;
  ref: string;
}

/** Every one of `count` people has a seat of one show to pay for. */
export async function pendingSales(
  fleet: PayingFleet,
  count: number,
): Promise<Scene & { sales: Sale[]; showtimeId: string }> {
  const [app] = fleet.apps;
  const rows = Array.from({ length: Math.ceil(count / 25) }, (_row, index) => ({
    label: String.fromCodePoint(65 + index),
    seats: Math.min(25, count - 25 * index),
  }));
  const scene = await aShowtime(app, { rows });
  const showtimeId = scene.showtime.id;
  const sales = await Promise.all(
    scene.seatIds.map(async (seatId) => aSaleOf(fleet, await aUser(app), showtimeId, seatId)),
  );
  return { ...scene, showtimeId, sales };
}

async function aSaleOf(
  fleet: PayingFleet,
  buyer: Person,
  showtimeId: string,
  seatId: string,
): Promise<Sale> {
  await lock(fleet, buyer, showtimeId, [seatId]);
  const { data } = await confirm(fleet, buyer, { showtimeId, seatIds: [seatId] });
  const reservationId = String(data.id);
  const started = await send(fleet, buyer, { path: `/reservations/${reservationId}/payment` });
  if (started.status >= 300) {
    throw new Error(`A payment could not be started: ${started.code}`);
  }
  const paymentId = String(started.data.id);
  return { buyer, seatId, reservationId, paymentId, ref: `pi_${paymentId}` };
}

/** The customer pays with the provider, unless the payment has ended there. @returns whether they could */
export function payAtProvider({ provider }: PayingFleet, { ref }: Sale, amount = '10.00'): boolean {
  const isOpen = provider.of(ref).status === 'open';
  if (isOpen) {
    provider.pay(ref, { amount });
  }
  return isOpen;
}

/** Asks about a payment, as its customer does. */
export const sync = (fleet: Fleet, { buyer, paymentId }: Sale) =>
  send(fleet, buyer, { path: `/payments/${paymentId}/sync` });

/** The time to pay of each, and its lock, end so many milliseconds from now by the database's clock. */
export async function endPaymentsIn(
  { pool }: Fleet,
  ends: readonly { reservationId: string; ms: number }[],
): Promise<void> {
  const values = [ends.map(({ reservationId }) => reservationId), ends.map(({ ms }) => ms)];
  await pool.query(
    `with ends as (
       select id, date_trunc('milliseconds', clock_timestamp()) + ms * interval '1 millisecond' as at
       from unnest($1::uuid[], $2::float8[]) as ends (id, ms)
     ), locks as (
       update seat_claims c set expires_at = ends.at, locked_at = c.locked_at - interval '1 hour'
       from ends where c.paying_id = ends.id
     )
     update reservations r set payment_deadline = ends.at from ends where r.id = ends.id`,
    values,
  );
}
