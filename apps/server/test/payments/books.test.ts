import { compareWithProviders } from '@matinee/api';
import { aPaidPurchase, aPurchase, brokenInvariants } from '@matinee/api/testing';
import { createTestApp, FakeProvider, followUp } from '@matinee/api/testing';
import type { TestApp } from '@matinee/api/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

/* Rare turns of a payment after which the books must still be those of the provider. */

let running: TestApp;
let stripe: FakeProvider;
beforeEach(async () => {
  stripe = new FakeProvider('stripe');
  running = await createTestApp({}, undefined, { payments: [stripe] });
});
afterEach(async () => {
  await running.close();
});

test('a payment whose name at the provider was lost is found, and can be returned', async () => {
  const { app } = running;
  const { user, reservationId, paymentId, pay, read } = await aPurchase(app, stripe);
  const ref = await pay();
  // As after the database was restored from a backup.
  await app.pool.query(`update payments set provider = null, provider_ref = null where id = $1`, [
    paymentId,
  ]);
  await compareWithProviders(app);
  expect(await read()).toMatchObject({ status: 'confirmed', payment: { provider: 'stripe' } });
  await user.call.reservations.cancel({ reservationId });
  await followUp(app);
  expect(stripe.of(ref).refunds.map(({ amount }) => amount)).toEqual(['20.00']);
});

test('a refund that was refused and then made leaves the books right', async () => {
  const { app } = running;
  const { user, reservationId, ref, sync } = await aPaidPurchase(app, stripe);
  stripe.switches.refuseRefunds = true;
  await user.call.reservations.cancel({ reservationId });
  await followUp(app);
  const { rows } = await app.pool.query<{ id: string }>('select id from refunds');
  const made = { ref: 're_1', status: 'succeeded', amount: '20.00', reason: null } as const;
  stripe.change(ref, { refunds: [{ ...made, refundId: rows[0]?.id ?? '' }] });
  await sync();
  // An open incident would excuse it.
  await app.pool.query('delete from incidents');
  expect(await brokenInvariants(app.pool)).toEqual({});
});

test('a dispute that costs more than was left is a negative revenue', async () => {
  const { app } = running;
  const { admin, paymentId, ref, sync } = await aPaidPurchase(app, stripe);
  await admin.call.admin.payments.refund({ paymentId, amount: '5.00', reason: 'Sorry' });
  await followUp(app);
  stripe.change(ref, { dispute: { status: 'lost', amount: '20.00' } });
  await sync();
  const to = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
  const { totals } = await admin.call.admin.reports.revenue({ to });
  expect(totals.revenue).toBe('-5.00');
});

test('a cancelled show returns nothing of a payment that is disputed', async () => {
  const { app } = running;
  const { admin, showtimeId, ref, sync } = await aPaidPurchase(app, stripe);
  stripe.change(ref, { dispute: { status: 'open', amount: '20.00' } });
  await sync();
  await admin.call.showtimes.cancel({ showtimeId, reason: 'Flood' });
  await followUp(app);
  expect(stripe.of(ref).refunds).toEqual([]);
});

test('a dispute whose amount has changed is noted', async () => {
  const { app } = running;
  const { ref, paymentId, sync } = await aPaidPurchase(app, stripe);
  for (const amount of ['10.00', '20.00']) {
    stripe.change(ref, { dispute: { status: 'lost', amount } });
    await sync();
  }
  const { rows } = await app.pool.query('select disputed from payments where id = $1', [paymentId]);
  expect(rows).toEqual([{ disputed: '20.00' }]);
});
