import { PassThrough } from 'node:stream';
import { MatineeError } from '@matinee/sdk';
import type { Matinee } from '@matinee/sdk';
import { describe, expect, test, vi } from 'vitest';
import { fakeMatinee } from '../../test/fake-matinee.ts';
import { useOwnConfig } from '../../test/own-config.ts';
import { runFake } from '../../test/run-fake.ts';
import { run } from '../run.ts';

const fake = vi.hoisted(() => ({ matinee: undefined as unknown }));
vi.mock('@matinee/sdk', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  createMatinee: () => fake.matinee as Matinee,
}));

useOwnConfig();

const idOf = (ending: string) => `00000000-0000-7000-8000-${ending.padStart(12, '0')}`;
const [downtown, showtimeId, bookingId] = [idOf('1'), idOf('c1'), idOf('d1')];
const startTime = new Date(Date.now() + 3_600_000);
const adult = { id: 't1', code: 'adult', name: 'Adult', prices: { regular: '12.00' } };
const child = { id: 't2', code: 'child', name: 'Child', prices: { regular: '8.00' } };
const showtime = {
  id: showtimeId,
  movie: { id: 'm1', title: 'Heat', durationMinutes: 170, posterUrl: null },
  theater: { id: 'h1', name: 'One', timezone: 'UTC' },
  startTime,
  endTime: startTime,
  ticketTypes: [adult, child],
  price: '12.00',
  seatTypePrices: {},
  currency: 'EUR',
  availability: { total: 4, available: 2 },
  cancelledAt: null,
};
const seats = ['available', 'available', 'blocked', 'reserved'].map((status, index) => ({
  id: `seat-${index + 1}`,
  rowLabel: 'B',
  seatNumber: index + 1,
  rowIndex: 1,
  position: index + 1,
  seatType: 'regular',
  price: '12.00',
  status,
}));
const reservation = {
  id: bookingId,
  reference: 'K7WQ3MXA',
  status: 'confirmed',
  showtime,
  seats: seats.slice(0, 2),
  totalPrice: '20.00',
  currency: 'EUR',
  createdAt: startTime,
  cancelledAt: null,
  refunds: [],
  payment: null,
};
const moved = {
  reservation: { ...reservation, payment: { provider: 'desk' } },
  waiting: '0.00',
  previous: { id: idOf('d2'), reference: 'OLD23456' },
};
const line = (tender: string, more: object = {}) => ({
  tender,
  sold: '20.00',
  refunded: '0.00',
  counted: null,
  difference: null,
  ...more,
});
const shift = {
  id: idOf('e1'),
  siteId: downtown,
  operator: { id: 'u1', email: 'ada@example.com' },
  openedAt: new Date('2026-11-29T08:00:00Z'),
  closedAt: null,
  float: '100.00',
  currency: 'EUR',
  lines: [line('cash'), line('card_terminal'), line('comp'), line('invoice')],
};
const closed = {
  ...shift,
  closedAt: new Date('2026-11-29T18:00:00Z'),
  lines: [
    line('cash', { counted: '119.50', difference: '-0.50' }),
    line('card_terminal', { counted: '20.00', difference: '0.00' }),
  ],
};
const answers = {
  'sites.list': () => [
    { id: downtown, name: 'Downtown', timezone: 'Europe/Paris', lateSalesMinutes: 15 },
  ],
  'showtimes.list': () => [
    { ...showtime, id: idOf('c9'), startTime: new Date(Date.now() - 20 * 60_000) },
    { ...showtime, startTime: new Date(Date.now() - 10 * 60_000) },
    { ...showtime, id: idOf('c2'), movie: { ...showtime.movie, title: 'Ali' } },
  ],
  'showtimes.get': () => showtime,
  'showtimes.seats': () => ({
    currency: 'EUR',
    seats,
    counts: { total: 4, available: 2, locked: 0, reserved: 1, blocked: 1 },
  }),
  'desk.sell': () => ({ reservation, changeDue: '30.00' }),
  'desk.shift': () => shift,
  'desk.openShift': () => shift,
  'desk.closeShift': () => closed,
  'desk.payOut': () => ({
    reservation,
    amount: '20.00',
    tender: 'card_terminal',
    lines: [{ tender: 'card_terminal', amount: '20.00' }],
  }),
  'desk.reseat': () => ({ ...moved, difference: '0.00' }),
  'desk.exchange': () => ({ ...moved, difference: '-4.00', waiting: '3.00' }),
  'reservations.get': () => reservation,
  'admin.users.list': () => [{ id: 'u2', email: 'bob@example.com' }],
  'reservations.list': () => ({ items: [reservation], nextCursor: null }),
};

