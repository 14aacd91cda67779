import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aShowtime, aUser, hours, refusalOf } from '../../test/builders.ts';
import { FakeProvider } from '../../test/fake-provider.ts';
import { aPaidPurchase, aPurchase, followUp } from '../../test/sale.ts';
import { consequences } from '../consequences.ts';
import { defaultSite } from '../db/entities/theater.ts';
import { OutboxWorker } from '../outbox/worker.ts';

let running: TestApp;
let stripe: FakeProvider;
beforeAll(async () => {
  stripe = new FakeProvider('stripe');
  running = await createTestApp({}, undefined, { payments: [stripe] });
});
afterAll(() => running.close());
beforeEach(() => {
  Object.assign(stripe.switches, new FakeProvider().switches);
});

const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;
const purchase = (options: Parameters<typeof aPurchase>[2] = {}) =>
  aPurchase(running.app, stripe, options);
const paid = (options: Parameters<typeof aPurchase>[2] = {}) =>
  aPaidPurchase(running.app, stripe, options);
/** The smallest first. */
const refundsOf = (ref: string) =>
  stripe
    .of(ref)
    .refunds.map(({ amount }) => amount)
    .toSorted((a, b) => Number(a) - Number(b));
const startNow = (showtimeId: string) =>
  running.app.pool.query(
    `update showtimes set start_time = date_trunc('milliseconds', clock_timestamp()) where id = $1`,
    [showtimeId],
  );

/** Sets the policy for what is sold from now on, and puts the default back in the end. */
async function withPolicy(
  tiers: { hoursBefore: number; percent: number }[],
  work: () => Promise<void>,
): Promise<void> {
  const { admin } = await aShowtime(running.app);
  const before = await admin.call.sites.get({ siteId: defaultSite });
  const refundPolicy = { tiers, feeRefundable: false };
  await admin.call.sites.update({ siteId: defaultSite, refundPolicy });
  try {
    await work();
  } finally {
    const { refundPolicy: old } = before;
    await admin.call.sites.update({ siteId: defaultSite, refundPolicy: old });
  }
}

const halfBeforeADay = [
  { hoursBefore: 24, percent: 100 },
  { hoursBefore: 2, percent: 50 },
];

