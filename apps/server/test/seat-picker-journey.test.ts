import { randomUUID } from 'node:crypto';
import { AxeBuilder } from '@axe-core/playwright';
import { aShowtime, aUser, days, hours } from '@matinee/api/testing';
import type { Scene } from '@matinee/api/testing';
import { createMatinee } from '@matinee/sdk';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { serveExample } from './example-pages.ts';
import type { ExamplePages, VisitOptions } from './example-pages.ts';
import { decodePixels } from './tickets/read-pdf.ts';

/* The views of the example, as a customer comes through them. */

const phone: VisitOptions = { viewport: { width: 390, height: 844 }, hasTouch: true };
const password = 'a-password-of-mine';
const unknown = '0c0ffee0-0000-4000-8000-000000000000';

let pages: ExamplePages;
beforeAll(async () => {
  pages = await serveExample();
}, 120_000);
afterEach(() => pages.leave());
afterAll(() => pages.close());

const seat = (page: Page, name: string) => page.locator(`#rows [data-seat="${name}"]`);
const heading = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { level: 1, name });
const dateOf = ({ showtime }: Scene) => showtime.startTime.toISOString().slice(0, 10);

/** Fills in the sign-in form as a new customer. */
async function createAccount(page: Page): Promise<void> {
  await page.getByLabel('E-mail').fill(`${randomUUID()}@example.com`);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Create an account' }).click();
}

async function becomes(page: Page, name: string, status: string): Promise<void> {
  await page.locator(`[data-seat="${name}"][data-status="${status}"]`).waitFor();
}

/** Another customer books seat A4 of the show, and locks A5. */
async function takeTwo({ admin, showtime, seatIds }: Scene): Promise<void> {
  const showtimeId = showtime.id;
  const [, , , fourth = '', fifth = ''] = seatIds;
  await admin.call.showtimes.lockSeats({ showtimeId, seatIds: [fourth, fifth] });
  await admin.call.reservations.create({ showtimeId, seatIds: [fourth] });
}

/** What axe finds in the view, in both looks, and whether the page is wider than its window. */
async function findings(page: Page, extraRules: string[] = []): Promise<string[]> {
  const rules = ['label-content-name-mismatch', ...extraRules];
  const enabled = Object.fromEntries(rules.map((rule) => [rule, { enabled: true }]));
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  const light = await new AxeBuilder({ page }).options({ rules: enabled }).analyze();
  // The other look differs in its colours alone.
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  const dark = await new AxeBuilder({ page }).withRules('color-contrast').analyze();
  const found = [...light.violations, ...dark.violations].map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
  );
  const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  return wide > 0 ? [...found, `${wide} px too wide`] : found;
}

/** A customer who has booked seat A1 of the show, at the list of bookings. */
async function aBooking(scene: Scene) {
  const visit = await pages.open(`example/#/shows/${scene.showtime.id}`);
  const { page } = visit;
  await seat(page, 'A1').click();
  await createAccount(page);
  await becomes(page, 'A1', 'yours');
  await page.getByRole('button', { name: 'Book' }).click();
  await page.getByRole('link', { name: 'See my bookings' }).click();
  await heading(page, 'My bookings').waitFor();
  return visit;
}

