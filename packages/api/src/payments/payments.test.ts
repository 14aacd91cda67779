import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aShowtime, aUser, refusalOf } from '../../test/builders.ts';
import { FakeProvider } from '../../test/fake-provider.ts';
import { aPaidPurchase, aPurchase, followUp, letPaymentExpire } from '../../test/sale.ts';
import { expirePayments } from './expire.ts';

let running: TestApp;
let stripe: FakeProvider;
let paypal: FakeProvider;
beforeAll(async () => {
  stripe = new FakeProvider('stripe');
  paypal = new FakeProvider('paypal');
  running = await createTestApp({}, undefined, { payments: [stripe, paypal] });
});
afterAll(() => running.close());
beforeEach(() => {
  Object.assign(stripe.switches, new FakeProvider().switches);
});

const unknownId = '00000000-0000-7000-8000-000000000000';
const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;
const purchase = (options: Parameters<typeof aPurchase>[2] = {}) =>
  aPurchase(running.app, stripe, options);
const paid = (options: Parameters<typeof aPurchase>[2] = {}) =>
  aPaidPurchase(running.app, stripe, options);
const statusOf = async (call: { read(): Promise<{ status: string }> }) =>
  (await call.read()).status;
const minutesUntil = (instant: Date | null | undefined) =>
  instant ? Math.round((instant.getTime() - Date.now()) / 60_000) : undefined;
const refundsOf = (ref: string) => stripe.of(ref).refunds.map(({ amount }) => amount);

describe('a pending reservation', () => {
  test('waits for its payment, and its seats stay locked on a clock of their own', async () => {
    const { reservation, reservationId, paymentId, user, showtimeId, at } = await purchase();
    expect(reservation).toMatchObject({
      status: 'pending',
      total: '20.00',
      refunded: '0.00',
      payment: {
        id: paymentId,
        reservationId,
        provider: null,
        status: 'open',
        amount: '20.00',
        currency: 'USD',
        clientAction: null,
      },
    });
    expect(minutesUntil(reservation.payment?.payBefore)).toBe(10);
    const map = await user.call.showtimes.seats({ showtimeId });
    const mine = map.seats.filter(({ id }) => at(0, 1).seatIds.includes(id));
    expect(mine.map(({ status }) => status)).toEqual(['locked', 'locked']);
    expect(map.counts).toMatchObject({ locked: 2, reserved: 0, available: 8 });
    const [held] = await user.call.reservations.listLocks();
    expect(held?.seats.map((seat) => [seat.reservationId, minutesUntil(seat.expiresAt)])).toEqual([
      [reservationId, 10],
      [reservationId, 10],
    ]);
    const { items } = await user.call.reservations.list({});
    expect(items.map(({ id, status }) => [id, status])).toEqual([[reservationId, 'pending']]);
  });

  test('has its seats, which nobody else can lock', async () => {
    const { at } = await purchase();
    const other = await aUser(running.app);
    expect(await refusalOf(other.call.showtimes.lockSeats(at(1, 2)))).toMatchObject({
      code: 'SEATS_UNAVAILABLE',
      details: { seats: [{ seatId: at(1).seatIds[0], reason: 'locked' }] },
    });
  });

  test('is one for each seat: its holder cannot buy the seat again, nor extend or unlock it', async () => {
    const { user, at, reservationId, showtimeId, reservation } = await purchase();
    const { payBefore } = reservation.payment ?? {};
    expect(await refusalOf(user.call.reservations.create(at(0)))).toMatchObject({
      code: 'PAYMENT_PENDING',
      details: { reservationId },
    });
    const again = await user.call.showtimes.lockSeats(at(0, 2));
    expect(again.seats[0]).toMatchObject({ seatId: at(0).seatIds[0], expiresAt: payBefore });
    expect(await codeOf(user.call.showtimes.extendLock(at(0)))).toBe('LOCK_EXTENSION_LIMIT');
    expect(await user.call.showtimes.unlockSeats({ showtimeId })).toMatchObject({
      seatIds: at(2).seatIds,
    });
    expect(await codeOf(user.call.showtimes.extendLock({ showtimeId }))).toBe(
      'LOCK_EXTENSION_LIMIT',
    );
    expect(await user.call.reservations.listLocks()).toHaveLength(1);
  });

  test('counts for the cap of locked seats', async () => {
    const scene = await aShowtime(running.app, { seats: 20 });
    const { user, at } = await purchase({ scene, places: [0, 1, 2, 3, 4, 5, 6, 7, 8] });
    expect(await codeOf(user.call.showtimes.lockSeats(at(10, 11)))).toBe('SEAT_LIMIT_EXCEEDED');
  });

  test('is not made where the total is less than the provider takes, or not the expected one', async () => {
    const cheap = await aShowtime(running.app, { price: '0.20' });
    const { call } = await aUser(running.app);
    const seats = { showtimeId: cheap.showtime.id, seatIds: cheap.seatIds.slice(0, 2) };
    await call.showtimes.lockSeats(seats);
    expect(await refusalOf(call.reservations.create(seats))).toMatchObject({
      code: 'AMOUNT_TOO_SMALL',
      details: { minimum: '0.50', currency: 'USD' },
    });
    expect(
      await refusalOf(call.reservations.create({ ...seats, expectedTotal: '0.30' })),
    ).toMatchObject({ code: 'PRICE_CHANGED', details: { expected: '0.30', actual: '0.40' } });
  });

  test('is confirmed immediately where nothing is to be paid', async () => {
    const free = await aShowtime(running.app, { price: '0.00' });
    const { call } = await aUser(running.app);
    const seats = { showtimeId: free.showtime.id, seatIds: free.seatIds.slice(0, 2) };
    await call.showtimes.lockSeats(seats);
    expect(await call.reservations.create(seats)).toMatchObject({
      status: 'confirmed',
      payment: null,
    });
  });
});

