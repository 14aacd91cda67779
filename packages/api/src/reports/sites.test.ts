import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { anAdmin, aShowtime, aUser, days, refusalOf } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';
import { FakeProvider } from '../../test/fake-provider.ts';
import { aPaidPurchase } from '../../test/sale.ts';

let running: TestApp;
let stripe: FakeProvider;
let admin: Person;
let here: House;
let there: House;
beforeAll(async () => {
  stripe = new FakeProvider('stripe');
  running = await createTestApp({}, undefined, { payments: [stripe] });
  admin = await anAdmin(running.app);
  here = await aHouse();
  there = await aHouse();
  await sell(here, 1);
  await sell(there, 2);
});
afterAll(() => running.close());

/** A site with a show of 10.00 a seat, and a booking fee if there is one. */
async function aHouse({ bookingFee, startsIn }: { bookingFee?: string; startsIn?: number } = {}) {
  const refundPolicy = { tiers: [{ hoursBefore: 0, percent: 100 }], feeRefundable: false };
  const place = { name: `Site ${randomUUID()}`, timezone: 'UTC', refundPolicy };
  const { id: siteId } = await admin.call.sites.create(place);
  const scene = await aShowtime(running.app, startsIn === undefined ? {} : { startsIn });
  const theaterId = scene.theater.id;
  await admin.call.theaters.update({ theaterId, siteId });
  if (bookingFee !== undefined) {
    const { items: types } = await admin.call.ticketTypes.list({});
    const items = types.map(({ id: ticketTypeId }) => ({
      ticketTypeId,
      seatType: 'regular' as const,
      price: '10.00',
    }));
    const list = await admin.call.priceLists.create({ name: 'House', siteId, bookingFee, items });
    const showtimeId = scene.showtime.id;
    await admin.call.showtimes.update({ showtimeId, priceListId: list.id });
  }
  const showtimeId = scene.showtime.id;
  return { scene, siteId, theaterId, movieId: scene.movieId, showtimeId };
}
type House = Awaited<ReturnType<typeof aHouse>>;

/** So many of the seats from that place on, bought and paid for. */
function sell({ scene }: House, seats: number, first = 0) {
  const places = Array.from({ length: seats }, (_, index) => first + index);
  return aPaidPurchase(running.app, stripe, { scene, places });
}

async function aManager(...siteIds: (string | null)[]): Promise<Person> {
  const person = await aUser(running.app);
  for (const siteId of siteIds) {
    const role = 'manager' as const;
    await admin.call.admin.staff.grant({ userId: person.id, siteId, role });
  }
  return person;
}

const on = (later: number) => new Date(Date.now() + days(later)).toISOString().slice(0, 10);
const range = { from: on(0), to: on(2) };

/** Seats sold, by each of the reports that tells. */
async function seatsIn({ call }: Person, input: object = {}): Promise<number[]> {
  const { revenue, capacity, popularMovies } = call.admin.reports;
  const all = { ...range, ...input };
  return [
    (await revenue(all)).totals.seats,
    (await capacity(all)).totals.seatsSold,
    (await popularMovies(all)).totals.seats,
  ];
}

