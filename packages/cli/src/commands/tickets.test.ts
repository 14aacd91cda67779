import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Matinee } from '@matinee/sdk';
import { describe, expect, test, vi } from 'vitest';
import { fakeMatinee } from '../../test/fake-matinee.ts';
import { useOwnConfig } from '../../test/own-config.ts';
import { runFake } from '../../test/run-fake.ts';

const fake = vi.hoisted(() => ({ matinee: undefined as unknown }));
vi.mock('@matinee/sdk', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  createMatinee: () => fake.matinee as Matinee,
}));

const config = useOwnConfig();

const idOf = (ending: string) => `00000000-0000-7000-8000-${ending.padStart(12, '0')}`;
const [reservationId, showtimeId, checkInId] = [idOf('d1'), idOf('c1'), idOf('abc123')];
const usedAt = new Date('2026-12-04T18:42:00Z');
const ticketType = { id: 't1', code: 'adult', name: 'Adult' };
const ticket = (seatNumber: number, changes: object = {}) => ({
  ...{ seatId: `seat-${seatNumber}`, rowLabel: 'A', seatNumber, ticketType, version: 1 },
  code: `MT1-${String(seatNumber).repeat(172).slice(0, 172)}`,
  ...{ status: 'valid', usedAt: null },
  ...changes,
});
const tickets = [ticket(1), ticket(2, { status: 'used', usedAt }), ticket(3, { status: 'void' })];
const scan = (changes: object = {}) => ({
  ...{ id: checkInId, result: 'admitted', type: 'entry', at: usedAt, reason: null, first: null },
  ...{ reference: 'K7Q2M9XD', seat: { rowLabel: 'A', seatNumber: 2 }, ticketType },
  ...{ showtime: { id: showtimeId }, gate: 'East', deviceId: 'east-1', endedAt: null },
  ...{ undoneAt: null, undoReason: null, isForced: false, isLetIn: true },
  ...changes,
});
const scans = [
  scan({ id: idOf('abc124'), result: 'refused', reason: 'void' }),
  scan({ id: idOf('abc125'), result: 'already_admitted' }),
  scan({ id: idOf('fff123'), type: 'exit' }),
  scan({ undoneAt: usedAt, undoReason: 'wrong person' }),
];

async function against(line: string | readonly string[], columns?: number) {
  const { matinee, calls } = fakeMatinee({
    'tickets.list': () => tickets,
    'tickets.reissue': () => [ticket(1, { version: 2 })],
    'tickets.keys': () => [{ kid: 7, publicKey: { kty: 'OKP', crv: 'Ed25519', x: 'abc_-' } }],
    'tickets.pdf': () => new Blob(['%PDF']),
    'tickets.calendar': () => new Blob(['BEGIN:VCALENDAR']),
    'reservations.get': () => ({ showtime: { id: showtimeId } }),
    'showtimes.get': () => ({ theater: { timezone: 'Europe/Vienna' } }),
    'showtimes.list': () => ({ items: [], nextCursor: null }),
    'checkIns.list': ({ limit }: { limit?: number }) =>
      limit === 1 ? { items: [], expected: 3, admitted: 2, inside: 1 } : scans,
    'checkIns.undo': () => scan({ undoneAt: usedAt, undoReason: 'wrong person' }),
    'checkIns.find': () => [
      { reference: 'K7Q2M9XD', customerName: 'Ada King', seat: 'A2', ticketType, usedAt },
    ],
  });
  fake.matinee = matinee;
  const options = columns === undefined ? {} : { columns, env: { NO_COLOR: '1' } };
  return { ...(await runFake(line, options)), calls };
}