describe('a payment', () => {
  test('is started, paid, and settled by asking the provider', async () => {
    const { user, reservationId, paymentId, read, sync, pay, at, showtimeId } = await purchase();
    const started = await user.call.payments.start({ reservationId });
    expect(started).toMatchObject({
      id: paymentId,
      provider: 'stripe',
      status: 'open',
      clientAction: { type: 'stripe_payment_intent', publishableKey: 'pk_test' },
    });
    const ref = await pay();
    expect(await statusOf({ read })).toBe('pending');
    expect(await sync()).toMatchObject({ status: 'succeeded', clientAction: null });
    expect(await read()).toMatchObject({ status: 'confirmed', payment: { status: 'succeeded' } });
    expect(await user.call.payments.get({ paymentId })).toMatchObject({ status: 'succeeded' });
    const map = await user.call.showtimes.seats({ showtimeId });
    expect(map.counts).toMatchObject({ locked: 0, reserved: 2 });
    expect(await user.call.reservations.listLocks()).toEqual([]);
    expect(await codeOf(user.call.payments.start({ reservationId }))).toBe('NOT_PENDING');
    expect(refundsOf(ref)).toEqual([]);
    expect(at(0).seatIds).toHaveLength(1);
  });

  test('that was declined stays open, and can be paid with the same name', async () => {
    const { start, sync, read, pay } = await purchase();
    const ref = await start();
    stripe.decline(ref);
    expect(await sync()).toMatchObject({ status: 'open', lastError: 'Your card was declined.' });
    expect(await pay()).toBe(ref);
    expect(await sync()).toMatchObject({ status: 'succeeded', lastError: null });
    expect(await statusOf({ read })).toBe('confirmed');
  });

  test('is one, however often it is started', async () => {
    const { user, reservationId } = await purchase();
    const starts = Array.from({ length: 5 }, () => user.call.payments.start({ reservationId }));
    const started = await Promise.all(starts);
    const { id, clientAction } = started[0] ?? {};
    expect(started).toEqual(started.map((each) => ({ ...each, id, clientAction })));
    expect(stripe.refs.filter((ref) => ref.endsWith(id ?? ''))).toHaveLength(1);
  });

  test('is started again after the connection to the provider was lost', async () => {
    const { user, reservationId, start } = await purchase();
    stripe.switches.failAfterEffect = true;
    expect(await codeOf(user.call.payments.start({ reservationId }))).toBe('UNAVAILABLE');
    stripe.switches.down = true;
    expect(await codeOf(user.call.payments.start({ reservationId }))).toBe('UNAVAILABLE');
    stripe.switches.down = false;
    const ref = await start();
    expect(stripe.of(ref).status).toBe('open');
  });

  test('that the provider refuses to open is PAYMENT_FAILED', async () => {
    const { user, reservationId } = await purchase();
    stripe.switches.refuse = true;
    expect(await refusalOf(user.call.payments.start({ reservationId }))).toMatchObject({
      code: 'PAYMENT_FAILED',
      details: { reason: 'This account cannot take payments.', mayRetry: false },
    });
  });

  test('moves to another provider when the first one has ended it', async () => {
    const { user, reservationId, paymentId, start, read } = await purchase();
    const ref = await start();
    const moved = await user.call.payments.start({ reservationId, provider: 'paypal' });
    expect(moved).toMatchObject({ provider: 'paypal', status: 'open' });
    expect(moved.id).not.toBe(paymentId);
    expect(stripe.of(ref).status).toBe('cancelled');
    paypal.pay(`pi_${moved.id}`, { amount: '20.00' });
    await user.call.payments.sync({ paymentId: moved.id });
    expect(await read()).toMatchObject({ status: 'confirmed', payment: { id: moved.id } });
  });

  test('that was paid at the first provider is settled instead of moving', async () => {
    const { user, reservationId, pay, read } = await purchase();
    await pay();
    const moving = user.call.payments.start({ reservationId, provider: 'paypal' });
    expect(await refusalOf(moving)).toMatchObject({
      code: 'NOT_PENDING',
      details: { status: 'confirmed' },
    });
    expect(await statusOf({ read })).toBe('confirmed');
  });

  test('that somebody ended at the provider is opened anew', async () => {
    const { user, reservationId, paymentId, start } = await purchase();
    const ref = await start();
    stripe.change(ref, { status: 'cancelled' });
    const again = await user.call.payments.start({ reservationId });
    expect(again).toMatchObject({ provider: 'stripe', status: 'open' });
    expect(again.id).not.toBe(paymentId);
  });

  test('of another customer does not exist', async () => {
    const { reservationId, paymentId } = await purchase();
    const { call } = await aUser(running.app);
    expect(await codeOf(call.payments.start({ reservationId }))).toBe('NOT_FOUND');
    expect(await codeOf(call.payments.get({ paymentId }))).toBe('NOT_FOUND');
    expect(await codeOf(call.payments.sync({ paymentId }))).toBe('NOT_FOUND');
    expect(await codeOf(call.payments.get({ paymentId: unknownId }))).toBe('NOT_FOUND');
  });
});

