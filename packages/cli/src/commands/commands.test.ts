import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MatineeError } from '@matinee/sdk';
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

type Answers = Parameters<typeof fakeMatinee>[0];

/** Runs a command against a fake server that responds from a table. */
async function against(
  answers: Answers,
  line: string | readonly string[],
  options: Parameters<typeof runFake>[1] = {},
) {
  const { matinee, calls } = fakeMatinee(answers);
  fake.matinee = matinee;
  return { ...(await runFake(line, options)), calls };
}

/** A terminal of 80 columns without colours. */
const at80 = { columns: 80, env: { NO_COLOR: '1' } };

const config = useOwnConfig();

/** Whole ids cost no request. */
const idOf = (kind: string) => `00000000-0000-7000-8000-000000000${kind}`;
const [m1, m2, t1, s1] = [idOf('0a1'), idOf('0a2'), idOf('0b1'), idOf('0c1')];
const [r1, u1, u2, u7] = [idOf('0d1'), idOf('0e1'), idOf('0e2'), idOf('0e7')];

const at = new Date('2026-12-24T19:00:00Z');
const heat = {
  id: m1,
  title: 'Heat',
  description: null,
  posterUrl: null,
  genre: 'Crime',
  durationMinutes: 170,
  releaseDate: '1995-12-15',
  contentRating: 'R',
  revision: 3,
  createdAt: at,
  updatedAt: at,
};
const ada = {
  id: u1,
  email: 'Ada@example.com',
  firstName: 'Ada',
  lastName: null,
  role: 'admin',
  disabledAt: null,
  createdAt: at,
};
const theater = {
  id: t1,
  name: 'One',
  timezone: 'Europe/Paris',
  turnaroundMinutes: 15,
  totalSeats: 2,
  revision: 5,
  createdAt: at,
};
const showtime = {
  id: s1,
  movie: { id: m1, title: 'Heat', durationMinutes: 170, posterUrl: null },
  theater: { id: t1, name: 'One', timezone: 'Europe/Paris' },
  startTime: at,
  endTime: new Date('2026-12-24T21:50:00Z'),
  price: '12.50',
  seatTypePrices: { premium: '15.00', vip: '20.00' },
  currency: 'EUR',
  availability: { total: 2, available: 1 },
  cancelledAt: null,
  cancelReason: null,
  revision: 7,
  createdAt: at,
};
const seat = { id: 'a1', rowLabel: 'A', seatNumber: 1, rowIndex: 1, position: 1, seatType: 'vip' };
const reservation = {
  id: r1,
  reference: 'K7WQ3MXA',
  status: 'confirmed',
  showtime: { ...showtime, theater: { id: t1, name: 'One' } },
  seats: [{ ...seat, price: '20.00' }],
  totalPrice: '20.00',
  currency: 'EUR',
  createdAt: at,
  cancelledAt: null,
  showCancelReason: null,
};

