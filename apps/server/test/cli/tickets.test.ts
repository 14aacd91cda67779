import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodePage, decodePixels } from '../tickets/read-pdf.ts';
import { aCinema, aShowAtTheDoor } from './cinema.ts';
import type { Cinema } from './cinema.ts';
import { stable } from './stable.ts';

/* The tickets of a reservation in a terminal, and the scans of a show. */

let cinema: Cinema;
let show: Awaited<ReturnType<typeof aShowAtTheDoor>>;
beforeAll(async () => {
  cinema = await aCinema();
  show = await aShowAtTheDoor(cinema);
});
afterAll(() => cinema.close());

const scan = (code: string, deviceId = 'east-1') =>
  cinema.matinee.checkIns.create({
    ...{ code, deviceId, showtimeId: show.showtimeId, nonce: randomUUID(), gate: 'East' },
  });
const steady = (screen: string) =>
  stable(screen.replaceAll(show.reference, 'K7WQ3MXA'))
    .replace(/\w{3} \d{4}-\d\d-\d\d/g, 'Fri 2026-12-04')
    .replace(/\b\d\d:\d\d\b/g, '19:42')
    .replace(/^[0-9a-f]{6}(?= is )/gm, '000000');

/** Modules of a side with the quiet zone, and pixels of a module. */
const [side, scale] = [53, 4];

/** What a phone reads off a drawing in half blocks. */
function read(lines: readonly string[], isDark: boolean): string | undefined {
  const size = side * scale;
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255);
  for (let y = 0; y < size; y += 1) {
    const row = Math.floor(y / scale);
    const halves = row % 2 === 0 ? '█▀' : '█▄';
    for (let x = 0; x < size; x += 1) {
      const character = lines[row >> 1]?.[Math.floor(x / scale)] ?? ' ';
      const isDrawn = character !== ' ' && halves.includes(character);
      pixels.fill(isDrawn === isDark ? 0 : 255, (y * size + x) * 4, (y * size + x) * 4 + 3);
    }
  }
  return decodePixels(pixels, size, size)?.data;
}

/** The lines above each seat, which is alone in its line. */
function drawingsIn(text: string): string[][] {
  const lines = text.split('\n');
  const captions = lines.flatMap((line, index) => (/^ +A[12]$/.test(line) ? [index] : []));
  return captions.map((index) => lines.slice(index - Math.ceil(side / 2), index));
}

test('QR codes are read off a terminal of 80 columns, and off a file', async () => {
  const args = ['reservations', 'tickets', show.reference, '--qr'];
  const terminal = cinema.binary.open(args, { rows: 80 });
  expect(await terminal.ended).toBe(0);
  const atTerminal = drawingsIn(terminal.screen()).map((lines) => read(lines, true));
  expect(atTerminal).toEqual(show.codes);
  const { out } = await cinema.binary.run(...args);
  expect(drawingsIn(out).map((lines) => read(lines, false))).toEqual(show.codes);
});

test('the files are those of the server', async () => {
  const { code, err } = await cinema.binary.run(
    ...['reservations', 'tickets', show.reference, '--pdf', 'tickets.pdf'],
    ...['--calendar', 'show.ics'],
  );
  expect({ code, err }).toEqual({
    code: 0,
    err: 'Written to tickets.pdf.\nWritten to show.ics.\n',
  });
  const { home } = cinema.binary;
  const pdf = await decodePage(await readFile(path.join(home, 'tickets.pdf')), 2);
  expect(pdf?.data).toBe(show.codes[1]);
  expect(await readFile(path.join(home, 'show.ics'), 'utf8')).toMatch(/^BEGIN:VCALENDAR/);
});

test('an entry is listed, found and taken back, and tickets are issued anew', async () => {
  const [first = '', second = ''] = show.codes;
  const entry = await scan(first);
  await scan(first, 'west-2');
  await scan('nonsense');
  const ending = entry.id.slice(-6);
  const [showtime, reservation] = [show.showtimeId.slice(-6), show.reference];
  const terminal = cinema.binary.openShell(
    [
      `matinee reservations tickets ${reservation}`,
      `matinee check-ins list ${showtime}`,
      `matinee check-ins find ${showtime} "ada k"`,
      `matinee check-ins undo ${ending} --showtime-id ${showtime} --reason "Wrong person"`,
      `matinee reservations reissue ${reservation} --seat A2`,
      'matinee ticket-keys',
    ].join('\n'),
    { rows: 100 },
  );
  await terminal.shows('The old ones become void.');
  terminal.type('y');
  expect(await terminal.ended).toBe(0);
  const screen = steady(terminal.screen()).replace(/(?<=255 {2})[\w-]{43}/, 'x'.repeat(43));
  await expect(screen).toMatchFileSnapshot('screens/tickets.txt');
  expect(await scan(second)).toMatchObject({ result: 'refused', reason: 'void' });
  expect(await scan(first)).toMatchObject({ result: 'admitted' });
});
