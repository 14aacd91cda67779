import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { qrCode } from '@matinee/api';
import { aDoor, appOf, aScan, password } from '@matinee/api/testing';
import type { DoorScene } from '@matinee/api/testing';
import chromium from '@sparticuz/chromium';
import { chromium as playwright } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findings } from './axe.ts';
import { serveExample } from './example-pages.ts';
import type { ExamplePages } from './example-pages.ts';

/* The page for a phone at the door, in a browser whose camera sees a film of a ticket. */

let pages: ExamplePages;
let folder: string;
const film = () => path.join(folder, 'ticket.y4m');
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'matinee-film-'));
  pages = await serveExample({ example: 'door', launch: () => openCameraBrowser(film()) });
}, 120_000);
afterEach(() => pages.leave());
afterAll(async () => {
  await pages.close();
  await rm(folder, { recursive: true, force: true });
});

/** As `openBrowser`, with a film in place of a camera. */
async function openCameraBrowser(file: string): Promise<Browser> {
  const lax = ['--disable-web-security', '--single-process', '--no-zygote'];
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [
      ...chromium.args.filter((argument) => !lax.includes(argument)),
      '--disable-background-networking',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-video-capture=${file}`,
    ],
    headless: true,
  });
}

const [width, height] = [640, 480];
/** Pixels of a module. */
const scale = 8;

/** A film in YUV4MPEG2, which Chromium repeats: a code for three seconds, and nothing for five. */
function writeFilm(code: string): void {
  const colours = Buffer.alloc((width * height) / 2, 128);
  const frame = (grey: Buffer) => Buffer.concat([Buffer.from('FRAME\n'), grey, colours]);
  const empty = frame(Buffer.alloc(width * height, 128));
  const shown = frame(pictureOf(qrCode(code)));
  const frames = [
    ...Array.from({ length: 6 }, () => shown),
    ...Array.from({ length: 10 }, () => empty),
  ];
  const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F2:1 Ip A1:1 C420\n`);
  writeFileSync(film(), Buffer.concat([header, ...frames]));
}

/** Dark modules on white paper, in the middle. */
function pictureOf(modules: readonly (readonly boolean[])[]): Buffer {
  const grey = Buffer.alloc(width * height, 235);
  const side = modules.length * scale;
  const [left, top] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)];
  for (const [row, cells] of modules.entries()) {
    const dark = cells.flatMap((isDark, column) => (isDark ? [column] : []));
    for (let line = top + row * scale; line < top + (row + 1) * scale; line += 1) {
      for (const column of dark) {
        const start = line * width + left + column * scale;
        grey.fill(16, start, start + scale);
      }
    }
  }
  return grey;
}

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const desktop = { width: 1280, height: 800 };

/** What the page does to the ears and the hands of the staff, as far as a browser can tell. */
const notesSignals = `
  globalThis.signals = { notes: [], shakes: [] };
  const { start } = OscillatorNode.prototype;
  OscillatorNode.prototype.start = function (...given) {
    signals.notes.push(this.frequency.value);
    return start.apply(this, given);
  };
  navigator.vibrate = (pattern) => Boolean(signals.shakes.push(pattern));
`;

/** What the page keeps of its session. */
interface Kept {
  refreshToken: string;
  expiresAt: number;
}

/** Somebody does not let the page use the camera. */
const deniesCamera = `
  navigator.mediaDevices.getUserMedia = () =>
    Promise.reject(new DOMException('No.', 'NotAllowedError'));
`;