describe('a report', () => {
  test('holds the sites of the caller, or the one that is asked for', async () => {
    const manager = await aManager(here.siteId);
    expect(await seatsIn(manager)).toEqual([1, 1, 1]);
    expect(await seatsIn(manager, { siteId: here.siteId })).toEqual([1, 1, 1]);
    expect(await seatsIn(manager, { theaterId: there.theaterId })).toEqual([0, 0, 0]);
    const both = await aManager(here.siteId, there.siteId);
    expect(await seatsIn(both)).toEqual([3, 3, 3]);
    expect(await seatsIn(both, { siteId: there.siteId })).toEqual([2, 2, 2]);
    const everywhere = await aManager(null);
    expect(await seatsIn(everywhere, { siteId: there.siteId })).toEqual([2, 2, 2]);
    expect(await seatsIn(admin, { siteId: here.siteId })).toEqual([1, 1, 1]);
    const { rows } = await manager.call.admin.reports.occupancy(range);
    expect(rows.map(({ theaterId }) => theaterId)).toEqual([here.theaterId]);
  });

  test('of money that moved holds them too', async () => {
    const captured = async ({ call }: Person, input: object = {}) =>
      (await call.admin.reports.payments(input)).totals.map((total) => total.captured);
    const manager = await aManager(here.siteId);
    expect(await captured(manager)).toEqual(['10.00']);
    expect(await captured(admin, { siteId: there.siteId })).toEqual(['20.00']);
    const { reservationId, user } = await sell(here, 1, 1);
    await user.call.reservations.cancel({ reservationId });
    await running.app.pool.query(
      `update refunds set status = 'succeeded', settled_at = date_trunc('milliseconds', clock_timestamp())
       where payment_id in (select id from payments where reservation_id = $1)`,
      [reservationId],
    );
    const refunded = async (siteId: string) =>
      (await admin.call.admin.reports.payments({ siteId })).totals.map((each) => each.refunded);
    expect(await refunded(here.siteId)).toEqual(['10.00']);
    expect(await refunded(there.siteId)).toEqual(['0.00']);
  });

  test('of another site, or of one that there is not, does not exist', async () => {
    const manager = await aManager(here.siteId);
    for (const [person, siteId] of [
      [manager, there.siteId],
      [admin, randomUUID()],
    ] as const) {
      const { capacity, revenue, occupancy, popularMovies, payments } = person.call.admin.reports;
      for (const read of [capacity, revenue, occupancy, popularMovies, payments]) {
        expect((await refusalOf(read({ siteId }))).code).toBe('NOT_FOUND');
      }
    }
  });

  test('is refused to the box office', async () => {
    const clerk = await aUser(running.app);
    const grant = { userId: clerk.id, siteId: here.siteId, role: 'box_office' as const };
    await admin.call.admin.staff.grant(grant);
    expect((await refusalOf(clerk.call.admin.reports.revenue({}))).code).toBe('FORBIDDEN');
    await admin.call.admin.staff.grant({ ...grant, siteId: there.siteId, role: 'manager' });
    const input = { siteId: here.siteId };
    expect((await refusalOf(clerk.call.admin.reports.revenue(input))).code).toBe('FORBIDDEN');
  });

  test('of a site that was deleted still has what it sold', async () => {
    const { siteId, theaterId, scene } = await aHouse();
    await sell({ ...here, scene }, 1);
    const { pool } = running.app;
    await pool.query(
      `update theaters set archived_at = date_trunc('milliseconds', clock_timestamp()) where id = $1`,
      [theaterId],
    );
    await admin.call.sites.delete({ siteId });
    expect(await seatsIn(admin, { siteId })).toEqual([1, 1, 1]);
  });
});

