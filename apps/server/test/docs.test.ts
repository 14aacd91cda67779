import { aShowtime, aUser, password } from '@matinee/api/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findings } from './axe.ts';
import { openBrowser } from './browser.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startTestServer(), openBrowser()]);
});
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** A page with everything it complained about, and every host it asked. */
async function open(path: string, look: Parameters<Browser['newPage']>[0] = {}) {
  const context = await browser.newContext(look);
  const page = await context.newPage();
  const complaints: string[] = [];
  const hosts = new Set<string>();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      complaints.push(message.text());
    }
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:') {
      hosts.add(host);
    }
  });
  await page.goto(`${server.url}${path}`);
  return { page, complaints, hosts };
}

/** Tags with operations of each method, and of every kind of input, refusal and sample. */
const shortTags = new Set(['movies', 'showtimes']);

/**
 * A page with a part of the document: axe takes longer than a minute for all operations, which look
 * alike.
 */
async function openShort(path: string, look: Parameters<Browser['newPage']>[0] = {}) {
  const context = await browser.newContext(look);
  await context.route('**/openapi.json', async (route) => {
    const response = await route.fetch();
    const document = (await response.json()) as OpenApiDocument;
    const paths = Object.entries(document.paths).filter(([, methods]) =>
      Object.values(methods).some(({ tags = [] }) => tags.some((tag) => shortTags.has(tag))),
    );
    expect(paths.length).toBeGreaterThan(10);
    await route.fulfill({ response, json: { ...document, paths: Object.fromEntries(paths) } });
  });
  const page = await context.newPage();
  await page.goto(`${server.url}${path}`);
  return page;
}

interface OpenApiDocument {
  paths: Record<string, Record<string, { tags?: string[] }>>;
}

/** Fills in a request body in Swagger UI and sends it. */
async function tryOut(
  page: Page,
  operation: string,
  body?: object,
  path: Record<string, string> = {},
): Promise<string> {
  // Of many operations, Swagger UI has only those in the page that are in view.
  await page.getByRole('textbox', { name: 'Search operations' }).fill(operation);
  await page.locator('[id$="-apiIndex"]').waitFor({ state: 'detached' });
  const block = page.locator(`[id$="-${operation}"]`);
  await block.locator('.opblock-summary-control').click();
  await block.getByRole('button', { name: 'Try it out' }).click();
  for (const [name, value] of Object.entries(path)) {
    await block.locator(`tr[data-param-name="${name}"] input`).fill(value);
  }
  if (body) {
    await block.locator('textarea.body-param__text').fill(JSON.stringify(body));
  }
  await block.getByRole('button', { name: 'Execute' }).click();
  const answer = block.locator('.live-responses-table .response .highlight-code').first();
  await answer.waitFor();
  return answer.innerText();
}

async function authorize(page: Page, token: string): Promise<void> {
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  await page.locator('#auth-bearer-value').fill(token);
  await page.getByRole('button', { name: 'Authorize' }).nth(1).click();
  await page.getByRole('button', { name: 'Close' }).nth(1).click();
}

/** Signs in with the form of the password grant. */
async function signIn(page: Page, email: string): Promise<void> {
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  const form = page.locator('.auth-container').last();
  await form.getByLabel('username:').fill(email);
  await form.getByLabel('password:').fill(password);
  await form.getByRole('button', { name: 'Authorize' }).click();
}

const looks = ['light', 'dark'] as const;

/** The dark look has other colours, and otherwise the elements of the light one. */
const rulesOf = (look: (typeof looks)[number]) =>
  look === 'dark' ? ['color-contrast'] : undefined;