test('a customer who asks the provider without end is refused', async () => {
  const limited = await createTestApp({ rateLimit: true }, running.databaseUrl, {
    payments: [stripe],
  });
  const { user, paymentId, start } = await purchase();
  await start();
  const call = callerOf(limited.app, { token: user.token });
  const asked = await Promise.all(
    Array.from({ length: 25 }, () =>
      call.payments.sync({ paymentId }).then(
        () => 'ok',
        (error: { cause: { code: string } }) => error.cause.code,
      ),
    ),
  );
  expect(asked.filter((each) => each === 'ok')).toHaveLength(20);
  expect(new Set(asked)).toEqual(new Set(['ok', 'RATE_LIMITED']));
  await limited.app.close();
});

describe('a payment that arrives late', () => {
  test('finds its seats while they are still locked', async () => {
    const { pay, sync, read, reservationId } = await purchase();
    await pay();
    await letPaymentExpire(running.app, reservationId, { locks: false });
    await sync();
    expect(await statusOf({ read })).toBe('confirmed');
  });

  test('reclaims seats that nobody has taken, at their price of then', async () => {
    const { pay, sync, read, reservationId, admin, showtimeId } = await purchase();
    await pay();
    await admin.call.showtimes.update({ showtimeId, price: '99.00' });
    await letPaymentExpire(running.app, reservationId, { locks: true });
    await sync();
    expect(await read()).toMatchObject({ status: 'confirmed', totalPrice: '20.00' });
  });

  test('is returned when another customer has one of the seats, and takes none', async () => {
    const { pay, sync, read, reservationId, at, showtimeId } = await purchase();
    const ref = await pay();
    await letPaymentExpire(running.app, reservationId, { locks: true });
    const other = await aUser(running.app);
    await other.call.showtimes.lockSeats(at(1));
    await sync();
    expect(await read()).toMatchObject({
      status: 'cancelled',
      cancelReason: 'seats_gone',
      refunded: '20.00',
      refunds: [{ amount: '20.00', status: 'pending' }],
    });
    expect(refundsOf(ref)).toEqual([]);
    await followUp(running.app);
    expect(refundsOf(ref)).toEqual(['20.00']);
    expect(await read()).toMatchObject({ refunds: [{ amount: '20.00', status: 'succeeded' }] });
    const map = await other.call.showtimes.seats({ showtimeId });
    expect(map.counts).toMatchObject({ locked: 1, reserved: 0, available: 9 });
  });

  test('of a second reservation for the same seats is returned: the first payment has them', async () => {
    const first = await purchase();
    const firstRef = await first.pay();
    await letPaymentExpire(running.app, first.reservationId, { locks: true });
    const second = await purchase({ scene: first, user: first.user });
    const secondRef = await second.start();
    await first.sync();
    expect(await statusOf(first)).toBe('confirmed');
    stripe.pay(secondRef, { amount: '20.00' });
    await followUp(running.app);
    expect(await second.read()).toMatchObject({ status: 'cancelled', cancelReason: 'seats_gone' });
    expect([refundsOf(firstRef), refundsOf(secondRef)]).toEqual([[], ['20.00']]);
  });

  test('ends an open payment for the same seats at its provider', async () => {
    const first = await purchase();
    await first.pay();
    await letPaymentExpire(running.app, first.reservationId, { locks: true });
    const second = await purchase({ scene: first, user: first.user });
    const ref = await second.start();
    await first.sync();
    await followUp(running.app);
    expect(stripe.of(ref).status).toBe('cancelled');
    expect(await second.read()).toMatchObject({ status: 'cancelled', cancelReason: 'seats_gone' });
  });

  test('after the show has been cancelled is returned', async () => {
    const { pay, sync, read, admin, showtimeId } = await purchase();
    const ref = await pay();
    await admin.call.showtimes.cancel({ showtimeId, reason: 'Flood' });
    await sync();
    await followUp(running.app);
    expect(await read()).toMatchObject({ status: 'cancelled', cancelReason: 'show_cancelled' });
    expect(refundsOf(ref)).toEqual(['20.00']);
  });
});