describe('reservations tickets', () => {
  const line = `reservations tickets ${reservationId}`;

  test('lists the seats, and when they were used by the clock of the theater', async () => {
    const { data } = await against(line, 80);
    expect(data).toBe(
      'SEAT  TICKET  STATUS  USED AT\n' +
        'A1    Adult   valid\n' +
        'A2    Adult   used    Fri 2026-12-04 19:42\n' +
        'A3    Adult   void\n',
    );
    expect((await against(line)).data).toContain('A2\tAdult\tused\t2026-12-04T18:42:00.000Z\n');
  });

  test('prints codes only if asked', async () => {
    const [plain, asked, csv] = [
      await against(line),
      await against(`${line} --codes`),
      await against(`${line} --codes --csv`),
    ];
    expect(plain.data).not.toContain('MT1-');
    expect(asked.data).toContain(`\tMT1-${'1'.repeat(172)}\n`);
    expect(csv.data).toContain(`,MT1-${'1'.repeat(172)}\n`);
    expect((await against(`${line} --codes`, 80)).data).toContain(`\nA1\nMT1-${'1'.repeat(172)}\n`);
    expect(JSON.parse((await against(`${line} --json`)).data)).toMatchObject({
      items: [{ code: `MT1-${'1'.repeat(172)}` }, {}, {}],
    });
  });

  test('saves files', async () => {
    const [pdf, calendar] = ['tickets.pdf', 'show.ics'].map((name) => join(config.folder, name));
    const flags = ['--pdf', pdf ?? '', '--calendar', calendar ?? ''];
    const { said, calls } = await against([...line.split(' '), ...flags]);
    expect(readFileSync(pdf ?? '', 'utf8')).toBe('%PDF');
    expect(readFileSync(calendar ?? '', 'utf8')).toBe('BEGIN:VCALENDAR');
    expect(said).toBe(`Written to ${pdf}.\nWritten to ${calendar}.\n`);
    expect(calls[0]).toEqual({ path: 'tickets.pdf', input: { reservationId } });
  });

  test.each([
    ['-', 'Files are not written to standard output.'],
    ['no/such/folder/t.pdf', 'Cannot write "no/such/folder/t.pdf": there is no such folder.'],
    ['.', 'Cannot write ".": it is a folder.'],
  ])('does not save to %s', async (file, message) => {
    const { said, exitCode } = await against([...line.split(' '), '--pdf', file]);
    expect({ said: said.split('\n')[0], exitCode }).toEqual({
      said: `error: ${message}`,
      exitCode: 2,
    });
  });

  test('draws a code for each ticket that is not void, with its seat, in four light modules', async () => {
    const { data } = await against(`${line} --qr`);
    const drawing = data.slice(data.indexOf('\n\n') + 2).split('\n');
    expect(drawing.filter((text) => text.trim() === 'A1' || text.trim() === 'A2')).toHaveLength(2);
    expect(data).not.toMatch(/^ +A3$/m);
    const code = drawing.slice(0, 27);
    expect(code.every((text) => text.length === 53)).toBe(true);
    expect(code.slice(0, 2)).toEqual(['█'.repeat(53), '█'.repeat(53)]);
    expect(code.every((text) => text.startsWith('████') && text.endsWith('████'))).toBe(false);
    expect(code.slice(0, 26).every((text) => /^█{4}.*█{4}$/.test(text))).toBe(true);
  });

  test('draws in black on white whatever the theme is, where there are colours', async () => {
    fake.matinee = fakeMatinee({
      'tickets.list': () => [ticket(1)],
      'reservations.get': () => ({ showtime: { id: showtimeId } }),
      'showtimes.get': () => ({ theater: { timezone: 'Europe/Vienna' } }),
    }).matinee;
    const { data } = await runFake(`${line} --qr`, { columns: 80 });
    const rows = data.split('\n').filter((text) => text.includes('\u001b[38;5;16m'));
    expect(rows).toHaveLength(27);
    expect(rows[0]).toBe(`\u001b[48;5;231m\u001b[38;5;16m${' '.repeat(53)}\u001b[0m`);
  });

  test('does not draw a code that does not fit', async () => {
    const { exitCode, said } = await against(`${line} --qr`, 52);
    expect(exitCode).toBe(2);
    expect(said).toContain('A QR code needs 53 columns.');
  });
});

