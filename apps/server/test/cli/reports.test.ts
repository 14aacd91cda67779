import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
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
    page = await browser.newPage();
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
    await page.setViewportSize({ width: 1_000, height: 900 });
    await page.emulateMedia({ media: 'screen' });
    await page.goto(pathToFileURL(file).href);
    expect(requests).toEqual([pathToFileURL(file).href]);
    expect(complaints).toEqual([]);
    expect(await page.locator('svg').isVisible()).toBe(true);
    expect(await page.locator('svg rect').count()).toBeGreaterThan(2);
    const widest = await page.evaluate('document.documentElement.scrollWidth');
    expect(widest).toBe(1_000);
    expect(await cutLabels(page)).toEqual([]);
    await keepPictures(page, name);
  });
});

/** Labels that do not fit into the chart. */
function cutLabels(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('svg text')]
    .filter((text) => {
      const own = text.getBoundingClientRect();
      const all = text.ownerSVGElement.getBoundingClientRect();
      return own.left < all.left - 1 || own.right > all.right + 1;
    })
    .map((text) => text.textContent)`);
}

/** Keeps screenshots for inspection: `REPORT_PICTURES=folder`. */
async function keepPictures(page: Page, name: string): Promise<void> {
  const folder = process.env.REPORT_PICTURES;
  if (folder === undefined) {
    return;
  }
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `report-${name}.png`), fullPage: true });
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 794, height: 1_123 });
  await page.screenshot({ path: path.join(folder, `report-${name}-print.png`) });
}