describe('a customer of the seat picker', { timeout: 90_000 }, () => {
  test.each([
    ['at a screen', { viewport: { width: 1280, height: 900 } }],
    ['on a phone', phone],
  ])('buys as a guest %s, and finds and cancels the booking', async (_where, options) => {
    const scene = await aShowtime(pages.server.app, { seats: 4 });
    const { page, complaints } = await pages.open(`example/#/shows/${scene.showtime.id}`, options);
    await seat(page, 'A1').click();
    await page.getByRole('button', { name: 'Continue as guest' }).click();
    await page.getByText('Please fill this in.').waitFor();
    await page.getByLabel('Where to send your booking').fill('grace@example');
    await page.getByRole('button', { name: 'Continue as guest' }).click();
    await page.getByText('Please give an e-mail address.').waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByLabel('Where to send your booking').fill(' grace@example.com ');
    await page.getByRole('button', { name: 'Continue as guest' }).click();
    await becomes(page, 'A1', 'yours');
    await page.reload();
    await becomes(page, 'A1', 'yours');
    await page.getByRole('button', { name: 'Book' }).click();
    const reference = await page.locator('#ticket strong').innerText();
    await page.getByRole('link', { name: 'See my bookings' }).click();
    await page.getByText('the link in the mail leads back').waitFor();
    expect(await page.locator('.bookings > .quiet').first().innerText()).toBe('grace@example.com');
    expect(await findings(page)).toEqual([]);
    const { rows } = await pages.server.app.pool.query(
      `select r.contact_email as contact, u.role from reservations r join users u on u.id = r.user_id
       where r.reference = $1`,
      [reference],
    );
    expect(rows).toEqual([{ contact: 'grace@example.com', role: 'guest' }]);
    const ticket = page.locator('.ticket', { hasText: reference });
    await ticket.getByRole('button', { name: 'Show tickets' }).click();
    const code = page.getByRole('img', { name: 'QR code of the ticket for seat A1' });
    const pixels = sharp(await code.screenshot())
      .ensureAlpha()
      .raw();
    const { data, info } = await pixels.toBuffer({ resolveWithObject: true });
    expect(decodePixels(data, info.width, info.height)?.data).toMatch(/^MT1-/);
    expect(await findings(page)).toEqual([]);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as PDF' }).click(),
    ]);
    expect(file.suggestedFilename()).toBe(`tickets-${reference}.pdf`);
    await page.getByRole('button', { name: 'Close' }).click();
    await ticket.getByRole('button', { name: 'Cancel this booking' }).click();
    await page.getByRole('button', { name: 'Cancel the booking' }).click();
    await ticket.getByText('Cancelled').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    expect(complaints).toEqual([]);
  });

  test.each([
    { width: 1280, options: {} },
    { width: 390, options: phone },
  ])('looks, signs in, books and cancels at $width px', async ({ options }) => {
    const overrides = [{ position: 6, outOfOrder: true as const }];
    const rows = [{ label: 'A', seats: 6, overrides }];
    const scene = await aShowtime(pages.server.app, { rows, price: '12.50' });
    const { title } = scene.showtime.movie;
    await takeTwo(scene);
    const { page, complaints } = await pages.open('example/', options);
    await heading(page, /^What’s on/).waitFor();

    // Looking needs no account.
    await page
      .getByRole('navigation', { name: 'Days' })
      .locator(`[href="#/${dateOf(scene)}"]`)
      .click();
    await page.getByRole('heading', { level: 2, name: title }).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('link', { name: title }).click();
    await heading(page, title).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('link', { name: /from \$12.50 3 seats free/ }).click();
    await seat(page, 'A2').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    expect(await findings(page)).toEqual([]);

    // A seat does: the customer returns to it.
    await seat(page, 'A2').click();
    await heading(page, 'Welcome').waitFor();
    expect(await findings(page)).toEqual([]);
    await createAccount(page);
    await becomes(page, 'A2', 'yours');
    const status = page.getByRole('status').filter({ hasText: 'Held for you: A2. Total $12.50.' });
    await status.waitFor({ state: 'attached' });
    expect(await findings(page)).toEqual([]);

    // The seat is found again from everywhere, also after a reload.
    await page.getByRole('link', { name: 'Matinee' }).click();
    await page.getByText(/^You hold A2 for (10:00|9:5\d)$/).waitFor();
    await page.reload();
    await page.getByText(/^You hold A2 for (10:00|9:\d\d)$/).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('link', { name: `Continue with ${title}` }).click();
    await becomes(page, 'A2', 'yours');
    await page.locator('#held').waitFor({ state: 'hidden' });

    await page.getByRole('button', { name: 'Book' }).click();
    const reference = await page.locator('#ticket strong').innerText();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('link', { name: 'See my bookings' }).click();
    const ticket = page.locator('.ticket', { hasText: reference });
    await ticket.getByText('$12.50').waitFor();
    await ticket.getByText('Seat A2').waitFor();
    expect(await findings(page)).toEqual([]);

    await ticket.getByRole('button', { name: 'Cancel this booking' }).click();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Keep it' }).click();
    await ticket.getByRole('button', { name: 'Cancel this booking' }).click();
    await page.getByRole('button', { name: 'Cancel the booking' }).click();
    await ticket.getByText('Cancelled').waitFor();
    expect(await findings(page)).toEqual([]);
    const { items } = await scene.admin.call.admin.reservations.list({ reference });
    expect(items).toMatchObject([{ status: 'cancelled' }]);

    await page.goBack();
    await becomes(page, 'A2', 'available');
    expect(complaints).toEqual([]);
  });

  test('goes back and forward, with a title and the focus for each view', async () => {
    const scene = await aShowtime(pages.server.app, { seats: 4 });
    const { showtime, movieId } = scene;
    const { title } = showtime.movie;
    const { page } = await pages.open(`example/#/movies/${movieId}`);
    await heading(page, title).waitFor();
    expect(await page.title()).toBe(`${title} · Matinee`);
    await page.getByRole('link', { name: /seats free/ }).click();
    await seat(page, 'A1').waitFor();
    expect(await page.title()).toBe(`Seats for ${title} · Matinee`);
    expect(await page.locator(':focus').evaluate(({ tagName }) => tagName)).toBe('H1');
    await page.reload();
    await seat(page, 'A1').waitFor();

    await seat(page, 'A1').click();
    await createAccount(page);
    await becomes(page, 'A1', 'yours');
    // One step back is the movie: signing in has left nothing between the two.
    await page.goBack();
    await page.waitForURL(`**/#/movies/${movieId}`);
    await page.getByRole('link', { name: /seats free/ }).waitFor();
    expect(await page.title()).toBe(`${title} · Matinee`);
    expect(await page.locator(':focus').evaluate(({ tagName }) => tagName)).toBe('H1');
    await page.goForward();
    await becomes(page, 'A1', 'yours');
  });

  test('finds the place in a list again after going back', async () => {
    const { app } = pages.server;
    const scene = await aShowtime(app, { startsIn: days(12) });
    const { theater, movieId, admin } = scene;
    for (let day = 13; day < 28; day += 1) {
      const startTime = new Date(Date.now() + days(day));
      await admin.call.showtimes.create({
        movieId,
        theaterId: theater.id,
        startTime,
        price: '10.00',
      });
    }
    const { page } = await pages.open(`example/#/movies/${movieId}`);
    const last = page.getByRole('link', { name: /seats free/ }).last();
    await last.scrollIntoViewIfNeeded();
    const top = () => page.evaluate<number>('scrollY');
    const before = await top();
    expect(before).toBeGreaterThan(300);
    await expect.poll(() => page.evaluate<number>('history.state?.top')).toBe(before);
    await last.click();
    await seat(page, 'A1').waitFor();
    expect(await top()).toBe(0);
    await page.goBack();
    await expect.poll(top).toBe(before);
  });

  test('never offers a show that has started, was cancelled or is sold out', async () => {
    const { app } = pages.server;
    const scene = await aShowtime(app, { seats: 1, startsIn: days(20) });
    const { admin, movieId, theater } = scene;
    const show = (startsIn: number) =>
      admin.call.showtimes.create({
        movieId,
        theaterId: theater.id,
        startTime: new Date(Date.now() + startsIn),
        price: '11.00',
      });
    const started = await show(-hours(0.5));
    const cancelled = await show(days(21));
    await admin.call.showtimes.cancel({
      showtimeId: cancelled.id,
      reason: 'The projector is broken.',
    });
    await show(days(22));
    const { showtime, seatIds } = scene;
    await admin.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds });
    const { page } = await pages.open(`example/#/movies/${movieId}`);

    await page.getByText('Sold out').waitFor();
    expect(await page.locator('a.show').allInnerTexts()).toEqual([
      expect.stringContaining('$11.00'),
    ]);
    expect(await page.locator('.show').count()).toBe(2);
    await page.goto(`${pages.origin}/example/#/shows/${started.id}`);
    await page.getByText('This show has started; its seats are no longer on sale.').waitFor();
    expect(await page.locator('[data-seat]').count()).toBe(0);
  });

  test('shows local times in their order, and the zones if there are two', async () => {
    const { app } = pages.server;
    const noon = new Date(Date.now() + days(40));
    noon.setUTCHours(20, 0, 0, 0);
    const startsIn = noon.getTime() - Date.now();
    const east = await aShowtime(app, { startsIn, timezone: 'America/New_York' });
    const { admin, movieId, theater } = east;
    const at = (theaterId: string, hour: number) =>
      admin.call.showtimes.create({
        movieId,
        theaterId,
        startTime: new Date(noon.getTime() - hours(hour)),
        price: '10.00',
      });
    await at(theater.id, 3);
    const times = (page: Page) => page.locator('.show strong').allInnerTexts();
    const inNewYork: VisitOptions = { timezoneId: 'America/New_York', locale: 'en-US' };
    const { page } = await pages.open(`example/#/${dateOf(east)}`, inNewYork);
    await page.getByRole('heading', { level: 2 }).waitFor();
    const isWinter = !/EDT/.test(
      noon.toLocaleString('en-US', { timeZone: 'America/New_York', timeZoneName: 'short' }),
    );
    const eastern = isWinter ? ['12:00 PM', '3:00 PM'] : ['1:00 PM', '4:00 PM'];
    expect((await times(page)).map((time) => time.replace(/\s/, ' '))).toEqual(eastern);
    expect(await page.locator('.zone').count()).toBe(0);

    const rows = [{ label: 'A', seats: 4 }];
    const west = await admin.call.theaters.create({
      name: `Western ${randomUUID()}`,
      timezone: 'America/Los_Angeles',
      rows,
    });
    await at(west.id, 1);
    await page.reload();
    await page.locator('.zone').nth(1).waitFor();
    const zones = isWinter ? ['EST', 'PST'] : ['EDT', 'PDT'];
    expect((await page.locator('.zone').allInnerTexts()).toSorted()).toEqual(zones);
  });

  test('keeps the chosen day in sight on a phone', async () => {
    const scene = await aShowtime(pages.server.app, { startsIn: days(11) });
    const { page } = await pages.open(`example/#/${dateOf(scene)}`, phone);
    const chosen = page.locator('.days [aria-current=date]');
    await chosen.waitFor();
    const box = await chosen.boundingBox();
    expect(box?.x).toBeGreaterThan(0);
    expect((box?.x ?? 390) + (box?.width ?? 0)).toBeLessThan(390);
  });

  test('can try again when a view cannot be opened', async () => {
    const scene = await aShowtime(pages.server.app, { startsIn: days(5) });
    const { page, context } = await pages.open(`example/#/${dateOf(scene)}`);
    const { title } = scene.showtime.movie;
    await page.getByRole('heading', { level: 2, name: title }).waitFor();
    await context.setOffline(true);
    await page.getByRole('link', { name: title }).click();
    await page.getByText(/^The cinema cannot be reached/).waitFor();
    expect(await findings(page)).toEqual([]);
    await context.setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await heading(page, title).waitFor();
    expect(await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).count()).toBe(0);
  });

  test.each(['shows/nothing', `shows/${unknown}`, `movies/${unknown}`])(
    'is told that nothing is at %s',
    async (address) => {
      const { page } = await pages.open(`example/#/${address}`);
      await heading(page, 'Not found').waitFor();
      await page.getByRole('link', { name: 'What’s on' }).click();
      await heading(page, /^What’s on/).waitFor();
      expect(await page.title()).toMatch(/^What’s on .* · Matinee$/);
    },
  );

  test('sees the programme at a date that does not exist', async () => {
    const { page, complaints } = await pages.open('example/#/2026-13-45');
    await heading(page, /^What’s on/).waitFor();
    expect(complaints).toEqual([]);
  });

  test('has a picture for every movie', async () => {
    const { app, url } = pages.server;
    const scene = await aShowtime(app, { startsIn: days(50) });
    const { page, complaints } = await pages.open(`example/#/movies/${scene.movieId}`);
    const drawing = page.locator('.hero .placeholder');
    await drawing.waitFor();
    expect(await drawing.getAttribute('data-initials')).toMatch(/^M[0-9A-F]$/);

    const picture = sharp({ create: { width: 200, height: 300, channels: 3, background: '#a03' } });
    const file = new Blob([new Uint8Array(await picture.png().toBuffer())], { type: 'image/png' });
    const admin = createMatinee({ url, token: scene.admin.token });
    await admin.movies.uploadPoster({ movieId: scene.movieId, file });
    await page.reload();
    const image = page.locator('.hero img');
    const source = () =>
      image.evaluate((element) => {
        const isDrawn = 'naturalWidth' in element && Number(element.naturalWidth) > 0;
        return isDrawn && 'currentSrc' in element ? String(element.currentSrc) : '';
      });
    await expect.poll(source).toMatch(/\/uploads\/[0-9a-f]{64}\.png\?w=(320|640)$/);
    expect(complaints).toEqual([]);
  });

  test('is told beside the fields what is wrong with them', async () => {
    const { page } = await pages.open('example/#/sign-in');
    const error = (label: string) =>
      page.getByLabel(label).evaluate((input) => {
        const { ownerDocument } = input;
        const id = input.getAttribute('aria-describedby');
        return id === null ? '' : (ownerDocument.getElementById(id)?.textContent ?? '');
      });
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await error('E-mail')).toBe('Please fill this in.');
    expect(await error('Password')).toBe('Please fill this in.');
    expect(await findings(page)).toEqual([]);

    await page.getByLabel('E-mail').fill('nobody@example.com');
    await page.getByLabel('Password').fill('not-my-password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The e-mail address or the password is wrong.').waitFor();
    expect(await error('E-mail')).toBe('');
    expect(await error('Password')).toBe('The e-mail address or the password is wrong.');
    expect(await page.locator(':focus').getAttribute('name')).toBe('password');

    await page.getByLabel('Password').fill('short');
    await page.getByRole('button', { name: 'Create an account' }).click();
    await expect.poll(() => error('Password')).toMatch(/^It .*8/);
  });

  test('returns from the sign-in to a view of this page, whatever the link says', async () => {
    const { page } = await pages.open('example/#/sign-in?next=https%3A%2F%2Fexample.com%2F');
    await createAccount(page);
    await heading(page, /^What’s on/).waitFor();
    expect(page.url()).toBe(`${pages.origin}/example/#/`);
  });

  test('has mails in the language of the browser', async () => {
    const { page } = await pages.open('example/#/sign-in', { locale: 'de-AT' });
    await createAccount(page);
    await heading(page, /^What’s on/).waitFor();
    const { rows } = await pages.server.app.pool.query(
      `select locale from users where locale is not null and locale not like 'en%'`,
    );
    expect(rows).toEqual([{ locale: 'de-AT' }]);
  });

  test('asks for a new password with the address alone', async () => {
    const { email } = await aUser(pages.server.app);
    const { page } = await pages.open('example/#/sign-in');
    const forgot = page.getByRole('button', { name: 'Forgot your password?' });
    await forgot.click();
    await page.getByText('Please give the e-mail address of your account.').waitFor();
    await page.getByLabel('E-mail', { exact: true }).fill(email);
    await forgot.click();
    await page
      .getByText(`If there is an account with ${email}, a mail with a link comes.`)
      .waitFor();
    const { rows } = await pages.server.app.pool.query<{ payload: object }>(
      `select payload from outbox where kind = 'password_reset.requested'`,
    );
    expect(rows).toEqual([{ payload: { email } }]);
  });

  test('is told why a booking cannot be cancelled', async () => {
    const scene = await aShowtime(pages.server.app, { startsIn: days(2) });
    const { page } = await aBooking(scene);
    const confirm = page.getByRole('button', { name: 'Cancel the booking' });
    const started = page.getByText(
      'The show has started. This booking can no longer be cancelled.',
    );
    await page.getByRole('button', { name: 'Cancel this booking' }).click();
    await expect.poll(() => confirm.isEnabled()).toBe(true);
    const start = `update showtimes set start_time = date_trunc('milliseconds', clock_timestamp()) where id = $1`;
    await pages.server.app.pool.query(start, [scene.showtime.id]);
    await confirm.click();
    await started.waitFor();
    await page.getByRole('button', { name: 'Keep it' }).click();

    // Asked anew, the question is not offered.
    await page.getByRole('button', { name: 'Cancel this booking' }).click();
    await started.waitFor();
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Keep it' }).click();

    // Now it is past, and nothing can be cancelled there.
    await page.reload();
    await page.getByText('No bookings yet.').waitFor();
    await page.locator('.ticket', { hasText: scene.showtime.movie.title }).waitFor();
    expect(await page.getByRole('button', { name: 'Cancel this booking' }).count()).toBe(0);
  });

  test('is asked to sign in for the bookings, and finds none of another customer', async () => {
    const scene = await aShowtime(pages.server.app, { startsIn: days(3) });
    const { page } = await aBooking(scene);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await heading(page, /^What’s on/).waitFor();
    await page.goBack();
    await heading(page, 'Welcome').waitFor();
    await createAccount(page);
    await page.getByText('No bookings yet.').waitFor();
    expect(await page.locator('.ticket').count()).toBe(0);
  });

  test('is told that the time is up on another view', async () => {
    const scene = await aShowtime(pages.server.app, { startsIn: days(4) });
    const { page } = await pages.open(`example/#/shows/${scene.showtime.id}`);
    await page.clock.install();
    await seat(page, 'A1').click();
    await createAccount(page);
    await becomes(page, 'A1', 'yours');
    await page.getByRole('link', { name: 'Matinee' }).click();
    await page.getByText(/^You hold A1 for/).waitFor();
    await pages.server.app.pool.query(
      `update seat_claims set expires_at = clock_timestamp() where showtime_id = $1`,
      [scene.showtime.id],
    );
    await page.clock.fastForward('10:01');
    await page.getByText('Your time is up: the seats are no longer held for you.').waitFor();
    await expect.poll(() => page.locator('#held').isHidden(), { timeout: 10_000 }).toBe(true);
  });
});