describe('reservations reissue', () => {
  const line = `reservations reissue ${reservationId}`;

  test('issues all tickets anew, or those of some seats', async () => {
    const { said, data, calls } = await against(`${line} --yes`);
    expect(calls[0]).toEqual({ path: 'tickets.reissue', input: { reservationId } });
    expect(data).toBe('A1\tAdult\tvalid\t\n');
    expect(said).toContain('The old codes are void');
    const some = await against(`${line} --yes --seat a2 --seat A1`);
    expect(some.calls.find(({ path }) => path === 'tickets.reissue')?.input).toEqual({
      reservationId,
      seatIds: ['seat-2', 'seat-1'],
    });
  });

  test('needs a confirmation, and seats of the reservation', async () => {
    const refused = await against(line);
    expect({ exitCode: refused.exitCode, calls: refused.calls }).toEqual({
      exitCode: 2,
      calls: [],
    });
    const wrong = await against(`${line} --yes --seat B9`);
    expect(wrong.said).toContain('There is no seat B9 in this reservation.');
    expect(wrong.exitCode).toBe(2);
  });
});

describe('check-ins', () => {
  test('list shows what came of each scan, and the counts', async () => {
    const { data, said } = await against(`check-ins list ${showtimeId}`, 90);
    expect(data.split('\n')).toEqual([
      expect.stringMatching(/^ID +AT +RESULT +SEAT +TICKET +REFERENCE +GATE +DEVICE$/),
      expect.stringMatching(/^abc124 {2}19:42 {2}void: issued anew, or give.* {2}A2 {4}Adult/),
      expect.stringMatching(/^abc125 {2}19:42 {2}already in/),
      expect.stringMatching(/^fff123 {2}19:42 {2}out /),
      expect.stringMatching(/^abc123 {2}19:42 {2}taken back/),
      '',
    ]);
    expect(said).toContain('3 tickets expected, 2 admitted, 1 inside.');
    const piped = (await against(`check-ins list ${showtimeId}`)).data.trim().split('\n');
    expect(piped.map((line) => line.split('\t')[2])).toEqual([
      'void',
      'already_admitted',
      'out',
      'taken_back',
    ]);
    expect((await against(`check-ins list ${showtimeId} --csv`)).data).toContain(',wrong person,');
  });

  test('find sends the text', async () => {
    const { data, calls } = await against(['check-ins', 'find', showtimeId, 'Ada King']);
    expect(calls[0]?.input).toEqual({ showtimeId, q: 'Ada King' });
    expect(data).toBe('K7Q2M9XD\tA2\tAdult\tAda King\t2026-12-04T18:42:00.000Z\n');
    expect((await against(['check-ins', 'find', showtimeId, 'ada'], 80)).data).toContain(
      ' 19:42\n',
    );
  });

  test('undo takes an id, or the end of one in a show', async () => {
    const undo = ['check-ins', 'undo', '--reason', 'wrong person'];
    const whole = await against([...undo, checkInId], 80);
    expect(whole.data).toMatch(/Taken back {2}19:42\nReason {6}wrong person\n/);
    const input = { checkInId, reason: 'wrong person' };
    expect(whole.calls[0]?.input).toEqual(input);
    const ending = await against([...undo, 'ABC123', '--showtime-id', showtimeId]);
    expect(ending.calls.find(({ path }) => path === 'checkIns.undo')?.input).toEqual(input);
    // In a pipe too, times are those of the theater.
    expect(ending.data).toMatch(/Taken back {2}19:42\n/);
    for (const [text, reason] of [
      ['abc999', 'No scan’s id ends with "abc999".'],
      ['123', '"123" fits 2 scans.'],
    ]) {
      const none = await against([...undo, text ?? '', '--showtime-id', showtimeId]);
      expect({ code: none.exitCode, said: none.said.split('\n')[0] }).toEqual({
        code: 2,
        said: `error: ${reason}`,
      });
    }
  });
});

test('ticket-keys lists public keys', async () => {
  expect((await against('ticket-keys')).data).toBe('7\tabc_-\n');
  expect((await against('ticket-keys', 80)).data).toContain('PUBLIC KEY');
  expect((await against('ticket-keys --csv')).data).toBe('kid,x\n7,abc_-\n');
});
