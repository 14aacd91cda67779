import { aShowtime } from '@matinee/api/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from './browser.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startTestServer(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** A page with everything it complained about, and every host it asked. */
async function open(path: string) {
  const page = await browser.newPage();
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

/** Fills in a request body in Swagger UI and sends it. */
async function tryOut(
  page: Page,
  operation: string,
  body?: object,
  path: Record<string, string> = {},
): Promise<string> {
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
  await page.locator('.auth-btn-wrapper button[type=submit]').click();
  await page.locator('.auth-btn-wrapper .btn-done').click();
}

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

  test('ReDoc shows the reference, without a complaint', async () => {
    const { page, complaints, hosts } = await open('/redoc');
    await page.getByRole('heading', { name: 'Lock seats' }).waitFor();
    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([new URL(server.url).host]);
  });
});
