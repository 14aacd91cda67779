import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { anAdmin, aUser, refusalOf } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';
import { standardTicketType } from '../db/entities/ticket-type.ts';
import type { Schedule } from './schema.ts';

let running: TestApp;
let admin: Person;
beforeAll(async () => {
  running = await createTestApp();
  admin = await anAdmin(running.app);
});
afterAll(() => running.close());

type Plan = Parameters<Person['call']['schedules']['create']>[0];
const unknownId = '00000000-0000-7000-8000-000000000000';

interface HallOptions {
  timezone?: string;
  turnaroundMinutes?: number;
  durationMinutes?: number;
}

/** A theater and a movie, with nothing scheduled. */
async function aHall({
  timezone = 'Europe/Berlin',
  turnaroundMinutes = 15,
  durationMinutes = 90,
}: HallOptions = {}) {
  const theater = await admin.call.theaters.create({
    name: randomUUID(),
    timezone,
    turnaroundMinutes,
    rows: [{ label: 'A', seats: 4 }],
  });
  const aMovie = () =>
    admin.call.movies.create({ title: randomUUID(), genre: 'x', durationMinutes });
  const movie = await aMovie();
  const planned = (changes: Partial<Plan> = {}): Plan => ({
    movieId: movie.id,
    theaterId: theater.id,
    from: '2031-03-03',
    to: '2031-03-09',
    times: ['17:00', '20:00'],
    price: '10.00',
    dst: 'reject',
    ...changes,
  });
  const create = (changes?: Partial<Plan>) => admin.call.schedules.create(planned(changes));
  const preview = (changes?: Partial<Plan>) => admin.call.schedules.preview(planned(changes));
  const list = async () =>
    (await admin.call.showtimes.list({ theaterId: theater.id, from: '2020-01-01', limit: 100 }))
      .items;
  return { theater, movie, aMovie, planned, create, preview, list };
}

const statesOf = ({ rows }: Pick<Schedule, 'rows'>) =>
  rows.map(({ date, time, state }) => `${date.slice(5)} ${time} ${state}`);
const startsOf = ({ rows }: Pick<Schedule, 'rows'>) =>
  rows.map(({ startTime }) => startTime?.toISOString().slice(0, 16) ?? null);