/** Signs the gate in on a phone and opens the door of the show. */
async function openDoor(scene: DoorScene, scripts = [notesSignals, deniesCamera]) {
  const prepare = async (context: BrowserContext) => {
    await context.addInitScript({ content: scripts.join('\n') });
  };
  const visit = await pages.open('example/', { ...phone, prepare });
  const { page } = visit;
  await page.getByLabel('E-mail').fill(scene.gate.email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Name of this device').fill('east-1');
  await page.getByRole('button', { name: scene.showtime.movie.title }).click();
  await page.getByRole('heading', { name: scene.showtime.movie.title }).waitFor();
  await counts(page, { expected: scene.tickets.length });
  return visit;
}

/** Waits until the status bar says this. */
async function counts(page: Page, wanted: Record<string, number>): Promise<void> {
  for (const [name, count] of Object.entries(wanted)) {
    await page.locator(`#${name}`).getByText(String(count), { exact: true }).waitFor();
  }
}

const verdict = (page: Page) => page.getByRole('region', { name: 'Verdict' });

/** Waits for a verdict with all of these words. */
async function says(page: Page, ...words: (string | RegExp)[]): Promise<void> {
  for (const each of words) {
    await verdict(page)
      .getByText(each, { exact: typeof each === 'string' })
      .first()
      .waitFor();
  }
}

/** Types a code as a hand scanner does: wherever the focus is, and with an Enter at the end. */
async function type(page: Page, code: string): Promise<void> {
  await page.keyboard.type(code);
  await page.keyboard.press('Enter');
}

const next = (page: Page) => page.getByRole('button', { name: 'Next ticket' }).click();
const codeOf = ({ tickets }: DoorScene, index = 0) => tickets[index]?.code ?? '';
const scansOf = async ({ gate, showtimeId }: DoorScene) =>
  (await gate.call.checkIns.list({ showtimeId })).items.toReversed();

/** Another device has admitted a ticket a minute ago, and so before every scan of the test. */
async function isAdmittedElsewhere({ gate, showtimeId }: DoorScene, code: string): Promise<void> {
  const at = new Date(Date.now() - 60_000);
  const scan = aScan(code, { showtimeId, deviceId: 'west-2', at });
  expect(await gate.call.checkIns.create(scan)).toMatchObject({ result: 'admitted' });
}

/** Cuts the network of a page that can be opened without one. */
async function goOffline({ page, context }: { page: Page; context: BrowserContext }) {
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
  await context.setOffline(true);
  await page.getByText(/^Offline · by the list of \d\d:\d\d$/).waitFor();
}

async function fits(page: Page): Promise<void> {
  for (const size of [desktop, phone.viewport]) {
    await page.setViewportSize(size);
    const [content, window] = await page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, innerWidth]',
    );
    expect(content).toBeLessThanOrEqual(window);
    expect(await findings(page)).toEqual([]);
  }
}

