import { randomUUID } from 'node:crypto';
import { hostRouter } from '@matinee/api';
import { aShowtime, aUser } from '@matinee/api/testing';
import type { Scene } from '@matinee/api/testing';
import { createMatinee } from '@matinee/sdk';
import { callTRPCProcedure } from '@trpc/server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { oncePer } from '../src/shared-answer.ts';
import { findings } from './axe.ts';
import { openBrowser } from './browser.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';
import { openPage, serveSite } from './web.ts';
import type { Site } from './web.ts';

/* The pictures of seats over HTTP, and in pages. */

let server: TestServer;
let scene: Scene;
beforeAll(async () => {
  server = await startTestServer();
  scene = await aHall();
});
afterAll(() => server.close());

/** A show with all types, features and states, in a theater whose texts are hostile. */
async function aHall(): Promise<Scene> {
  const rows = [
    {
      label: '<b>&"\'',
      seats: 12,
      overrides: [
        { position: 3, gap: true as const },
        { position: 12, outOfOrder: true as const },
      ],
    },
    {
      label: 'شارع',
      seats: 12,
      seatType: 'premium' as const,
      numbering: 'right' as const,
      overrides: [
        { position: 1, features: ['wheelchair' as const, 'noSteps' as const] },
        { position: 2, features: ['companion' as const] },
        { position: 3, gap: true as const },
        { position: 11, features: ['restrictedView' as const] },
      ],
    },
    {
      label: 'แถวหลัง列',
      seats: 9,
      seatType: 'vip' as const,
      overrides: [8, 9].map((position) => ({ position, features: ['pair' as const] })),
    },
  ];
  const made = await aShowtime(server.app, { rows });
  const theaterId = made.theater.id;
  await made.admin.call.theaters.update({
    theaterId,
    name: `<script>alert(1)</script> "Kino" ${randomUUID()}`,
  });
  const showtimeId = made.showtime.id;
  const user = await aUser(server.app);
  const [sold, locked, blocked] = [
    made.seatIds.slice(0, 2),
    made.seatIds.slice(2, 4),
    made.seatIds.slice(4, 6),
  ];
  await user.call.showtimes.lockSeats({ showtimeId, seatIds: sold });
  await user.call.reservations.create({ showtimeId, seatIds: sold });
  await user.call.showtimes.lockSeats({ showtimeId, seatIds: locked });
  await made.admin.call.showtimes.blockSeats({ showtimeId, seatIds: blocked, kind: 'house' });
  return made;
}

const ofShow = () => `${server.url}/api/v1/showtimes/${scene.showtime.id}/seats.svg`;
const ofTheater = () => `${server.url}/api/v1/theaters/${scene.theater.id}/seats.svg`;
const textOf = async (url: string) => (await fetch(url)).text();