describe('create', () => {
  test('schedules each day at each time of the wall clock, as single shows would be', async () => {
    const { create, list, theater, movie } = await aHall();
    const { rows, created, seriesId } = await create({ from: '2031-03-29', to: '2031-03-30' });
    // The clocks are set forward in the night between.
    expect(rows.map(({ startTime }) => startTime?.toISOString())).toEqual([
      '2031-03-29T16:00:00.000Z',
      '2031-03-29T19:00:00.000Z',
      '2031-03-30T15:00:00.000Z',
      '2031-03-30T18:00:00.000Z',
    ]);
    expect(created).toHaveLength(4);
    expect(created[0]).toMatchObject({
      movie: { id: movie.id },
      theater: { id: theater.id },
      price: '10.00',
      seriesId,
      availability: { total: 4, available: 4 },
      revision: 1,
    });
    expect(await list()).toEqual(created);
    const { items } = await admin.call.showtimes.list({
      seriesId: seriesId ?? '',
      date: '2031-03-30',
    });
    expect(items.map(({ id }) => id)).toEqual(created.slice(2).map(({ id }) => id));
    expect(await admin.call.showtimes.get({ showtimeId: created[0]?.id ?? '' })).toEqual(
      created[0],
    );
  });

  test('keeps to weekdays and leaves out days', async () => {
    const { create } = await aHall();
    const plan = { weekdays: [6, 7, 1], exceptDates: ['2031-03-08'], times: ['20:00'] };
    const { rows } = await create(plan);
    expect(rows.map(({ date }) => date)).toEqual(['2031-03-03', '2031-03-09']);
  });

  test('takes prices of seat types, or a price list', async () => {
    const { create } = await aHall();
    const day = { from: '2031-03-03', to: '2031-03-03' };
    const own = await create({ ...day, times: ['10:00'], seatTypePrices: { vip: '20.00' } });
    expect(own.created[0]?.seatTypePrices).toEqual({ vip: '20.00' });
    const list = await admin.call.priceLists.create({
      name: randomUUID(),
      items: [{ ticketTypeId: standardTicketType, seatType: 'regular', price: '7.50' }],
    });
    const listed = await create({
      ...day,
      times: ['14:00'],
      price: undefined,
      priceListId: list.id,
    });
    expect(listed.created[0]).toMatchObject({ price: '7.50', priceListId: list.id });
  });

  test('creates nothing when one show has no room, and names all with their states', async () => {
    const { create, list } = await aHall();
    const { created } = await create({ from: '2031-03-05', to: '2031-03-05', times: ['19:00'] });
    const refusal = await refusalOf(create());
    expect(refusal.code).toBe('SCHEDULE_CONFLICT');
    const { rows } = refusal.details as Schedule;
    expect(rows).toHaveLength(14);
    expect(rows.filter(({ state }) => state !== 'ok')).toMatchObject([
      { date: '2031-03-05', time: '20:00', showtimeIds: [created[0]?.id] },
    ]);
    expect(await list()).toHaveLength(1);
  });

  test('with onlyFree creates the rest', async () => {
    const { create, list } = await aHall();
    await create({ from: '2031-03-05', to: '2031-03-05', times: ['19:00'] });
    const { created, rows } = await create({ onlyFree: true });
    expect(rows).toHaveLength(14);
    expect(created).toHaveLength(13);
    expect(await list()).toHaveLength(14);
    const again = await create({ onlyFree: true });
    expect(again).toMatchObject({ created: [], seriesId: null });
  });

  test('counts the cleaning before and after', async () => {
    const { create, preview } = await aHall();
    const day = { from: '2031-03-05', to: '2031-03-05' };
    await create({ ...day, times: ['18:00'] });
    // 90 minutes and 15 of cleaning.
    const times = ['16:14', '16:15', '16:16', '19:44', '19:45', '19:46'];
    const states = await Promise.all(
      times.map(async (time) => (await preview({ ...day, times: [time] })).rows[0]?.state),
    );
    expect(states).toEqual(['ok', 'ok', 'conflict', 'conflict', 'ok', 'ok']);
  });

  test('passes over cancelled and deleted shows', async () => {
    const { create, preview } = await aHall();
    const day = { from: '2031-03-05', to: '2031-03-05' };
    const { created } = await create({ ...day, times: ['17:00', '20:00'] });
    const [first, second] = created.map(({ id }) => ({ showtimeId: id }));
    await admin.call.showtimes.cancel({ showtimeId: first?.showtimeId ?? '', reason: 'Flood' });
    await admin.call.showtimes.delete({ showtimeId: second?.showtimeId ?? '' });
    expect(statesOf(await preview(day))).toEqual(['03-05 17:00 ok', '03-05 20:00 ok']);
  });

  test('reports shows of the plan that overlap, each of them', async () => {
    const { preview, create } = await aHall();
    const plan = {
      from: '2031-03-05',
      to: '2031-03-05',
      times: ['10:00', '11:30', '13:00', '18:00'],
    };
    const states = ['self_conflict', 'self_conflict', 'self_conflict', 'ok'];
    expect((await preview(plan)).rows.map(({ state }) => state)).toEqual(states);
    const { created } = await create({ ...plan, onlyFree: true });
    expect(created).toHaveLength(1);
  });

  test('reports overlaps over midnight and with a long show around short ones', async () => {
    const { preview } = await aHall({ durationMinutes: 20 * 60 });
    const plan = { from: '2031-03-05', to: '2031-03-06', times: ['08:00'] };
    expect(statesOf(await preview(plan))).toEqual(['03-05 08:00 ok', '03-06 08:00 ok']);
    const close = { ...plan, times: ['03:00', '08:00'] };
    expect((await preview(close)).rows.every(({ state }) => state === 'self_conflict')).toBe(true);
  });

  test('reports shows in the past', async () => {
    const { preview, create } = await aHall();
    const plan = { from: '2020-03-05', to: '2020-03-05' };
    expect((await preview(plan)).rows.map(({ state }) => state)).toEqual(['past', 'past']);
    expect((await refusalOf(create(plan))).code).toBe('SCHEDULE_CONFLICT');
  });

  test.each([
    ['a price and a list', { priceListId: unknownId }],
    ['no price', { price: undefined }],
    ['days in the wrong order', { from: '2031-03-09', to: '2031-03-03' }],
    ['no day left', { weekdays: [1], exceptDates: ['2031-03-03'] }],
    ['more than 500 shows', { to: '2031-12-31', times: ['10:00', '14:00'] }],
    ['a time twice', { times: ['10:00', '10:00'] }],
    ['no time', { times: [] }],
    ['a time that is none', { times: ['24:00'] }],
    ['a time in another form', { times: ['9:30'] }],
    ['a weekday that is none', { weekdays: [0] }],
    ['a weekday twice', { weekdays: [1, 1] }],
    ['a word for the change of clocks', { dst: 'guess' }],
    ['a field that is none', { time: '10:00' }],
  ])('refuses %s', async (_case, changes) => {
    const { create, preview } = await aHall();
    expect((await refusalOf(create(changes as object))).code).toBe('VALIDATION_ERROR');
    expect((await refusalOf(preview(changes as object))).code).toBe('VALIDATION_ERROR');
  });

  test('takes 500 shows', async () => {
    const { create } = await aHall();
    const plan = { from: '2031-01-01', to: '2032-05-14', times: ['20:00'] };
    const { created } = await create(plan);
    expect(created).toHaveLength(500);
    const { rows } = await running.app.pool.query<{ local: string }>(
      `select distinct to_char(local_start, 'HH24:MI') as local from showtimes where series_id = $1`,
      [created[0]?.seriesId],
    );
    expect(rows).toEqual([{ local: '20:00' }]);
  });

  test.each([
    ['movieId', { movieId: unknownId }],
    ['theaterId', { theaterId: unknownId }],
    ['priceListId', { price: undefined, priceListId: unknownId }],
  ])('does not find an unknown %s', async (field, changes) => {
    const { create, preview } = await aHall();
    const refusal = { code: 'NOT_FOUND', details: { field } };
    expect(await refusalOf(create(changes))).toEqual(refusal);
    expect(await refusalOf(preview(changes))).toEqual(refusal);
  });

  test('gives one plan one effect under one key', async () => {
    const { planned, list } = await aHall();
    const caller = callerOf(running.app, { token: admin.token, key: randomUUID() });
    const first = await caller.schedules.create(planned());
    expect(await caller.schedules.create(planned())).toEqual(first);
    expect(await list()).toHaveLength(14);
  });
});

