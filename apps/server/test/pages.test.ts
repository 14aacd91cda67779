import { readFile } from 'node:fs/promises';
import { seedDemo } from '@matinee/api';
import {
  aGuest,
  aShowtime,
  aUser,
  callerOf,
  hours,
  minutes,
  proofTokenOf,
  resetTokenOf,
  unsubscribeTokenOf,
} from '@matinee/api/testing';
import type { Scene } from '@matinee/api/testing';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { findings } from './axe.ts';
import { openBrowser } from './browser.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';
import { decodePage, decodePixels } from './tickets/read-pdf.ts';

let server: TestServer;
let scene: Scene;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startTestServer(), openBrowser()]);
  scene = await aShowtime(server.app, { seats: 6 });
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(browser.contexts().map((context) => context.close()));
});

type Look = NonNullable<Parameters<Browser['newContext']>[0]>;

/** A page with everything it complained about, and every host it asked. */
async function open(url: string, look: Look = {}) {
  const context = await browser.newContext(look);
  const page = await context.newPage();
  const complaints: string[] = [];
  const hosts = new Set<string>();
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => hosts.add(new URL(request.url()).origin));
  await page.goto(url);
  return { page, complaints, hosts };
}

const isLive = (page: Page) => page.getByText('Live', { exact: true }).waitFor();
const seatMap = (page: Page) => page.getByRole('img', { name: /^Seat map/ });
const textOf = async (url: string) => (await fetch(url)).text();

/** Nothing is wider than the window. */
async function fits(page: Page): Promise<void> {
  const sizes = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]');
  const [width, inner] = sizes as [number, number];
  expect(width).toBeLessThanOrEqual(inner);
}