describe('lists', () => {
  const answers = { 'movies.list': () => [heat, { ...heat, id: m2, title: '=Ali' }] };

  test('are tables, with a count at a terminal', async () => {
    const { data, said } = await against(answers, 'movies list', { columns: 90 });
    expect(data).toContain('TITLE');
    expect(said).toContain('2 movies.');
    expect(said).not.toContain('Not shown');
    const narrow = await against(answers, 'movies list', { columns: 40 });
    expect(narrow.said).toContain('Not shown: RATING.');
  });

  test('are tab-separated values in a pipe: whole ids, no titles of columns, no message', async () => {
    const { data, said } = await against(answers, 'movies list');
    expect({ data, said }).toEqual({
      data: `${m1}\tHeat\tCrime\t170\t1995-12-15\tR\n${m2}\t=Ali\tCrime\t170\t1995-12-15\tR\n`,
      said: '',
    });
  });

  test('say at a terminal that they are empty, and nothing in a pipe', async () => {
    const empty = { 'movies.list': () => [] };
    expect(await against(empty, 'movies list', at80)).toMatchObject({
      data: '',
      said: expect.stringContaining('No movies.') as unknown,
    });
    expect(await against(empty, 'movies list')).toMatchObject({ data: '', said: '' });
  });

  test('print the SDK’s value as JSON', async () => {
    const { data } = await against(answers, 'movies list --json --limit 1');
    const items = [{ ...heat, createdAt: at.toISOString(), updatedAt: at.toISOString() }];
    expect(JSON.parse(data)).toEqual({ items, nextCursor: null });
  });

  test('print CSV without formulas', async () => {
    const { data } = await against(answers, 'movies list --csv');
    expect(data.split('\n')[0]).toMatch(/^id,title,description,genre,durationMinutes,/);
    expect(data).toContain(`${m2},'=Ali,`);
  });

  test('pass their filters on', async () => {
    const lists = {
      ...answers,
      'showtimes.list': () => [showtime],
      'admin.users.list': () => [],
      'theaters.list': () => [theater],
    };
    const inputOf = async (line: string) => (await against(lists, line)).calls[0]?.input;
    expect(await inputOf('movies list --genre Crime --search he --date 2026-12-24')).toEqual({
      genre: 'Crime',
      search: 'he',
      date: '2026-12-24',
    });
    expect(
      await inputOf(`showtimes list --movie-id ${m1} --theater-id ${t1} --from 2026-12-24`),
    ).toEqual({ movieId: m1, theaterId: t1, from: '2026-12-24' });
    expect(await inputOf(`movies list --site ${t1}`)).toEqual({ siteId: t1 });
    expect(await inputOf(`showtimes list --site ${t1} --movie-id ${m1}`)).toEqual({
      siteId: t1,
      movieId: m1,
    });
    expect(await inputOf('users list --role admin')).toEqual({ role: 'admin' });
    expect(await inputOf('theaters list')).toEqual({});
    expect(await inputOf(`theaters list --site ${t1}`)).toEqual({ siteId: t1 });
  });

  test('of showtimes are instants in a pipe', async () => {
    const { data } = await against({ 'showtimes.list': () => [showtime] }, 'showtimes list');
    expect(data).toBe(`${s1}\t2026-12-24T19:00:00.000Z\tHeat\tOne\t12.50 EUR\t1/2\n`);
  });

  test('of showtimes are groups of local days, by the clocks of the theaters', async () => {
    const show = (id: string, startTime: string, timezone: string) => ({
      ...showtime,
      id: `000000${id}`,
      startTime: new Date(startTime),
      theater: { ...showtime.theater, timezone },
    });
    const shows = [
      show('a', '2026-12-24T19:00:00Z', 'Europe/Paris'),
      show('b', '2026-12-24T20:00:00Z', 'America/New_York'),
      show('c', '2026-12-25T01:00:00Z', 'America/New_York'),
      show('d', '2026-12-25T01:30:00Z', 'Europe/Paris'),
    ];
    const linesOf = async (items: object[]) => {
      const answer = { 'showtimes.list': () => items };
      const { data } = await against(answer, 'showtimes list', at80);
      return data.split('\n').map((line) => line.slice(0, 17).trimEnd());
    };
    expect(await linesOf(shows)).toEqual([
      'ID      START',
      'Thu 2026-12-24',
      '00000b  15:00 EST',
      '00000a  20:00 CET',
      '00000c  20:00 EST',
      '',
      'Fri 2026-12-25',
      '00000d  02:30 CET',
      '',
    ]);
    expect((await linesOf(shows.slice(0, 1)))[2]).toBe('00000a  20:00  He');
  });

  test('of reservations contain your own, or all', async () => {
    const lists = {
      'reservations.list': () => [reservation],
      'admin.reservations.list': () => [{ ...reservation, user: { id: u1, email: ada.email } }],
      'theaters.list': () => [theater],
    };
    const own = await against(lists, 'reservations list --when upcoming');
    expect(own.calls[0]).toEqual({ path: 'reservations.list', input: { when: 'upcoming' } });
    expect(own.data).toBe('K7WQ3MXA\tconfirmed\t2026-12-24T19:00:00.000Z\tHeat\tA1\t20.00 EUR\n');
    const shown = await against(lists, 'reservations list', at80);
    expect(shown.data).toMatch(/K7WQ3MXA {3}confirmed {2}2026-12-24 20:00 {2}Heat/);
    const all = await against(lists, 'reservations list --all --status confirmed');
    expect(all.calls[0]?.input).toEqual({ status: 'confirmed' });
    expect(all.data).toContain('Ada@example.com');
    const csv = await against(lists, 'reservations list --all --csv');
    expect(csv.data).toContain(`${r1},K7WQ3MXA,confirmed,${u1},Ada@example.com,${s1},`);
  });

  test('of reservations say until when to pay, and count the seats that are left', async () => {
    const payment = { status: 'open', payBefore: new Date('2026-12-24T18:10:00Z') };
    const pending = { ...reservation, status: 'pending', payment, refunds: [], refunded: '0.00' };
    const [bought] = reservation.seats;
    const given = { ...bought, seatNumber: 2, cancelledAt: at };
    const part = { ...reservation, seats: [bought, given], refunded: '20.00' };
    const lists = {
      'reservations.list': () => [pending, part],
      'theaters.list': () => [theater],
    };
    const shown = await against(lists, 'reservations list', at80);
    expect(shown.data).toContain('K7WQ3MXA   pending until 19:10');
    const piped = await against(lists, 'reservations list');
    expect(piped.data).toMatch(/^K7WQ3MXA\tpending\t/);
    const [head = '', ...rows] = (await against(lists, 'reservations list --csv')).data.split('\n');
    const valuesOf = (row = '') => new Map(head.split(',').map((n, i) => [n, row.split(',')[i]]));
    expect(valuesOf(rows[0]).get('payBefore')).toBe('2026-12-24T18:10:00.000Z');
    const left = valuesOf(rows[1]);
    expect(['seats', 'seatCount', 'seatsGivenBack', 'refunded'].map((n) => left.get(n))).toEqual([
      'A1',
      '1',
      'A2',
      '20.00',
    ]);
  });
});

test('a reservation shows what is charged where there are fees', async () => {
  const get = async (fees: string, total: string) => {
    const answers = {
      'reservations.get': () => ({ ...reservation, fees, total }),
      'theaters.list': () => [theater],
    };
    return (await against(answers, `reservations get ${r1}`, at80)).data;
  };
  expect(await get('1.00', '21.00')).toMatch(/Price +20\.00 EUR\nWith fees +21\.00 EUR\n/);
  expect(await get('0.00', '20.00')).not.toContain('With fees');
});