describe('a paid reservation', () => {
  test('is returned by the policy that it was made under, as the preview says', async () => {
    await withPolicy(halfBeforeADay, async () => {
      const { user, reservationId, ref, admin } = await paid({ startsIn: hours(5) });
      await admin.call.sites.update({
        siteId: defaultSite,
        refundPolicy: { tiers: [], feeRefundable: false },
      });
      const preview = await user.call.reservations.previewCancel({ reservationId });
      expect(preview).toMatchObject({
        allowed: true,
        blockReason: null,
        seats: [
          { paid: '10.00', refund: '5.00' },
          { paid: '10.00', refund: '5.00' },
        ],
        feeKept: '0.00',
        refundTotal: '10.00',
      });
      expect(
        await refusalOf(user.call.reservations.cancel({ reservationId, expectedRefund: '20.00' })),
      ).toMatchObject({
        code: 'PRICE_CHANGED',
        details: { expected: '20.00', actual: '10.00' },
      });
      const cancelled = await user.call.reservations.cancel({
        reservationId,
        expectedRefund: preview.refundTotal,
      });
      expect(cancelled).toMatchObject({
        status: 'cancelled',
        cancelReason: 'customer',
        refunded: '10.00',
        refunds: [{ amount: '10.00', status: 'pending' }],
      });
      await followUp(running.app);
      expect(refundsOf(ref)).toEqual(['10.00']);
    });
  });

  test('may be cancelled when nothing is returned any more', async () => {
    await withPolicy(halfBeforeADay, async () => {
      const { user, reservationId, ref } = await paid({ startsIn: hours(1) });
      expect(await user.call.reservations.previewCancel({ reservationId })).toMatchObject({
        allowed: true,
        refundTotal: '0.00',
        validUntil: null,
      });
      await user.call.reservations.cancel({ reservationId });
      await followUp(running.app);
      expect(refundsOf(ref)).toEqual([]);
    });
  });

  test('gives seats back one by one; each is free, and the others stay', async () => {
    const { user, reservationId, at, ref, showtimeId } = await paid({ places: [0, 1, 2] });
    const part = await user.call.reservations.cancel({ reservationId, ...seats(at(1)) });
    expect(part).toMatchObject({ status: 'confirmed', totalPrice: '30.00', refunded: '10.00' });
    expect(part.seats.map(({ cancelledAt }) => cancelledAt !== null)).toEqual([false, true, false]);
    const other = await aUser(running.app);
    await other.call.showtimes.lockSeats(at(1));
    expect(await codeOf(other.call.showtimes.lockSeats(at(0)))).toBe('SEATS_UNAVAILABLE');
    const again = user.call.reservations.cancel({ reservationId, ...seats(at(0, 1)) });
    expect(await codeOf(again)).toBe('ALREADY_CANCELLED');
    const rest = await user.call.reservations.cancel({ reservationId });
    expect(rest).toMatchObject({ status: 'cancelled', refunded: '30.00' });
    await followUp(running.app);
    expect(refundsOf(ref)).toEqual(['10.00', '20.00']);
    const map = await user.call.showtimes.seats({ showtimeId });
    expect(map.counts).toMatchObject({ reserved: 0, locked: 1 });
  });

  test('refuses seats that are not in it', async () => {
    const { user, reservationId, at } = await paid();
    expect(
      await refusalOf(user.call.reservations.cancel({ reservationId, ...seats(at(0, 5)) })),
    ).toMatchObject({ code: 'NOT_FOUND', details: seats(at(5)) });
    expect(
      await codeOf(user.call.reservations.previewCancel({ reservationId, ...seats(at(5)) })),
    ).toBe('NOT_FOUND');
  });

  test('cannot be cancelled by its customer after the start; the staff can, with a reason', async () => {
    const { user, admin, reservationId, ref, showtimeId } = await paid();
    await startNow(showtimeId);
    expect(await codeOf(user.call.reservations.cancel({ reservationId }))).toBe('SHOWTIME_STARTED');
    expect(await user.call.reservations.previewCancel({ reservationId })).toMatchObject({
      allowed: false,
      blockReason: 'showtime_started',
    });
    expect(await codeOf(user.call.reservations.cancel({ reservationId, refund: 'full' }))).toBe(
      'FORBIDDEN',
    );
    expect(await codeOf(admin.call.reservations.cancel({ reservationId }))).toBe(
      'SHOWTIME_STARTED',
    );
    const cancelled = await admin.call.reservations.cancel({
      reservationId,
      refund: 'full',
      reason: 'The projector failed',
    });
    expect(cancelled).toMatchObject({ cancelReason: 'staff', refunded: '20.00' });
    await followUp(running.app);
    expect(refundsOf(ref)).toEqual(['20.00']);
  });

  test('can be cancelled by the staff without returning anything', async () => {
    const { admin, reservationId } = await paid();
    expect(await admin.call.reservations.cancel({ reservationId, refund: 'none' })).toMatchObject({
      status: 'cancelled',
      refunded: '0.00',
    });
  });

  test('cannot be cancelled while its payment is disputed', async () => {
    const { user, reservationId, ref, sync } = await paid();
    stripe.change(ref, { dispute: { status: 'open', amount: '20.00' } });
    await sync();
    expect(await user.call.reservations.previewCancel({ reservationId })).toMatchObject({
      allowed: false,
      blockReason: 'disputed',
    });
    expect(await refusalOf(user.call.reservations.cancel({ reservationId }))).toMatchObject({
      code: 'NOT_REFUNDABLE',
      details: { blockReason: 'disputed' },
    });
  });

  test('is cancelled once, by however many at the same moment', async () => {
    const { user, reservationId, ref } = await paid();
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => user.call.reservations.cancel({ reservationId })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await followUp(running.app);
    expect(refundsOf(ref)).toEqual(['20.00']);
  });
});

