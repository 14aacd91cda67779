import { PassThrough } from 'node:stream';
import { MatineeError } from '@matinee/sdk';
import type { Matinee } from '@matinee/sdk';
import { describe, expect, test, vi } from 'vitest';
import { fakeMatinee } from '../../test/fake-matinee.ts';
import { useOwnConfig } from '../../test/own-config.ts';
import { run } from '../run.ts';

const fake = vi.hoisted(() => ({ matinee: undefined as unknown }));
vi.mock('@matinee/sdk', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  createMatinee: () => fake.matinee as Matinee,
}));

useOwnConfig();

const startTime = new Date(Date.now() + 86_400_000);
const showtimeId = '00000000-0000-7000-8000-0000000000c1';
const showtime = {
  id: showtimeId,
  movie: { id: 'm1', title: 'Heat', durationMinutes: 170, posterUrl: null },
  theater: { id: 't1', name: 'One', timezone: 'UTC' },
  startTime,
  endTime: startTime,
  price: '12.50',
  seatTypePrices: {},
  currency: 'EUR',
  availability: { total: 3, available: 2 },
  cancelledAt: null,
};
const seats = ['available', 'available', 'reserved'].map((status, index) => ({
  id: `seat-${index + 1}`,
  rowLabel: 'A',
  seatNumber: index + 1,
  rowIndex: 1,
  position: index + 1,
  seatType: 'regular',
  price: '12.50',
  status,
}));
const lock = (seconds: number) => ({
  showtimeId,
  now: new Date(0),
  expiresAt: new Date(seconds * 1_000),
  maxExpiresAt: new Date(seconds * 1_000),
  totalPrice: '25.00',
  currency: 'EUR',
  seats: [],
});
const answers = {
  'auth.me': () => ({ email: 'ada@example.com' }),
  'showtimes.list': () => [
    showtime,
    { ...showtime, id: 's2', movie: { ...showtime.movie, id: 'm2', title: 'Ali' } },
  ],
  'showtimes.get': () => showtime,
  'showtimes.seats': () => ({
    currency: 'EUR',
    seats,
    counts: { total: 3, available: 2, locked: 0, reserved: 1, blocked: 0 },
  }),
  'showtimes.lockSeats': () => lock(600),
  'showtimes.extendLock': () => lock(1_200),
  'showtimes.unlockSeats': () => ({ seatIds: [] }),
  'reservations.create': () => ({
    id: 'r1',
    reference: 'K7WQ3MXA',
    status: 'confirmed',
    showtime,
    seats: seats.slice(0, 2),
    totalPrice: '25.00',
    currency: 'EUR',
    createdAt: new Date(),
    cancelledAt: null,
  }),
};

/** Plays one sale: each step waits for text on the screen, then types. */
async function sell(
  server: Parameters<typeof fakeMatinee>[0],
  steps: readonly (readonly [seen: string, typed: string])[],
  line = `book --showtime-id ${showtimeId}`,
) {
  const { matinee, calls } = fakeMatinee(server);
  fake.matinee = matinee;
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const talk = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 40 });
  let screen = '';
  let data = '';
  talk.on('data', (chunk: Buffer) => {
    screen += chunk.toString();
  });
  const output = { write: (text: string) => (data += text) };
  const env = { MATINEE_TOKEN: 'token', MATINEE_URL: 'http://127.0.0.1:9', NO_COLOR: '1' };
  const ended = run(line.split(' '), { input, output, talk, env });
  let from = 0;
  for (const [seen, typed] of steps) {
    await vi.waitFor(() => expect(screen.slice(from)).toContain(seen), { timeout: 15_000 });
    from = screen.indexOf(seen, from) + seen.length;
    input.write(typed);
  }
  const exitCode = await ended;
  return { exitCode, screen, data, calls, paths: calls.map(({ path }) => path) };
}

