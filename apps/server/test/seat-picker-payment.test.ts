import { randomUUID } from 'node:crypto';
import { expirePayments } from '@matinee/api';
import { aShowtime, aUser, followUp, letPaymentExpire } from '@matinee/api/testing';
import type { Scene } from '@matinee/api/testing';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findings } from './axe.ts';
import { serveExample } from './example-pages.ts';
import type { ExamplePages, VisitOptions } from './example-pages.ts';
import { providerFor as paypalFor } from './payments/paypal-shop.ts';
import { PayPalStandIn } from './payments/paypal-stand-in.ts';
import { providerFor as stripeFor } from './payments/stripe-shop.ts';
import { StripeStandIn } from './payments/stripe-stand-in.ts';

/* Customers of the example pay, with the adapters and a stand-in for each provider. */

const phone: VisitOptions = { viewport: { width: 390, height: 844 }, hasTouch: true };

const seat = (page: Page, name: string) => page.locator(`#rows [data-seat="${name}"]`);
const button = (page: Page, name: string) => page.getByRole('button', { name });
const isBooked = (page: Page) => page.getByText('Booked. Your reference is').waitFor();

/** A new customer who has booked seat A1, and is asked to pay for it. */
async function aCustomer(pages: ExamplePages, options: VisitOptions = {}) {
  const scene = await aShowtime(pages.server.app, { price: '12.50' });
  const visit = await pages.open(`example/#/shows/${scene.showtime.id}`, options);
  const { page } = visit;
  await seat(page, 'A1').click();
  await page.getByLabel('E-mail').fill(`${randomUUID()}@example.com`);
  await page.getByLabel('Password').fill('a-password-of-mine');
  await button(page, 'Create an account').click();
  await page.locator('[data-seat="A1"][data-status="yours"]').waitFor();
  await button(page, 'Book').click();
  await page.waitForURL('**/#/pay/*');
  const reservationId = page.url().split('/').at(-1) ?? '';
  return { ...visit, scene, reservationId };
}

/** What axe finds in the view, in both looks, and whether the page is wider than its window. */
async function faults(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    found.push(...(await findings(page)));
  }
  const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  return wide > 0 ? [...found, `${wide} px too wide`] : found;
}

/** The reservation, as an administrator sees it. */
async function reservationOf({ admin, showtime }: Scene) {
  const { items } = await admin.call.admin.reservations.list({ showtimeId: showtime.id });
  return items[0];
}

/** Another customer locks seat A1, whose locks have ended. */
async function takeSeat({ app }: ExamplePages['server'], { showtime, seatIds }: Scene) {
  const other = await aUser(app);
  const seatId = seatIds[0] ?? '';
  await other.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: [seatId] });
}