describe('the page at the door', { timeout: 60_000 }, () => {
  test('admits the ticket that the camera sees, and once only', async () => {
    const scene = await aDoor(pages.server.app);
    writeFilm(codeOf(scene));
    const { page, complaints, hosts } = await openDoor(scene, [notesSignals]);

    await says(page, 'ADMITTED', 'A1', 'Standard');
    await counts(page, { inside: 1, expected: 2, waiting: 0 });
    // The film is empty for five seconds, and shows the ticket again.
    await says(page, 'ALREADY IN', 'A1', /^First at \d\d:\d\d by this device$/);

    const scans = await scansOf(scene);
    expect(scans.map(({ result }) => result)).toEqual(['admitted', 'already_admitted']);
    const signals = await page.evaluate('signals');
    expect(signals).toEqual({ notes: [880, 1320, 196, 147], shakes: [[80], [250, 100, 250]] });
    expect(complaints).toEqual([]);
    expect(hosts).toEqual(new Set([new URL(pages.origin).host, new URL(pages.line.url).host]));
  });

  test('uses the detector of the browser where there is one', async () => {
    const scene = await aDoor(pages.server.app);
    writeFilm(codeOf(scene, 1));
    const detector = `
      globalThis.BarcodeDetector = class {
        static getSupportedFormats = async () => ['qr_code'];
        detect = async () => [{ rawValue: ${JSON.stringify(codeOf(scene))} }];
      };
    `;
    const { page } = await openDoor(scene, [detector]);
    await says(page, 'ADMITTED', 'A1');
    await counts(page, { inside: 1 });
    const loaded = await page.evaluate<string[]>(
      `performance.getEntriesByType('resource').map(({ name }) => name)`,
    );
    expect(loaded.filter((name) => /jsqr/i.test(name))).toEqual([]);
  });

  test('takes references by hand, says why it refuses, and lets holders out and in', async () => {
    const scene = await aDoor(pages.server.app);
    const other = await aDoor(pages.server.app);
    const { page, complaints } = await openDoor(scene);
    await page.getByText(/^This page may not use the camera/).waitFor();
    const field = page.getByLabel('Reference and seat, or hand scanner');

    await field.fill(`${scene.reference} a1`);
    await page.getByRole('button', { name: 'Check' }).click();
    await says(page, 'ADMITTED', 'A1');
    await type(page, `${scene.reference} A1`);
    await says(page, 'ALREADY IN', 'A1');
    await type(page, codeOf(other));
    const { movie, theater } = other.showtime;
    const otherShow = new RegExp(`^The ticket is for ${movie.title}, ${theater.name}, `);
    await says(page, 'REFUSED', otherShow);
    await type(page, 'https://example.com/');
    await says(page, 'REFUSED', 'This is no ticket of ours.');
    await next(page);

    await field.fill(scene.reference);
    await field.press('Enter');
    await page.getByText('This booking has 2 seats. Add one of them: A1, A2.').waitFor();
    expect(await field.inputValue()).toBe(`${scene.reference} `);
    // Instead of a seat: the code of the next customer, as a hand scanner types it.
    await field.pressSequentially(codeOf(other));
    await field.press('Enter');
    await says(page, 'REFUSED', otherShow);
    await next(page);
    await field.fill(scene.reference);
    await field.press('Enter');
    await field.pressSequentially(`${other.reference} A1`);
    await field.press('Enter');
    await says(page, 'REFUSED', otherShow);
    await next(page);
    await field.fill(scene.reference);
    await field.press('Enter');
    await field.pressSequentially('A2');
    await field.press('Enter');
    await says(page, 'ADMITTED', 'A2');
    await counts(page, { inside: 2 });
    await next(page);

    await page.getByText('Going out', { exact: true }).click();
    await type(page, codeOf(scene));
    await says(page, 'OUT', 'A1');
    await counts(page, { inside: 1 });
    await type(page, codeOf(scene));
    await says(page, 'REFUSED', 'This ticket’s holder is not inside.');
    await next(page);
    await page.getByText('Going in', { exact: true }).click();
    await type(page, codeOf(scene));
    await says(page, 'ADMITTED', 'A1');
    expect(complaints).toEqual([]);
  });

  test('takes the last entry back, with a reason', async () => {
    const scene = await aDoor(pages.server.app);
    const { page } = await openDoor(scene);
    const undo = page.getByRole('button', { name: 'Undo', exact: true });
    expect(await undo.isDisabled()).toBe(true);
    await type(page, codeOf(scene));
    await says(page, 'ADMITTED', 'A1');
    await undo.click();
    await fits(page);
    await page.getByRole('button', { name: 'Wrong person' }).click();
    await counts(page, { inside: 0 });
    expect(await scansOf(scene)).toMatchObject([{ undoReason: 'Wrong person' }]);

    await type(page, codeOf(scene));
    await says(page, 'ADMITTED', 'A1');
    await page.reload();
    await page.getByRole('button', { name: 'Undo A1' }).click();
    await page.getByLabel('Another reason').fill('Their child has the other phone');
    await page.getByRole('dialog').getByRole('button', { name: 'Undo', exact: true }).click();
    await counts(page, { inside: 0 });
    const [, second] = await scansOf(scene);
    expect(second).toMatchObject({ undoReason: 'Their child has the other phone' });
  });

  test('says what to look at before the holder goes in', async () => {
    const scene = await aDoor(pages.server.app);
    const { pool } = pages.server.app;
    await pool.query(`update movies set minimum_age = 18, age_rule = 'restricted' where id = $1`, [
      scene.movieId,
    ]);
    await pool.query(`update seats set features = '{wheelchair}' where id = $1`, [
      scene.seatIds[0],
    ]);
    const { page } = await openDoor(scene);
    await type(page, codeOf(scene));
    await says(page, 'ADMITTED', 'A1');
    expect(await verdict(page).getByRole('listitem').allInnerTexts()).toEqual([
      'Check the age',
      'Wheelchair place',
    ]);
    await fits(page);
  });

  test('makes no sound when it is muted, also after a reload', async () => {
    const scene = await aDoor(pages.server.app);
    const { page } = await openDoor(scene);
    await page.getByRole('button', { name: 'Sound' }).click();
    await page.reload();
    await counts(page, { expected: 2 });
    await type(page, codeOf(scene));
    await says(page, 'ADMITTED', 'A1');
    expect(await page.evaluate('signals')).toEqual({ notes: [], shakes: [[80]] });
  });
});

