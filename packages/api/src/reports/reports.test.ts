import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { anAdmin, aUser, days, refusalOf } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';

let running: TestApp;
let admin: Person;
let week: Awaited<ReturnType<typeof aWeek>>;
beforeAll(async () => {
  running = await createTestApp();
  admin = await anAdmin(running.app);
  week = await aWeek();
});
afterAll(() => running.close());

const aTheater = (timezone: string, seats: number) =>
  admin.call.theaters.create({
    name: `Hall ${randomUUID()}`,
    timezone,
    rows: [{ label: 'A', seats }],
  });
const aMovie = (title: string) =>
  admin.call.movies.create({
    title: `${title} ${randomUUID()}`,
    genre: 'Drama',
    durationMinutes: 60,
  });
type Theater = Awaited<ReturnType<typeof aTheater>>;

/** A showtime in which each of the numbers was bought, by one customer each. */
async function aShow(
  theater: Theater,
  movieId: string,
  show: { startTime: string; price: string; bought: number[] },
) {
  const { startTime, price, bought } = show;
  const showtime = await admin.call.showtimes.create({
    movieId,
    theaterId: theater.id,
    startTime,
    price,
  });
  const free = theater.seats.map(({ id }) => id);
  const reservations = [];
  for (const count of bought) {
    const { call } = await aUser(running.app);
    const input = { showtimeId: showtime.id, seatIds: free.splice(0, count) };
    await call.showtimes.lockSeats(input);
    reservations.push({ call, ...(await call.reservations.create(input)) });
  }
  return { ...showtime, reservations };
}

/**
 * A theater of three seats in Paris around the night in which summer time begins. Cancelled: one of
 * the two bookings of the first show, and the last show as a whole.
 */
async function aWeek() {
  const theater = await aTheater('Europe/Paris', 3);
  const [drama, comedy] = [await aMovie('Drama'), await aMovie('Comedy')];
  type Show = [startTime: string, price: string, ...bought: number[]];
  const show = (movieId: string, ...[startTime, price, ...bought]: Show) =>
    aShow(theater, movieId, { startTime, price, bought });
  const late = await show(drama.id, '2031-03-29T22:59:00Z', '10.00', 1, 2);
  await late.reservations[1]?.call.reservations.cancel({ reservationId: late.reservations[1].id });
  const noon = await show(drama.id, '2031-03-30T10:00:00Z', '10.05', 1);
  const night = await show(comedy.id, '2031-03-31T22:00:00Z', '0.99', 1, 2);
  const cancelled = await show(drama.id, '2031-04-01T12:00:00Z', '99.00', 1);
  await admin.call.showtimes.cancel({ showtimeId: cancelled.id, reason: 'Flood' });
  const input = { theaterId: theater.id, from: '2031-03-28', to: '2031-04-02' };
  return { theater, drama, comedy, late, noon, night, input, ...input };
}
const revenue = (input: object) => admin.call.admin.reports.revenue(input);
const capacity = (input: object) => admin.call.admin.reports.capacity(input);
const occupancy = (input: object) => admin.call.admin.reports.occupancy(input);
const popularMovies = (input: object) => admin.call.admin.reports.popularMovies(input);