describe('a customer who pays with Stripe', { timeout: 90_000 }, () => {
  let stripe: StripeStandIn;
  let pages: ExamplePages;
  beforeAll(async () => {
    stripe = await StripeStandIn.start();
    pages = await serveExample({
      payments: async () => [await stripeFor(stripe)],
      stripeJsUrl: `${stripe.url}/v3/`,
    });
  }, 120_000);
  afterEach(() => pages.leave());
  afterAll(async () => {
    await pages.close();
    await stripe.stop();
  });

  const payWith = async (page: Page, number: string) => {
    await page.getByLabel('Card number').fill(number);
    await button(page, 'Pay $12.50').click();
  };

  /** The payments at Stripe for a reservation. */
  const paymentsOf = (reservationId: string) =>
    stripe.payments().filter(({ metadata }) => metadata['reservationId'] === reservationId);

  test.each([
    { width: 1280, options: {} },
    { width: 390, options: phone },
  ])('has the seats at $width px', async ({ options }) => {
    const { page, scene, reservationId, complaints, hosts } = await aCustomer(pages, options);
    await page.getByLabel('Card number').waitFor();
    await page.getByText(/^Pay within (10:00|9:5\d)$/).waitFor();
    expect(await faults(page)).toEqual([]);
    expect(await page.title()).toBe('Pay · Matinee');

    await payWith(page, '4242 4242 4242 4242');
    await isBooked(page);
    expect(await faults(page)).toEqual([]);
    expect(await reservationOf(scene)).toMatchObject({ id: reservationId, status: 'confirmed' });
    expect(paymentsOf(reservationId)).toMatchObject([{ status: 'succeeded', amount: 1250 }]);
    await page.getByRole('link', { name: 'See my bookings' }).click();
    await page.locator('.ticket', { hasText: '$12.50' }).getByText('Seat A1').waitFor();
    expect(await page.locator('#held').isHidden()).toBe(true);
    expect(complaints).toEqual([]);
    const known = [pages.origin, pages.line.url, stripe.url].map((url) => new URL(url).host);
    expect([...hosts].filter((host) => !known.includes(host))).toEqual([]);
  });

  test('is told of a declined card, also after a reload, and pays with another', async () => {
    const { page, scene, reservationId } = await aCustomer(pages);
    await payWith(page, '4000 0000 0000 0002');
    const declined = page.getByRole('alert').getByText(/^Your card was declined\. You can try/);
    await declined.waitFor();
    expect(await faults(page)).toEqual([]);
    await page.reload();
    await declined.waitFor();
    await payWith(page, '4242 4242 4242 4242');
    await isBooked(page);
    expect(await reservationOf(scene)).toMatchObject({ status: 'confirmed' });
    expect(paymentsOf(reservationId)).toHaveLength(1);
  });

  test('passes 3-D Secure', async () => {
    const { page, scene } = await aCustomer(pages);
    await payWith(page, '4000 0025 0000 3155');
    await button(page, 'Complete authentication').click();
    await isBooked(page);
    expect(await reservationOf(scene)).toMatchObject({ status: 'confirmed' });
  });

  test('finds the payment again from everywhere', async () => {
    const { page, scene } = await aCustomer(pages);
    const { title } = scene.showtime.movie;
    await page.getByLabel('Card number').waitFor();
    await page.goBack();
    await seat(page, 'A1').waitFor();
    await page.getByText(/^Pay for A1 within 9:\d\d$/).waitFor();
    await page.getByText('Choose a seat. It is held for you while you decide.').waitFor();
    expect(await faults(page)).toEqual([]);
    await seat(page, 'A1').click();
    await page.getByLabel('Card number').waitFor();
    await page.locator('#held').waitFor({ state: 'hidden' });

    await page.getByRole('link', { name: 'My bookings' }).click();
    const ticket = page.locator('.ticket', { hasText: title });
    await ticket.getByText(/^Not paid yet/).waitFor();
    expect(await faults(page)).toEqual([]);
    await page.reload();
    await page.getByRole('link', { name: `Pay for ${title}` }).click();
    await page.getByLabel('Card number').waitFor();
    await page.goBack();
    await ticket.getByRole('link', { name: 'Pay' }).click();
    await payWith(page, '4242 4242 4242 4242');
    await isBooked(page);
  });

  test('has the seats although the payment was late, while they are free', async () => {
    const { page, scene, reservationId } = await aCustomer(pages);
    await page.getByLabel('Card number').waitFor();
    await letPaymentExpire(pages.server.app, reservationId, { locks: true });
    await payWith(page, '4242 4242 4242 4242');
    await isBooked(page);
    expect(await reservationOf(scene)).toMatchObject({ status: 'confirmed' });
  });

  test('gets the money back when another customer has the seats', async () => {
    const { page, scene, reservationId } = await aCustomer(pages);
    const { app } = pages.server;
    await page.getByLabel('Card number').waitFor();
    await letPaymentExpire(app, reservationId, { locks: true });
    await takeSeat(pages.server, scene);
    await payWith(page, '4242 4242 4242 4242');
    await page
      .getByText('another customer has bought the seats. Your $12.50 is on its way back to you.')
      .waitFor();
    expect(await faults(page)).toEqual([]);
    await followUp(app);
    const [payment] = paymentsOf(reservationId);
    const refunds = stripe.refunds().filter(({ payment_intent: ref }) => ref === payment?.id);
    expect(refunds).toMatchObject([{ amount: 1250, status: 'succeeded' }]);
  });

  test('is told when the time is up, and that nothing was charged', async () => {
    const { app } = pages.server;
    const { page, reservationId } = await aCustomer(pages, {
      prepare: (context) => context.clock.install(),
    });
    await page.getByLabel('Card number').waitFor();
    await letPaymentExpire(app, reservationId, { locks: true });
    await page.clock.fastForward('11:00');
    await page.getByText('Your time to pay is up. We are asking').waitFor();
    expect(await page.getByLabel('Card number').count()).toBe(0);
    await expirePayments(app);
    await page
      .getByText('Your time to pay is up, and the seats are on sale again. Nothing was charged.')
      .waitFor();
    expect(await faults(page)).toEqual([]);
    expect(paymentsOf(reservationId)).toMatchObject([{ status: 'canceled' }]);
    await page.getByRole('link', { name: 'Choose again' }).click();
    await page.locator('[data-seat="A1"][data-status="available"]').waitFor();
  });

  test('keeps the seats while Stripe is away, and tries again', async () => {
    await stripe.goDown();
    const { page } = await aCustomer(pages);
    await page.getByText(/^The payment service does not respond\./).waitFor({ timeout: 60_000 });
    expect(await faults(page)).toEqual([]);
    await stripe.comeBack();
    await button(page, 'Try again').click();
    await payWith(page, '4242 4242 4242 4242');
    await isBooked(page);
  });

  test('can load the form again when the script did not arrive', async () => {
    const script = `${stripe.url}/v3/`;
    const { page } = await aCustomer(pages, {
      prepare: (context) => context.route(script, (route) => route.abort()),
    });
    await page.getByText(/^The payment form cannot be loaded\./).waitFor();
    await page.context().unroute(script);
    await button(page, 'Try again').click();
    await payWith(page, '4242 4242 4242 4242');
    await isBooked(page);
    expect(await page.getByRole('alert').filter({ hasText: 'cannot be loaded' }).count()).toBe(0);
  });

  test('is told what is returned before cancelling, and gets it', async () => {
    const { page, scene, reservationId } = await aCustomer(pages);
    await payWith(page, '4242 4242 4242 4242');
    await page.getByRole('link', { name: 'See my bookings' }).click();
    await button(page, 'Cancel this booking').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('You get $12.50 back.').waitFor();
    expect(await faults(page)).toEqual([]);
    // The policy is that of the purchase; its hours go by.
    const soon = `update reservations set refund_policy = '{"tiers":[],"feeRefundable":false}' where id = $1`;
    await pages.server.app.pool.query(soon, [reservationId]);
    await dialog.getByRole('button', { name: 'Cancel the booking' }).click();
    await dialog.getByText('The amount that is returned has changed.').waitFor();
    await dialog.getByText('It is too late for a refund: no money is returned.').waitFor();
    expect(await reservationOf(scene)).toMatchObject({ status: 'confirmed' });
    await dialog.getByRole('button', { name: 'Cancel the booking' }).click();
    await page.locator('.ticket').getByText('Cancelled', { exact: true }).waitFor();
    expect(await reservationOf(scene)).toMatchObject({ status: 'cancelled', refunded: '0.00' });
  });

  test('cancels instead of paying', async () => {
    const { page, scene, reservationId } = await aCustomer(pages);
    await page.getByLabel('Card number').waitFor();
    await button(page, 'Cancel the booking').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the booking' }).click();
    await page.getByText('This booking has been cancelled. Nothing was charged.').waitFor();
    expect(await reservationOf(scene)).toMatchObject({ status: 'cancelled' });
    expect(paymentsOf(reservationId)).toMatchObject([{ status: 'canceled' }]);
  });
});