/** Zone, the day of the change, a time on that day, and the instants under `shift`. */
const changes = [
  ['Europe/Berlin', '2026-03-29', '02:30', 'nonexistent', '2026-03-29T01:30'],
  ['Europe/Berlin', '2026-10-25', '02:30', 'ambiguous', '2026-10-25T00:30'],
  ['America/New_York', '2027-03-14', '02:30', 'nonexistent', '2027-03-14T07:30'],
  ['America/New_York', '2027-11-07', '01:30', 'ambiguous', '2027-11-07T05:30'],
  // Half an hour.
  ['Australia/Lord_Howe', '2027-10-03', '02:15', 'nonexistent', '2027-10-02T15:45'],
  ['Australia/Lord_Howe', '2027-04-04', '01:45', 'ambiguous', '2027-04-03T14:45'],
] as const;

describe.each(changes)('in %s on %s, %s', (timezone, date, time, state, shifted) => {
  const day = { from: date, to: date };
  // The changes of 2026 are over; nothing here depends on today.
  const planFor = async () => {
    const hall = await aHall({ timezone, durationMinutes: 30, turnaroundMinutes: 0 });
    return { ...hall, plan: { ...day, times: [time, '20:00'] } };
  };

  test('is refused', async () => {
    const { preview, create, plan } = await planFor();
    const [row] = (await preview(plan)).rows;
    expect(row).toMatchObject({ date, time, startTime: null, state });
    expect((await refusalOf(create(plan))).code).toBe('SCHEDULE_CONFLICT');
  });

  test('is left out', async () => {
    const { preview, plan } = await planFor();
    const { rows } = await preview({ ...plan, dst: 'skip' });
    expect(rows[0]).toMatchObject({ time, startTime: null, state });
  });

  test('is shifted', async () => {
    const { preview, plan } = await planFor();
    expect(startsOf(await preview({ ...plan, dst: 'shift' }))[0]).toBe(shifted);
  });
});