describe('create and update', () => {
  test('merge flags and --data', async () => {
    const answers = { 'movies.create': (input: object) => ({ ...heat, ...input }) };
    const data = '{"title":"Ali","genre":"Sport","durationMinutes":150}';
    const flags = ['--data', data, '--title', 'Ali (2001)'];
    const { calls, said } = await against(answers, ['movies', 'create', ...flags]);
    expect(calls[0]?.input).toEqual({ title: 'Ali (2001)', genre: 'Sport', durationMinutes: 150 });
    expect(said).toBe('Movie created.\n');
  });

  test('send the given revision, or the current one', async () => {
    const answers = { 'movies.get': () => heat, 'movies.update': () => heat };
    const read = await against(answers, `movies update ${m1} --genre Drama --clear content-rating`);
    expect(read.calls.at(-1)?.input).toEqual({
      movieId: m1,
      revision: 3,
      genre: 'Drama',
      contentRating: null,
    });
    const given = await against(answers, `movies update ${m1} --genre Drama --revision 2`);
    expect(given.calls).toEqual([
      { path: 'movies.update', input: { movieId: m1, revision: 2, genre: 'Drama' } },
    ]);
  });

  test.each([
    ['10', '10.00'],
    ['10.5', '10.50'],
    ['10,50', '10.50'],
    ['10.505', '10.505'],
    ['1,000.00', '1,000.00'],
  ])('sends the price %s as %s', async (typed, sent) => {
    const answers = { 'theaters.get': () => theater, 'showtimes.create': () => showtime };
    const when = '--start-time 2031-03-14T20:00';
    const line = `showtimes create --movie-id ${m1} --theater-id ${t1} --price ${typed} ${when}`;
    const { calls } = await against(answers, `${line} --vip-price ${typed}`);
    const call = calls.find(({ path }) => path === 'showtimes.create');
    expect(call?.input).toMatchObject({ price: sent, seatTypePrices: { vip: sent } });
  });

  test('schedule in local time of the theater', async () => {
    const answers = { 'theaters.get': () => theater, 'showtimes.create': () => showtime };
    const line = `showtimes create --movie-id ${m1} --theater-id ${t1} --price 12.50 --start-time`;
    const local = await against(answers, `${line} 2026-12-24T20:00`);
    expect(local.calls.at(-1)?.input).toMatchObject({ startTime: at });
    const exact = await against(answers, `${line} 2026-12-24T20:00+01:00`);
    expect(exact.calls.at(-1)?.input).toMatchObject({ startTime: '2026-12-24T20:00+01:00' });
    const skipped = await against(answers, `${line} 2027-03-28T02:30`);
    expect(skipped.exitCode).toBe(2);
  });

  test('are created and updated by the name of a price list, instead of a price', async () => {
    const answers = {
      'priceLists.list': () => [{ id: idOf('0f1'), name: 'House', version: 1, currency: 'EUR' }],
      'showtimes.get': () => showtime,
      'showtimes.create': () => showtime,
      'showtimes.update': () => showtime,
    };
    const show = `--movie-id ${m1} --theater-id ${t1} --start-time 2026-12-24T20:00Z`;
    const created = await against(answers, `showtimes create ${show} --price-list house`);
    const { input } = created.calls.find(({ path }) => path === 'showtimes.create') ?? {};
    expect(input).toMatchObject({ priceListId: idOf('0f1') });
    expect(input).not.toHaveProperty('price');
    const updated = await against(answers, `showtimes update ${s1} --price-list House`);
    expect(updated.calls.at(-1)?.input).toEqual({
      showtimeId: s1,
      priceListId: idOf('0f1'),
      revision: 7,
    });
    const both = await against(answers, `showtimes update ${s1} --price-list House --price 9`);
    expect([both.exitCode, both.calls]).toEqual([2, []]);
  });

  test('show their price list and the prices of several ticket types', async () => {
    const types = ['Adult', 'Child'].map((name, index) => ({
      id: `k${index}`,
      code: name.toLowerCase(),
      name,
      prices: { regular: `${12 - 4 * index}.00` },
    }));
    const listed = { ...showtime, priceListId: idOf('0f1'), ticketTypes: types };
    const answers = { 'showtimes.get': () => listed, 'priceLists.get': () => ({ name: 'House' }) };
    const { data } = await against(answers, `showtimes get ${s1}`, at80);
    expect(data).toContain('Price list  House\n');
    expect(data).toContain('Adult        adult    12.00\nChild        child     8.00\n');
    const refused = new MatineeError({
      code: 'FORBIDDEN',
      message: 'No.',
      status: 403,
      details: {},
    });
    const forCustomers = {
      ...answers,
      'priceLists.get': () => {
        throw refused;
      },
    };
    const customer = await against(forCustomers, `showtimes get ${s1}`, at80);
    expect(customer.data).toContain('Price list  0000f1\n');
  });

  test.each([
    ['of release 0.1.0', showtime],
    [
      'that has ticket types',
      {
        ...showtime,
        seatTypePrices: undefined,
        ticketTypes: [
          {
            id: idOf('ad'),
            code: 'adult',
            name: 'Adult',
            prices: { regular: '12.50', premium: '15.00', vip: '20.00' },
          },
        ],
      },
    ],
  ])('keep the price of a seat type without a flag on a server %s', async (_name, shown) => {
    const answers = { 'showtimes.get': () => shown, 'showtimes.update': () => shown };
    const { calls } = await against(answers, `showtimes update ${s1} --vip-price 25.00`);
    expect(calls.at(-1)?.input).toEqual({
      showtimeId: s1,
      revision: 7,
      seatTypePrices: { premium: '15.00', vip: '25.00' },
    });
  });

  test.each(['create --name One --timezone UTC --rows []', 'update ID'])(
    'theaters %s takes its cinema by name',
    async (line) => {
      const answers = {
        'sites.list': () => [{ id: t1, name: 'Riverside' }],
        'theaters.get': () => theater,
        'theaters.create': () => theater,
        'theaters.update': () => theater,
      };
      const { calls } = await against(answers, `theaters ${line.replace('ID', t1)} --site river`);
      expect(calls.at(-1)?.input).toMatchObject({ siteId: t1 });
      expect(calls.at(-1)?.input).not.toHaveProperty('site');
    },
  );

  test('take theaters with their rows as JSON', async () => {
    const file = join(config.folder, 'rows.json');
    writeFileSync(file, '[{"label":"A","seats":2}]');
    const answers = { 'theaters.create': () => theater };
    const { calls } = await against(
      answers,
      `theaters create --name One --timezone Europe/Paris --rows @${file}`,
    );
    expect(calls[0]?.input).toEqual({
      name: 'One',
      timezone: 'Europe/Paris',
      rows: [{ label: 'A', seats: 2 }],
    });
  });
});

