import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { aShowtime, aUser, password } from '@matinee/api/testing';
import express from 'express';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Vite } from 'vitest/node';
import { findings } from './axe.ts';
import { openBrowser } from './browser.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';
import { openPage, serveSite } from './web.ts';
import type { Site } from './web.ts';
import { standardTicketType } from './world.ts';

/*
 * `@matinee/sdk/react` in a page: the example of the guide, bundled by Vite, in StrictMode, in a real
 * browser against a real server.
 */

const example = fileURLToPath(new URL('../../../examples/react', import.meta.url));
let folder: string;
let site: Site;
let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'matinee-react-'));
  site = await serveSite(express().use(express.static(folder)));
  [server, browser] = await Promise.all([
    startTestServer({}, undefined, { allowedOrigins: [site.origin] }),
    openBrowser(),
  ]);
  const entry = createRequire(path.join(example, 'package.json')).resolve('vite');
  const vite = (await import(pathToFileURL(entry).href)) as typeof Vite;
  await vite.build({
    root: example,
    logLevel: 'warn',
    define: { 'import.meta.env.VITE_MATINEE_URL': JSON.stringify(server.url) },
    resolve: { conditions: ['@matinee/source', ...vite.defaultClientConditions] },
    build: { outDir: folder, emptyOutDir: true },
  });
}, 120_000);
afterAll(async () => {
  await browser.close();
  await site.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

/** Pages share the machine with other tests. */
const patient = { timeout: 10_000 };

const seat = (page: Page, number: number) =>
  page.getByRole('button', { name: `Row A seat ${number},` });

describe('the React example', () => {
  test('sells a seat for a child, and shows the fee before the purchase', async () => {
    const scene = await aShowtime(server.app, { seats: 4 });
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
    const { email } = await aUser(server.app);
    const { page } = await openPage(browser, site.origin);
    await page.getByRole('button', { name: scene.showtime.movie.title }).click();
    await seat(page, 1).click();
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Booking fee $1.50').waitFor();
    await seat(page, 2).click();
    await page.getByRole('button', { name: 'Book for $25.50' }).waitFor();
    await page.getByLabel('Ticket for A2').selectOption('Child');
    await page.getByRole('button', { name: 'Book for $21.50' }).waitFor();
    expect(await findings(page)).toEqual([]);
    await admin.call.movies.update({ movieId, minimumAge: 18, ageRule: 'restricted' });
    await page.getByLabel('Ticket for A1').selectOption('Child');
    await expect.poll(() => page.getByRole('status').innerText(), patient).not.toBe('');
    expect(await page.getByRole('button', { name: /^Book for/ }).isDisabled()).toBe(true);
    await admin.call.movies.update({ movieId, ageRule: 'advisory' });
    await page.getByLabel('Ticket for A1').selectOption('Standard');
    await page.getByRole('button', { name: 'Book for $21.50' }).click();
    await page.getByText(/^Booked: /).waitFor();
    const { items } = await admin.call.admin.reservations.list({ showtimeId });
    expect(items).toMatchObject([
      {
        total: '21.50',
        seats: [{ ticketType: { code: 'standard' } }, { ticketType: { name: 'Child' } }],
      },
    ]);
  });

  test('shows a hall to anyone, asks for an account, holds, and books', async () => {
    const scene = await aShowtime(server.app, { seats: 4 });
    const { email } = await aUser(server.app);
    const { page, complaints } = await openPage(browser, site.origin);

    await page.getByRole('button', { name: scene.showtime.movie.title }).click();
    await expect.poll(() => seat(page, 1).getAttribute('data-status'), patient).toBe('available');
    expect(server.app.viewers.count).toBe(1);
    await seat(page, 1).click();
    await page.getByText('Sign in to choose seats.').waitFor();
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    // The seat that was refused is held without another click, and the message is gone.
    await expect.poll(() => seat(page, 1).getAttribute('data-status'), patient).toBe('yours');
    expect(await page.getByRole('status').innerText()).toBe('');
    await seat(page, 2).click();
    await expect.poll(() => seat(page, 2).getAttribute('data-status'), patient).toBe('yours');
    await page.getByRole('button', { name: /^Book for \$\d/ }).click();

    const [, reference] = (await page.getByText(/^Booked: /).innerText()).split(': ');
    const { rows } = await server.app.pool.query(
      'select 1 from reservations where reference = $1',
      [reference],
    );
    expect(rows).toHaveLength(1);
    // The refusal of the visitor's seat is in the console of the browser, and nothing else.
    expect(complaints.filter((line) => !line.includes('401'))).toEqual([]);
  });

  test('shows at once what others do, and says why a seat is not to be had', async () => {
    const scene = await aShowtime(server.app, { seats: 3 });
    const rival = await aUser(server.app);
    const { email } = await aUser(server.app);
    const { page } = await signedIn(email);
    await page.getByRole('button', { name: scene.showtime.movie.title }).click();
    await expect.poll(() => seat(page, 1).getAttribute('data-status'), patient).toBe('available');

    const [first, second] = scene.seatIds;
    const lock = (seatIds: string[]) =>
      rival.call.showtimes.lockSeats({ showtimeId: scene.showtime.id, seatIds });
    await lock([first ?? '']);
    await expect.poll(() => seat(page, 1).getAttribute('data-status'), patient).toBe('locked');
    expect(await seat(page, 1).getAttribute('aria-disabled')).toBe('true');

    // The map does not know yet that the seat is gone.
    await page.route('**/trpc/showtimes.lockSeats', async (route) => {
      await lock([second ?? '']);
      await route.continue();
    });
    await seat(page, 2).click();
    await expect.poll(() => page.getByRole('status').innerText(), patient).toMatch(/./);
    await expect.poll(() => seat(page, 2).getAttribute('data-status'), patient).toBe('locked');
  });

  test('is worked by keys alone: one stop, arrows, space', async () => {
    const scene = await aShowtime(server.app, { seats: 3 });
    const { email } = await aUser(server.app);
    const { page } = await signedIn(email);
    await page.getByRole('button', { name: scene.showtime.movie.title }).click();
    await seat(page, 1).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');

    await expect.poll(() => seat(page, 2).getAttribute('aria-pressed'), patient).toBe('true');
    const stops = await page.locator('.matinee-seat[tabindex="0"]').count();
    expect(stops).toBe(1);
  });

  test.each([
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)('has no finding of axe at %i px, %s, and fits', async (width, colorScheme) => {
    const scene = await aShowtime(server.app, { seats: 30 });
    const { email } = await aUser(server.app);
    const { page } = await signedIn(email, { viewport: { width, height: 800 }, colorScheme });
    await page.getByRole('button', { name: scene.showtime.movie.title }).click();
    await seat(page, 1).click();
    await page.getByRole('button', { name: /^Book for/ }).waitFor();

    expect(await findings(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });

  async function signedIn(email: string, options = {}) {
    const { accessToken } = await fetch(`${server.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    })
      .then((response) => response.json() as Promise<{ data: { accessToken: string } }>)
      .then(({ data }) => data);
    const opened = await openPage(browser, site.origin, options);
    await opened.page.evaluate((token) => sessionStorage.setItem('token', token), accessToken);
    return opened;
  }
});