describe.each([
  ['a showtime', ofShow, 'public, no-cache'],
  ['a theater', ofTheater, 'public, max-age=300'],
])('the picture of %s', (_what, url, caching) => {
  test('is SVG that runs nothing, and may be kept', async () => {
    const response = await fetch(url());
    expect(response.status).toBe(200);
    const names = [
      'content-type',
      'content-security-policy',
      'x-content-type-options',
      'cross-origin-resource-policy',
      'cache-control',
    ];
    expect(names.map((name) => response.headers.get(name))).toEqual([
      'image/svg+xml; charset=utf-8',
      "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      'nosniff',
      'cross-origin',
      caching,
    ]);
    expect(await response.text()).toMatch(
      /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg".*<\/svg>\n$/s,
    );
  });

  test('is not sent again to a client that has it', async () => {
    const tag = (await fetch(url())).headers.get('etag') ?? '';
    expect(tag).toMatch(/^"[\w-]+"$/);
    for (const sent of [tag, `W/${tag}`, `"x", ${tag}`, '*']) {
      const again = await fetch(url(), { headers: { 'if-none-match': sent } });
      const { status, headers } = again;
      expect([status, headers.get('etag'), headers.get('cache-control')]).toEqual([
        304,
        tag,
        caching,
      ]);
      expect(await again.text()).toBe('');
    }
    expect((await fetch(url(), { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
  });

  test('is compressed for those who take it so, and has the same head without its body', async () => {
    const sizes = [];
    for (const encoding of ['identity', 'gzip']) {
      const headers = { 'accept-encoding': encoding };
      const [whole, head] = await Promise.all(
        ['GET', 'HEAD'].map((method) => fetch(url(), { method, headers })),
      );
      const lengths = [whole, head].map((each) => each?.headers.get('content-length'));
      expect(lengths[0]).toBe(lengths[1]);
      expect([whole?.headers.get('vary'), await head?.text()]).toEqual([
        expect.stringContaining('Accept-Encoding'),
        '',
      ]);
      expect((await whole?.text())?.length).toBeGreaterThan(0);
      sizes.push(Number(lengths[0]));
    }
    expect(sizes[1]).toBeLessThan((sizes[0] ?? 0) / 3);
  });

  test('is the same for everyone, whatever the query', async () => {
    const { token } = await aUser(server.app);
    const signedIn = await fetch(url(), { headers: { authorization: `Bearer ${token}` } });
    expect(await signedIn.text()).toBe(await textOf(url()));
    expect(await textOf(`${url()}?again=1`)).toBe(await textOf(url()));
  });

  test('has envelopes for failures, which nothing keeps', async () => {
    const { id } = _what === 'a theater' ? scene.theater : scene.showtime;
    const refusal = async (to: string, method = 'GET') => {
      const response = await fetch(url().replace(id, to), { method });
      const { error } = (await response.json()) as { error: { code: string } };
      return [response.status, error.code, response.headers.get('cache-control')];
    };
    expect(await refusal(randomUUID())).toEqual([404, 'NOT_FOUND', 'no-store']);
    expect(await refusal('1')).toEqual([400, 'VALIDATION_ERROR', 'no-store']);
    expect(await refusal(id, 'POST')).toEqual([405, 'METHOD_NOT_ALLOWED', 'no-store']);
  });
});

test('a picture is compressed once for all who ask', async () => {
  const drawn = await callTRPCProcedure({
    router: hostRouter,
    path: 'seatPictures.theater',
    type: 'query',
    ctx: {
      app: server.app,
      authorization: undefined,
      idempotencyKey: undefined,
      requestId: 'test',
      remoteAddress: '127.0.0.1',
      notes: { idempotencyReplayed: false },
    },
    getRawInput: async () => ({ theaterId: scene.theater.id }),
    signal: undefined,
    batchIndex: 0,
  });
  await textOf(ofTheater());
  expect(oncePer(drawn as object, 'picture, gzip', () => undefined)).toBeDefined();
});

test('the tag of a picture is the version of the seat map', async () => {
  const map = await createMatinee({ url: server.url }).showtimes.seats({
    showtimeId: scene.showtime.id,
  });
  const { headers } = await fetch(ofShow());
  expect(headers.get('etag')).toBe(`"${map.version}"`);
});

test('the SDK has both as files', async () => {
  const { showtimes, theaters } = createMatinee({ url: server.url });
  const files = await Promise.all([
    showtimes.picture({ showtimeId: scene.showtime.id }),
    theaters.picture({ theaterId: scene.theater.id }),
  ]);
  expect(files.map(({ type }) => type)).toEqual(Array(2).fill('image/svg+xml;charset=utf-8'));
  expect(await files[0].text()).toBe(await textOf(ofShow()));
  await expect(showtimes.picture({ showtimeId: randomUUID() })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

describe('in a page', () => {
  let browser: Browser;
  let site: Site;
  let body = '';
  beforeAll(async () => {
    browser = await openBrowser();
    site = await serveSite((_req, res) => {
      res.setHeader('Content-Type', 'text/html; charset=utf-8');
      res.end(
        '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">' +
          '<title>Seats</title><link rel="icon" href="data:,">' +
          `<style>:root{color-scheme:light dark}</style><main><h1>Seats</h1>${body}</main></html>`,
      );
    });
  }, 60_000);
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(async () => {
    await browser.close();
    await site.close();
  });

  const windows = [1280, 390].flatMap((width) =>
    (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
  );
  const open = async (text: string, { width = 1280, colorScheme = 'light' as const } = {}) => {
    body = text;
    return openPage(browser, site.origin, { viewport: { width, height: 900 }, colorScheme });
  };
  const fits = (page: Page) =>
    page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

  test.each(windows)(
    'axe has nothing to say of both pictures, $width px, $colorScheme',
    async (window) => {
      const pictures = (await textOf(ofShow())) + (await textOf(ofTheater()));
      const { page, complaints } = await open(pictures, window as { width: number });
      expect(await findings(page)).toEqual([]);
      expect([await fits(page), complaints]).toEqual([true, []]);
    },
  );

  test('an <img> of another origin shows it', async () => {
    const images = [ofShow(), ofTheater()].map(
      (url) => `<img src="${url}" alt="Seats" width="300">`,
    );
    const { page, complaints } = await open(images.join(''));
    await page.waitForFunction(() => [...document.images].every(({ complete }) => complete));
    const sizes = await page.evaluate(() =>
      [...document.images].map((image) => image.naturalWidth),
    );
    expect(sizes.filter((width) => width < 300)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('screen readers find rows and seats by what they are', async () => {
    const { page } = await open(await textOf(ofShow()));
    const picture = page.getByRole('group', { name: /^Seats of the show: \d+ of \d+ free$/ });
    const seats = picture.getByRole('table', { name: 'Seats' });
    expect(await seats.getByRole('row').count()).toBe(3);
    expect(await seats.getByRole('rowheader').allTextContents()).toEqual([
      '<b>&"\'',
      'شارع',
      'แถวหลัง列',
    ]);
    const taken = seats.getByRole('cell', { name: `Row <b>&"', seat 1, regular, sold` });
    expect(await taken.getAttribute('data-seat-id')).toBe(scene.seatIds[0]);
    expect(await seats.getByRole('cell').count()).toBe(scene.seatIds.length);
  });

  test('the texts of others are texts', async () => {
    const { page } = await open(await textOf(ofTheater()));
    expect(await page.locator('svg script, svg b').count()).toBe(0);
    const parsed = await page.evaluate(
      async (text) => {
        const read = new DOMParser().parseFromString(text, 'image/svg+xml');
        return [read.querySelector('parsererror'), read.documentElement.getAttribute('aria-label')];
      },
      await textOf(ofTheater()),
    );
    const { name } = await scene.admin.call.theaters.get({ theaterId: scene.theater.id });
    expect(parsed).toEqual([null, `Seats of ${name}`]);
  });

  test('states, types and features are told apart without any colour', async () => {
    const colours = ['regular', 'premium', 'vip', 'locked', 'taken', 'surface'];
    const grey = colours.map((name) => `--matinee-${name}:#ccc`).join(';');
    const { page } = await open(`<div style="${grey}">${await textOf(ofShow())}</div>`);
    const signs = await page.locator('.m-legend use').all();
    const looks = await Promise.all(
      signs.map(async (sign) => {
        const { x, y, width, height } = (await sign.boundingBox()) ?? {
          x: 0,
          y: 0,
          width: 1,
          height: 1,
        };
        // The same part of the page around each of them, as the sizes differ too.
        const clip = {
          x: Math.round(x + width / 2) - 14,
          y: Math.round(y + height / 2) - 14,
          width: 28,
          height: 28,
        };
        return (await page.screenshot({ clip })).toString('base64');
      }),
    );
    expect(looks).toHaveLength(10);
    expect(new Set(looks).size).toBe(looks.length);
  });

  test('a page sets the colours, and its own things keep theirs', async () => {
    const styled = `<style>:root{--matinee-locked:rgb(1, 2, 3)}</style><p class="m-locked">A text</p>`;
    const { page } = await open(`${styled}${await textOf(ofShow())}`);
    const fillOf = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => getComputedStyle(element).fill);
    expect(await fillOf('svg [role=cell].m-locked')).toBe('rgb(1, 2, 3)');
    expect(await fillOf('p')).toBe('rgb(0, 0, 0)');
  });
});
