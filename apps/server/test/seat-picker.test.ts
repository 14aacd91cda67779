import { randomUUID } from 'node:crypto';
import { appOf, aShowtime, aUser, days } from '@matinee/api/testing';
import type { Scene } from '@matinee/api/testing';
import { createMatinee, memorySession } from '@matinee/sdk';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findings } from './axe.ts';
import { serveExample } from './example-pages.ts';
import type { ExamplePages, VisitOptions } from './example-pages.ts';
import { standardTicketType } from './world.ts';

/* The live seat map of the example. `seat-picker-journey.test.ts` visits its other views. */

let pages: ExamplePages;
beforeAll(async () => {
  pages = await serveExample({ guide: true });
}, 120_000);
afterEach(() => pages.leave());
afterAll(() => pages.close());

/** A new customer who has come as far as the seats of the show. */
async function aCustomer(scene: Scene, prepare?: VisitOptions['prepare']) {
  const visit = await pages.open(`example/#/shows/${scene.showtime.id}`, prepare && { prepare });
  const { page } = visit;
  const email = `${randomUUID()}@example.com`;
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill('a-password-of-mine');
  await page.getByRole('button', { name: 'Create an account' }).click();
  await seat(page, 'A1').waitFor();
  return { ...visit, email };
}

const seat = (page: Page, name: string) => page.locator(`#rows [data-seat="${name}"]`);
const isLive = (page: Page) => page.getByText('Live', { exact: true }).waitFor();

/** Waits until the customer is told this. */
async function isTold(page: Page, text: string | RegExp): Promise<void> {
  await page.locator('#notices p', { hasText: text }).waitFor();
}

/** Waits until a seat is what it should be. */
async function becomes(page: Page, name: string, status: string): Promise<void> {
  await page.locator(`[data-seat="${name}"][data-status="${status}"]`).waitFor();
}

/** The page has one; the types of this package are those of Node. */
declare const MutationObserver: new (heed: () => void) => {
  observe(target: unknown, options: { attributes: true }): void;
};

/** Notes when a seat gets each of its statuses, by the clock that all pages share. */
async function watch(page: Page, name: string): Promise<(status: string) => Promise<number>> {
  const noted = await seat(page, name).evaluateHandle((button) => {
    const at: Record<string, number> = {};
    new MutationObserver(() => {
      at[button.dataset['status'] ?? ''] ??= performance.timeOrigin + performance.now();
    }).observe(button, { attributes: true });
    button.addEventListener('click', () => {
      at['clicked'] = performance.timeOrigin + performance.now();
    });
    return at;
  });
  return async (status) => {
    const at = await noted.evaluate((all, key) => all[key], status);
    return at ?? Number.NaN;
  };
}

