import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openBrowser } from '../browser.ts';
import { openPage, serveSite } from '../web.ts';
import { openShop, payment } from './stripe-shop.ts';
import type { Shop } from './stripe-shop.ts';

/* The script that the stand-in serves instead of Stripe.js, on a page of a shop. */

/** A page of a shop that uses Stripe.js as https://docs.stripe.com/js describes it. */
const pageOf = (script: string, key: string, clientSecret: string) => `<!doctype html>
<html lang="en"><title>Checkout</title>
<main><form><div id="payment"></div><button>Pay</button><p role="status"></p></form></main>
<script src="${script}"></script>
<script type="module">
  const stripe = Stripe('${key}');
  const elements = stripe.elements({ clientSecret: '${clientSecret}' });
  elements.create('payment').mount('#payment');
  document.querySelector('form').addEventListener('submit', async (event) => {
    event.preventDefault();
    const result = await stripe.confirmPayment({ elements, redirect: 'if_required' });
    document.querySelector('[role=status]').textContent =
      result.error ? result.error.message : result.paymentIntent.status;
  });
</script></html>`;

describe('the script of the stand-in', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  let shop: Shop;
  let page: Page;
  let ref: string;
  beforeEach(async () => {
    shop = await openShop();
    const { stripe, provider } = shop;
    const opened = await provider.create(payment);
    ({ ref } = opened);
    const action = opened.clientAction;
    const secret = action?.type === 'stripe_payment_intent' ? action.clientSecret : '';
    const html = pageOf(`${stripe.url}/v3/`, stripe.publishableKey, secret);
    const site = await serveSite((_req, res) => {
      res.setHeader('content-type', 'text/html').end(html);
    });
    onTestFinished(() => site.close());
    ({ page } = await openPage(browser, site.origin));
    onTestFinished(() => page.close());
  });

  async function payWith(number: string): Promise<void> {
    await page.getByLabel('Card number').fill(number);
    await page.getByRole('button', { name: 'Pay' }).click();
  }

  /** What the page says, when it says something. */
  async function said(): Promise<string> {
    const status = page.getByRole('status').filter({ hasText: /./ });
    await status.waitFor();
    return await status.innerText();
  }

  test('pays with a card', async () => {
    await payWith('4242 4242 4242 4242');
    expect(await said()).toContain('succeeded');

    expect(await shop.provider.retrieve(ref)).toMatchObject({
      status: 'succeeded',
      received: '25.00',
    });
  });

  test('shows a decline, after which another card pays', async () => {
    await payWith('4000 0000 0000 0002');
    expect(await said()).toBe('Your card was declined.');
    await payWith('4242 4242 4242 4242');
    await page.getByRole('status').filter({ hasText: 'succeeded' }).waitFor();

    expect(await shop.provider.retrieve(ref)).toMatchObject({ status: 'succeeded' });
  });

  test.each([
    ['Complete authentication', 'succeeded', 'succeeded'],
    ['Fail authentication', 'has failed authentication', 'open'],
  ])('asks for 3-D Secure: %s', async (button, text, status) => {
    await payWith('4000 0025 0000 3155');
    await page.getByRole('button', { name: button }).click();
    expect(await said()).toContain(text);

    expect(await shop.provider.retrieve(ref)).toMatchObject({ status });
  });

  test('shows that the payment was cancelled', async () => {
    await shop.provider.cancel(ref);
    await payWith('4242 4242 4242 4242');

    expect(await said()).toContain('status of canceled');
  });

  test('shows that Stripe cannot be reached', async () => {
    await shop.stripe.goDown();
    await payWith('4242 4242 4242 4242');

    expect(await said()).toContain('cannot be reached');
  });
});
