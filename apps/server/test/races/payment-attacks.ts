import { setTimeout as delay } from 'node:timers/promises';
import { expirePayments } from '@matinee/api';
import { aUser, followUp } from '@matinee/api/testing';
import type { Person } from '@matinee/api/testing';
import { vi } from 'vitest';
import { invariantProblems, lock, problemsOf, send, tally, untilWaiting } from './fleet.ts';
import { endPaymentsIn, payAtProvider, pendingSales, sync } from './payment-scenes.ts';
import type { PayingFleet, Sale } from './payment-scenes.ts';
import { untilExpired, withRowLock } from './scenes.ts';

/*
 * Races for money, as `attacks.ts` has them for seats: each returns what went wrong.
 */
export type PaymentAttack = (fleet: PayingFleet) => Promise<string[]>;

/** At their deadline: within so many milliseconds before or after it. */
const windowMs = 50;

/** Milliseconds between two deadlines: as many purchases as two servers and a test on two cores keep up with. */
const paceMs = 25;

/** Every fourth seat is wanted by the customer alone: its late payment can find it free. */
const isContested = (index: number) => index % 4 !== 0;

/**
 * When a customer pays, in milliseconds after the deadline: nine of ten at their deadline; of the others one
 * a second before it and one after it, so that each branch is taken on a slow machine too.
 */
function offsetOf(index: number): number {
  switch (index % 20) {
    case 0:
      return -1_000;
    case 10:
      return 1_000;
    default:
      return atDeadline();
  }
}

const atDeadline = () => windowMs * (2 * Math.random() - 1);

/** How often each branch was taken. */
export type Branches = Record<'confirmed' | 'reclaimed' | 'gone' | 'ended', number>;

/**
 * People pay round the deadline of their reservations, and other people wait for the seats. The
 * branches of the product add up with what the provider has, and with the seats.
 */
export async function deadlineRace(
  fleet: PayingFleet,
  count: number,
): Promise<{ problems: string[]; branches: Branches }> {
  const { showtimeId, sales } = await pendingSales(fleet, count);
  const takers = await Promise.all(
    Array.from({ length: Math.ceil(count / 8) }, () => aUser(fleet.apps[0])),
  );
  const settled = fleet.apps.map(({ observer }) => vi.spyOn(observer, 'paymentSettled'));
  const firstMs = 1_500;
  const at = (index: number) => firstMs + index * paceMs;
  await endPaymentsIn(
    fleet,
    sales.map(({ reservationId }, index) => ({ reservationId, ms: at(index) })),
  );
  const began = performance.now();
  const until = async (index: number, offsetMs: number) =>
    delay(at(index) + offsetMs - (performance.now() - began));
  const over = new AbortController();
  const reaping = reap(fleet, over.signal);
  const paying = sales.map(async (sale, index) => {
    await until(index, offsetOf(index));
    if (!payAtProvider(fleet, sale)) {
      return false;
    }
    // The customer and the provider's message: both at once.
    await Promise.all([sync(fleet, sale), sync(fleet, sale)]);
    return true;
  });
  const taking = sales.map(async ({ seatId }, index) => {
    const taker = takers[index % takers.length];
    await until(index, atDeadline());
    return taker !== undefined && isContested(index)
      ? takeWhenFree(fleet, taker, showtimeId, seatId)
      : false;
  });
  const paid = await Promise.all(paying);
  const taken = await Promise.all(taking);
  over.abort();
  await reaping;
  await followUp(fleet.apps[0]);
  const outcomes = settled.flatMap(({ mock }) => mock.calls.map(([, outcome]) => outcome));
  settled.forEach((spy) => spy.mockRestore());
  const times = (outcome: string) => outcomes.filter((each) => each === outcome).length;
  const branches: Branches = {
    confirmed: times('confirmed'),
    reclaimed: times('reclaimed'),
    gone: times('gone'),
    ended: paid.filter((isPaid) => !isPaid).length,
  };
  const results = sales.map((sale, index) => ({
    sale,
    isPaid: paid[index] === true,
    isTaken: taken[index] === true,
  }));
  return {
    branches,
    problems: [
      ...(await differences(fleet, { showtimeId, branches, results })),
      ...(await invariantProblems(fleet.pool)),
    ],
  };
}

/** The two reapers work all the time, instead of every ten seconds. */
async function reap({ apps }: PayingFleet, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    await Promise.all(apps.map((app) => expirePayments(app)));
    await delay(100);
  }
  await expirePayments(apps[0]);
}

/** Asks for a seat until it is had, or sold. */
async function takeWhenFree(
  fleet: PayingFleet,
  taker: Person,
  showtimeId: string,
  seatId: string,
): Promise<boolean> {
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const { status, details } = await lock(fleet, taker, showtimeId, [seatId]);
    if (status === 201) {
      return true;
    }
    const [seat] = Array.isArray(details.seats) ? details.seats : [];
    if (seat?.reason === 'reserved') {
      return false;
    }
    await delay(15);
  }
  return false;
}

interface Race {
  showtimeId: string;
  branches: Branches;
  results: readonly { sale: Sale; isPaid: boolean; isTaken: boolean }[];
}

interface SeatRow {
  seatId: string;
  userId: string;
  reservationId: string | null;
}