test('shows at a time that does not exist or comes twice are created by skip and shift', async () => {
  const plan = { from: '2031-03-29', to: '2031-03-31', times: ['02:30'] };
  const skipping = await aHall();
  const skipped = await skipping.create({ ...plan, dst: 'skip' });
  expect(statesOf(skipped)).toEqual([
    '03-29 02:30 ok',
    '03-30 02:30 nonexistent',
    '03-31 02:30 ok',
  ]);
  expect(skipped.created).toHaveLength(2);
  const shifting = await aHall();
  const shifted = await shifting.create({ ...plan, dst: 'shift' });
  expect(shifted.created.map(({ startTime }) => startTime.toISOString().slice(0, 16))).toEqual([
    '2031-03-29T01:30',
    '2031-03-30T01:30',
    '2031-03-31T00:30',
  ]);
  const autumn = { from: '2031-10-26', to: '2031-10-26', times: ['02:30'] };
  expect((await skipping.create({ ...autumn, dst: 'skip' })).created).toEqual([]);
  expect(startsOf(await shifting.create({ ...autumn, dst: 'shift' }))).toEqual([
    '2031-10-26T00:30',
  ]);
});

describe('two administrators', () => {
  test('with overlapping plans at the same moment: one gets all, the other every conflict', async () => {
    const { planned, list } = await aHall();
    const other = await anAdmin(running.app);
    for (let round = 0; round < 5; round += 1) {
      const week = { from: `203${round + 2}-03-03`, to: `203${round + 2}-03-09` };
      const before = (await list()).length;
      const results = await Promise.allSettled([
        admin.call.schedules.create(planned({ ...week, times: ['17:00', '20:00'] })),
        other.call.schedules.create(planned({ ...week, times: ['18:00', '22:00'] })),
      ]);
      expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const loser = results.find((each) => each.status === 'rejected');
      const refusal = await refusalOf(Promise.reject(loser?.reason as Error));
      expect(refusal.code).toBe('SCHEDULE_CONFLICT');
      const { rows } = refusal.details as Schedule;
      // Each show of the loser at 18:00, or both of the other plan, overlaps.
      expect(rows.filter(({ state }) => state === 'conflict').length).toBeGreaterThanOrEqual(7);
      expect(await list()).toHaveLength(before + 14);
    }
  });

  /** Inserts a show past the row of the theater, as SQL by hand does, while a plan is under way. */
  async function whileAnotherWrites<Result>(
    { theater, movie }: Awaited<ReturnType<typeof aHall>>,
    losing: () => Promise<Result>,
  ): Promise<{ id: string; result: Result }> {
    const client = new Client({ connectionString: running.databaseUrl });
    await client.connect();
    try {
      const id = v7();
      await client.query('begin');
      // Without its foreign keys, which would wait for the theater's row as the product does.
      await client.query('set local session_replication_role = replica');
      await client.query(
        `insert into showtimes (id, movie_id, theater_id, start_time, local_start, end_time,
           blocked_until, price, currency, total_seats)
         values ($1, $2, $3, '2031-03-05T18:00Z', '2031-03-05T19:00', '2031-03-05T20:00Z',
           '2031-03-05T20:00Z', 1, 'USD', 4)`,
        [id, movie.id, theater.id],
      );
      const result = losing();
      await waitsForLock(client);
      await client.query('commit');
      return { id, result: await result };
    } finally {
      await client.end();
    }
  }

  test('the loser against the constraint learns the fresh list, and nothing is half done', async () => {
    const hall = await aHall();
    const { id, result } = await whileAnotherWrites(hall, () => refusalOf(hall.create()));
    expect(result.code).toBe('SCHEDULE_CONFLICT');
    const { rows } = result.details as Schedule;
    expect(rows.filter(({ state }) => state !== 'ok')).toMatchObject([
      { date: '2031-03-05', time: '20:00', state: 'conflict', showtimeIds: [id] },
    ]);
    expect(await hall.list()).toHaveLength(1);
  });

  test('with onlyFree the loser gets what is left', async () => {
    const hall = await aHall();
    const { result } = await whileAnotherWrites(hall, () => hall.create({ onlyFree: true }));
    expect(result.created).toHaveLength(13);
    expect(await hall.list()).toHaveLength(14);
  });
});

/** Until a statement of another connection waits for this transaction. */
async function waitsForLock(client: Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query(
      `select 1 from pg_stat_activity
       where wait_event_type = 'Lock' and pg_backend_pid() = any(pg_blocking_pids(pid))`,
    );
    if (rows.length > 0) {
      return;
    }
  }
}