describe('a pending reservation', () => {
  test('is cancelled after its payment was ended at the provider; nothing is returned', async () => {
    const { user, reservationId, start, at } = await purchase();
    const ref = await start();
    expect(await user.call.reservations.cancel({ reservationId })).toMatchObject({
      status: 'cancelled',
      cancelReason: 'customer',
      refunds: [],
    });
    expect(stripe.of(ref).status).toBe('cancelled');
    const other = await aUser(running.app);
    await other.call.showtimes.lockSeats(at(0, 1));
  });

  test('that was paid in that moment is sold, and returned by the policy', async () => {
    const { user, reservationId, start } = await purchase();
    const ref = await start();
    stripe.switches.beforeCancel = () => stripe.pay(ref, { amount: '20.00' });
    expect(await user.call.reservations.cancel({ reservationId })).toMatchObject({
      status: 'cancelled',
      cancelReason: 'customer',
      refunded: '20.00',
    });
    await followUp(running.app);
    expect(refundsOf(ref)).toEqual(['20.00']);
  });

  test('stays while the provider does not respond', async () => {
    const { user, reservationId, start, read } = await purchase();
    await start();
    stripe.switches.down = true;
    expect(await codeOf(user.call.reservations.cancel({ reservationId }))).toBe('UNAVAILABLE');
    expect(await read()).toMatchObject({ status: 'pending' });
  });

  test('stays while the payment is in progress', async () => {
    const { user, reservationId, start, read } = await purchase();
    stripe.change(await start(), { status: 'processing' });
    expect(await refusalOf(user.call.reservations.cancel({ reservationId }))).toMatchObject({
      code: 'UNAVAILABLE',
    });
    expect(await read()).toMatchObject({ status: 'pending' });
  });

  test('is cancelled as a whole only', async () => {
    const { user, reservationId, at } = await purchase();
    expect(await codeOf(user.call.reservations.cancel({ reservationId, ...seats(at(0)) }))).toBe(
      'NOT_REFUNDABLE',
    );
  });
});

describe('a cancelled show', () => {
  test('returns everything that was paid for seats that were still sold', async () => {
    await withPolicy([{ hoursBefore: 0, percent: 50 }], async () => {
      const scene = await aShowtime(running.app);
      const first = await paid({ scene, places: [0, 1] });
      const second = await paid({ scene, places: [2, 3] });
      const third = await purchase({ scene, places: [4] });
      const thirdRef = await third.start();
      const { reservationId } = second;
      await second.user.call.reservations.cancel({ reservationId, ...seats(second.at(2)) });
      const { showtimeId } = first;
      const answer = await scene.admin.call.showtimes.cancel({ showtimeId, reason: 'Flood' });
      expect(answer).toMatchObject({ cancelledReservations: 3, seats: 4 });
      await followUp(running.app);
      expect(refundsOf(first.ref)).toEqual(['20.00']);
      expect(refundsOf(second.ref)).toEqual(['5.00', '10.00']);
      expect(stripe.of(thirdRef).status).toBe('cancelled');
      expect(await second.read()).toMatchObject({
        cancelReason: 'show_cancelled',
        refunded: '15.00',
      });
    });
  });
});

test('the refunds of a cancelled show are sent ten in a second', async () => {
  const scene = await aShowtime(running.app, { seats: 12 });
  const purchases: Awaited<ReturnType<typeof paid>>[] = [];
  for (let place = 0; place < 12; place += 1) {
    purchases.push(await paid({ scene, places: [place] }));
  }
  const { id: showtimeId } = scene.showtime;
  await followUp(running.app);
  await scene.admin.call.showtimes.cancel({ showtimeId, reason: 'Flood' });
  // The mails would take up the second.
  await running.app.pool.query(
    `update outbox set expanded_at = clock_timestamp() where kind <> 'refund.due'`,
  );
  const sent = () => purchases.flatMap(({ ref }) => refundsOf(ref)).length;
  const worker = new OutboxWorker(running.app, consequences);
  await worker.round();
  await worker.round();
  expect(sent()).toBe(10);
  await followUp(running.app);
  expect(sent()).toBe(12);
});