describe('blocks of seats', () => {
  const inRowB = (id: string, seatNumber: number) => ({
    id,
    rowLabel: 'B',
    seatNumber,
    rowIndex: 1,
    position: seatNumber,
    seatType: 'regular',
    price: '12.50',
    status: 'available',
  });
  const map = {
    showtimeId: s1,
    version: 'v',
    now: at,
    currency: 'EUR',
    seats: [inRowB('b7', 7), inRowB('b8', 8), inRowB('b9', 9)],
    counts: { total: 3, available: 3, locked: 0, reserved: 0, blocked: 0 },
  };
  const answers = {
    'theaters.get': () => theater,
    'showtimes.get': () => showtime,
    'showtimes.seats': () => map,
    'showtimes.blockSeats': () => map,
    'showtimes.unblockSeats': () => map,
  };

  test('name the seats, and release them in local time of the theater', async () => {
    const flags = '--seat B7-B8 --seat B9 --kind house --release-at 2026-12-24T20:00';
    const { calls, said } = await against(answers, `showtimes block-seats ${s1} ${flags}`);
    expect(calls.at(-1)).toEqual({
      path: 'showtimes.blockSeats',
      input: { showtimeId: s1, seatIds: ['b7', 'b8', 'b9'], kind: 'house', releaseAt: at },
    });
    expect(said).toContain('Seats blocked.');
  });

  test('end on the seats given, or on all', async () => {
    const some = await against(answers, `showtimes unblock-seats ${s1} --seat B8`);
    expect(some.calls.at(-1)?.input).toEqual({ showtimeId: s1, seatIds: ['b8'] });
    const all = await against(answers, `showtimes unblock-seats ${s1}`);
    expect(all.calls.at(-1)?.input).toEqual({ showtimeId: s1 });
  });

  test('need a seat that is there', async () => {
    expect((await against(answers, `showtimes block-seats ${s1}`)).exitCode).toBe(2);
    const unknown = await against(answers, `showtimes block-seats ${s1} --seat Z1`);
    expect([unknown.exitCode, unknown.calls.at(-1)?.path]).toEqual([2, 'showtimes.seats']);
  });
});

