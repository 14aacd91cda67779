import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from '../browser.ts';
import { aCinema, aCustomer, aMovie, aTheater } from './cinema.ts';
import type { Cinema } from './cinema.ts';
import { stable } from './stable.ts';

/* The reports of one week, at a terminal and as HTML. */

let cinema: Cinema;
beforeAll(async () => {
  cinema = await aCinema();
  await sellWeek(cinema);
});
afterAll(() => cinema.close());

/** Day of March 2031, hour in Paris, index of the film, index of the hall, seats sold. */
const shows: [day: number, hour: number, film: number, hall: number, sold: number][] = [
  [10, 20, 0, 0, 10],
  [11, 20, 0, 0, 4],
  [12, 17, 1, 0, 8],
  [12, 20, 0, 1, 6],
  [14, 17, 1, 0, 10],
  [14, 20, 0, 0, 10],
  [15, 14, 2, 1, 1],
  [15, 20, 0, 0, 10],
  [15, 20, 1, 1, 9],
  [16, 14, 2, 0, 0],
];

const titles = [
  'The Third Man',
  'Le Fabuleux Destin d’Ame\u0301lie Poulain, in der Fassung der Wiederaufführung',
  '=七人の侍',
];

async function sellWeek({ matinee }: Cinema): Promise<void> {
  const halls = [await aTheater(cinema, 'Grand'), await aTheater(cinema, 'Studio <b>2</b>')];
  const films = [];
  for (const title of titles) {
    films.push(await aMovie(cinema, title));
  }
  const customer = await aCustomer(cinema, 'grace@example.com');
  for (const [day, hour, film, hall, sold] of shows) {
    const theater = halls[hall];
    const { id: showtimeId } = await matinee.showtimes.create({
      movieId: films[film]?.id ?? '',
      theaterId: theater?.id ?? '',
      startTime: `2031-03-${day}T${hour - 1}:00:00Z`,
      price: '12.50',
    });
    const seatIds = (theater?.seats ?? []).slice(0, sold).map(({ id }) => id);
    if (seatIds.length > 0) {
      await customer.showtimes.lockSeats({ showtimeId, seatIds });
      await customer.reservations.create({ showtimeId, seatIds });
    }
  }
}

const week = ['--from', '2031-03-10', '--to', '2031-03-16'];

const reports: [name: string, columns: number, ...args: string[]][] = [
  ['capacity', 120, 'capacity'],
  ['capacity-80', 80, 'capacity'],
  ['capacity-date', 80, 'capacity', '--group-by', 'date'],
  ['revenue', 80, 'revenue'],
  ['revenue-date', 80, 'revenue', '--group-by', 'date'],
  ['popular-movies', 80, 'popular-movies'],
  ['occupancy', 80, 'occupancy'],
  ['occupancy-hour', 80, 'occupancy', '--group-by', 'hour'],
  ['occupancy-weekday', 80, 'occupancy', '--group-by', 'weekday'],
];

test.each(reports)('%s in %d columns', async (name, columns, ...args) => {
  const terminal = cinema.binary.open(['reports', ...args, ...week], { columns, rows: 60 });
  expect(await terminal.ended).toBe(0);
  await expect(stable(terminal.screen())).toMatchFileSnapshot(`screens/report-${name}.txt`);
});

test('a week without shows has no data', async () => {
  const args = ['reports', 'revenue', '--from', '2032-03-10', '--to', '2032-03-10'];
  const terminal = cinema.binary.open(args);
  await terminal.ended;
  await expect(terminal.screen()).toMatchFileSnapshot('screens/report-nothing.txt');
});

test('--json is the value of the SDK, and --csv is for a spreadsheet', async () => {
  const json = await cinema.binary.run('reports', 'revenue', ...week, '--json');
  const found = await cinema.matinee.admin.reports.revenue({ from: week[1], to: week[3] });
  expect(JSON.parse(json.out)).toEqual(JSON.parse(JSON.stringify(found)));
  const { out } = await cinema.binary.run('reports', 'popular-movies', ...week, '--csv');
  expect(stable(out)).toMatch(
    /^rank,movieId,title,reservations,seats,revenue\n1,[-0-9]{36},The Third Man,5,40,500\.00\n/,
  );
  expect(out).toContain(`,'=七人の侍,`);
});

describe('--html in a browser', () => {
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  const requests: string[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
    // axe opens a page of its own beside this one.
    page = await (await browser.newContext()).newPage();
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
  });
  afterAll(() => browser.close());

  test.each([
    ['capacity'],
    ['revenue', '--group-by', 'date'],
    ['popular-movies'],
    ['occupancy', '--group-by', 'hour'],
  ])('%j is one page with a chart, and loads nothing', async (...found) => {
    const [name] = found;
    const file = path.join(cinema.binary.home, `${name}.html`);
    const { code } = await cinema.binary.run('reports', ...found, ...week, '--html', file);
    expect(code).toBe(0);
    expect(await readFile(file, 'utf8')).not.toContain('<b>2</b>');

    requests.length = 0;
    await page.goto(pathToFileURL(file).href);
    expect(requests).toEqual([pathToFileURL(file).href]);
    expect(complaints).toEqual([]);
    for (const [width, colorScheme] of looks) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ media: 'screen', colorScheme });
      expect(await page.locator('svg:visible').count()).toBe(1);
      expect(await page.locator('svg:visible rect').count()).toBeGreaterThan(2);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(await cutLabels(page)).toEqual([]);
      expect(await lettersOf(page)).toBeGreaterThan(11);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations).toEqual([]);
      await keepPicture(page, `${name}-${width}-${colorScheme}`);
    }
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.setViewportSize({ width: 794, height: 1_123 });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
      'rgb(255, 255, 255)',
    );
    expect(await cutLabels(page)).toEqual([]);
    await keepPicture(page, `${name}-print`);
  });

  test('names the house and the filters', async () => {
    const { items } = await cinema.matinee.movies.list({});
    const movie = items.find(({ title }) => title === titles[0]);
    const file = path.join(cinema.binary.home, 'filtered.html');
    const filter = ['--movie-id', movie?.id ?? ''];
    await cinema.binary.run('reports', 'revenue', ...week, ...filter, '--html', file);
    await page.goto(pathToFileURL(file).href);
    const head = await page.locator('header').innerText();
    expect(head).toContain('Grand · Studio <b>2</b>');
    expect(head).toContain('Only the movie The Third Man');
  });
});

const looks = [
  [1_280, 'light'],
  [1_280, 'dark'],
  [390, 'light'],
  [390, 'dark'],
] as const;

/** The height of the letters in the chart, in pixels of the screen. */
function lettersOf(page: Page): Promise<number> {
  return page.evaluate(`(() => {
    const svg = [...document.querySelectorAll('svg')].find((each) => each.checkVisibility());
    return 13 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  })()`);
}

/** Labels that do not fit into the chart. */
function cutLabels(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('svg text')]
    .filter((text) => text.checkVisibility())
    .filter((text) => {
      const own = text.getBoundingClientRect();
      const all = text.ownerSVGElement.getBoundingClientRect();
      return own.left < all.left - 1 || own.right > all.right + 1;
    })
    .map((text) => text.textContent)`);
}

/** Keeps a screenshot for inspection: `REPORT_PICTURES=folder`. */
async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env.REPORT_PICTURES;
  if (folder !== undefined) {
    await mkdir(folder, { recursive: true });
    await page.screenshot({ path: path.join(folder, `report-${name}.png`), fullPage: true });
  }
}