const looks: [string, Look][] = [
  ['on a screen', { viewport: { width: 1280, height: 900 }, colorScheme: 'light' }],
  ['on a screen in the dark', { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' }],
  ['on a phone', { viewport: { width: 390, height: 844 }, colorScheme: 'light' }],
  ['on a phone in the dark', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
];

describe('the home page in a browser', { timeout: 90_000 }, () => {
  test('shows the seats of the next show, and what happens to them', async () => {
    const { page, complaints, hosts } = await open(server.url);
    await isLive(page);
    expect(await page.getByRole('heading', { level: 2 }).first().innerText()).toBe(
      `Next on sale: ${scene.showtime.movie.title}`,
    );
    expect(await seatMap(page).getAttribute('aria-label')).toBe('Seat map: 6 of 6 seats available');

    const user = await aUser(server.app);
    const input = { showtimeId: scene.showtime.id, seatIds: scene.seatIds.slice(0, 2) };
    await user.call.showtimes.lockSeats(input);
    await page.getByText('4 of 6 seats available').waitFor();
    expect(await seatMap(page).locator('rect.locked').count()).toBe(2);
    await user.call.showtimes.unlockSeats(input);
    await page.getByText('6 of 6 seats available').waitFor();
    expect(await seatMap(page).getAttribute('aria-label')).toBe('Seat map: 6 of 6 seats available');
    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([server.url]);
  });

  test.each(looks)('fits and has no finding of axe %s', async (_where, look) => {
    const { page } = await open(server.url, look);
    await isLive(page);
    expect(await findings(page)).toEqual([]);
    await fits(page);
    const back = await page.locator('body').evaluate((body) => {
      return (
        globalThis as unknown as { getComputedStyle(e: unknown): { backgroundColor: string } }
      ).getComputedStyle(body).backgroundColor;
    });
    expect(back).toBe(look.colorScheme === 'dark' ? 'rgb(22, 19, 28)' : 'rgb(250, 248, 245)');
  });

  test.each(looks)('for what is not found has no finding of axe %s', async (_where, look) => {
    const { page } = await open(`${server.url}/api/v1/movie`, look);
    await page.getByRole('link', { name: 'GET /api/v1/movies' }).waitFor();
    expect(await findings(page)).toEqual([]);
  });
});

/** A page opened by the link that is mailed to a guest about a booking. */
async function openLink(token: string, look: Look = {}) {
  return open(`${server.url}/m/booking#token=${token}`, look);
}

/** A guest with two seats of the show, and the token of the link. */
async function aGuestBooking() {
  const { showtime, seatIds, movieId, admin } = await aShowtime(server.app, {
    timezone: 'Europe/Vienna',
  });
  await admin.call.movies.update({ movieId, title: '<b>Amélie</b> & "more"' });
  const { id, call } = await aGuest(server.app);
  const seats = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 2) };
  await call.showtimes.lockSeats(seats);
  const booking = await call.reservations.create(seats);
  const expiresAt = new Date(Date.now() + hours(48));
  const token = server.app.bookingLinks.sign({ reservationId: booking.id, expiresAt });
  return { id, call, booking, token, showtime, admin };
}

describe('the page of a mailed link in a browser', { timeout: 90_000 }, () => {
  const state = (page: Page) => page.getByRole('status');

  test.each(looks)('shows the booking, fits, without a finding of axe %s', async (where, look) => {
    const { token, booking } = await aGuestBooking();
    const { page, complaints, hosts } = await openLink(token, look);
    await page.getByText(booking.reference).waitFor();
    expect(await page.getByRole('heading', { level: 2 }).innerText()).toBe(
      '<b>Amélie</b> & "more"',
    );
    const facts = (await page.getByRole('definition').allInnerTexts()).join(' | ');
    expect(facts).toContain('Booked');
    expect(facts).toContain('A1, A2');
    expect(facts).toContain('$20.00');
    expect(facts).toMatch(/(AM|PM) GMT\+[12]/);
    expect(await findings(page)).toEqual([]);
    await fits(page);
    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([server.url]);
  });

  test('leaves the guest’s own session alone, and none of its own behind', async () => {
    const { id, call, booking, token } = await aGuestBooking();
    const { page } = await openLink(token);
    await page.getByText(booking.reference).waitFor();
    const sessions = 'select count(*)::int as count from sessions where user_id = $1';
    expect((await server.app.pool.query(sessions, [id])).rows).toEqual([{ count: 1 }]);
    await expect(call.auth.me()).resolves.toMatchObject({ id });
  });

  test('shows the codes of the tickets, and saves them as PDF', async () => {
    const { token, call, booking } = await aGuestBooking();
    const { page } = await openLink(token);
    const code = page.getByRole('figure').filter({ hasText: 'A2' });
    const picture = await code.screenshot();
    const { data, info } = await sharp(picture).ensureAlpha().raw().toBuffer({
      resolveWithObject: true,
    });
    const tickets = await call.tickets.list({ reservationId: booking.id });
    expect(decodePixels(data, info.width, info.height)?.data).toBe(tickets[1]?.code);
    await state(page).getByText('Show your tickets at the entrance').waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save the tickets as PDF' }).click(),
    ]);
    expect(file.suggestedFilename()).toBe(`tickets-${booking.reference}.pdf`);
    const pdf = await readFile(await file.path());
    expect((await decodePage(pdf, 2))?.data).toBe(tickets[1]?.code);
  });

  test('cancels, after it has said what is returned', async () => {
    const { token, call, booking } = await aGuestBooking();
    const { page, complaints } = await openLink(token);
    const cancel = page.getByRole('button', { name: 'Cancel the booking' });
    await cancel.click();
    await page.getByText('The seats go back on sale immediately. No money is returned.').waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Keep it' }).click();
    await cancel.click();
    await page.getByRole('button', { name: 'Yes, cancel it' }).click();
    await state(page).getByText(`Booking ${booking.reference} is cancelled.`).waitFor();
    expect(await page.getByRole('definition').allInnerTexts()).toContain('Cancelled');
    expect(await cancel.count()).toBe(0);
    const { status, cancelReason } = await call.reservations.get({ reservationId: booking.id });
    expect({ status, cancelReason }).toEqual({ status: 'cancelled', cancelReason: 'customer' });
    expect(complaints).toEqual([]);
  });

  test('does not offer to cancel once somebody has come', async () => {
    const { token, booking, call, admin } = await aGuestBooking();
    const [ticket] = await call.tickets.list({ reservationId: booking.id });
    const scan = { code: ticket?.code ?? '', deviceId: 'east', nonce: '1', force: true };
    await admin.call.checkIns.create({ ...scan, type: 'entry' });
    const { page } = await openLink(token);
    await page.getByText('Somebody has come with one of these tickets.').waitFor();
    expect(await page.getByRole('button', { name: 'Cancel the booking' }).count()).toBe(0);
  });

  test('says that a show was cancelled, and why', async () => {
    const { token, admin, showtime } = await aGuestBooking();
    const reason = '<i>Flood</i>';
    await admin.call.showtimes.cancel({ showtimeId: showtime.id, reason });
    const { page } = await openLink(token);
    await page.getByText(reason).waitFor();
    expect(await page.getByRole('definition').allInnerTexts()).toContain('Cancelled');
    await state(page).getByText('No seats are booked.').waitFor();
  });

  test('says what is wrong with a link', async () => {
    const { token, booking } = await aGuestBooking();
    const { page } = await openLink(`${token}x`);
    await state(page).getByText('This link is not valid.').waitFor();
    const past = { reservationId: booking.id, expiresAt: new Date(Date.now() - hours(1)) };
    const expired = await openLink(server.app.bookingLinks.sign(past));
    await state(expired.page).getByText('This link has expired.').waitFor();
    const without = await open(`${server.url}/m/booking`);
    await state(without.page).getByText('by the link in the mail').waitFor();
    expect(await findings(without.page)).toEqual([]);
  });
});