describe('a run of shows', () => {
  const run =
    `showtimes create --movie-id ${m1} --theater-id ${t1} --price 9.00 ` +
    '--from 2026-12-24 --times 11:00,16:00';
  const row = (time: string, changes: object = {}) => ({
    ...{ date: '2026-12-24', time, movieId: m1, state: 'ok' },
    startTime: new Date(`2026-12-24T${time}+01:00`),
    ...changes,
  });
  const rows = [row('11:00'), row('16:00')];
  const created = rows.map(({ startTime }) => ({ ...showtime, startTime }));
  const answers = {
    'theaters.get': () => theater,
    'movies.get': () => heat,
    'showtimes.get': () => showtime,
    'schedules.preview': () => ({ rows, seriesId: null, created: [] }),
    'schedules.create': () => ({ rows, seriesId: idOf('5e1'), created }),
  };

  test('is planned and created in one call each', async () => {
    const { calls, said, data } = await against(answers, run);
    const input = {
      ...{ movieId: m1, theaterId: t1, price: '9.00', dst: 'reject' },
      ...{ from: '2026-12-24', to: '2026-12-24', times: ['11:00', '16:00'] },
    };
    expect(calls.filter(({ path }) => path.startsWith('schedules.'))).toEqual([
      { path: 'schedules.preview', input },
      { path: 'schedules.create', input },
    ]);
    expect(said).toContain('2 showtimes created.');
    expect(data).toBe(`${s1}\t2026-12-24T10:00:00.000Z\n${s1}\t2026-12-24T15:00:00.000Z\n`);
    const shown = await against(answers, `${run} --yes`, at80);
    expect(shown.data).toContain(`${s1.slice(-6)}  Thu 2026-12-24 11:00`);
    expect(shown.said).toContain(idOf('5e1'));
  });

  test('is the same under schedules, with its own flags', async () => {
    const line = run.replace('showtimes create', 'schedules create');
    const { calls } = await against(answers, `${line} --dst shift --only-free --except 2026-12-25`);
    expect(calls.at(-1)).toMatchObject({
      path: 'schedules.create',
      input: { dst: 'shift', onlyFree: true, exceptDates: ['2026-12-25'] },
    });
  });

  test('is not created if a show cannot be scheduled; its state is shown in words', async () => {
    const states = [
      row('11:00', { state: 'conflict', showtimeIds: [s1] }),
      row('02:30', { state: 'nonexistent', startTime: null }),
      row('16:00', { state: 'self_conflict' }),
    ];
    const full = { ...answers, 'schedules.preview': () => ({ rows: states, created: [] }) };
    const { exitCode, calls, data, said } = await against(full, run);
    expect(exitCode).toBe(5);
    expect(data).toBe(
      '2026-12-24T10:00:00.000Z\tconflicts with "Heat"\n' +
        '2026-12-24 02:30\tthe clocks skip this time\n' +
        '2026-12-24T15:00:00.000Z\toverlaps another show of this run\n',
    );
    expect(said).toContain('3 of 3 shows cannot be scheduled. Nothing was changed.');
    expect(calls.some(({ path }) => path === 'schedules.create')).toBe(false);
    const free = await against(full, `${run} --only-free`);
    expect(free.calls.at(-1)?.path).toBe('schedules.create');
  });

  test.each([`${run} --dry-run`, run.replace('showtimes create', 'schedules preview')])(
    'is only shown by %s',
    async (line) => {
      const { exitCode, calls, data } = await against(answers, `${line} --json`);
      expect(exitCode).toBe(0);
      expect(JSON.parse(data)).toMatchObject({ rows: [{ time: '11:00' }, {}], created: [] });
      expect(calls.some(({ path }) => path === 'schedules.create')).toBe(false);
    },
  );

  test('shows the conflicts of a copied week', async () => {
    const line = `schedules copy-week --theater-id ${t1} --from 2026-12-07 --to 2026-12-14`;
    const copying = {
      ...answers,
      'schedules.copyWeek': () => ({ rows, seriesId: idOf('5e1'), created }),
    };
    const { calls, said } = await against(copying, line);
    expect(calls.at(-1)).toEqual({
      path: 'schedules.copyWeek',
      input: { theaterId: t1, from: '2026-12-07', to: '2026-12-14' },
    });
    expect(said).toContain('2 showtimes created.');
    const conflicting = row('11:00', { state: 'conflict', showtimeIds: [s1] });
    const refused = {
      ...answers,
      'schedules.copyWeek': () => {
        const wire = { ...conflicting, startTime: conflicting.startTime.toISOString() };
        throw refusal('SCHEDULE_CONFLICT', 409, { rows: [wire, rows[1]] });
      },
    };
    const lost = await against(refused, line);
    expect(lost.exitCode).toBe(5);
    expect(lost.said).toContain('conflicts with "Heat"');
    expect(lost.said).toContain('1 of 2 shows cannot be scheduled.');
  });

  test('is deleted by its series, after a confirmation', async () => {
    const deleting = {
      'schedules.delete': () => ({ id: idOf('5e1'), deleted: 3, kept: [s1] }),
    };
    const line = `schedules delete ${idOf('5e1')}`;
    expect((await against(deleting, line)).exitCode).toBe(2);
    const { calls, said, data } = await against(deleting, `${line} --yes`);
    expect(calls).toEqual([{ path: 'schedules.delete', input: { seriesId: idOf('5e1') } }]);
    expect(data).toBe('3 showtimes\n');
    expect(said).toContain('Kept, with locked or booked seats: 1 showtime.');
  });
});

describe('movies that are found', () => {
  const found = [{ movie: heat, score: 0.87, nextShowtime: showtime }];

  test('are listed with their next show', async () => {
    const answers = { 'movies.search': () => found };
    const { calls, data } = await against(answers, 'movies search the haet --limit 3', at80);
    expect(calls).toEqual([{ path: 'movies.search', input: { q: 'the haet', limit: 3 } }]);
    expect(data).toContain('Heat');
    expect(data).toContain('0.87');
    expect(data).toContain('2026-12-24');
  });

  test.each([
    [{ type: 'seen', movieId: m1, title: 'Ronin' }, 'you saw "Ronin"'],
    [{ type: 'popular' }, 'popular this week'],
    [{ type: 'genre' }, 'your favourite genre'],
    [{ type: 'new' }, 'new'],
    [{ type: 'something later' }, ''],
  ])('and recommended because of %j', async (because, words) => {
    const answers = { 'movies.recommended': () => [{ movie: heat, because }] };
    const { data } = await against(answers, 'movies recommended', at80);
    expect(data).toContain(`Heat   ${words}`.trimEnd());
  });
});