describe('revenue', () => {
  const all = { revenue: '23.02', reservations: 4, seats: 5, averagePerSeat: '4.60' };
  const dramas = { revenue: '20.05', reservations: 2, seats: 2, averagePerSeat: '10.03' };
  const comedies = { revenue: '2.97', reservations: 2, seats: 3, averagePerSeat: '0.99' };
  const nothing = { revenue: '0.00', reservations: 0, seats: 0, averagePerSeat: null };
  const late = { ...nothing, revenue: '10.00', reservations: 1, seats: 1, averagePerSeat: '10.00' };
  const noon = { ...late, revenue: '10.05', averagePerSeat: '10.05' };

  test('by movie, which is the default, is exact to the cent; averages are rounded half up', async () => {
    const { input, drama, comedy, from, to } = week;
    expect(await revenue(input)).toEqual({
      from,
      to,
      groupBy: 'movie',
      currency: 'USD',
      otherCurrencies: [],
      rows: [
        { movieId: comedy.id, title: comedy.title, ...comedies },
        { movieId: drama.id, title: drama.title, ...dramas },
      ],
      totals: all,
    });
  });

  test('by date has every day, by the theater’s clock', async () => {
    const { rows, totals } = await revenue({ ...week.input, groupBy: 'date' });
    expect(rows).toEqual([
      { date: '2031-03-28', ...nothing },
      { date: '2031-03-29', ...late },
      { date: '2031-03-30', ...noon },
      { date: '2031-03-31', ...nothing },
      { date: '2031-04-01', ...comedies },
      { date: '2031-04-02', ...nothing },
    ]);
    expect(totals).toEqual(all);
  });

  test('by theater and by showtime', async () => {
    const { input, theater, drama, comedy } = week;
    const byTheater = await revenue({ ...input, groupBy: 'theater' });
    expect(byTheater.rows).toEqual([{ theaterId: theater.id, name: theater.name, ...all }]);
    const byShow = await revenue({ ...input, groupBy: 'showtime' });
    const key = (
      { id, startTime }: { id: string; startTime: Date },
      { title }: { title: string },
    ) => ({
      showtimeId: id,
      startTime,
      movieTitle: title,
      theaterName: theater.name,
      timezone: 'Europe/Paris',
    });
    expect(byShow.rows).toEqual([
      { ...key(week.late, drama), ...late },
      { ...key(week.noon, drama), ...noon },
      { ...key(week.night, comedy), ...comedies },
    ]);
  });

  test('takes the days from the first to the last, and one movie', async () => {
    const { theaterId, drama, comedy } = week;
    const total = async (input: object) => (await revenue({ theaterId, ...input })).totals.revenue;
    expect(await total({ from: '2031-03-29', to: '2031-03-29' })).toBe('10.00');
    expect(await total({ from: '2031-03-30', to: '2031-03-31' })).toBe('10.05');
    expect(await total({ from: '2031-04-01', to: '2031-04-01' })).toBe('2.97');
    expect(await total({ from: '2031-03-01', to: '2031-04-30', movieId: drama.id })).toBe('20.05');
    const elsewhere = await revenue({
      theaterId: (await aTheater('UTC', 1)).id,
      movieId: comedy.id,
      from: '2031-01-01',
      to: '2031-12-31',
    });
    expect([elsewhere.rows, elsewhere.totals]).toEqual([[], nothing]);
  });
});

test('capacity has the seats there are, showtimes without a sale included', async () => {
  const { input, theater, drama, comedy, late, noon, night } = week;
  const share = (sold: number, shows = 1) => ({
    showtimes: shows,
    seatsSold: sold,
    seatsTotal: 3 * shows,
    admitted: 0,
    noShows: 0,
    share: Math.round((sold / 3 / shows) * 1e4) / 1e4,
  });
  const byShow = await capacity(input);
  expect(byShow).toMatchObject({
    groupBy: 'showtime',
    totals: { showtimes: 3, seatsSold: 5, seatsTotal: 9, admitted: 0, noShows: 0, share: 0.5556 },
  });
  expect(byShow.rows.map(({ showtimeId, share: full }) => [showtimeId, full])).toEqual([
    [late.id, 0.3333],
    [noon.id, 0.3333],
    [night.id, 1],
  ]);
  expect(byShow.rows[0]).toEqual({
    showtimeId: late.id,
    startTime: late.startTime,
    movieTitle: drama.title,
    theaterName: theater.name,
    timezone: 'Europe/Paris',
    ...share(1),
  });
  const byDate = await capacity({ ...input, groupBy: 'date' });
  expect(byDate.rows.map(({ date, seatsSold }) => [date, seatsSold])).toEqual([
    ['2031-03-28', 0],
    ['2031-03-29', 1],
    ['2031-03-30', 1],
    ['2031-03-31', 0],
    ['2031-04-01', 3],
    ['2031-04-02', 0],
  ]);
  expect(byDate.rows[0]).toEqual({
    date: '2031-03-28',
    showtimes: 0,
    seatsSold: 0,
    seatsTotal: 0,
    admitted: 0,
    noShows: 0,
    share: 0,
  });
  const byMovie = await capacity({ ...input, groupBy: 'movie' });
  expect(byMovie.rows).toEqual([
    { movieId: comedy.id, title: comedy.title, ...share(3) },
    { movieId: drama.id, title: drama.title, ...share(2, 2) },
  ]);
  const byTheater = await capacity({ ...input, groupBy: 'theater' });
  expect(byTheater.rows).toEqual([{ theaterId: theater.id, name: theater.name, ...share(5, 3) }]);
});