describe('copyWeek', () => {
  const weeks = { from: '2031-03-24', to: '2031-03-31' };

  test('repeats a week at the same local times, with its prices', async () => {
    const { create, theater, list } = await aHall();
    await create({
      from: '2031-03-24',
      to: '2031-03-30',
      times: ['17:00', '20:00'],
      seatTypePrices: { premium: '12.00' },
    });
    const copied = await admin.call.schedules.copyWeek({ theaterId: theater.id, ...weeks });
    expect(copied.created).toHaveLength(14);
    expect(copied.rows[0]).toMatchObject({ date: '2031-03-31', time: '17:00', state: 'ok' });
    expect(copied.created[0]).toMatchObject({
      price: '10.00',
      seatTypePrices: { premium: '12.00' },
      seriesId: copied.seriesId,
    });
    // Summer time begins on Sunday, 30 March.
    expect(copied.created[0]?.startTime.toISOString()).toBe('2031-03-31T15:00:00.000Z');
    expect(await list()).toHaveLength(28);
    const refusal = await refusalOf(
      admin.call.schedules.copyWeek({ theaterId: theater.id, ...weeks }),
    );
    expect(refusal.code).toBe('SCHEDULE_CONFLICT');
    expect((refusal.details as Schedule).rows).toHaveLength(14);
  });

  test('takes the newest version of a price list', async () => {
    const { create, theater } = await aHall();
    const items = (price: string) => [
      { ticketTypeId: standardTicketType, seatType: 'regular' as const, price },
    ];
    const { id } = await admin.call.priceLists.create({ name: randomUUID(), items: items('7.50') });
    await create({
      ...{ from: '2031-03-24', to: '2031-03-24' },
      price: undefined,
      priceListId: id,
    });
    await admin.call.priceLists.update({ priceListId: id, items: items('8.50') });
    const { created } = await admin.call.schedules.copyWeek({ theaterId: theater.id, ...weeks });
    expect(created[0]).toMatchObject({ price: '8.50', priceListId: id });
  });

  test('leaves out cancelled shows and movies that have left', async () => {
    const { create, theater, aMovie } = await aHall();
    const day = { from: '2031-03-24', to: '2031-03-24' };
    const { created } = await create(day);
    await admin.call.showtimes.cancel({ showtimeId: created[0]?.id ?? '', reason: 'Flood' });
    const gone = await aMovie();
    await create({ ...day, from: '2031-03-25', to: '2031-03-25', movieId: gone.id });
    await running.app.pool.query('update movies set archived_at = now() where id = $1', [gone.id]);
    const copied = await admin.call.schedules.copyWeek({ theaterId: theater.id, ...weeks });
    expect(statesOf(copied)).toEqual(['03-31 20:00 ok']);
  });

  test('reports all shows that a shifted one overlaps', async () => {
    const { create, theater, aMovie } = await aHall({ turnaroundMinutes: 0, durationMinutes: 110 });
    const day = { from: '2031-03-23', to: '2031-03-23' };
    await create({ ...day, times: ['02:10'] });
    const short = await aMovie();
    await admin.call.movies.update({ movieId: short.id, durationMinutes: 15 });
    await create({ ...day, times: ['04:05', '04:40', '06:00'], movieId: short.id });
    // On 30 March the first begins at 03:10, and ends at 05:00.
    const copy = { theaterId: theater.id, from: '2031-03-17', to: '2031-03-24' };
    const refusal = await refusalOf(
      admin.call.schedules.copyWeek({ ...copy, dst: 'shift' as const }),
    );
    expect(statesOf(refusal.details as Schedule)).toEqual([
      '03-30 02:10 self_conflict',
      '03-30 04:05 self_conflict',
      '03-30 04:40 self_conflict',
      '03-30 06:00 ok',
    ]);
  });

  test('counts the days of the cinema’s business', async () => {
    const { create, theater } = await aHall();
    const site = await admin.call.sites.get({ siteId: theater.siteId });
    const late = { from: '2031-03-31', to: '2031-03-31', times: ['00:30'] };
    await create(late);
    const nextWeek = { theaterId: theater.id, from: '2031-03-24', to: '2031-04-07' };
    expect((await refusalOf(admin.call.schedules.copyWeek(nextWeek))).code).toBe(
      'VALIDATION_ERROR',
    );
    await admin.call.sites.update({ siteId: site.id, businessDayStartsAt: '04:00' });
    try {
      const copied = await admin.call.schedules.copyWeek(nextWeek);
      expect(statesOf(copied)).toEqual(['04-14 00:30 ok']);
    } finally {
      await admin.call.sites.update({ siteId: site.id, businessDayStartsAt: null });
    }
  });

  test.each([
    ['days that are no Mondays', { from: '2031-03-25' }],
    ['the same week', { to: '2031-03-24' }],
    ['a week without shows', {}],
  ])('refuses %s', async (_case, change) => {
    const { theater } = await aHall();
    const refusal = await refusalOf(
      admin.call.schedules.copyWeek({ theaterId: theater.id, ...weeks, ...change }),
    );
    expect(refusal.code).toBe('VALIDATION_ERROR');
  });

  test('refuses shows in another currency, or with a list that is gone', async () => {
    const { create, theater } = await aHall();
    const { created } = await create({ from: '2031-03-24', to: '2031-03-24' });
    await running.app.pool.query(`update showtimes set currency = 'JPY' where id = $1`, [
      created[0]?.id,
    ]);
    const refusal = await refusalOf(
      admin.call.schedules.copyWeek({ theaterId: theater.id, ...weeks }),
    );
    expect(refusal).toMatchObject({
      code: 'VALIDATION_ERROR',
      details: { issues: [{ path: ['from'] }] },
    });
  });
});