describe('a destructive command', () => {
  test('runs with --yes, and prints the result', async () => {
    const answers = {
      'movies.delete': () => ({ id: m1, archived: true }),
      'showtimes.cancel': () => ({ showtime, cancelledReservations: 3, seats: 8 }),
      'reservations.cancel': () => ({ ...reservation, status: 'cancelled', cancelledAt: at }),
      'theaters.list': () => [theater],
    };
    const deleted = await against(answers, `movies delete ${m1} --yes`);
    expect(deleted.data).toContain('yes, because reservations and reports refer to it');
    const reason = ['--reason', 'The projector is broken', '--yes'];
    const cancelled = await against(answers, ['showtimes', 'cancel', s1, ...reason]);
    expect(cancelled.calls[0]?.input).toEqual({ showtimeId: s1, reason: reason[1] });
    expect(cancelled.data).toMatch(/Reservations cancelled +3/);
    const given = await against(answers, `--yes reservations cancel ${r1} --json`);
    expect(JSON.parse(given.data)).toMatchObject({ status: 'cancelled' });
    const part = { ...answers, 'reservations.get': () => reservation };
    const [bought] = reservation.seats;
    const some = await against(
      part,
      `reservations cancel ${r1} --seat ${bought?.rowLabel}${bought?.seatNumber} --refund none --yes`,
    );
    expect(some.calls.find(({ path }) => path === 'reservations.cancel')?.input).toEqual({
      reservationId: r1,
      seatIds: [bought?.id],
      refund: 'none',
    });
    expect(some.said).toContain('Seats cancelled.');
    const before = await against(part, `reservations cancel --seat A1 ${r1} --yes`);
    expect(before.exitCode).toBe(0);
    const wrong = await against(part, `reservations cancel ${r1} --seat Z9 --yes`);
    expect(wrong.exitCode).toBe(2);
    expect(wrong.said).toContain('There is no seat Z9 in this reservation.');
  });
});

describe('users', () => {
  const answers = {
    'admin.users.list': () => [{ ...ada, id: u2, email: 'ada@example.com.au' }, ada],
    'admin.users.promote': () => ada,
  };

  test('are named by e-mail, exactly, or by id', async () => {
    const byEmail = await against(answers, 'users promote ada@EXAMPLE.com');
    expect(byEmail.calls.at(-1)).toEqual({ path: 'admin.users.promote', input: { userId: u1 } });
    const byId = await against(answers, `users promote ${u7}`);
    expect(byId.calls).toEqual([{ path: 'admin.users.promote', input: { userId: u7 } }]);
  });

  test('that do not exist are not found', async () => {
    const { exitCode } = await against(answers, 'users promote bob@example.com');
    expect(exitCode).toBe(3);
  });
});

describe('pictures', () => {
  test('show the seats of a showtime and of a theater', async () => {
    const counts = { total: 1, available: 1, locked: 0, reserved: 0, blocked: 0 };
    const seats = [{ ...seat, price: '20.00', status: 'available' }];
    const map = { currency: 'EUR', counts, seats };
    const shown = await against({ 'showtimes.seats': () => map }, `showtimes seats ${s1}`);
    expect(shown.data).toContain('vip 20.00 EUR');
    const broken = [{ ...seat, outOfOrder: true }];
    const answers = { 'theaters.get': () => ({ ...theater, seats: broken }) };
    expect((await against(answers, `theaters get ${t1}`)).data).toContain('# not for sale');
  });

  test('go to the server as they are', async () => {
    const file = join(config.folder, 'poster.png');
    writeFileSync(file, 'not looked at here');
    const answers = { 'movies.uploadPoster': () => heat };
    const { calls } = await against(answers, ['movies', 'poster', m1, file]);
    const sent = calls.map(({ input }) => (input as { file: Blob }).file)[0];
    expect(sent?.type).toBe('image/png');
    expect(await sent?.text()).toBe('not looked at here');
  });
});

describe('reports', () => {
  const figures = { revenue: '20.00', reservations: 1, seats: 1, averagePerSeat: '20.00' };
  const report = {
    from: '2026-12-01',
    to: '2026-12-31',
    groupBy: 'theater',
    currency: 'EUR',
    rows: [{ theaterId: t1, name: 'One', ...figures }],
    totals: figures,
  };
  const answers = { 'admin.reports.revenue': () => report };

  test('are requested with the flags', async () => {
    const { calls, data } = await against(
      answers,
      `reports revenue --from 2026-12-01 --to 2026-12-31 --group-by theater --movie-id ${m1}`,
    );
    const days = { from: '2026-12-01', to: '2026-12-31' };
    expect(calls[0]?.input).toEqual({ ...days, groupBy: 'theater', movieId: m1 });
    expect(data).toBe(`${t1}\tOne\t20.00\t1\t1\t20.00\n`);
    const shown = await against(answers, 'reports revenue', at80);
    expect(shown.data).toContain('Revenue by theater, 2026-12-01 to 2026-12-31');
  });

  test('are of one cinema, which is named, and in a currency', async () => {
    const sites = { 'sites.list': () => [{ id: t1, name: 'Riverside' }] };
    const { calls } = await against(
      { ...answers, ...sites },
      'reports revenue --site river --currency CHF',
    );
    expect(calls.at(-1)?.input).toEqual({ siteId: t1, currency: 'CHF' });
    const payments = { 'admin.reports.payments': () => ({ rows: [], totals: [] }) };
    const { calls: paid } = await against(payments, `reports payments --site ${t1}`);
    expect(paid.at(-1)?.input).toEqual({ siteId: t1 });
  });

  test('come as JSON and CSV', async () => {
    expect(JSON.parse((await against(answers, 'reports revenue --json')).data)).toEqual(report);
    expect((await against(answers, 'reports revenue --csv')).data).toBe(
      `theaterId,name,revenue,reservations,seats,averagePerSeat\n${t1},One,20.00,1,1,20.00\n`,
    );
  });
});