describe('the pages of mailed links about an account', { timeout: 90_000 }, () => {
  const state = (page: Page) => page.getByRole('status');
  const openAt = (name: string, token: string, look: Look = {}) =>
    open(`${server.url}/m/${name}#token=${token}`, look);

  test.each(looks)('fit and have no finding of axe %s', async (_where, look) => {
    for (const name of ['reset-password', 'verify-email', 'unsubscribe']) {
      const { page, complaints, hosts } = await openAt(name, 'x', look);
      await page.getByRole('button').waitFor();
      expect(await findings(page)).toEqual([]);
      await fits(page);
      expect(complaints).toEqual([]);
      expect([...hosts]).toEqual([server.url]);
    }
  });

  test('set a new password, and say what is wrong with one', async () => {
    const { id, email } = await aUser(server.app);
    const { page, complaints } = await openAt('reset-password', await resetTokenOf(server.app, id));
    const field = page.getByLabel('New password');
    await field.fill('short');
    await field.press('Enter');
    await page.getByRole('alert').getByText('must have at least 8 characters').waitFor();
    await field.fill(email);
    await field.press('Enter');
    await page.getByRole('alert').getByText('e-mail address').waitFor();
    await field.fill('battery-staple-horse');
    await page.getByRole('button', { name: 'Set the password' }).click();
    await state(page).getByText('Your new password holds.').waitFor();
    expect(await field.isVisible()).toBe(false);
    const login = { email, password: 'battery-staple-horse' };
    await expect(callerOf(server.app).auth.login(login)).resolves.toMatchObject({ user: { id } });
    // The browser writes a line for each response that is an error.
    expect(complaints.every((line) => line.includes('400'))).toBe(true);
  });

  test('confirm an address when a person presses the button, not before', async () => {
    const { call, id, email } = await aUser(server.app);
    const { page } = await openAt('verify-email', await proofTokenOf(server.app, id));
    await state(page).getByText('Confirm that this address is yours.').waitFor();
    expect(await call.auth.me()).toMatchObject({ emailVerifiedAt: null });
    await page.getByRole('button', { name: 'Confirm the address' }).click();
    await state(page).getByText(`${email} is confirmed.`).waitFor();
    expect(await call.auth.me()).toMatchObject({ emailVerifiedAt: expect.any(Date) });
  });

  test('end reminders when a person presses the button, not before', async () => {
    const { user, token } = await aReminded();
    for (const way of ['#', '?']) {
      await user.call.auth.updateNotifications({ reminders: true });
      const { page, complaints } = await open(`${server.url}/m/unsubscribe${way}token=${token}`);
      const button = page.getByRole('button', { name: 'No more reminders and news' });
      await button.waitFor();
      expect((await user.call.auth.notifications()).reminders).toBe(true);
      await button.click();
      await state(page).getByText('You get no more reminders and news.').waitFor();
      expect((await user.call.auth.notifications()).reminders).toBe(false);
      expect(complaints).toEqual([]);
    }
    const { page } = await openAt('unsubscribe', 'forged');
    await page.getByRole('button').click();
    await state(page).getByText('This link is not valid.').waitFor();
  });

  test('say what is wrong with a link', async () => {
    const { id } = await aUser(server.app);
    const reset = await openAt('reset-password', await resetTokenOf(server.app, id, -1_000));
    await reset.page.getByLabel('New password').fill('battery-staple-horse');
    await reset.page.getByRole('button').click();
    await state(reset.page).getByText('This link has expired.').waitFor();
    const proof = await openAt('verify-email', 'forged');
    await proof.page.getByRole('button').click();
    await state(proof.page).getByText('This link is not valid.').waitFor();
    for (const name of ['reset-password', 'verify-email']) {
      const { page } = await open(`${server.url}/m/${name}`);
      await state(page).getByText('by the link in the mail').waitFor();
      expect(await page.getByRole('button').count()).toBe(0);
    }
  });
});