describe('the page at a door without a network', { timeout: 60_000 }, () => {
  test('judges by its list, survives a reload, and uploads later', async () => {
    const scene = await aDoor(pages.server.app);
    const visit = await openDoor(scene);
    const { page, context } = visit;
    await type(page, codeOf(scene));
    await says(page, 'ADMITTED', 'A1');
    await goOffline(visit);

    await type(page, codeOf(scene, 1));
    await says(page, 'ADMITTED', 'A2', 'Standard', /^Offline: by the list of \d\d:\d\d$/);
    await counts(page, { waiting: 1, inside: 2 });
    await page.reload();
    await page.getByRole('heading', { name: scene.showtime.movie.title }).waitFor();
    await counts(page, { waiting: 1, inside: 2, expected: 2 });
    await type(page, codeOf(scene, 1));
    await says(page, 'ALREADY IN', 'A2', /^First at \d\d:\d\d by this device$/);
    expect(await scansOf(scene)).toHaveLength(1);

    await context.setOffline(false);
    await next(page);
    await page.getByText('Online', { exact: true }).waitFor();
    await counts(page, { waiting: 0, inside: 2 });
    expect(await scansOf(scene)).toMatchObject([
      { result: 'admitted', seat: { seatNumber: 1 }, deviceId: 'east-1' },
      { result: 'admitted', seat: { seatNumber: 2 }, deviceId: 'east-1' },
    ]);
    expect(await page.getByRole('list', { name: 'Conflicts' }).count()).toBe(0);
  });

  test('tells when two people went in with one ticket, until a person has read it', async () => {
    const scene = await aDoor(pages.server.app);
    const visit = await openDoor(scene);
    const { page, context } = visit;
    await goOffline(visit);
    await type(page, codeOf(scene));
    await says(page, 'ADMITTED', 'A1');
    await isAdmittedElsewhere(scene, codeOf(scene));
    await next(page);

    await context.setOffline(false);
    const conflict = page.getByText(
      /^Two people went in with A1: west-2 at \d\d:\d\d was first, east-1 at \d\d:\d\d\.$/,
    );
    await conflict.waitFor();
    await counts(page, { waiting: 0 });
    await page.reload();
    await conflict.waitFor();
    await fits(page);
    await page.getByRole('button', { name: /^Dismiss/ }).click();
    await conflict.waitFor({ state: 'detached' });
    await page.reload();
    await counts(page, { expected: 2 });
    expect(await conflict.count()).toBe(0);
  });

  test('tells when it let a person in whose ticket was cancelled meanwhile', async () => {
    const scene = await aDoor(pages.server.app);
    const visit = await openDoor(scene);
    const { page, context } = visit;
    await goOffline(visit);
    await scene.customer.call.reservations.cancel({ reservationId: scene.reservationId });
    await type(page, codeOf(scene));
    await says(page, 'ADMITTED', 'A1');
    await next(page);
    await context.setOffline(false);
    const incidents = page.getByRole('list', { name: 'Conflicts' }).getByRole('listitem');
    await incidents.waitFor();
    expect(await incidents.innerText()).toMatch(
      /^A1 went in at \d\d:\d\d while this device was offline, but the server refuses the ticket: /,
    );
  });

  test('takes an entry back that it judged itself, once it is uploaded', async () => {
    const scene = await aDoor(pages.server.app);
    const visit = await openDoor(scene);
    const { page, context } = visit;
    await goOffline(visit);
    await type(page, codeOf(scene));
    await says(page, 'ADMITTED', 'A1');
    await next(page);
    await page.getByRole('button', { name: 'Undo A1' }).click();
    await page.getByRole('button', { name: 'Wrong person' }).click();
    await page.getByText(/cannot be reached|waits for its upload/).waitFor();
    await context.setOffline(false);
    await page.getByText('Online', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Wrong person' }).click();
    await counts(page, { inside: 0, waiting: 0 });
    expect(await scansOf(scene)).toMatchObject([{ undoReason: 'Wrong person' }]);
  });

  test('uploads the scans of the show before', async () => {
    const scene = await aDoor(pages.server.app);
    const later = await aDoor(pages.server.app);
    const visit = await openDoor(scene);
    const { page, context } = visit;
    await goOffline(visit);
    await type(page, codeOf(scene));
    await says(page, 'ADMITTED', 'A1');
    await next(page);
    await page.getByRole('button', { name: 'Change show' }).click();
    await page.getByText(/cannot be reached/).waitFor();
    await context.setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: later.showtime.movie.title }).click();
    await counts(page, { waiting: 0, expected: 2 });
    await expect.poll(() => scansOf(scene)).toHaveLength(1);
    await expect
      .poll(() =>
        page.evaluate('Object.keys(localStorage).filter((key) => /^matinee-door/.test(key))'),
      )
      .toEqual([`matinee-door:${later.showtimeId}`]);
  });
});