describe('signing in', () => {
  const signedIn = { user: ada, accessToken: 'fresh', tokenType: 'bearer', expiresIn: 60 };
  const env = { MATINEE_PASSWORD: 'correct-horse', MATINEE_TOKEN: '' };
  const file = () => join(config.folder, 'matinee', 'profiles.json');

  test.runIf(process.platform === 'linux')('is stored, and removed', async () => {
    const answers = {
      'auth.login': () => signedIn,
      'auth.logout': () => ({ loggedOut: true }),
      'auth.me': () => ada,
    };
    const login = await against(answers, 'login --email ada@example.com', { env });
    expect(login.calls[0]?.input).toEqual({ email: 'ada@example.com', password: 'correct-horse' });
    expect(login.data + login.said).not.toContain('fresh');
    expect(readFileSync(file(), 'utf8')).toContain('fresh');
    expect((await against(answers, 'whoami', { env })).data).toContain('Ada@example.com');
    const logout = await against(answers, 'logout', { env });
    expect(logout.calls).toHaveLength(1);
    expect(readFileSync(file(), 'utf8')).not.toContain('fresh');
    const again = await against(answers, 'logout', { env });
    expect(again).toMatchObject({ exitCode: 0, calls: [], data: 'You are not signed in.\n' });
  });

  test('registers and signs in', async () => {
    const answers = { 'auth.register': () => signedIn };
    const line = 'register --email ada@example.com --first-name Ada --profile other';
    const { calls, exitCode } = await against(answers, line, { env });
    expect(exitCode).toBe(0);
    expect(calls[0]?.input).toEqual({
      email: 'ada@example.com',
      password: 'correct-horse',
      firstName: 'Ada',
    });
  });

  test.runIf(process.platform === 'linux')('of a guest is stored without an address', async () => {
    const guest = { ...ada, email: null, role: 'guest', firstName: null, lastName: null };
    const answers = { 'auth.guest': () => ({ ...signedIn, user: guest }), 'auth.me': () => guest };
    const login = await against(answers, 'login --guest', { env });
    expect(login.said).toContain(' as a guest.');
    expect(login.data + login.said).not.toContain('null');
    const { profiles } = JSON.parse(readFileSync(file(), 'utf8')) as {
      profiles: Record<string, object>;
    };
    expect(profiles['default']).toEqual({
      url: 'http://127.0.0.1:9',
      token: 'fresh',
      expiresAt: expect.any(Number) as unknown,
    });
    expect((await against(answers, 'whoami', { env })).data).toContain('guest');
  });

  test.each(['https://tickets.example/m/booking#token=abc-_1', 'abc-_1'])(
    'takes the link %s of a mail',
    async (link) => {
      const guest = { ...ada, email: null, role: 'guest' };
      const answers = { 'auth.link': () => ({ ...signedIn, user: guest }) };
      const { calls } = await against(answers, `login --link ${link}`, { env });
      expect(calls[0]?.input).toEqual({ token: 'abc-_1' });
    },
  );

  test('is as a guest or by an address, and not both', async () => {
    const { exitCode, calls } = await against({}, 'login --guest --email a@example.com', { env });
    expect([exitCode, calls]).toEqual([2, []]);
  });

  test('removes a token that the server refuses', async () => {
    const answers = {
      'auth.logout': () => {
        throw refusal('TOKEN_EXPIRED', 401, {});
      },
    };
    expect((await against(answers, 'logout')).exitCode).toBe(0);
  });

  test('needs a profile that exists', async () => {
    const { exitCode, said } = await against({}, 'whoami --profile missing', {
      env: { ...env, MATINEE_URL: '' },
    });
    expect(exitCode).toBe(2);
    expect(said).toContain('There is no profile "missing".');
  });
});

describe('failures', () => {
  test.each([
    ['NOT_FOUND', 404, 3],
    ['AUTHENTICATION_REQUIRED', 401, 4],
    ['FORBIDDEN', 403, 4],
    ['IN_USE', 409, 5],
    ['SHOWTIME_STARTED', 422, 5],
    ['VALIDATION_ERROR', 400, 6],
    ['PAYLOAD_TOO_LARGE', 413, 6],
    ['UNSUPPORTED_MEDIA_TYPE', 415, 6],
    ['RATE_LIMITED', 429, 1],
    ['INTERNAL_ERROR', 500, 1],
    ['UNAVAILABLE', 503, 1],
    ['NETWORK_ERROR', 0, 7],
    ['TIMEOUT', 0, 7],
    ['BAD_RESPONSE', 0, 1],
    ['ABORTED', 0, 130],
  ] as const)('%s (%i) ends with %i', async (code, status, exitCode) => {
    const answers = {
      'auth.me': () => {
        throw refusal(code, status, { issues: [], seats: [] });
      },
    };
    const { said, ...ended } = await against(answers, 'whoami');
    expect(ended.exitCode).toBe(exitCode);
    expect(said).toContain(`error: The server reports ${code}.`);
    expect(said.includes('log for request request-1.')).toBe(status >= 500);
  });

  test('of the command itself are printed with their stack', async () => {
    const { exitCode, said } = await against({}, 'whoami');
    expect(exitCode).toBe(1);
    expect(said).toContain('This is a bug in the matinee command.');
  });
});