test('rows by movie and by theater are in the order of people', async () => {
  const [from, to] = ['2032-05-01', '2032-05-01'];
  for (const name of ['Zebra', 'Öland', 'élan', 'Elan']) {
    const theater = await admin.call.theaters.create({
      name,
      timezone: 'UTC',
      rows: [{ label: 'A', seats: 1 }],
    });
    const film = { title: name, genre: 'Drama', durationMinutes: 60 };
    const { id } = await admin.call.movies.create(film);
    await aShow(theater, id, { startTime: '2032-05-01T10:00:00Z', price: '1.00', bought: [] });
  }
  const inOrder = ['Elan', 'élan', 'Öland', 'Zebra'];
  const byMovie = await capacity({ from, to, groupBy: 'movie' });
  expect(byMovie.rows.map(({ title }) => title)).toEqual(inOrder);
  const byTheater = await capacity({ from, to, groupBy: 'theater' });
  expect(byTheater.rows.map(({ name }) => name)).toEqual(inOrder);
});

test('occupancy is the mean of the showtimes’ shares; weekdays and hours have no gaps', async () => {
  const { input, theater } = week;
  const total = { showtimes: 3, averageShare: 0.5556 };
  const byTheater = await occupancy(input);
  expect(byTheater).toMatchObject({ groupBy: 'theater', totals: total });
  expect(byTheater.rows).toEqual([{ theaterId: theater.id, name: theater.name, ...total }]);
  const third = { showtimes: 1, averageShare: 0.3333 };
  const weekdays: Record<number, object> = {
    6: third,
    7: third,
    2: { showtimes: 1, averageShare: 1 },
  };
  const byWeekday = await occupancy({ ...input, groupBy: 'weekday' });
  const none = { showtimes: 0, averageShare: 0 };
  expect(byWeekday.rows).toEqual(
    [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, ...none, ...weekdays[weekday] })),
  );
  const hours: Record<number, object> = {
    0: { showtimes: 1, averageShare: 1 },
    12: third,
    23: third,
  };
  const byHour = await occupancy({ ...input, groupBy: 'hour' });
  expect(byHour.rows).toEqual(
    Array.from({ length: 24 }, (_, hour) => ({ hour, ...none, ...hours[hour] })),
  );
  const byDate = await occupancy({ ...input, groupBy: 'date' });
  expect(byDate.rows).toHaveLength(6);
  expect(byDate.rows[1]).toEqual({ date: '2031-03-29', ...third });
});

test('popular movies go by seats, then revenue, then title', async () => {
  const theater = await aTheater('UTC', 4);
  type Show = [day: number, price: string, ...bought: number[]];
  const show = async (title: string, ...[day, price, ...bought]: Show) => {
    const movie = await aMovie(title);
    await aShow(theater, movie.id, { startTime: `2032-01-0${day}T12:00:00Z`, price, bought });
    return movie;
  };
  const cheap = await show('A cheap one', 1, '1.00', 1, 2);
  const unsold = await show('A flop', 2, '1.00');
  const [zebra, lion] = [await show('Zebra', 3, '5.00', 3), await show('Lion', 4, '5.00', 3)];
  const few = await show('Few', 5, '90.00', 2);
  const range = { theaterId: theater.id, from: '2032-01-01', to: '2032-01-31' };
  const report = await popularMovies(range);
  expect(report.rows.slice(0, 4)).toEqual([
    { rank: 1, movieId: lion.id, title: lion.title, reservations: 1, seats: 3, revenue: '15.00' },
    { rank: 2, movieId: zebra.id, title: zebra.title, reservations: 1, seats: 3, revenue: '15.00' },
    { rank: 3, movieId: cheap.id, title: cheap.title, reservations: 2, seats: 3, revenue: '3.00' },
    { rank: 4, movieId: few.id, title: few.title, reservations: 1, seats: 2, revenue: '180.00' },
  ]);
  expect(
    report.rows
      .slice(4)
      .map(({ movieId }) => movieId)
      .filter((id) => id !== unsold.id),
  ).toEqual([]);
  expect(report.totals).toEqual({ reservations: 5, seats: 11, revenue: '213.00' });
  const top = await popularMovies({ ...range, limit: 1 });
  expect([top.rows.length, top.totals]).toEqual([1, report.totals]);
});