describe('the hall on a phone', { timeout: 60_000 }, () => {
  const rows = ['A', 'B', 'C', 'D', 'E', 'F'].map((label) => ({ label, seats: 22 }));

  async function aHall() {
    const scene = await aShowtime(pages.server.app, { rows });
    const { page } = await pages.open(`example/#/shows/${scene.showtime.id}`, phone);
    await seat(page, 'F22').waitFor();
    return page;
  }
  const widthOf = async (page: Page, name: string) =>
    (await seat(page, name).boundingBox())?.width ?? 0;
  const more = (page: Page) =>
    page.locator('.frame').evaluate(({ classList }) => {
      return [...classList].filter((name) => name.startsWith('more-')).toSorted();
    });

  test('is seen as a whole', async () => {
    const page = await aHall();
    const [first, last] = [
      await seat(page, 'A1').boundingBox(),
      await seat(page, 'F22').boundingBox(),
    ];
    expect(first?.x).toBeGreaterThan(0);
    expect((last?.x ?? 390) + (last?.width ?? 0)).toBeLessThan(390);
    expect(await more(page)).toEqual([]);
  });

  test('is enlarged by the first touch, and says that there is more', async () => {
    const page = await aHall();
    await seat(page, 'C11').tap();
    await expect.poll(() => widthOf(page, 'C11')).toBeGreaterThanOrEqual(24);
    await page.getByText('Scroll to see more').waitFor();
    expect(await more(page)).toEqual(expect.arrayContaining(['more-left', 'more-right']));
    // What was touched is still there to be touched again.
    await seat(page, 'C11').tap({ timeout: 2_000 });
    await heading(page, 'Welcome').waitFor();
    await page.goBack();
    await seat(page, 'C11').tap();
    expect(await findings(page, ['target-size'])).toEqual([]);

    await page.getByRole('button', { name: 'Whole hall' }).click();
    expect(await widthOf(page, 'C11')).toBeLessThan(24);
    expect(await more(page)).toEqual([]);
  });

  test('is enlarged by its buttons and by two fingers', async () => {
    const page = await aHall();
    const whole = await widthOf(page, 'C11');
    await page.getByRole('button', { name: 'Zoom in' }).click();
    expect(await widthOf(page, 'C11')).toBeGreaterThanOrEqual(24);
    await page.getByRole('button', { name: 'Whole hall' }).click();
    expect(await widthOf(page, 'C11')).toBe(whole);

    const { x = 0, y = 0 } = (await seat(page, 'C11').boundingBox()) ?? {};
    const device = await page.context().newCDPSession(page);
    const fingers = (type: 'touchStart' | 'touchMove', apart: number) =>
      device.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: [
          { x: x - apart, y, id: 0 },
          { x: x + apart, y, id: 1 },
        ],
      });
    await fingers('touchStart', 20);
    await fingers('touchMove', 30);
    await fingers('touchMove', 50);
    await device.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await expect.poll(() => widthOf(page, 'C11')).toBeCloseTo(whole * 2.5, 0);
    const after = await seat(page, 'C11').boundingBox();
    expect(Math.abs((after?.x ?? 0) - x)).toBeLessThan(30);
  });
});