describe('money', () => {
  test('is of one currency, and the others are named', async () => {
    const house = await aHouse();
    const { siteId, movieId } = house;
    await sell(house, 2);
    const others = { EUR: 3, CHF: 1, SEK: 0 };
    for (const [index, [currency, seats]] of Object.entries(others).entries()) {
      const startTime = new Date(Date.now() + days(2) + index * 3 * 3_600_000);
      const show = { movieId, theaterId: house.theaterId, startTime, price: '7.00' };
      const showtime = await admin.call.showtimes.create(show);
      const { pool } = running.app;
      await pool.query('update showtimes set currency = $2 where id = $1', [showtime.id, currency]);
      if (seats > 0) {
        await sell({ ...house, scene: { ...house.scene, showtime } }, seats);
      }
    }
    const read = (input: object) =>
      admin.call.admin.reports.revenue({ from: on(0), to: on(3), siteId, ...input });
    expect(await read({})).toMatchObject({
      currency: 'USD',
      otherCurrencies: ['CHF', 'EUR', 'SEK'],
      totals: { revenue: '20.00', seats: 6, reservations: 3, averagePerSeat: '10.00' },
    });
    expect(await read({ currency: 'EUR', groupBy: 'showtime' })).toMatchObject({
      currency: 'EUR',
      otherCurrencies: ['CHF', 'SEK', 'USD'],
      rows: [
        { revenue: '0.00', seats: 2, averagePerSeat: null },
        { revenue: '21.00', seats: 3, averagePerSeat: '7.00' },
        { revenue: '0.00', seats: 1, averagePerSeat: null },
        { revenue: '0.00', seats: 0, averagePerSeat: null },
      ],
      totals: { revenue: '21.00', seats: 6, averagePerSeat: '7.00' },
    });
    const { capacity, occupancy, popularMovies } = admin.call.admin.reports;
    for (const report of [capacity, occupancy, popularMovies]) {
      const input = { siteId, from: on(0), to: on(3), currency: 'CHF' };
      expect(await report(input)).toMatchObject({
        currency: 'CHF',
        otherCurrencies: ['EUR', 'SEK', 'USD'],
      });
    }
    const nothing = await read({ from: '2001-01-01', to: '2001-01-02' });
    expect([nothing.otherCurrencies, nothing.rows]).toEqual([[], []]);
    expect((await refusalOf(read({ currency: 'euro' }))).code).toBe('VALIDATION_ERROR');
    await running.app.pool.query(`update sites set currency = 'EUR' where id = $1`, [siteId]);
    expect(await read({})).toMatchObject({ currency: 'EUR', totals: { revenue: '21.00' } });
  });

  test('has the fees of what is sold and of what was kept; a seat costs its price', async () => {
    const house = await aHouse({ bookingFee: '1.50' });
    const read = async () => {
      const input = { ...range, siteId: house.siteId };
      const { revenue, popularMovies } = admin.call.admin.reports;
      const { totals } = await revenue(input);
      const [row] = (await popularMovies(input)).rows;
      expect(row?.revenue ?? '0.00').toBe(totals.seats === 0 ? '0.00' : totals.revenue);
      return [totals.revenue, totals.averagePerSeat];
    };
    const sold = await sell(house, 2);
    expect(await read()).toEqual(['21.50', '10.00']);
    const { reservationId, user } = sold;
    const { seatIds } = house.scene;
    await user.call.reservations.cancel({ reservationId, seatIds: seatIds.slice(0, 1) });
    expect(await read()).toEqual(['11.50', '10.00']);
    await user.call.reservations.cancel({ reservationId });
    expect(await read()).toEqual(['1.50', null]);
  });

  test('of a reservation that nobody paid for has no fees', async () => {
    const house = await aHouse({ bookingFee: '1.50' });
    const { call } = await aUser(running.app);
    const seatIds = house.scene.seatIds.slice(0, 1);
    const input = { showtimeId: house.showtimeId, seatIds };
    await call.showtimes.lockSeats(input);
    await call.reservations.create(input);
    const report = await admin.call.admin.reports.revenue({ ...range, siteId: house.siteId });
    expect(report.totals).toMatchObject({ revenue: '0.00', seats: 0 });
  });
});

describe('lists', () => {
  test('hold what is at a site', async () => {
    const { movieId, siteId, theaterId, showtimeId } = here;
    const shows = await admin.call.showtimes.list({ siteId });
    expect(shows.items.map(({ id }) => id)).toEqual([showtimeId]);
    const movies = await admin.call.movies.list({ siteId });
    expect(movies.items.map(({ id }) => id)).toEqual([movieId]);
    const theaters = await admin.call.theaters.list({ siteId });
    expect(theaters.items.map(({ id }) => id)).toEqual([theaterId]);
    const elsewhere = await admin.call.movies.showtimes({ movieId, siteId: there.siteId });
    expect(elsewhere.items).toEqual([]);
  });

  test('of movies have those with a show ahead at the site, or on the day there', async () => {
    const { siteId, movieId } = await aHouse({ startsIn: -1_000 });
    const ids = async (input: object) =>
      (await admin.call.movies.list({ siteId, ...input })).items.map(({ id }) => id);
    expect(await ids({})).toEqual([]);
    const started = new Date(Date.now() - 1_000).toISOString().slice(0, 10);
    expect(await ids({ date: started })).toEqual([movieId]);
    // The movie shows elsewhere on one day, and here on another.
    const startTime = new Date(Date.now() + days(4));
    await admin.call.showtimes.create({
      movieId,
      theaterId: there.theaterId,
      startTime,
      price: '1.00',
    });
    expect(await ids({ date: startTime.toISOString().slice(0, 10) })).toEqual([]);
    expect(await ids({})).toEqual([]);
  });

  test('of a site that there is not do not exist; an input is judged first', async () => {
    const siteId = randomUUID();
    const { movies, showtimes, theaters } = admin.call;
    const { movieId } = here;
    for (const list of [
      () => movies.list({ siteId }),
      () => showtimes.list({ siteId }),
      () => theaters.list({ siteId }),
      () => movies.showtimes({ siteId, movieId }),
    ]) {
      expect((await refusalOf(list())).code).toBe('NOT_FOUND');
    }
    const bad = showtimes.list({ siteId, cursor: 'bad' });
    expect((await refusalOf(bad)).code).toBe('VALIDATION_ERROR');
  });
});
