import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { aShowtime, aUser, password } from '@matinee/api/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openBrowser } from './browser.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';
import { openPage } from './web.ts';

/*
 * The packed SDK under Next.js: the example is built and served as its README says. Server components
 * read, the seat picker is drawn on the server without its seats and comes alive in the browser.
 */

const example = fileURLToPath(new URL('../../../examples/nextjs', import.meta.url));
const next = path.join(example, 'node_modules/next/dist/bin/next');
const patient = { timeout: 15_000 };

let server: TestServer;
let browser: Browser;
let origin: string;
let site: ChildProcess;
beforeAll(async () => {
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  [server, browser] = await Promise.all([
    startTestServer({}, undefined, { allowedOrigins: [origin] }),
    openBrowser(),
  ]);
  await rm(path.join(example, '.next'), { recursive: true, force: true });
  const [code] = (await once(run(['build']), 'exit')) as [number];
  if (code !== 0) {
    throw new Error(`next build ended with ${code}.`);
  }
  site = run(['start', '--hostname', '127.0.0.1', '--port', String(port)]);
  await vi.waitFor(() => fetch(origin), { timeout: 60_000, interval: 100 });
}, 180_000);
afterAll(async () => {
  await browser.close();
  if (site.exitCode === null) {
    site.kill();
    await once(site, 'exit');
  }
  await server.close();
});

function run(args: string[]): ChildProcess {
  return spawn(process.execPath, [next, ...args], {
    cwd: example,
    stdio: 'inherit',
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NEXT_TELEMETRY_DISABLED: '1',
      MATINEE_URL: server.url,
      MATINEE_PUBLIC_URL: server.url,
    },
  });
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return port;
}

describe('the Next.js example', () => {
  test('draws shows and the frame of the seat picker on the server', async () => {
    const { showtime } = await aShowtime(server.app);
    const list = await (await fetch(origin)).text();
    expect(list).toContain(showtime.movie.title);
    const page = await (await fetch(`${origin}/shows/${showtime.id}`)).text();
    expect(page).toContain(showtime.movie.title);
    expect(page).toContain('Loading the seats');
    expect((await fetch(`${origin}/shows/nothing`)).status).toBe(404);
  });

  test('comes alive without a complaint, asks for a sign-in, holds and books', async () => {
    const { showtime } = await aShowtime(server.app, { seats: 3 });
    const { email } = await aUser(server.app);
    const { page, complaints } = await openPage(browser, origin);
    await page.getByRole('link', { name: showtime.movie.title }).click();
    const seat = page.getByRole('button', { name: 'Row A seat 2,' });
    await expect.poll(() => seat.getAttribute('data-status'), patient).toBe('available');
    await seat.click();
    await page.getByText('Sign in to choose seats.').waitFor();
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    // The seat that was refused is held without another click.
    await expect.poll(() => seat.getAttribute('data-status'), patient).toBe('yours');
    await page.getByRole('button', { name: /^Book for/ }).click();
    await page.getByText(/^Booked: /).waitFor();
    expect(complaints.filter((line) => !line.includes('401'))).toEqual([]);
  });
});