test('days that summer time makes shorter and longer have 23 and 25 hours', async () => {
  const theater = await aTheater('Europe/Paris', 1);
  const { id: movieId } = await aMovie('Hourly');
  const hourly = async (first: string, hours: number) => {
    for (let hour = -1; hour <= hours; hour += 1) {
      const startTime = new Date(Date.parse(first) + hour * 3_600_000).toISOString();
      await aShow(theater, movieId, { startTime, price: '1.00', bought: [] });
    }
  };
  await hourly('2031-03-29T23:00:00Z', 23);
  await hourly('2031-10-25T22:00:00Z', 25);
  const day = async (date: string, second: number) => {
    const range = { theaterId: theater.id, from: date, to: date };
    const byDate = await capacity({ ...range, groupBy: 'date' });
    const byHour = await occupancy({ ...range, groupBy: 'hour' });
    const hours = byHour.rows.map(({ showtimes }) => showtimes);
    expect(hours).toEqual(Array.from({ length: 24 }, (_, hour) => (hour === 2 ? second : 1)));
    return byDate.rows.map(({ showtimes }) => showtimes);
  };
  expect(await day('2031-03-30', 0)).toEqual([23]);
  expect(await day('2031-10-26', 2)).toEqual([25]);
});

test('each theater’s shows count on its own days in one report', async () => {
  const { id: movieId } = await aMovie('Everywhere');
  for (const zone of ['America/Los_Angeles', 'Europe/London', 'Pacific/Kiritimati']) {
    const theater = await aTheater(zone, 2);
    // 16:30 the day before, 00:30, and 13:30.
    await aShow(theater, movieId, {
      startTime: '2031-05-01T23:30:00Z',
      price: '3.00',
      bought: [1],
    });
  }
  const input = { movieId, from: '2031-05-01', to: '2031-05-03' };
  const byDate = await revenue({ ...input, groupBy: 'date' });
  expect(byDate.rows.map(({ seats }) => seats)).toEqual([1, 2, 0]);
  const byHour = await occupancy({ ...input, groupBy: 'hour' });
  expect(byHour.rows.filter(({ showtimes }) => showtimes > 0).map(({ hour }) => hour)).toEqual([
    0, 13, 16,
  ]);
  expect((await revenue({ movieId, from: '2031-05-02', to: '2031-05-02' })).totals.seats).toBe(2);
});

test('revenue is of the configured currency, and so is the average; seats are all there were', async () => {
  const theater = await aTheater('UTC', 4);
  const { id: movieId } = await aMovie('Abroad');
  const show = async (day: number, currency: string, price: string) => {
    const startTime = `2031-06-0${day}T12:00:00Z`;
    const { id } = await admin.call.showtimes.create({
      movieId,
      theaterId: theater.id,
      startTime,
      price,
    });
    await running.app.pool.query('update showtimes set currency = $2 where id = $1', [
      id,
      currency,
    ]);
    const { call } = await aUser(running.app);
    const input = { showtimeId: id, seatIds: theater.seats.slice(0, day).map((seat) => seat.id) };
    await call.showtimes.lockSeats(input);
    await call.reservations.create(input);
  };
  await show(2, 'USD', '10.00');
  await show(3, 'EUR', '99.00');
  const report = await revenue({ movieId, from: '2031-06-02', to: '2031-06-03', groupBy: 'date' });
  expect(report.currency).toBe('USD');
  expect(report.rows).toEqual([
    { date: '2031-06-02', revenue: '20.00', reservations: 1, seats: 2, averagePerSeat: '10.00' },
    { date: '2031-06-03', revenue: '0.00', reservations: 1, seats: 3, averagePerSeat: null },
  ]);
  expect(report.totals).toEqual({
    revenue: '20.00',
    reservations: 2,
    seats: 5,
    averagePerSeat: '10.00',
  });
});