/** A customer with a booking, and the token in a reminder of it. */
async function aReminded() {
  const { showtime, seatIds } = await aShowtime(server.app);
  const user = await aUser(server.app);
  const input = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 1) };
  await user.call.showtimes.lockSeats(input);
  const { id } = await user.call.reservations.create(input);
  return { user, token: unsubscribeTokenOf(server.app, id) };
}

describe('a mail program that unsubscribes with one request', () => {
  const post = (query: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/m/unsubscribe${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: 'List-Unsubscribe=One-Click',
    });

  test('needs no sign-in, ends reminders immediately, and may repeat it', async () => {
    const { user, token } = await aReminded();
    for (const headers of [{}, { authorization: 'Bearer of-another-time' }]) {
      const response = await post(`?token=${token}`, headers);
      expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
      expect(await response.json()).toMatchObject({ data: { unsubscribed: true } });
      expect((await user.call.auth.notifications()).reminders).toBe(false);
    }
  });

  test('changes nothing when it only looks, as scanners of mail do', async () => {
    const { user, token } = await aReminded();
    for (const method of ['GET', 'HEAD']) {
      const url = `${server.url}/m/unsubscribe?token=${token}`;
      expect((await fetch(url, { method })).status).toBe(200);
    }
    expect((await user.call.auth.notifications()).reminders).toBe(true);
  });

  test.each([
    ['', 400, 'VALIDATION_ERROR'],
    ['?token=a&token=b', 400, 'VALIDATION_ERROR'],
    ['?token=forged', 422, 'LINK_INVALID'],
  ])('is refused with %j', async (query, status, code) => {
    const response = await post(query);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ success: false, error: { code } });
  });
});