/** Each sale by itself, then all together. */
async function differences(fleet: PayingFleet, race: Race): Promise<string[]> {
  const { pool, provider } = fleet;
  const { showtimeId, branches, results } = race;
  const { rows: claims } = await pool.query<SeatRow>(
    `select seat_id as "seatId", user_id as "userId", reservation_id as "reservationId"
     from seat_claims where showtime_id = $1`,
    [showtimeId],
  );
  const { rows: reservations } = await pool.query<{ id: string; status: string; why: string }>(
    `select id, status, cancel_reason as why from reservations where showtime_id = $1`,
    [showtimeId],
  );
  const claimOf = new Map(claims.map((claim) => [claim.seatId, claim]));
  const stateOf = new Map(reservations.map(({ id, status, why }) => [id, why ?? status]));
  const count = { sold: 0, returned: 0, ended: 0 };
  const problems = results.flatMap(({ sale, isPaid, isTaken }) => {
    const { status, received, refunds } = provider.of(sale.ref);
    const state = stateOf.get(sale.reservationId);
    const claim = claimOf.get(sale.seatId);
    const isSold = claim?.reservationId === sale.reservationId;
    const returned = refunds.map(({ amount }) => amount).join(' ');
    count.sold += state === 'confirmed' ? 1 : 0;
    count.returned += returned === '' ? 0 : 1;
    count.ended += status === 'cancelled' ? 1 : 0;
    const holds = isPaid
      ? received === '10.00' &&
        (state === 'confirmed' ? isSold && returned === '' : !isSold && returned === '10.00')
      : status === 'cancelled' && state === 'payment_expired' && !isSold && returned === '';
    const excludes = !(isTaken && (isSold || claim?.reservationId));
    return holds && excludes
      ? []
      : [`paid ${isPaid}, taken ${isTaken}, ${state}, ${status}, sold ${isSold}, ${returned}`];
  });
  const { confirmed, reclaimed, gone, ended } = branches;
  const sold = claims.filter(({ reservationId }) => reservationId !== null).length;
  return [
    ...problems,
    ...problemsOf({
      'every purchase took one branch': confirmed + reclaimed + gone + ended === results.length,
      'as many sales as were named': confirmed + reclaimed === count.sold && count.sold === sold,
      'as many were returned as found no seat': gone === count.returned,
      'as many ended as could not pay': ended === count.ended,
    }),
  ];
}

/** The race with fewer people, for the controls. */
export const smallDeadlineRace: PaymentAttack = async (fleet) =>
  (await deadlineRace(fleet, 60)).problems;

/** A payment is read by many at the same moment: it is sold once, and nothing is returned. */
export const settledByMany: PaymentAttack = async (fleet) => {
  const { sales } = await pendingSales(fleet, 1);
  const problems = await Promise.all(
    sales.map(async (sale) => {
      payAtProvider(fleet, sale);
      await Promise.all(Array.from({ length: 10 }, () => sync(fleet, sale)));
      await followUp(fleet.apps[0]);
      return problemsOf({
        'nothing is returned': fleet.provider.of(sale.ref).refunds.length === 0,
      });
    }),
  );
  return [...problems.flat(), ...(await invariantProblems(fleet.pool))];
};

/** Administrators return more than was paid, in fifty parts at the same moment. */
export const refundCrowd: PaymentAttack = async (fleet) => {
  const { sales, admin } = await pendingSales(fleet, 1);
  const [sale] = sales;
  if (!sale) {
    return ['nothing for sale'];
  }
  payAtProvider(fleet, sale);
  await sync(fleet, sale);
  const path = `/admin/payments/${sale.paymentId}/refunds`;
  const body = { amount: '0.70', reason: 'The sound was bad' };
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => send(fleet, admin, { path, body })),
  );
  const counts = tally(answers);
  return [
    ...problemsOf({
      'fourteen of fifty fit': counts['201'] === 14,
      'the others were told': counts['422 REFUND_TOO_LARGE'] === 36,
    }),
    ...(await invariantProblems(fleet.pool)),
  ];
};

/** The lock of a paid seat runs out while the payment waits for its row: that is a late payment. */
export const expiryWhileSettling: PaymentAttack = async (fleet) => {
  const { sales, showtimeId } = await pendingSales(fleet, 1);
  const [sale] = sales;
  if (!sale) {
    return ['nothing for sale'];
  }
  const settled = fleet.apps.map(({ observer }) => vi.spyOn(observer, 'paymentSettled'));
  payAtProvider(fleet, sale);
  await endPaymentsIn(fleet, [{ reservationId: sale.reservationId, ms: 500 }]);
  await withRowLock(fleet, showtimeId, async (holder) => {
    const asking = sync(fleet, sale);
    await untilWaiting(fleet.pool, 1);
    await untilExpired(fleet, showtimeId);
    await holder.query('commit');
    await asking;
  });
  const outcomes = settled.flatMap(({ mock }) => mock.calls.map(([, outcome]) => outcome));
  settled.forEach((spy) => spy.mockRestore());
  return [
    ...problemsOf({ 'it was reclaimed': outcomes.join() === 'reclaimed' }),
    ...(await invariantProblems(fleet.pool)),
  ];
};