describe('a refund without a cancellation', () => {
  test('is what an administrator gives, and never more than is left', async () => {
    const { admin, paymentId, ref, read } = await paid();
    const refund = (amount: string) =>
      admin.call.admin.payments.refund({ paymentId, amount, reason: 'The sound was bad' });
    expect(await refund('5.00')).toMatchObject({ refunded: '5.00', status: 'succeeded' });
    expect(await refusalOf(refund('15.01'))).toMatchObject({
      code: 'REFUND_TOO_LARGE',
      details: { remaining: '15.00' },
    });
    await followUp(running.app);
    expect(refundsOf(ref)).toEqual(['5.00']);
    expect(await read()).toMatchObject({ status: 'confirmed', refunded: '5.00' });
  });

  test('fifty at the same moment never return more than was paid', async () => {
    const { admin, paymentId, ref } = await paid();
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, () =>
        admin.call.admin.payments.refund({ paymentId, amount: '0.70', reason: 'Sorry' }),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(28);
    await followUp(running.app);
    expect(refundsOf(ref)).toHaveLength(28);
  });

  test('of a payment that was not made is refused', async () => {
    const { admin, paymentId } = await purchase();
    const refund = admin.call.admin.payments.refund({ paymentId, amount: '1.00', reason: 'No' });
    expect(await refusalOf(refund)).toMatchObject({
      code: 'REFUND_TOO_LARGE',
      details: { remaining: '0.00' },
    });
  });
});

describe('the provider', () => {
  test('is asked again after it was away, and returns the money once', async () => {
    const { user, reservationId, ref } = await paid();
    stripe.switches.down = true;
    await user.call.reservations.cancel({ reservationId });
    await followUp(running.app);
    expect(refundsOf(ref)).toEqual([]);
    stripe.switches.down = false;
    stripe.switches.failAfterEffect = true;
    await retryAll();
    await followUp(running.app);
    await retryAll();
    await followUp(running.app);
    expect(refundsOf(ref)).toEqual(['20.00']);
  });

  test('that refuses a refund is an incident, and the money is the cinema’s again', async () => {
    const { user, reservationId, paymentId, read } = await paid();
    stripe.switches.refuseRefunds = true;
    await user.call.reservations.cancel({ reservationId });
    await followUp(running.app);
    expect(await read()).toMatchObject({ refunded: '0.00', refunds: [{ status: 'failed' }] });
    expect(await incidents(paymentId)).toEqual(['provider_differs']);
  });

  test('that returned money by itself is an incident', async () => {
    const { paymentId, ref, sync, read } = await paid();
    stripe.refundElsewhere(ref, '3.00');
    await sync();
    await sync();
    expect(await incidents(paymentId)).toEqual(['refund_elsewhere']);
    expect(await read()).toMatchObject({ status: 'confirmed', refunded: '3.00' });
  });

  test('that lost a dispute has taken the money back', async () => {
    const { admin, paymentId, ref, sync } = await paid();
    for (const status of ['open', 'lost'] as const) {
      stripe.change(ref, { dispute: { status, amount: '20.00' } });
      await sync();
    }
    expect(await incidents(paymentId)).toEqual(['dispute']);
    const refund = admin.call.admin.payments.refund({ paymentId, amount: '1.00', reason: 'No' });
    expect(await codeOf(refund)).toBe('REFUND_TOO_LARGE');
  });
});

function seats({ seatIds }: { seatIds: string[] }): { seatIds: string[] } {
  return { seatIds };
}

async function incidents(paymentId: string): Promise<string[]> {
  const { rows } = await running.app.pool.query<{ kind: string }>(
    'select kind from incidents where payment_id = $1 order by opened_at',
    [paymentId],
  );
  return rows.map(({ kind }) => kind);
}

/** Makes every delivery due that was not carried out. */
async function retryAll(): Promise<void> {
  await running.app.pool.query(
    `update deliveries set available_at = date_trunc('milliseconds', clock_timestamp()),
       dead_at = null where done_at is null`,
  );
}