describe('the documentation in a browser', { timeout: 90_000 }, () => {
  test('Swagger UI signs somebody up and in, and books a seat, without a complaint', async () => {
    const { seatIds, showtime } = await aShowtime(server.app);
    const { page, complaints, hosts } = await open('/docs');
    const account = { email: 'reader@example.com', password: 'a-password-of-mine' };

    expect(await tryOut(page, 'authRegister', account)).toContain('"success": true');
    const signedIn = await tryOut(page, 'authLogin', account);

    const [, token] = /"accessToken": "([^"]+)"/.exec(signedIn) ?? [];
    await authorize(page, token ?? '');
    expect(await tryOut(page, 'authMe')).toContain('reader@example.com');

    const path = { showtimeId: showtime.id };
    const seats = { seatIds: seatIds.slice(0, 1) };
    expect(await tryOut(page, 'showtimesLockSeats', seats, path)).toContain(
      '"totalPrice": "10.00"',
    );
    const bought = await tryOut(page, 'reservationsCreate', { ...path, ...seats });
    expect(bought).toContain('"status": "confirmed"');
    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([new URL(server.url).host]);
  });

  test('Swagger UI signs in by itself, with an address and a password', async () => {
    const user = await aUser(server.app);
    const { page, complaints } = await open('/docs');
    await signIn(page, user.email);
    await page.getByRole('button', { name: 'Logout', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Close' }).nth(1).click();
    expect(await tryOut(page, 'authMe')).toContain(user.email);
    expect(complaints).toEqual([]);
  });

  test('Swagger UI has the operations that are in view, down to the last one', async () => {
    const { page, complaints } = await open('/docs');
    const last = page.locator('[id$="-adminUsersEnable"]');
    await page.locator('#operations-tag-auth').waitFor();
    await expect
      .poll(
        async () => {
          await page.mouse.wheel(0, 500);
          return last.isVisible();
        },
        { timeout: 30_000 },
      )
      .toBe(true);
    expect(complaints).toEqual([]);
  });

  test('Swagger UI finds operations by any of their words', async () => {
    const { page } = await open('/docs');
    const search = page.getByRole('textbox', { name: 'Search operations' });
    await search.fill('/lock-seats');
    await page.locator('.opblock').nth(2).waitFor({ state: 'detached' });
    const ids = await page.locator('.opblock').evaluateAll((all) => all.map(({ id }) => id));
    expect(ids).toEqual([
      'operations-showtimes-showtimesLockSeats',
      'operations-showtimes-showtimesUnlockSeats',
    ]);
    await search.fill('Sign OUT');
    await page.locator('[id$="-authLogout"]').waitFor();
    expect(await page.locator('.opblock').count()).toBe(1);
  });

  test.each(looks)('Swagger UI in its %s look has no finding of axe', async (colorScheme) => {
    const page = await openShort('/docs', { colorScheme });
    await page.getByText('Lock seats').first().waitFor();
    expect(await findings(page, rulesOf(colorScheme))).toEqual([]);
    const back = await page.locator('html').evaluate((root) => [...root.classList]);
    expect(back.includes('dark-mode')).toBe(colorScheme === 'dark');
    await page.locator('[id$="-moviesList"] .opblock-summary-control').click();
    await page.locator('[id$="-moviesList"]').getByRole('button', { name: 'Try it out' }).click();
    await page.locator('[id$="-showtimesLockSeats"] .opblock-summary-control').click();
    expect(await findings(page, rulesOf(colorScheme))).toEqual([]);
    await page.getByRole('button', { name: 'Authorize' }).first().click();
    expect(await findings(page, rulesOf(colorScheme))).toEqual([]);
  });

  test('Swagger UI fits a phone, and leads home and to ReDoc', async () => {
    const page = await openShort('/docs', { viewport: { width: 390, height: 844 } });
    await page.getByText('Lock seats').first().waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('link', { name: 'Reference (ReDoc)' }).click();
    await page.waitForURL(/\/redoc/);
    await page.goBack();
    await page.getByRole('link', { name: 'Home' }).click();
    await page.getByRole('heading', { name: 'Matinee' }).waitFor();
  });

  test('ReDoc has samples of code and a logo that leads home', async () => {
    const { page } = await open('/redoc');
    await page
      .locator('[id="operation/showtimesLockSeats"]')
      .getByRole('heading')
      .first()
      .waitFor();
    const tabs = page.locator('[id="operation/showtimesLockSeats"]').getByRole('tab');
    expect(await tabs.allInnerTexts()).toEqual(
      expect.arrayContaining(['curl', 'TypeScript', 'Python']),
    );
    expect(await page.getByRole('img', { name: 'Matinee' }).getAttribute('src')).toContain(
      '/favicon.svg',
    );
  });

  test.each(looks)('ReDoc in its %s look has no finding of axe', async (colorScheme) => {
    const page = await openShort('/redoc', { colorScheme });
    await page
      .locator('[id="operation/showtimesLockSeats"]')
      .getByRole('heading')
      .first()
      .waitFor();
    expect(await findings(page, rulesOf(colorScheme))).toEqual([]);
    const back = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(back).toBe(colorScheme === 'dark' ? 'rgb(22, 19, 28)' : 'rgb(255, 255, 255)');
  });

  test('ReDoc shows the reference, without a complaint', async () => {
    const { page, complaints, hosts } = await open('/redoc');
    await page
      .locator('[id="operation/showtimesLockSeats"]')
      .getByRole('heading')
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([new URL(server.url).host]);
  });
});