describe('delete', () => {
  test('takes away what is ahead and free, and names what stays', async () => {
    const { create, list } = await aHall();
    const { created, seriesId } = await create();
    const user = await aUser(running.app);
    const [locked, started] = created;
    const { seats } = await user.call.showtimes.seats({ showtimeId: locked?.id ?? '' });
    const seatIds = [seats[0]?.id ?? ''];
    await user.call.showtimes.lockSeats({ showtimeId: locked?.id ?? '', seatIds });
    await running.app.pool.query(
      `update showtimes set start_time = now() - interval '1 hour', end_time = now() + interval '1 hour',
         blocked_until = now() + interval '1 hour' where id = $1`,
      [started?.id],
    );
    const deleted = await admin.call.schedules.delete({ seriesId: seriesId ?? '' });
    expect(deleted).toEqual({ id: seriesId, deleted: 12, kept: [locked?.id] });
    expect((await list()).map(({ id }) => id).toSorted()).toEqual(
      [locked?.id, started?.id].toSorted(),
    );
  });

  test('does not find an unknown series', async () => {
    const refusal = await refusalOf(admin.call.schedules.delete({ seriesId: unknownId }));
    expect(refusal.code).toBe('NOT_FOUND');
  });
});

describe('at another cinema', () => {
  test('a manager neither plans, previews, copies nor deletes', async () => {
    const { planned, theater, create } = await aHall();
    const { seriesId } = await create();
    const site = await admin.call.sites.create({
      name: randomUUID(),
      timezone: 'UTC',
    } as Parameters<Person['call']['sites']['create']>[0]);
    const user = await aUser(running.app);
    await admin.call.admin.staff.grant({ userId: user.id, siteId: site.id, role: 'manager' });
    const { call } = user;
    const calls = [
      () => call.schedules.create(planned()),
      () => call.schedules.preview(planned()),
      () =>
        call.schedules.copyWeek({ theaterId: theater.id, from: '2031-03-24', to: '2031-03-31' }),
      () => call.schedules.delete({ seriesId: seriesId ?? '' }),
    ];
    for (const each of calls) {
      expect((await refusalOf(each())).code).toBe('NOT_FOUND');
    }
  });

  test('shows of a series that have moved there stay', async () => {
    const { create } = await aHall();
    const { seriesId, created } = await create({ times: ['20:00'] });
    const site = await admin.call.sites.create({
      name: randomUUID(),
      timezone: 'UTC',
    } as Parameters<Person['call']['sites']['create']>[0]);
    const there = await aHall();
    await admin.call.theaters.update({ theaterId: there.theater.id, siteId: site.id });
    const last = created.at(-1)?.id ?? '';
    await admin.call.showtimes.update({ showtimeId: last, theaterId: there.theater.id });
    const user = await aUser(running.app);
    const own = there.theater.siteId;
    await admin.call.admin.staff.grant({ userId: user.id, siteId: own, role: 'manager' });
    const deleted = await user.call.schedules.delete({ seriesId: seriesId ?? '' });
    expect(deleted).toMatchObject({ deleted: 6, kept: [] });
    expect((await there.list()).map(({ id }) => id)).toEqual([last]);
  });
});