describe('a customer who pays with PayPal', { timeout: 90_000 }, () => {
  let paypal: PayPalStandIn;
  let pages: ExamplePages;
  beforeAll(async () => {
    paypal = await PayPalStandIn.start();
    pages = await serveExample({
      payments: async (returnUrl) => [paypalFor(paypal, { returnUrl })],
    });
  }, 120_000);
  afterEach(() => pages.leave());
  afterAll(async () => {
    await pages.close();
    await paypal.stop();
  });

  const goToPayPal = async (page: Page) => {
    await button(page, 'Pay $12.50').click();
    await page.getByRole('heading', { name: 'PayPal stand-in' }).waitFor();
  };

  test('returns without having paid, goes there again, and has the seats', async () => {
    const { page, scene, reservationId } = await aCustomer(pages, phone);
    await page.getByText(/^You pay on the page of the provider/).waitFor();
    expect(await faults(page)).toEqual([]);
    await goToPayPal(page);
    await page.getByRole('link', { name: 'Cancel and return' }).click();
    await page.getByText('The payment was not completed. Nothing was charged.').waitFor();
    expect(page.url()).toBe(`${pages.origin}/example/#/pay/${reservationId}`);

    await goToPayPal(page);
    await button(page, 'Pay now').click();
    await isBooked(page);
    expect(await faults(page)).toEqual([]);
    expect(await reservationOf(scene)).toMatchObject({ id: reservationId, status: 'confirmed' });
    expect(paypal.balance()).toMatchObject({ USD: '12.50' });
  });

  test('comes back with Back, and can still pay', async () => {
    const { page, scene } = await aCustomer(pages);
    await goToPayPal(page);
    await page.goBack();
    await goToPayPal(page);
    await button(page, 'Pay now').click();
    await isBooked(page);
    expect(await reservationOf(scene)).toMatchObject({ status: 'confirmed' });
  });

  test('makes another payment after PayPal has declined one', async () => {
    const { page, scene } = await aCustomer(pages);
    await goToPayPal(page);
    paypal.switches.capture = 'DECLINED';
    await button(page, 'Pay now').click();
    await button(page, 'Pay $12.50').waitFor();
    await goToPayPal(page);
    await button(page, 'Pay now').click();
    await isBooked(page);
    expect(await reservationOf(scene)).toMatchObject({ status: 'confirmed' });
  });

  test('is late, and gets the money back', async () => {
    const { page, scene, reservationId } = await aCustomer(pages);
    const { app } = pages.server;
    await goToPayPal(page);
    await letPaymentExpire(app, reservationId, { locks: true });
    await takeSeat(pages.server, scene);
    await button(page, 'Pay now').click();
    await page.getByText(/Your \$12\.50 is on its way back to you\.$/).waitFor();
    await followUp(app);
    const order = paypal.payments().find(({ unit }) => unit.reference_id === reservationId);
    expect(order?.unit.refunds).toMatchObject([{ amount: { value: '12.50' } }]);
  });
});