async function against(typed: string, columns?: number) {
  const { matinee, calls } = fakeMatinee(answers);
  fake.matinee = matinee;
  const ended = await runFake(
    typed,
    columns === undefined ? {} : { columns, env: { NO_COLOR: '1' } },
  );
  return { ...ended, calls, sold: calls.find(({ path }) => path === 'desk.sell')?.input };
}

describe('a sale by flags', () => {
  const flags = `desk sell ${showtimeId} --seat B1 --seat B2 --ticket child=1`;
  const sale = {
    showtimeId,
    seats: [
      { seatId: 'seat-1', ticketTypeId: 't1' },
      { seatId: 'seat-2', ticketTypeId: 't2' },
    ],
  };

  test('sends the seats with their types, and says what goes back', async () => {
    const { sold, data, said } = await against(`${flags} --tender cash --tendered 50`);
    expect(sold).toEqual({ ...sale, tender: 'cash', tendered: '50.00' });
    expect(data).toContain('\nChange due: 30.00 EUR\n');
    expect(data).not.toContain('█');
    expect(said).toContain('Sold. The reference is K7WQ3MXA.');
  });

  test('draws the change large at a terminal of 80 columns', async () => {
    const { data } = await against(`${flags} --tender cash --tendered 50`, 80);
    const [, drawn = ''] = data.split('Change due: 30.00 EUR\n');
    expect(drawn.trimEnd().split('\n').slice(1)).toHaveLength(5);
    expect(Math.max(...data.split('\n').map((row) => row.length))).toBeLessThanOrEqual(80);
  });

  test('draws no change where none was handed over', async () => {
    const { sold, data } = await against(`${flags} --tender card_terminal`, 80);
    expect(sold).toEqual({ ...sale, tender: 'card_terminal' });
    expect(data).not.toContain('█');
    expect(data).not.toContain('Change due');
  });

  test('names the customer', async () => {
    const named = await against(`${flags} --tender invoice --name Emmy --email emmy@example.com`);
    const customer = { name: 'Emmy', email: 'emmy@example.com' };
    expect(named.sold).toEqual({ ...sale, tender: 'invoice', customer });
    const user = await against(`${flags} --tender invoice --user bob@example.com`);
    expect(user.sold).toMatchObject({ customer: { userId: 'u2' } });
  });

  test('needs a reason for a comp, and tickets that fit the seats', async () => {
    const free = await against(`${flags} --tender comp`);
    expect([free.exitCode, free.sold]).toEqual([2, undefined]);
    expect(free.said).toContain('Missing: --reason.');
    expect((await against(`${flags} --tender comp --reason Press`)).sold).toMatchObject({
      reason: 'Press',
    });
    const many = await against(`desk sell ${showtimeId} --seat B1 --ticket child=2 --tender cash`);
    expect([many.exitCode, many.sold]).toEqual([2, undefined]);
    expect(many.said).toContain('The tickets are 2, and the seats are 1.');
  });
});

/** Each step waits for text on the screen, then types. */
async function atKeyboard(
  steps: readonly (readonly [seen: string, typed: string])[],
  server: Parameters<typeof fakeMatinee>[0] = answers,
  typed = 'desk sell',
) {
  const { matinee, calls } = fakeMatinee(server);
  fake.matinee = matinee;
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const talk = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 40 });
  let screen = '';
  talk.on('data', (chunk: Buffer) => (screen += chunk.toString()));
  let data = '';
  const output = { write: (text: string) => (data += text), isTTY: true, columns: 80 };
  const env = { MATINEE_TOKEN: 'token', MATINEE_URL: 'http://127.0.0.1:9', NO_COLOR: '1' };
  const ended = run(typed.split(' '), { input, output, talk, env });
  let from = 0;
  for (const [seen, keys] of steps) {
    await vi.waitFor(() => expect(screen.slice(from)).toContain(seen), { timeout: 15_000 });
    from = screen.indexOf(seen, from) + seen.length;
    input.write(keys);
  }
  const exitCode = await ended;
  const sales = calls.flatMap((call) => (call.path === 'desk.sell' ? [call.input] : []));
  return { exitCode, screen, data, sales, calls };
}

/** Ctrl-C at the question for the next customer. */
const noMore = ['Next customer?', '\u0003'] as const;