test('a share of exactly half a ten-thousandth is rounded up', async () => {
  const theater = await aTheater('UTC', 50);
  const { id: movieId } = await aMovie('Half');
  for (const [day, bought] of [
    [1, [10, 10, 10, 10, 10]],
    [2, [7]],
  ] as const) {
    await aShow(theater, movieId, {
      startTime: `2031-07-0${day}T12:00:00Z`,
      price: '1.00',
      bought: [...bought],
    });
  }
  for (let hour = 10; hour < 24; hour += 1) {
    await aShow(theater, movieId, {
      startTime: `2031-07-03T${hour}:00:00Z`,
      price: '1.00',
      bought: [],
    });
  }
  const { totals } = await capacity({ movieId, from: '2031-07-01', to: '2031-07-31' });
  expect(totals).toEqual({
    showtimes: 16,
    seatsSold: 57,
    seatsTotal: 800,
    admitted: 0,
    noShows: 0,
    share: 0.0713,
  });
});

test('three years have a row for each day, and longer ranges other rows', async () => {
  const theater = await aTheater('UTC', 1);
  const { id: theaterId } = theater;
  const byDate = (from: string) => capacity({ theaterId, groupBy: 'date', from, to: '2026-12-31' });
  const most = await byDate('2023-12-28');
  expect(most.rows).toHaveLength(1_100);
  expect(new Set(most.rows.map(({ date }) => date)).size).toBe(1_100);
  expect(await refusalOf(byDate('2023-12-27'))).toEqual({
    code: 'VALIDATION_ERROR',
    details: {
      issues: [
        { path: ['from'], message: 'must be at most 1099 days before to when each row is a date' },
      ],
    },
  });
  const ever = { theaterId, from: '1800-01-01', to: '2199-12-31' };
  expect((await revenue({ ...ever, groupBy: 'movie' })).rows).toEqual([]);
  expect((await revenue({ ...ever, groupBy: 'showtime' })).rows).toEqual([]);
});

test('a report lists at most fifty thousand showtimes', async () => {
  const theater = await aTheater('UTC', 1);
  const movie = await aMovie('Short');
  const insert = `insert into showtimes
      (id, movie_id, theater_id, start_time, end_time, blocked_until, price, currency, total_seats)
    select gen_random_uuid(), $1, $2, at, at + interval '1 minute', at + interval '1 minute', 1, 'USD', 1
    from generate_series($3::int, $4::int) n, lateral (
      select timestamptz '2010-01-01' + make_interval(mins => 2 * n) as at) start`;
  const input = {
    theaterId: theater.id,
    groupBy: 'showtime',
    from: '2010-01-01',
    to: '2011-12-31',
  };
  await running.app.pool.query(insert, [movie.id, theater.id, 1, 50_000]);
  expect((await capacity(input)).rows).toHaveLength(50_000);
  await running.app.pool.query(insert, [movie.id, theater.id, 50_001, 50_001]);
  expect((await refusalOf(capacity(input))).code).toBe('VALIDATION_ERROR');
  await running.app.pool.query('delete from showtimes where theater_id = $1', [theater.id]);
});

test('two reports are made at a time, and the others wait', async () => {
  const { reportTurns } = running.app;
  const { promise, resolve } = Promise.withResolvers<void>();
  const busy = [reportTurns.run('a', () => promise), reportTurns.run('b', () => promise)];
  const report = capacity({ groupBy: 'movie' });
  await expect.poll(() => reportTurns.waiting).toBe(1);
  resolve();
  await Promise.all(busy);
  await expect(report).resolves.toBeDefined();
});

test('without dates a report has today and the 29 days before, in the theater’s zone', async () => {
  const theater = await aTheater('Pacific/Kiritimati', 2);
  const { id: movieId } = await aMovie('Now');
  const show = (offset: number) =>
    aShow(theater, movieId, {
      startTime: new Date(Date.now() + offset).toISOString(),
      price: '1.00',
      bought: [],
    });
  await show(0);
  await show(-days(29));
  await show(-days(31));
  await show(days(2));
  const report = await capacity({ theaterId: theater.id, groupBy: 'date' });
  const today = new Date(Date.now() + 14 * 3_600_000).toISOString().slice(0, 10);
  expect(report.to).toBe(today);
  expect(report.rows).toHaveLength(30);
  expect([report.rows[0]?.date, report.rows[29]?.date]).toEqual([report.from, today]);
  expect(report.rows.map(({ showtimes }) => showtimes)).toEqual([
    1,
    ...Array<number>(28).fill(0),
    1,
  ]);
  const { from, to } = await revenue({ to: '2031-03-31' });
  expect([from, to]).toEqual(['2031-03-02', '2031-03-31']);
  const ahead = await revenue({ from: '2031-03-02' });
  expect([ahead.from, ahead.to]).toEqual(['2031-03-02', '2031-03-31']);
  const last = await revenue({ from: '2199-12-30' });
  expect([last.from, last.to]).toEqual(['2199-12-30', '2199-12-31']);
});

