import { PassThrough } from 'node:stream';
import type * as timers from 'node:timers/promises';
import { MatineeError } from '@matinee/sdk';
import type { Matinee } from '@matinee/sdk';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeMatinee } from '../../test/fake-matinee.ts';
import { useOwnConfig } from '../../test/own-config.ts';
import { run } from '../run.ts';

const fake = vi.hoisted(() => ({ matinee: undefined as unknown }));
vi.mock('@matinee/sdk', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  createMatinee: () => fake.matinee as Matinee,
}));

// Where the clock is a test's, a pause moves it, and takes no time.
vi.mock('node:timers/promises', async (importOriginal) => {
  const real = await importOriginal<typeof timers>();
  const pause = async (ms: number) => {
    if (!vi.isFakeTimers()) {
      return real.setTimeout(ms);
    }
    vi.setSystemTime(Date.now() + ms);
    return real.setImmediate();
  };
  return { ...real, setTimeout: pause };
});

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
    refunds: [],
    payment: null,
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

  test('says where the confirmation goes', async () => {
    const { calls } = await sell(
      answers,
      [
        ['Which movie?', 'Heat\r'],
        ['Which seats?', 'A1-2\r'],
        ['10:00 left', 'y'],
      ],
      'book --contact-email grace@example.com',
    );
    expect(calls.at(-1)?.input).toMatchObject({ contactEmail: 'grace@example.com' });
  });

  test('asks for a wheelchair place with --accessibility, and says why a seat is refused', async () => {
    const refuse = () => {
      const details = { rule: 'companion_alone' as const, seatIds: ['seat-2'] };
      throw new MatineeError({ code: 'SEAT_RULE', status: 422, message: 'Refused.', details });
    };
    const { screen, calls } = await sell(
      { ...answers, 'showtimes.lockSeats': refuse },
      [
        ['Which seats?', 'A2\r'],
        ['Which seats?', '\u0003'],
      ],
      `book --accessibility --showtime-id ${showtimeId}`,
    );
    expect(screen).toContain('A2: A companion seat is sold with the wheelchair place beside it.');
    expect(calls.at(-2)).toEqual({
      path: 'showtimes.lockSeats',
      input: { showtimeId, seatIds: ['seat-2'], accessibility: true },
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

  test('shows the fee of a list with one ticket type', async () => {
    const listed = {
      ...answers,
      'showtimes.get': () => ({ ...showtime, priceListId: 'l1' }),
      'reservations.quote': () => ({
        totalPrice: '12.50',
        fees: '1.00',
        total: '13.50',
        currency: 'EUR',
      }),
    };
    const { exitCode, screen, calls } = await sell(listed, [
      ['Which seats?', 'A1\r'],
      ['Book A1 for 13.50 EUR?', 'y'],
    ]);
    expect(exitCode).toBe(0);
    expect(screen).toContain('Seats 12.50, fees 1.00 EUR.');
    expect(calls.at(-1)?.input).toEqual({ showtimeId, seatIds: ['seat-1'] });
  });

  describe('for several kinds of people', () => {
    const adult = { id: 't1', code: 'adult', name: 'Adult', prices: { regular: '12.50' } };
    const child = { id: 't2', code: 'child', name: 'Child', prices: { regular: '8.00' } };
    const listed = {
      ...answers,
      'showtimes.get': () => ({ ...showtime, ticketTypes: [adult, child] }),
      'reservations.quote': (input: { seats: { seatId: string; ticketTypeId: string }[] }) => ({
        seats: input.seats.map((each) => ({
          ...each,
          price: each.ticketTypeId === 't1' ? '12.50' : '8.00',
        })),
        totalPrice: '20.50',
        fees: '1.00',
        total: '21.50',
        currency: 'EUR',
      }),
    };
    const bought = {
      showtimeId,
      seats: [
        { seatId: 'seat-1', ticketTypeId: 't1' },
        { seatId: 'seat-2', ticketTypeId: 't2' },
      ],
    };

    test('asks how many of each, and shows the sum with the fees', async () => {
      const { exitCode, screen, calls } = await sell(listed, [
        ['Which seats?', 'A1-2\r'],
        ['How many of each?', '1 adult, 2 child\r'],
        ['The tickets are 3, and the seats are 2.', '\u0015child=1\r'],
        ['Book A1, A2 for 21.50 EUR?', 'y'],
      ]);
      expect(exitCode).toBe(0);
      expect(screen).toMatch(
        /SEAT +TICKET +EUR\nA1 +Adult +12\.50\nA2 +Child +8\.00\nFees +1\.00\nSum +21\.50\n/,
      );
      expect(calls.at(-1)).toEqual({ path: 'reservations.create', input: bought });
    });

    test('does not ask with --ticket', async () => {
      const line = `book --showtime-id ${showtimeId} --ticket adult=1 --ticket child=1`;
      const steps = [
        ['Which seats?', 'A1-2\r'],
        ['left', 'y'],
      ] as const;
      const { screen, calls } = await sell(listed, steps, line);
      expect(screen).not.toContain('How many of each?');
      expect(calls.at(-1)?.input).toEqual(bought);
    });

    test('gives the seats back when a rule refuses the tickets, and prompts again', async () => {
      let tries = 0;
      const strict = {
        ...listed,
        'reservations.quote': (input: never) => {
          tries += 1;
          if (tries > 1) {
            return listed['reservations.quote'](input);
          }
          throw new MatineeError({
            code: 'TICKET_TYPE_NOT_ALLOWED',
            message: 'This ticket type is not for sale here.',
            status: 422,
            details: { ticketTypeId: 't2', reason: 'It is sold together with an adult only.' },
          });
        },
      };
      const { exitCode, paths } = await sell(strict, [
        ['Which seats?', 'A1\r'],
        ['How many of each?', 'child=1\r'],
        ['It is sold together with an adult only.', ''],
        ['Which seats?', 'A1-2\r'],
        ['How many of each?', 'child=1\r'],
        ['left', 'y'],
      ]);
      expect(exitCode).toBe(0);
      expect(paths.filter((path) => path === 'showtimes.unlockSeats')).toHaveLength(1);
    });
  });

  describe('where customers pay in advance', () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
    afterEach(() => void vi.useRealTimers());

    const payment = (values: object) => ({
      id: 'p1',
      reservationId: 'r1',
      status: 'open',
      amount: '25.00',
      currency: 'EUR',
      payBefore: new Date(Date.now() + 600_000),
      clientAction: { type: 'redirect', url: 'https://pay.example/1' },
      ...values,
    });
    const booked = answers['reservations.create']();
    const paying = {
      ...answers,
      'reservations.create': () => ({ ...booked, status: 'pending', payment: payment({}) }),
      'payments.start': () => payment({}),
      'payments.sync': () => payment({ status: 'succeeded', clientAction: null }),
      'reservations.get': () => booked,
    };
    const toTheEnd = [
      ['Which seats?', 'A1-2\r'],
      ['10:00 left', 'y'],
    ] as const;

    test('says where to pay, and waits until it is paid', async () => {
      const { exitCode, screen, paths } = await sell(paying, toTheEnd);
      expect(exitCode).toBe(0);
      expect(screen).toContain('25.00 EUR is due for K7WQ3MXA. Pay here:\nhttps://pay.example/1');
      expect(screen).toContain('Booked. The reference is K7WQ3MXA.');
      expect(paths.slice(-4)).toEqual([
        'reservations.create',
        'payments.start',
        'payments.sync',
        'reservations.get',
      ]);
    });

    test('takes no card itself', async () => {
      const clientAction = {
        type: 'stripe_payment_intent',
        clientSecret: 'x',
        publishableKey: 'y',
      };
      const start = () => payment({ clientAction });
      const { screen } = await sell({ ...paying, 'payments.start': start }, toTheEnd);
      expect(screen).toContain('This cinema takes cards in the browser');
      expect(screen).toMatch(/Pay before \w{3} \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
      expect(screen).toContain('matinee payments get K7WQ3MXA');
    });

    test('lets the server decide when the time is over', async () => {
      const late = payment({ payBefore: new Date(0) });
      let looks = 0;
      const deciding = {
        ...paying,
        'payments.start': () => late,
        'payments.sync': () => {
          looks += 1;
          return looks < 2 ? late : payment({ status: 'succeeded' });
        },
        'reservations.get': () =>
          looks < 2 ? { ...booked, status: 'pending', payment: late } : booked,
      };
      const { exitCode, screen } = await sell(deciding, toTheEnd);
      expect(exitCode).toBe(0);
      expect(screen).toContain('The time is over. Waiting for the server');
      expect(screen).not.toContain('not paid in time');
    });

    test('goes on with the payment that the customer has started elsewhere', async () => {
      let reads = 0;
      const other = {
        ...paying,
        'payments.sync': ({ paymentId }: { paymentId: string }) =>
          payment({ id: paymentId, status: paymentId === 'p1' ? 'cancelled' : 'succeeded' }),
        'reservations.get': () =>
          (reads += 1) === 1
            ? { ...booked, status: 'pending', payment: payment({ id: 'p2' }) }
            : booked,
      };
      const { exitCode, calls } = await sell(other, toTheEnd);
      expect(exitCode).toBe(0);
      const synced = calls.filter(({ path }) => path === 'payments.sync');
      expect(synced.map(({ input }) => input)).toEqual([{ paymentId: 'p1' }, { paymentId: 'p2' }]);
    });

    test('goes on waiting when the server cannot be reached for a moment', async () => {
      let tries = 0;
      const lost = () => {
        tries += 1;
        if (tries > 1) {
          return payment({ status: 'succeeded' });
        }
        throw new MatineeError({
          code: 'NETWORK_ERROR',
          message: 'The server cannot be reached.',
          status: 0,
          details: {},
        });
      };
      const { exitCode } = await sell({ ...paying, 'payments.sync': lost }, toTheEnd);
      expect(exitCode).toBe(0);
    });

    test('names the reservation when the command fails', async () => {
      const ended = () => {
        throw new MatineeError({
          code: 'TOKEN_EXPIRED',
          message: 'Your session has expired.',
          status: 401,
          details: {},
        });
      };
      const { exitCode, screen } = await sell({ ...paying, 'payments.start': ended }, toTheEnd);
      expect(exitCode).toBe(4);
      expect(screen).toContain('matinee reservations get K7WQ3MXA');
    });

    test.each([
      ['payment_expired', 'not paid in time'],
      ['seats_gone', 'the seats were taken'],
    ])('fails when it ends: %s', async (cancelReason, said) => {
      const ended = {
        ...paying,
        'payments.start': () => payment({ payBefore: new Date(0) }),
        'reservations.get': () => ({ ...booked, status: 'cancelled', cancelReason }),
      };
      const { exitCode, screen } = await sell(ended, toTheEnd);
      expect(exitCode).toBe(5);
      expect(screen).toContain(said);
    });
  });
});