describe('book', () => {
  test('goes from the movie to the reservation', async () => {
    const { exitCode, screen, data, calls } = await sell(
      answers,
      [
        ['Which movie?', 'Heat\r'],
        ['Which seats?', 'A1-2\r'],
        ['10:00 left', 'y'],
      ],
      'book',
    );
    expect(exitCode).toBe(0);
    expect(screen).toContain('Book A1, A2 for 25.00 EUR?');
    expect(screen).toContain('Booked. The reference is K7WQ3MXA.');
    expect(data).toContain('K7WQ3MXA');
    const seatIds = ['seat-1', 'seat-2'];
    expect(calls.at(-1)).toEqual({
      path: 'reservations.create',
      input: { showtimeId, seatIds },
    });
  });

  test.each([
    ['n', 1],
    ['\u0003', 130],
  ])('gives the seats back on %j', async (key, expected) => {
    const { exitCode, screen, calls } = await sell(answers, [
      ['Which seats?', 'A1\r'],
      ['left', key],
    ]);
    expect(exitCode).toBe(expected);
    expect(screen).toContain('The seats are free again.');
    expect(calls.at(-1)).toEqual({
      path: 'showtimes.unlockSeats',
      input: { showtimeId, seatIds: ['seat-1'] },
    });
  });

  test('gives more time, and sells nothing for Enter', async () => {
    const { exitCode, paths } = await sell(answers, [
      ['Which seats?', 'A1\r'],
      // If Enter were a yes, more time would not be asked for.
      ['10:00 left', '\rm'],
      ['20:00 left', 'y'],
    ]);
    expect(exitCode).toBe(0);
    expect(paths).toContain('showtimes.extendLock');
  });

  test('prompts again when another customer was faster, and names the seats', async () => {
    let tries = 0;
    const contested = {
      ...answers,
      'showtimes.lockSeats': () => {
        tries += 1;
        if (tries > 1) {
          return lock(600);
        }
        throw new MatineeError({
          code: 'SEATS_UNAVAILABLE',
          message: 'Some of these seats are no longer available.',
          status: 409,
          details: { seats: [{ seatId: 'seat-1', reason: 'locked' }] },
        });
      },
    };
    const { exitCode, screen } = await sell(contested, [
      ['Which seats?', 'A1\r'],
      ['Some of these seats are no longer available. A1: locked', ''],
      ['Which seats?', 'A2\r'],
      ['left', 'y'],
    ]);
    expect(exitCode).toBe(0);
    expect(screen).toContain('Book A2');
  });

  test('prompts again when the seat lock has expired', async () => {
    let seconds = 0;
    const late = {
      ...answers,
      'showtimes.lockSeats': () => {
        seconds += 600;
        return lock(seconds - 600);
      },
    };
    const { exitCode, paths } = await sell(late, [
      ['Which seats?', 'A1\r'],
      ['Your seat lock has expired.', ''],
      ['Which seats?', 'A1\r'],
      ['left', 'y'],
    ]);
    expect(exitCode).toBe(0);
    expect(paths.filter((path) => path === 'showtimes.unlockSeats')).toHaveLength(1);
  });

  test('refuses seats that are not free or do not exist', async () => {
    const { exitCode, screen } = await sell(answers, [
      ['Which seats?', 'A3\r'],
      ['A3 is not free.', '\u007f9\r'],
      ['There is no seat A9.', '\u0003'],
    ]);
    expect(exitCode).toBe(130);
    expect(screen).toContain('x reserved');
  });

  test('reports that no show or no seat is free', async () => {
    const soldOut = { ...answers, 'showtimes.list': () => [] };
    expect((await sell(soldOut, [], 'book')).exitCode).toBe(3);
    const full = {
      ...answers,
      'showtimes.seats': () => ({
        currency: 'EUR',
        seats: seats.slice(2),
        counts: { total: 1, available: 0, locked: 0, reserved: 1, blocked: 0 },
      }),
    };
    expect((await sell(full, [])).exitCode).toBe(5);
  });
});