describe('CSV', () => {
  test('is exact in a pipe, and harmless at a terminal', async () => {
    const title = 'a\u001b[31m\u0007\u009b\u202eb\u2066c';
    const answers = { 'movies.list': () => [{ ...heat, title }] };
    expect((await against(answers, 'movies list --csv')).data).toContain(`,${title},`);
    const shown = (await against(answers, 'movies list --csv', { columns: 80 })).data;
    expect(shown).toContain(',a␛[31m␇\ufffd\ufffdb\ufffdc,');
  });
});

describe('import', () => {
  test('ends with its tally, and 6 when rows were refused', async () => {
    const file = join(config.folder, 'movies.json');
    writeFileSync(file, '[{"title":"Heat","genre":"Crime","durationMinutes":170},{"title":"No"}]');
    const answers = {
      'movies.list': () => [],
      'movies.create': (movie: object) => ({ ...heat, ...movie }),
    };
    const text = await against(answers, ['movies', 'import', file]);
    expect(text.exitCode).toBe(6);
    expect(text.said).toBe('row 2: genre is missing; duration is missing\n');
    expect(JSON.parse(text.data)).toEqual({ created: 1, updated: 0, unchanged: 0, refused: 1 });
    const json = await against(answers, ['movies', 'import', file, '--json', '--dry-run']);
    expect(JSON.parse(json.data)).toEqual({
      created: 1,
      updated: 0,
      unchanged: 0,
      refused: 1,
      refusedRows: [{ row: 2, reason: 'genre is missing; duration is missing' }],
      blank: 0,
      defaults: { genre: 0, durationMinutes: 0 },
      unusedColumns: [],
    });
  });

  const importing = (text: string, ...flags: string[]) => {
    const file = join(config.folder, 'movies.csv');
    writeFileSync(file, text);
    const answers = {
      'movies.list': () => [],
      'movies.create': (movie: object) => ({ ...heat, ...movie }),
    };
    return against(answers, ['movies', 'import', file, ...flags]);
  };

  test('imports rows with a quote that is not closed', async () => {
    const rows = [
      'Title\tGenre\tRunning Time min',
      '"Aa\tDrama\t80',
      'Bb\tDrama\t81',
      'Cc "x"\tDrama\t82',
    ];
    const { exitCode, data, said } = await importing(rows.join('\n'));
    expect({ exitCode, said }).toEqual({ exitCode: 0, said: '' });
    expect(JSON.parse(data)).toMatchObject({ created: 3 });
  });

  test('refuses a column that is not there before it changes anything', async () => {
    const flags = ['--map', 'title=Name,durationMinutes=Lenght', '--default-duration', '90'];
    expect(await importing('Name,Genre,Length\nTypo,Drama,242\n', ...flags)).toMatchObject({
      exitCode: 2,
      data: '',
      said: 'error: The file has no column "Lenght". Its columns are Name, Genre, Length.\n',
      calls: [],
    });
  });

  test('refuses a file that is no table', async () => {
    expect(await importing('<html><body>Not found, sorry</body></html>')).toMatchObject({
      exitCode: 6,
      data: '',
      said: 'error: The file has no column of a movie. Its columns are <html><body>Not found, sorry</body></html>.\n',
      calls: [],
    });
  });

  test('says which columns were not used, and how many rows are blank or have defaults', async () => {
    const text =
      'Title,Genre,Length,Director\nHeat,\\N,170,Mann\n , , , \nAlien,Horror,117,Scott\n\n';
    const { exitCode, data, said } = await importing(
      text,
      ...['--default-duration', '90', '--default-genre', 'Other'],
    );
    expect(exitCode).toBe(0);
    expect(said.split('\n')).toEqual([
      'Blank rows that were ignored: 2.',
      'New movies with the default genre: 1, with the default duration: 2.',
      'Columns that were not used: Length, Director.',
      '',
    ]);
    expect(JSON.parse(data)).toEqual({ created: 2, updated: 0, unchanged: 0, refused: 0 });
  });
});

function refusal(code: string, status: number, details: object): Error {
  const message = `The server reports ${code}.`;
  const facts = { code, status, details, message, requestId: 'request-1' };
  return new MatineeError(facts as unknown as ConstructorParameters<typeof MatineeError>[0]);
}

test('a date may be a word', async () => {
  vi.useFakeTimers({ now: new Date(2026, 11, 31, 12), toFake: ['Date'] });
  try {
    const { calls } = await against({ 'movies.list': () => [] }, 'movies list --date tomorrow');
    expect(calls).toEqual([{ path: 'movies.list', input: { date: '2027-01-01' } }]);
  } finally {
    vi.useRealTimers();
  }
});