describe('a sale at the keyboard', () => {
  test('is followed by the next one, of the same show or another', async () => {
    const down = '\u001b[B';
    const sale = [
      ['Which seats?', 'B1\r'],
      ['How many of each?', '\r'],
      ['How is it paid?', '\r'],
      ['Cash handed over?', '\r'],
    ] as const;
    const { exitCode, sales } = await atKeyboard(
      [
        ['Which show?', '\r'],
        ...sale,
        ['Next customer?', '\r'],
        ...sale,
        ['Next customer?', `${down}\r`],
        ['Which show?', '\r'],
        ...sale,
        ['Next customer?', `${down}${down}\r`],
      ],
      answers,
      'desk sell --name Ada',
    );
    expect(exitCode).toBe(0);
    // The name was that of the first customer.
    expect(sales.map((each) => Object.keys(each as object).includes('customer'))).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('goes from the show to the change', async () => {
    const { exitCode, screen, data, sales } = await atKeyboard([
      ['Which show?', '\r'],
      ['Which seats?', 'B1 B2\r'],
      ['How many of each?', '1 child\r'],
      ['20.00 EUR. How is it paid?', '\r'],
      ['Cash handed over?', '50\r'],
      noMore,
    ]);
    expect(exitCode).toBe(0);
    expect(screen).toMatch(/adult +Adult +12\.00\n +child +Child +8\.00/);
    expect(data).toContain('Change due: 30.00 EUR');
    expect(sales).toEqual([
      {
        showtimeId,
        seats: [
          { seatId: 'seat-1', ticketTypeId: 't1' },
          { seatId: 'seat-2', ticketTypeId: 't2' },
        ],
        tender: 'cash',
        tendered: '50.00',
      },
    ]);
  });

  test('offers shows that have begun as long as the site sells them', async () => {
    const { screen } = await atKeyboard([['Which show?', '\u0003']]);
    expect(screen.match(/Heat, One/g)).toHaveLength(1);
    expect(screen).toContain('Ali, One');
  });

  test('takes Enter for tickets of the first type and for the exact sum', async () => {
    const { sales } = await atKeyboard(
      [
        ['Which seats?', 'B1-2\r'],
        ['How many of each?', '\r'],
        ['24.00 EUR. How is it paid?', '\r'],
        ['Cash handed over?', '20\r'],
        ['Enter an amount of at least 24.00.', '\u007f\u007f\r'],
        noMore,
      ],
      answers,
      `desk sell ${showtimeId}`,
    );
    expect(sales).toMatchObject([{ tender: 'cash', tendered: '24.00' }]);
  });

  test('sells a seat that is kept back, and none that is sold', async () => {
    const one = { ...answers, 'showtimes.get': () => ({ ...showtime, ticketTypes: [adult] }) };
    const { sales } = await atKeyboard(
      [
        ['Which seats?', 'B4\r'],
        ['B4 is not free.', '\u007f3\r'],
        ['How is it paid?', '\r'],
        ['Cash handed over?', '\r'],
        noMore,
      ],
      one,
      `desk sell ${showtimeId}`,
    );
    expect(sales).toMatchObject([{ seats: [{ seatId: 'seat-3', ticketTypeId: 't1' }] }]);
  });

  test('sells nothing that the card terminal has not taken', async () => {
    const { exitCode, sales } = await atKeyboard(
      [
        ['Which seats?', 'B1\r'],
        ['How many of each?', '\r'],
        ['How is it paid?', '\u001b[B\r'],
        ['Has the card terminal taken 12.00 EUR?', 'n'],
      ],
      answers,
      `desk sell ${showtimeId}`,
    );
    expect([exitCode, sales]).toEqual([1, []]);
  });

  test('prompts again when another customer was faster', async () => {
    let tries = 0;
    const contested = {
      ...answers,
      'desk.sell': () => {
        tries += 1;
        if (tries > 1) {
          return { reservation, changeDue: '0.00' };
        }
        throw new MatineeError({
          code: 'SEATS_UNAVAILABLE',
          message: 'Some of these seats are no longer available.',
          status: 409,
          details: { seats: [{ seatId: 'seat-1', reason: 'reserved' }] },
        });
      },
    };
    const steps = [
      ['Which seats?', 'B1\r'],
      ['How many of each?', '\r'],
      ['How is it paid?', '\r'],
      ['Cash handed over?', '\r'],
    ] as const;
    const { exitCode, screen } = await atKeyboard(
      [...steps, ['B1: reserved', ''], ...steps, noMore],
      contested,
      `desk sell ${showtimeId}`,
    );
    expect(exitCode).toBe(0);
    expect(screen).toContain('no longer available. B1: reserved');
  });
});

describe('a shift', () => {
  test('is shown with its tenders', async () => {
    const { data } = await against('desk shift', 80);
    expect(data).toContain('Site    Downtown\n');
    expect(data).toContain('Opened  Sun 2026-11-29 09:00 CET\n');
    expect(data).toMatch(/TENDER +SOLD +PAID OUT\ncash +20\.00 +0\.00\n/);
    expect(data).not.toContain('COUNTED');
  });

  test('is opened at a site by its name, or at the only one', async () => {
    for (const site of [' --site downtown', '']) {
      const { calls, said } = await against(`desk open${site} --float 100`);
      expect(calls).toContainEqual({
        path: 'desk.openShift',
        input: { siteId: downtown, float: '100.00' },
      });
      expect(said).toContain('Shift opened.');
    }
  });

  test('is closed with what was counted, and shows the differences', async () => {
    const { calls, data, said } = await against('desk close --cash 119.5 --card-terminal 20', 80);
    expect(calls[0]).toEqual({
      path: 'desk.closeShift',
      input: { counted: { cash: '119.50', card_terminal: '20.00' } },
    });
    expect(data).toMatch(/cash +20\.00 +0\.00 +119\.50 +-0\.50\n/);
    expect(said).toContain('Cash is 0.50 EUR short. Card terminal is right.');
  });
});

test('pay-out pays what waits for the customer of a reference', async () => {
  const { calls, data, said } = await against('desk pay-out K7WQ3MXA');
  expect(calls.at(-1)).toEqual({ path: 'desk.payOut', input: { reservationId: bookingId } });
  expect(data).toContain('card terminal');
  expect(said).toContain('Paid out: 20.00 EUR.');
});

describe('moving seats', () => {
  test('sends pairs of seats, and says that nothing is to be paid', async () => {
    const { calls, said } = await against('desk reseat K7WQ3MXA --move B4=B1 --move b3=b2');
    expect(calls.at(-2)).toEqual({
      path: 'desk.reseat',
      input: {
        reservationId: bookingId,
        moves: [
          { from: 'seat-4', to: 'seat-1' },
          { from: 'seat-3', to: 'seat-2' },
        ],
      },
    });
    expect(said).toContain('Moved. Nothing is to be paid.');
  });

  test.each(['B4', 'B4=Z9', 'B4=B1=B2', 'B1-B2=B3'])('refuses --move %s', async (move) => {
    const { said, exitCode: code } = await against(`desk reseat K7WQ3MXA --move ${move}`);
    expect(code).toBe(2);
    expect(said).toContain(`${move} is not two seats of this show`);
  });

  test('asks how a difference is paid, and why it is not', async () => {
    const dearer = {
      ...answers,
      'desk.reseat': ({ tender }: { tender?: string }) => {
        if (tender !== undefined) {
          return { ...moved, difference: '4.00' };
        }
        throw new MatineeError({
          code: 'VALIDATION_ERROR',
          message: 'The input is not valid.',
          status: 400,
          details: {
            issues: [{ path: ['tender'], message: 'must be given: 4.00 is to be paid' }],
          },
        });
      },
    };
    const typed = 'desk reseat K7WQ3MXA --move B4=B1';
    const paid = await atKeyboard([['4.00. How is it paid?', '\r']], dearer, typed);
    expect(paid.calls.findLast(({ path }) => path === 'desk.reseat')?.input).toMatchObject({
      tender: 'cash',
    });
    expect(paid.screen).toContain('Moved. Paid: 4.00 EUR.');
    const down = '\u001b[B';
    const waived = await atKeyboard(
      [
        ['How is it paid?', `${down}${down}\r`],
        ['Why does it cost nothing?', 'Broken\r'],
      ],
      dearer,
      typed,
    );
    expect(waived.calls.findLast(({ path }) => path === 'desk.reseat')?.input).toMatchObject({
      tender: 'comp',
      reason: 'Broken',
    });
  });

  test('asks for the seats', async () => {
    const { calls } = await atKeyboard(
      [
        ['Which seat becomes which?', 'B9=B1\r'],
        ['Enter seats of this show', `${'\u007f'.repeat(5)}B4=B1\r`],
      ],
      answers,
      'desk reseat K7WQ3MXA',
    );
    expect(calls.find(({ path }) => path === 'desk.reseat')?.input).toMatchObject({
      moves: [{ from: 'seat-4', to: 'seat-1' }],
    });
  });

  test('needs the seats where it cannot ask', async () => {
    const { said, exitCode: code } = await against('desk reseat K7WQ3MXA');
    expect([code, said]).toEqual([2, expect.stringContaining('Missing: --move.')]);
  });
});

test('an exchange names the new reference, and what is returned', async () => {
  const { calls, said } = await against(`desk exchange K7WQ3MXA ${showtimeId} --seat B1`);
  expect(calls.find(({ path }) => path === 'desk.exchange')).toEqual({
    path: 'desk.exchange',
    input: {
      reservationId: bookingId,
      showtimeId,
      seats: [{ seatId: 'seat-1', ticketTypeId: 't1' }],
    },
  });
  expect(said).toContain(
    'Exchanged. The reference is K7WQ3MXA. 4.00 EUR is returned. 3.00 waits: matinee desk pay-out OLD23456.',
  );
});