test('what was archived counts on', async () => {
  const theater = await aTheater('UTC', 2);
  const { id: movieId } = await aMovie('Gone');
  const startTime = new Date(Date.now() + days(1)).toISOString();
  const show = await aShow(theater, movieId, { startTime, price: '7.00', bought: [1] });
  // The purchase a second earlier, so that it is not in the millisecond of the start.
  const earlier = [
    ['seat_claims', 'locked_at'],
    ['reservations', 'created_at'],
    ['reservation_events', 'created_at'],
  ] as const;
  for (const [table, column] of earlier) {
    await running.app.pool.query(
      `update ${table} set ${column} = ${column} - interval '1 second' where showtime_id = $1`,
      [show.id],
    );
  }
  const started = `update showtimes set start_time = date_trunc('milliseconds', clock_timestamp()) where id = $1`;
  await running.app.pool.query(started, [show.id]);
  await admin.call.movies.delete({ movieId });
  const { totals } = await revenue({ movieId, to: startTime.slice(0, 10) });
  expect(totals).toMatchObject({ revenue: '7.00', seats: 1 });
});

test('every answer is one snapshot, also while seats are sold', async () => {
  const theater = await aTheater('UTC', 40);
  const { id: movieId } = await aMovie('Busy');
  const shows: { id: string }[] = [];
  for (const day of [1, 2, 3]) {
    shows.push(
      await aShow(theater, movieId, {
        startTime: `2033-01-0${day}T12:00:00Z`,
        price: '1.01',
        bought: [],
      }),
    );
  }
  const sell = async (place: number) => {
    const { call } = await aUser(running.app);
    for (const { id: showtimeId } of shows) {
      const input = { showtimeId, seatIds: [theater.seats[place]?.id ?? ''] };
      await call.showtimes.lockSeats(input);
      await call.reservations.create(input);
    }
  };
  const ask = () =>
    revenue({ theaterId: theater.id, from: '2033-01-01', to: '2033-01-31', groupBy: 'date' });
  const selling = Promise.all(Array.from({ length: 40 }, (_, place) => sell(place)));
  const answers = [await ask(), await ask(), await ask(), await ask(), await ask()];
  await selling;
  answers.push(await ask());
  for (const { rows, totals } of answers) {
    const cents = rows.reduce((sum, row) => sum + Math.round(Number(row.revenue) * 100), 0);
    expect(Math.round(Number(totals.revenue) * 100)).toBe(cents);
    expect(cents).toBe(totals.seats * 101);
    expect(totals.seats).toBe(totals.reservations);
  }
  expect(answers.at(-1)?.totals.seats).toBe(120);
});

test.each([
  ['capacity', { groupBy: 'weekday' }],
  ['revenue', { groupBy: 'hour' }],
  ['occupancy', { groupBy: 'movie' }],
  ['occupancy', { groupBy: 'showtime' }],
  ['popularMovies', { groupBy: 'movie' }],
  ['popularMovies', { limit: 0 }],
  ['popularMovies', { limit: 101 }],
  ['revenue', { limit: 5 }],
  ['revenue', { from: '2031-01-02', to: '2031-01-01' }],
  ['revenue', { from: '2031-02-30' }],
  ['capacity', { from: '1799-12-31', to: '1800-01-01' }],
  ['capacity', { theaterId: 'x' }],
  ['capacity', { date: '2031-01-01' }],
] as const)('%s refuses %j', async (name, input) => {
  const call = admin.call.admin.reports[name](input as never);
  expect((await refusalOf(call)).code).toBe('VALIDATION_ERROR');
});
