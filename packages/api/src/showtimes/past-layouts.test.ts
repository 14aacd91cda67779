import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aShowtime, aUser } from '../../test/builders.ts';
import type { SeatRow } from '../theaters/schema.ts';

/* A show that has ended keeps its hall: map, availability and reports agree after any edit. */

let running: TestApp;
beforeAll(async () => {
  running = await createTestApp();
});
afterAll(() => running.close());

/** A show of six seats, four of them sold and one out of order, that has ended. */
async function aPastShow() {
  const scene = await aShowtime(running.app, {
    rows: [
      {
        label: 'A',
        seats: 6,
        overrides: [
          { position: 5, features: ['wheelchair'] },
          { position: 6, outOfOrder: true },
        ],
      },
    ],
  });
  const { showtime, seatIds } = scene;
  const input = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 4) };
  const user = await aUser(running.app);
  await user.call.showtimes.lockSeats(input);
  await user.call.reservations.create(input);
  const ended = `update showtimes set start_time = now() - interval '3 hours',
      end_time = now() - interval '1 hour', blocked_until = now() - interval '1 hour'
    where id = $1`;
  await running.app.pool.query(ended, [showtime.id]);
  const bought = [
    ['reservations', 'created_at'],
    ['reservation_events', 'created_at'],
    ['seat_claims', 'locked_at'],
  ] as const;
  for (const [table, column] of bought) {
    const earlier = `update ${table} set ${column} = ${column} - interval '4 hours' where showtime_id = $1`;
    await running.app.pool.query(earlier, [showtime.id]);
  }
  return { ...scene, user };
}

type PastShow = Awaited<ReturnType<typeof aPastShow>>;

/** The seats of a show by every way to ask for them. */
async function seatsOf({ admin, showtime, theater }: PastShow) {
  const showtimeId = showtime.id;
  const map = await admin.call.showtimes.seats({ showtimeId });
  const { availability } = await admin.call.showtimes.get({ showtimeId });
  const input = { theaterId: theater.id, groupBy: 'showtime' as const };
  const report = await admin.call.admin.reports.capacity({ ...input, from: '2020-01-01' });
  const row = report.rows.find((each) => each.showtimeId === showtimeId);
  return { map, availability, sold: row?.seatsSold, total: row?.seatsTotal };
}

const edits: [string, SeatRow[]][] = [
  ['fewer seats', [{ label: 'A', seats: 2 }]],
  ['more seats', [{ label: 'A', seats: 9 }]],
  ['other names', [{ label: 'B', seats: 6 }]],
  ['other types', [{ label: 'A', seats: 6, seatType: 'vip' }]],
  ['other features', [{ label: 'A', seats: 6, overrides: [{ position: 1, features: ['aisle'] }] }]],
  ['other numbers', [{ label: 'A', seats: 6, overrides: [{ position: 1, number: 17 }] }]],
  ['numbers from the right', [{ label: 'A', seats: 6, numbering: 'right' }]],
  [
    'other seats out of order',
    [
      {
        label: 'A',
        seats: 6,
        overrides: [
          { position: 1, outOfOrder: true },
          { position: 5, outOfOrder: true },
        ],
      },
    ],
  ],
  ['another order', [{ label: 'A', seats: 7, overrides: [{ position: 1, gap: true }] }]],
];

describe('a hall that gets', () => {
  test.for(edits)('%s', async ([, rows]) => {
    const show = await aPastShow();
    const before = await seatsOf(show);
    const counts = { total: 6, available: 1, locked: 0, reserved: 4, blocked: 1 };
    expect(before.map.counts).toEqual(counts);
    await show.admin.call.theaters.update({ theaterId: show.theater.id, rows });

    const after = await seatsOf(show);
    expect(after.map.seats).toEqual(before.map.seats);
    expect(after.map.counts).toEqual(counts);
    expect(after.availability).toEqual({ total: 6, available: 1 });
    expect([after.sold, after.total]).toEqual([4, 6]);
  });
});

test('a layout that was kept before seats had features shows none', async () => {
  const show = await aPastShow();
  const theaterId = show.theater.id;
  await show.admin.call.theaters.update({ theaterId, rows: [{ label: 'A', seats: 2 }] });
  const without = `update past_layouts set seats =
      (select jsonb_agg(seat - 'features') from jsonb_array_elements(seats) as seat)
    where theater_id = $1`;
  await running.app.pool.query(without, [theaterId]);

  const { map } = await seatsOf(show);
  expect(map.seats.map(({ features }) => features)).toEqual([[], [], [], [], [], []]);
});

test('each past show has the layout of its day, and an upcoming one that of today', async () => {
  const first = await aPastShow();
  const { admin, theater, movieId } = first;
  const theaterId = theater.id;
  await admin.call.theaters.update({ theaterId, rows: [{ label: 'A', seats: 8 }] });
  const second = await admin.call.showtimes.create({
    movieId,
    theaterId,
    startTime: new Date(Date.now() - 30 * 60_000),
    price: '10.00',
  });
  const over = `update showtimes set end_time = clock_timestamp(), blocked_until = clock_timestamp()
    where id = $1`;
  await running.app.pool.query(over, [second.id]);
  await admin.call.theaters.update({ theaterId, rows: [{ label: 'A', seats: 3 }] });
  await admin.call.theaters.update({ theaterId, rows: [{ label: 'A', seats: 4 }] });
  const third = await admin.call.showtimes.create({
    movieId,
    theaterId,
    startTime: new Date(Date.now() + 86_400_000),
    price: '10.00',
  });
  const totals = [];
  for (const { id } of [first.showtime, second, third]) {
    totals.push((await admin.call.showtimes.seats({ showtimeId: id })).counts.total);
  }
  expect(totals).toEqual([6, 8, 4]);
  const kept = `select count(*)::int as kept from past_layouts where theater_id = $1`;
  expect((await running.app.pool.query(kept, [theaterId])).rows).toEqual([{ kept: 2 }]);
});

test('the sold seats of a past show are those of its reservations, without claims', async () => {
  const show = await aPastShow();
  const { map, availability } = await seatsOf(show);
  await running.asOwner(
    `create table kept as select * from seat_claims where showtime_id = '${show.showtime.id}';
     delete from seat_claims where showtime_id = '${show.showtime.id}'`,
  );
  const after = await seatsOf(show);
  await running.asOwner('insert into seat_claims select * from kept; drop table kept');

  expect(after.map.seats).toEqual(map.seats);
  expect(after.availability).toEqual(availability);
});