describe('the wrong money', () => {
  test.each([
    ['amount', { amount: '19.99' }],
    ['currency', { amount: '20.00', currency: 'EUR' }],
  ])('in its %s sells nothing, is returned, and is an incident', async (_what, given) => {
    const { start, sync, read, paymentId, showtimeId, user } = await purchase();
    const ref = await start();
    stripe.pay(ref, given);
    await sync();
    await followUp(running.app);
    expect(await read()).toMatchObject({ status: 'cancelled', cancelReason: 'payment_expired' });
    expect(refundsOf(ref)).toEqual([given.amount]);
    const { rows } = await running.app.pool.query(
      'select kind from incidents where payment_id = $1',
      [paymentId],
    );
    expect(rows).toEqual([{ kind: 'amount_mismatch' }]);
    const map = await user.call.showtimes.seats({ showtimeId });
    expect(map.counts).toMatchObject({ locked: 0, reserved: 0 });
  });
});

describe('a reservation that is not paid in time', () => {
  test('ends when the provider has ended the payment; its seats are free immediately', async () => {
    const { start, read, reservationId, at } = await purchase();
    const ref = await start();
    await letPaymentExpire(running.app, reservationId, { locks: false });
    await expirePayments(running.app);
    expect(stripe.of(ref).status).toBe('cancelled');
    expect(await read()).toMatchObject({
      status: 'cancelled',
      cancelReason: 'payment_expired',
      payment: { status: 'cancelled' },
    });
    const other = await aUser(running.app);
    await other.call.showtimes.lockSeats(at(0, 1));
  });

  test('ends also when its payment was never started', async () => {
    const { read, reservationId, user } = await purchase();
    await letPaymentExpire(running.app, reservationId, { locks: false });
    expect(await codeOf(user.call.payments.start({ reservationId }))).toBe('NOT_PENDING');
    await expirePayments(running.app);
    expect(await statusOf({ read })).toBe('cancelled');
  });

  test('is confirmed when it was paid in that moment: the provider is the referee', async () => {
    const { start, read, reservationId } = await purchase();
    const ref = await start();
    await letPaymentExpire(running.app, reservationId, { locks: false });
    stripe.switches.beforeCancel = (wanted) => {
      if (wanted === ref) {
        stripe.pay(ref, { amount: '20.00' });
      }
    };
    await expirePayments(running.app);
    expect(await statusOf({ read })).toBe('confirmed');
  });

  test.each([
    ['the provider does not respond', () => Object.assign(stripe.switches, { down: true })],
    ['the payment is in progress', (ref: string) => stripe.change(ref, { status: 'processing' })],
  ])('stays while %s', async (_why, happen) => {
    const { start, read, reservationId } = await purchase();
    const ref = await start();
    await letPaymentExpire(running.app, reservationId, { locks: true });
    happen(ref);
    await expirePayments(running.app);
    expect(await statusOf({ read })).toBe('pending');
    stripe.switches.down = false;
    stripe.change(ref, { status: 'open' });
    await expirePayments(running.app);
    expect(await statusOf({ read })).toBe('cancelled');
  });

  test('is not ended before its time', async () => {
    const { start, read } = await purchase();
    await start();
    await expirePayments(running.app);
    expect(await statusOf({ read })).toBe('pending');
  });
});

test('a paid reservation has its seats; nothing but a cancellation frees them', async () => {
  const { at, reservationId } = await paid();
  await expirePayments(running.app);
  const other = await aUser(running.app);
  expect(await codeOf(other.call.showtimes.lockSeats(at(0)))).toBe('SEATS_UNAVAILABLE');
  expect(reservationId).not.toBe(unknownId);
});