describe('the seat picker in a browser', { timeout: 90_000 }, () => {
  test('shows one customer what another one does, within a second', async () => {
    const scene = await aShowtime(pages.server.app, { seats: 8, price: '12.50' });
    const [ada, ben] = await Promise.all([aCustomer(scene), aCustomer(scene)]);
    await Promise.all([isLive(ada.page), isLive(ben.page)]);
    const [clicked, grey] = [await watch(ada.page, 'A3'), await watch(ben.page, 'A3')];

    await seat(ada.page, 'A3').click();
    await becomes(ben.page, 'A3', 'locked');

    const elapsedMs = (await grey('locked')) - (await clicked('clicked'));
    console.log(`Grey for the other one after ${Math.round(elapsedMs)} ms`);
    expect(elapsedMs).toBeGreaterThan(0);
    expect(elapsedMs).toBeLessThan(1_000);
    await becomes(ada.page, 'A3', 'yours');
    expect(await seat(ada.page, 'A3').getAttribute('aria-pressed')).toBe('true');
    expect(await seat(ben.page, 'A3').getAttribute('aria-disabled')).toBe('true');
    expect(await seat(ben.page, 'A3').getAttribute('title')).toContain(
      'locked by another customer',
    );

    await ada.page.getByRole('button', { name: 'Book' }).click();
    const reference = await ada.page.locator('#ticket strong').innerText();
    await Promise.all([becomes(ada.page, 'A3', 'reserved'), becomes(ben.page, 'A3', 'reserved')]);

    const booked = await scene.admin.call.admin.reservations.list({ reference });
    expect(booked.items).toMatchObject([{ totalPrice: '12.50', user: { email: ada.email } }]);
    for (const { complaints, hosts } of [ada, ben]) {
      expect(complaints).toEqual([]);
      expect(hosts).toEqual(new Set([new URL(pages.origin).host, new URL(pages.line.url).host]));
    }
  });

  test('gives a seat back to everybody', async () => {
    const scene = await aShowtime(pages.server.app);
    const [ada, ben] = await Promise.all([aCustomer(scene), aCustomer(scene)]);
    await seat(ada.page, 'A1').click();
    await seat(ada.page, 'A2').click();
    await Promise.all([becomes(ben.page, 'A1', 'locked'), becomes(ben.page, 'A2', 'locked')]);

    await seat(ada.page, 'A1').click();
    await becomes(ben.page, 'A1', 'available');
    await ada.page.getByRole('button', { name: 'Give back' }).click();

    await becomes(ben.page, 'A2', 'available');
    await ada.page.locator('#countdown').waitFor({ state: 'hidden' });
    expect(await ada.page.locator('#notices').innerText()).toBe('');
    expect([...ada.complaints, ...ben.complaints]).toEqual([]);
  });

  test('counts down by the clock of the server, whatever that of the page says', async () => {
    const scene = await aShowtime(pages.server.app);
    const anHourAhead = (context: BrowserContext) =>
      context.addInitScript(() => {
        const now = Date.now;
        Date.now = () => now() + 3_600_000;
      });
    const { page, complaints } = await aCustomer(scene, anHourAhead);

    await seat(page, 'A1').click();

    const left = page.locator('#time-left');
    await left.waitFor();
    expect(await left.innerText()).toMatch(/^9:5\d$|^10:00$/);
    const first = await left.innerText();
    await expect.poll(() => left.innerText(), { timeout: 5_000 }).not.toBe(first);
    await becomes(page, 'A1', 'yours');
    expect(complaints).toEqual([]);
  });

  test('says that the time is up', async () => {
    const scene = await aShowtime(pages.server.app);
    const [{ page, complaints }, other] = await Promise.all([aCustomer(scene), aCustomer(scene)]);
    await seat(page, 'A1').click();
    // What comes and goes between two looks of the server was never there for those who watch.
    await Promise.all([becomes(page, 'A1', 'yours'), becomes(other.page, 'A1', 'locked')]);

    await pages.server.app.pool.query(
      `update seat_claims set expires_at = clock_timestamp() where showtime_id = $1`,
      [scene.showtime.id],
    );

    await becomes(page, 'A1', 'available');
    await isTold(page, /^Your time is up/);
    expect(await page.getByRole('button', { name: 'Book' }).isDisabled()).toBe(true);
    expect(complaints).toEqual([]);
  });

  test('names the seats that somebody else was faster with', async () => {
    const scene = await aShowtime(pages.server.app);
    // A page whose changes do not come believes that the seat is free.
    const deaf = (context: BrowserContext) =>
      context.route('**/showtimes.onSeatsChanged**', () => {});
    const { page, complaints } = await aCustomer(scene, deaf);
    const other = await aUser(pages.server.app);
    const [, , third = ''] = scene.seatIds;
    await other.call.showtimes.lockSeats({ showtimeId: scene.showtime.id, seatIds: [third] });

    await seat(page, 'A3').click();

    await isTold(page, 'Another customer was faster: A3 is locked by another customer.');
    // The browser's own note of the refusal; the page has nothing to add to it.
    expect(complaints).toEqual([expect.stringContaining('status of 409')]);
  });

  test('lets a keyboard walk over the gaps, choose and book', async () => {
    const rows = [
      { label: 'A', seats: 4, overrides: [{ position: 2, gap: true as const }] },
      { label: 'B', seats: 2, seatType: 'vip' as const },
    ];
    const seatTypePrices = { vip: '19.90' };
    const scene = await aShowtime(pages.server.app, { rows, price: '10.00', seatTypePrices });
    const { page, complaints } = await aCustomer(scene);
    const focused = (attribute = 'aria-label') => page.locator(':focus').getAttribute(attribute);
    await isLive(page);

    await seat(page, 'A1').focus();
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('Row A, seat 2, Regular, $10.00, free');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('Row B, seat 2, VIP, $19.90, free');
    await page.keyboard.press('Enter');
    await becomes(page, 'B2', 'yours');
    expect(await focused()).toBe('Row B, seat 2, VIP, $19.90, yours');
    // One press of Tab leaves the room: its seats are one stop, not two hundred.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await focused('id')).toBe('book');
    await page.keyboard.press('Enter');

    await page.getByText('B2: $19.90').waitFor();
    expect(complaints).toEqual([]);
  });

  test('asks before it holds a wheelchair place, and takes love seats as a whole', async () => {
    const feature = (position: number, ...features: ('wheelchair' | 'companion' | 'pair')[]) => ({
      position,
      features,
    });
    const overrides = [
      feature(1, 'wheelchair'),
      feature(2, 'companion'),
      feature(4, 'pair'),
      feature(5, 'pair'),
    ];
    const scene = await aShowtime(pages.server.app, {
      rows: [{ label: 'A', seats: 5, overrides }],
    });
    const { page, complaints } = await aCustomer(scene);
    const dialog = page.getByRole('dialog', { name: 'Do you need a wheelchair place?' });

    expect(await seat(page, 'A1').getAttribute('aria-label')).toBe(
      'Row A, seat 1, Regular, wheelchair place, $10.00, free',
    );
    await page.getByRole('list', { name: 'Legend' }).getByText('Wheelchair place').waitFor();
    await seat(page, 'A2').click();
    await isTold(page, /^This seat is for companions/);
    await seat(page, 'A1').click();
    await dialog.getByRole('button', { name: 'Choose another seat' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await seat(page, 'A1').getAttribute('data-status')).toBe('available');
    await seat(page, 'A1').click();
    expect(await findings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Yes, we need it' }).click();
    await becomes(page, 'A1', 'yours');
    await seat(page, 'A2').click();
    await becomes(page, 'A2', 'yours');

    await seat(page, 'A5').click();
    await Promise.all([becomes(page, 'A4', 'yours'), becomes(page, 'A5', 'yours')]);
    await seat(page, 'A4').click();
    await Promise.all([becomes(page, 'A4', 'available'), becomes(page, 'A5', 'available')]);
    // The browser's own note of the companion seat that was refused.
    expect(complaints).toEqual([expect.stringContaining('status of 422')]);
  });

  test('sells a seat for a child, and shows the fee before the purchase', async () => {
    const { app } = pages.server;
    const scene = await aShowtime(app);
    const { admin, movieId } = scene;
    const { id: showtimeId } = scene.showtime;
    const child = await admin.call.ticketTypes.create({
      code: `child-${randomUUID()}`,
      name: 'Child',
      sortOrder: 90,
      maxAge: 12,
    });
    const list = await admin.call.priceLists.create({
      name: randomUUID(),
      bookingFee: '1.50',
      items: [
        { ticketTypeId: standardTicketType, seatType: 'regular', price: '12.00' },
        { ticketTypeId: child.id, seatType: 'regular', price: '8.00' },
      ],
    });
    await admin.call.showtimes.update({ showtimeId, priceListId: list.id });
    const { page, email } = await aCustomer(scene);
    await seat(page, 'A1').click();
    await seat(page, 'A2').click();
    await page.getByText('Total $25.50').first().waitFor();
    await page.getByLabel('Ticket for Seat A2').selectOption('Child');
    await page.getByText('Total $21.50').first().waitFor();
    await page.getByText('Booking fee $1.50').waitFor();
    // A second passes, and the choice is still there.
    await becomes(page, 'A3', 'available');
    expect(await page.getByLabel('Ticket for Seat A2').inputValue()).toBe(child.id);
    expect(await findings(page)).toEqual([]);

    await admin.call.movies.update({ movieId, minimumAge: 18, ageRule: 'restricted' });
    await page.getByLabel('Ticket for Seat A1').selectOption('Child');
    await page.getByText('This film is for people of 18 and older.').waitFor();
    expect(await page.getByRole('button', { name: 'Book', exact: true }).isDisabled()).toBe(true);
    await admin.call.movies.update({ movieId, ageRule: 'advisory' });
    await page.getByLabel('Ticket for Seat A1').selectOption('Standard');
    await page.getByText('Total $21.50').first().waitFor();
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    await page.locator('#ticket strong').waitFor();
    const { items } = await admin.call.admin.reservations.list({ showtimeId });
    expect(items).toMatchObject([
      {
        user: { email },
        total: '21.50',
        seats: [{ ticketType: { code: 'standard' } }, { ticketType: { name: 'Child' } }],
      },
    ]);
  });

  test('catches up with what happened while the line was cut', async () => {
    const scene = await aShowtime(pages.server.app);
    const { page, context, complaints } = await aCustomer(scene);
    const other = await aUser(pages.server.app);
    const showtimeId = scene.showtime.id;
    const [first = '', second = '', third = ''] = scene.seatIds;
    await other.call.showtimes.lockSeats({ showtimeId, seatIds: [first, second] });
    await Promise.all([becomes(page, 'A1', 'locked'), becomes(page, 'A2', 'locked')]);

    await context.setOffline(true);
    pages.line.goSilent();
    await page.getByText('Reconnecting…').waitFor();
    await other.call.reservations.create({ showtimeId, seatIds: [first] });
    await other.call.showtimes.unlockSeats({ showtimeId, seatIds: [second] });
    await other.call.showtimes.lockSeats({ showtimeId, seatIds: [third] });
    await seat(page, 'A2').click({ force: true });
    await seat(page, 'A4').click();
    await isTold(page, /^The cinema cannot be reached/);
    expect(await seat(page, 'A1').getAttribute('data-status')).toBe('locked');
    await context.setOffline(false);

    await isLive(page);
    await Promise.all([
      becomes(page, 'A1', 'reserved'),
      becomes(page, 'A2', 'available'),
      becomes(page, 'A3', 'locked'),
      becomes(page, 'A4', 'available'),
    ]);
    await seat(page, 'A2').click();
    await becomes(page, 'A2', 'yours');
    expect(complaints.length).toBeGreaterThan(0);
    const ofTheCut = 'net::ERR_INTERNET_DISCONNECTED';
    expect(complaints.filter((text) => !text.includes(ofTheCut))).toEqual([]);
  });

  test('books once, however often the answer is lost and the button pressed', async () => {
    const scene = await aShowtime(pages.server.app);
    const { page, context, complaints, email } = await aCustomer(scene);
    await seat(page, 'A1').click();
    await becomes(page, 'A1', 'yours');
    await context.route('**/reservations.create', async (route) => {
      await route.fetch();
      await route.abort();
    });

    await page.getByRole('button', { name: 'Book' }).click();
    await isTold(page, /^The cinema cannot be reached/);
    await becomes(page, 'A1', 'reserved');
    await context.unroute('**/reservations.create');
    await page.getByRole('button', { name: 'Try again' }).click();

    const reference = await page.locator('#ticket strong').innerText();
    const booked = await scene.admin.call.admin.reservations.list({
      showtimeId: scene.showtime.id,
    });
    expect(booked.items).toMatchObject([{ reference, user: { email } }]);
    expect(complaints.filter((text) => !text.includes('net::ERR_FAILED'))).toEqual([]);
  });

  test('keeps the session alone, and nothing of the customer after signing out', async () => {
    const scene = await aShowtime(pages.server.app);
    const { page, email } = await aCustomer(scene);
    const stored = () =>
      page.evaluate<string>('JSON.stringify({ ...sessionStorage, ...localStorage })');
    expect(Object.keys(JSON.parse(await stored()))).toEqual(['session']);
    await page.reload();
    await page.getByText(email).waitFor();
    expect(Object.keys(JSON.parse(await stored()))).toEqual(['session']);

    await page.getByRole('button', { name: 'Sign out' }).click();
    await isTold(page, 'You are signed out.');
    expect(await stored()).toBe('{}');
    expect(await page.content()).not.toContain(email);
  });

  test('asks for the code of a second factor, and stays signed in', async () => {
    const scene = await aShowtime(pages.server.app);
    const { page, email } = await aCustomer(scene);
    const user = createMatinee({ url: pages.server.url, session: memorySession() });
    const account = { email, password: 'a-password-of-mine' };
    await user.auth.login(account);
    const { secret } = await user.auth.secondFactor.start({ password: account.password });
    const code = appOf(secret);
    await user.auth.secondFactor.confirm({ code: code(-1) });

    // The second factor has ended the session of the page, which signs out nevertheless.
    await page.getByRole('button', { name: 'Sign out' }).click();
    await isTold(page, 'You are signed out.');
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(account.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Please give the code of your authenticator app').waitFor();
    await page.getByLabel('Code of your authenticator app').fill(code());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText(email).waitFor();
    await page.evaluate(
      `sessionStorage.setItem('session', JSON.stringify({
         ...JSON.parse(sessionStorage.getItem('session')), expiresAt: 0 }))`,
    );
    await page.reload();
    await page.getByText(email).waitFor();
    const { expiresAt } = JSON.parse(
      await page.evaluate<string>(`sessionStorage.getItem('session')`),
    ) as { expiresAt: number };
    expect(expiresAt).toBeGreaterThan(Date.now());
  });

  test('forgets the customer at signing out, although the server cannot be reached', async () => {
    const scene = await aShowtime(pages.server.app);
    const { page, context, email } = await aCustomer(scene);
    await context.setOffline(true);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await isTold(page, 'You are signed out.');
    expect(await page.evaluate<number>('sessionStorage.length')).toBe(0);
    expect(await page.content()).not.toContain(email);
  });

  test('asks to sign in again when the session was ended elsewhere', async () => {
    const scene = await aShowtime(pages.server.app);
    const { page, email, complaints } = await aCustomer(scene);
    const elsewhere = createMatinee({ url: pages.server.url });
    const password = 'a-password-of-mine';
    const { accessToken } = await elsewhere.auth.login({ email, password });
    await createMatinee({ url: pages.server.url, token: accessToken }).auth.logout({
      everywhere: true,
    });

    await seat(page, 'A1').click();
    await page.getByRole('heading', { name: 'Welcome' }).waitFor();

    await isTold(page, 'You have been signed out. Please sign in again.');
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill('not-my-password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The e-mail address or the password is wrong.').waitFor();
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    // Back at the seats, and the seat that was pressed is held now.
    await becomes(page, 'A1', 'yours');
    // The browser's own note of each refusal: the rejected token, the wrong password.
    expect(complaints).toHaveLength(2);
    expect(complaints.every((text) => text.includes('status of 401'))).toBe(true);
  });
});

test('the page of the guide does what the guide says', { timeout: 60_000 }, async () => {
  // It takes the last show of the programme.
  const scene = await aShowtime(pages.server.app, { seats: 4, startsIn: days(30) });
  const [ada, ben] = await Promise.all([pages.open('guide/'), pages.open('guide/')]);
  const { title } = scene.showtime.movie;
  await ben.page.getByRole('heading', { name: title }).waitFor();

  await ada.page.getByRole('button', { name: 'A2' }).click();
  await ben.page.locator('#seats .locked', { hasText: 'A2' }).waitFor();
  await ada.page.getByRole('button', { name: 'Book A2' }).click();

  await ada.page.getByText(/^Booked: \w{8}, 10.00 USD$/).waitFor();
  await ben.page.locator('#seats .reserved', { hasText: 'A2' }).waitFor();
  expect([...ada.complaints, ...ben.complaints]).toEqual([]);
});