describe('the staff of a door', { timeout: 60_000 }, () => {
  test('can use every view on a phone and on a desktop', async () => {
    const scene = await aDoor(pages.server.app);
    const { page } = await pages.open('example/', phone);
    await page.getByRole('heading', { name: 'Open the door' }).waitFor();
    expect(await page.getByLabel('E-mail').inputValue()).toBe('');
    await fits(page);
    await page.getByLabel('E-mail').fill(scene.gate.email);
    await page.getByLabel('Password').fill('not-the-password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The e-mail address or the password is wrong.').waitFor();
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    const show = page.getByRole('button', { name: scene.showtime.movie.title });
    await show.click();
    await page.getByText('Give this device a name that no other has.').waitFor();
    await fits(page);
    await page.getByLabel('Name of this device').fill('east-1');
    await show.click();
    await counts(page, { expected: 2 });
    await fits(page);
    await type(page, codeOf(scene));
    await says(page, 'ADMITTED', 'A1');
    await fits(page);
    await type(page, codeOf(scene));
    await says(page, 'ALREADY IN', 'A1');
    await fits(page);
    await type(page, 'nothing');
    await says(page, 'REFUSED');
    await fits(page);
  });

  test('leave nothing on the device when they sign out', async () => {
    const scene = await aDoor(pages.server.app);
    const { page } = await openDoor(scene);
    await page.getByRole('button', { name: 'Change show' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Open the door' }).waitFor();
    const kept = await page.evaluate<string[]>('Object.keys(localStorage).toSorted()');
    expect(kept).toEqual(['door.names']);
  });

  test('stay signed in on one device, in two tabs that renew their session together', async () => {
    const scene = await aDoor(pages.server.app);
    const { page, context } = await openDoor(scene);
    const other = await context.newPage();
    const door = page.url();
    // A page of the same origin that does nothing: the door would renew before both are there.
    await page.goto(`${pages.origin}/nothing`);
    const readKept = `JSON.parse(localStorage.getItem('door.session'))`;
    const all = { expected: scene.tickets.length };
    const before = await page.evaluate<Kept>(readKept);
    const renewals: string[] = [];
    context.on('request', (request) => {
      renewals.push(...(request.url().endsWith('/auth/refresh') ? [request.url()] : []));
    });
    await page.evaluate(
      `localStorage.setItem('door.session', JSON.stringify({ ...${readKept}, expiresAt: 0 }))`,
    );
    await Promise.all([page.goto(door), other.goto(door)]);
    await Promise.all([counts(page, all), counts(other, all)]);
    const after = await page.evaluate<Kept>(readKept);
    expect(after.refreshToken).not.toBe(before.refreshToken);
    expect(after.expiresAt).toBeGreaterThan(Date.now());
    expect(renewals).toHaveLength(1);
  });

  test('sign in with a code where they have a second factor', async () => {
    const scene = await aDoor(pages.server.app);
    const { secret } = await scene.gate.call.auth.secondFactor.start({ password });
    const code = appOf(secret);
    await scene.gate.call.auth.secondFactor.confirm({ code: code(-1) });
    const { page } = await pages.open('example/', phone);
    await page.getByLabel('E-mail').fill(scene.gate.email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Please give the code of your authenticator app').waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByLabel('Code of your authenticator app').fill(code());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Which show?' }).waitFor();
  });

  test('lose no scan when their session ends meanwhile', async () => {
    const scene = await aDoor(pages.server.app);
    const visit = await openDoor(scene);
    const { page, context } = visit;
    await goOffline(visit);
    await type(page, codeOf(scene));
    await says(page, 'ADMITTED', 'A1');
    await scene.gate.call.auth.logout({ everywhere: true });
    await context.setOffline(false);
    await page.getByText('You have been signed out. Please sign in again.').waitFor();
    await page.getByLabel('E-mail').fill(scene.gate.email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await counts(page, { expected: 2, inside: 1, waiting: 0 });
    const admitted = await pages.server.app.pool.query(
      `select device_id from check_ins where showtime_id = $1 and result = 'admitted'`,
      [scene.showtimeId],
    );
    expect(admitted.rows).toEqual([{ device_id: 'east-1' }]);
  });
});