describe('the home page', () => {
  test('has every page that it leads to', async () => {
    const page = await textOf(server.url);
    const links = [...page.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link = '']) => link);
    expect(links).toEqual(
      expect.arrayContaining([
        '/docs',
        '/redoc',
        '/openapi.json',
        '/guides/rest.md',
        '/favicon.svg',
      ]),
    );
    for (const link of links) {
      expect([link, (await fetch(server.url + link)).status]).toEqual([link, 200]);
    }
  });

  test('has guides whose references to other files lead somewhere', async () => {
    const page = await textOf(server.url);
    const guides = [...page.matchAll(/href="(\/guides\/[^"]+)"/g)].map(([, link = '']) => link);
    expect(guides.length).toBeGreaterThan(5);
    const targets = await Promise.all(
      guides.map(async (guide) => {
        const text = await textOf(server.url + guide);
        return [...text.matchAll(/\]\(([\w-]+\.\w+)/g)].map(([, file = '']) => file);
      }),
    );
    for (const file of new Set(targets.flat())) {
      expect([file, (await fetch(`${server.url}/guides/${file}`)).status]).toEqual([file, 200]);
    }
  });

  test('runs its own script and style, and nothing else', async () => {
    const response = await fetch(server.url);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^ ]+'; img-src 'self'; /);
    expect(policy).toMatch(/script-src 'sha256-[^ ]+'; connect-src 'self'; base-uri 'none';/);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(await response.text()).not.toMatch(/ style=| on\w+=/);
  });

  test('names the demo accounts in development, while they can sign in', async () => {
    const development = await startTestServer({ environment: 'development' });
    await seedDemo(development.app);
    const disable = `update users set disabled_at = now() where email = 'user@example.com'`;
    await development.app.pool.query(disable);
    const page = await textOf(development.url);
    expect(page).toContain('admin@example.com');
    expect(page).toContain('matinee-demo-1');
    expect(page).not.toContain('user@example.com');
    await development.close();
  });

  test('names no account in production, and no documentation with DOCS=off', async () => {
    const development = await startTestServer({ environment: 'development' });
    await seedDemo(development.app);
    const production = await startTestServer(
      { environment: 'production' },
      development.databaseUrl,
      { docs: false },
    );
    const page = await textOf(production.url);
    expect(page).toContain('Next on sale: ');
    expect(page).not.toMatch(/@example\.com|matinee-demo|\/docs|\/redoc|openapi|guides/);
    expect((await fetch(`${production.url}/guides/rest.md`)).status).toBe(404);
    await production.close();
    await development.close();
  });

  test('asks the database once for many visitors', async () => {
    const quiet = await startTestServer({}, server.databaseUrl);
    const asked = vi.spyOn(quiet.app.pool, 'query');
    await textOf(quiet.url);
    const once = asked.mock.calls.length;
    expect(once).toBeGreaterThan(0);
    await Promise.all(Array.from({ length: 30 }, () => textOf(quiet.url)));
    expect(asked.mock.calls.length).toBe(once);
    await quiet.close();
  });

  test('says so when the database is lost, and shows no seats', async () => {
    const lost = await startTestServer({}, server.databaseUrl);
    vi.spyOn(lost.app.pool, 'query').mockRejectedValue(new Error('gone') as never);
    const page = await textOf(lost.url);
    expect(page).toContain('Not ready');
    expect(page).toMatch(/<dt>database<\/dt>\s*<dd>unavailable<\/dd>/);
    expect(page).toContain('No show is on sale.');
    expect(page).not.toContain('<script');
    vi.restoreAllMocks();
    await lost.close();
  });

  test('passes over shows that have begun or have no seat left, and writes titles as text', async () => {
    const other = await startTestServer();
    await aShowtime(other.app, { startsIn: -minutes(5) });
    const full = await aShowtime(other.app, { seats: 1, startsIn: hours(1) });
    const { admin, showtime } = await aShowtime(other.app, { startsIn: hours(2) });
    const user = await aUser(other.app);
    await user.call.showtimes.lockSeats({ showtimeId: full.showtime.id, seatIds: full.seatIds });
    const title = '<script>alert(1)</script> & "more"';
    await admin.call.movies.update({ movieId: showtime.movie.id, title });
    const page = await textOf(other.url);
    expect(page).toContain(`data-showtime="${showtime.id}"`);
    expect(page).toContain('&#60;script&#62;alert(1)&#60;/script&#62; &#38; &#34;more&#34;');
    expect(page).not.toContain('alert(1)</script>');
    await other.close();
  });
});
