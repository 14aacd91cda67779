import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { Caller, TestApp } from '../../test/app.ts';
import { anAdmin, aShowtime, aUser, days, hours, refusalOf } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';
import { defaultSite } from '../db/entities/theater.ts';

let running: TestApp;
let admin: Person;
let anyone: Caller;
beforeAll(async () => {
  running = await createTestApp();
  admin = await anAdmin(running.app);
  anyone = callerOf(running.app);
});
afterAll(() => running.close());

type CreateInput = Parameters<Caller['theaters']['create']>[0];
type Rows = CreateInput['rows'];
const aTheater = (changes: Partial<CreateInput> = {}) => {
  const rows: Rows = [{ label: 'A', seats: 3 }];
  return admin.call.theaters.create({ name: randomUUID(), timezone: 'UTC', rows, ...changes });
};
const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;
const places = (theater: Awaited<ReturnType<typeof aTheater>>) =>
  theater.seats.map(
    (seat) => `${seat.rowLabel}${seat.seatNumber} @${seat.rowIndex}.${seat.position}`,
  );
/** Label and number → id. */
const idsOf = (theater: Awaited<ReturnType<typeof aTheater>>) =>
  Object.fromEntries(theater.seats.map((seat) => [`${seat.rowLabel}${seat.seatNumber}`, seat.id]));
/** Puts a showtime three days back, with all that happened in it. */
async function letItPass(showtimeId: string): Promise<void> {
  const { pool } = running.app;
  const columns = ['start_time', 'end_time', 'blocked_until'];
  const back = columns.map((column) => `${column} = ${column} - interval '3 days'`).join(', ');
  await pool.query(`update showtimes set ${back} where id = $1`, [showtimeId]);
  await pool.query(
    `update seat_claims set locked_at = locked_at - interval '5 days'
    where showtime_id = $1`,
    [showtimeId],
  );
  await pool.query(
    `update reservation_events e set created_at = e.created_at - interval '4 days'
    from reservations r where r.id = e.reservation_id and r.showtime_id = $1`,
    [showtimeId],
  );
}

describe('create', () => {
  test('draws the seats: gaps have a position and no seat, numbers go on over them', async () => {
    const theater = await aTheater({
      turnaroundMinutes: 20,
      rows: [
        {
          label: 'A',
          seats: 5,
          overrides: [
            { position: 3, gap: true },
            { position: 5, outOfOrder: true },
          ],
        },
        {
          label: 'B',
          seats: 3,
          seatType: 'premium',
          overrides: [{ position: 1, seatType: 'vip' }],
        },
      ],
    });
    expect(places(theater)).toEqual([
      'A1 @1.1',
      'A2 @1.2',
      'A3 @1.4',
      'A4 @1.5',
      'B1 @2.1',
      'B2 @2.2',
      'B3 @2.3',
    ]);
    expect(theater.seats.map(({ seatType }) => seatType).slice(3)).toEqual([
      'regular',
      'vip',
      'premium',
      'premium',
    ]);
    expect(theater.seats.map(({ outOfOrder }) => outOfOrder).indexOf(true)).toBe(3);
    const { seats, ...head } = theater;
    expect(head).toEqual({
      id: expect.any(String) as unknown,
      name: theater.name,
      timezone: 'UTC',
      turnaroundMinutes: 20,
      siteId: defaultSite,
      totalSeats: 7,
      revision: 1,
      createdAt: expect.any(Date) as unknown,
    });
    expect(await anyone.theaters.get({ theaterId: theater.id })).toEqual({ ...head, seats });
  });

  test('numbers a row from the right, without its gaps', async () => {
    const overrides = [
      { position: 1, gap: true as const },
      { position: 4, gap: true as const },
    ];
    const theater = await aTheater({
      rows: [
        { label: 'A', seats: 6, numbering: 'right', overrides },
        { label: 'B', seats: 3, numbering: 'left' },
      ],
    });
    expect(places(theater)).toEqual([
      'A4 @1.2',
      'A3 @1.3',
      'A2 @1.5',
      'A1 @1.6',
      'B1 @2.1',
      'B2 @2.2',
      'B3 @2.3',
    ]);
  });

  test('gives a seat its own number, and the others theirs', async () => {
    const overrides = [
      { position: 2, number: 14 },
      { position: 3, number: 2 },
      { position: 4, number: 9_999 },
    ];
    const theater = await aTheater({
      rows: [
        { label: 'A', seats: 4, overrides },
        { label: 'B', seats: 4, numbering: 'right', overrides: [{ position: 4, number: 101 }] },
      ],
    });
    expect(places(theater)).toEqual([
      'A1 @1.1',
      'A14 @1.2',
      'A2 @1.3',
      'A9999 @1.4',
      'B4 @2.1',
      'B3 @2.2',
      'B2 @2.3',
      'B101 @2.4',
    ]);
  });

  test('answers the features of the seats, in the theater and in the map', async () => {
    const rows: Rows = [
      {
        label: 'A',
        seats: 5,
        overrides: [
          { position: 1, features: ['wheelchair', 'noSteps'] },
          { position: 2, features: ['companion'] },
          { position: 4, features: ['pair', 'restrictedView'] },
          { position: 5, features: ['pair'] },
        ],
      },
    ];
    const features = [
      ['wheelchair', 'noSteps'],
      ['companion'],
      [],
      ['pair', 'restrictedView'],
      ['pair'],
    ];
    const { showtime, theater } = await aShowtime(running.app, { rows });
    const { seats } = await anyone.showtimes.seats({ showtimeId: showtime.id });
    expect(theater.seats.map((seat) => seat.features)).toEqual(features);
    expect(seats.map((seat) => seat.features)).toEqual(features);
  });

  test('shows a seat that is out of order as blocked, and does not count it as available', async () => {
    const rows: Rows = [{ label: 'A', seats: 3, overrides: [{ position: 2, outOfOrder: true }] }];
    const { showtime } = await aShowtime(running.app, { rows });
    expect(showtime.availability).toEqual({ total: 3, available: 2 });
    const { seats, counts } = await anyone.showtimes.seats({ showtimeId: showtime.id });
    expect(seats.map(({ status }) => status)).toEqual(['available', 'blocked', 'available']);
    expect(counts).toEqual({ total: 3, available: 2, locked: 0, reserved: 0, blocked: 1 });
  });

  const row = (changes: object = {}) => ({ label: 'A', seats: 3, ...changes });
  const many = (count: number, seats: number) =>
    Array.from({ length: count }, (_, index) => ({ label: `R${index}`, seats }));
  const gap = (position: number) => ({ position, gap: true });
  const numbered = (position: number, number: number) => ({ position, number });
  const featured = (position: number, ...features: string[]) => ({ position, features });
  test.each<[string, object]>([
    ['no rows', { rows: [] }],
    ['61 rows', { rows: many(61, 1) }],
    ['a row of no seats', { rows: [row({ seats: 0 })] }],
    ['a row of 61', { rows: [row({ seats: 61 })] }],
    ['2,001 seats', { rows: [...many(33, 60), row({ seats: 21 })] }],
    ['gaps alone', { rows: [row({ seats: 1, overrides: [gap(1)] })] }],
    ['a label twice', { rows: [row(), row()] }],
    ['a label that is empty', { rows: [row({ label: ' ' })] }],
    ['a place beyond the row', { rows: [row({ overrides: [gap(4)] })] }],
    ['place 0', { rows: [row({ overrides: [gap(0)] })] }],
    ['a place twice', { rows: [row({ overrides: [gap(1), gap(1)] })] }],
    ['gap: false', { rows: [row({ overrides: [{ position: 1, gap: false }] })] }],
    ['number 0', { rows: [row({ overrides: [numbered(1, 0)] })] }],
    ['number 10,000', { rows: [row({ overrides: [numbered(1, 10_000)] })] }],
    ['a number twice', { rows: [row({ overrides: [numbered(1, 7), numbered(2, 7)] })] }],
    ['the number of a seat without its own', { rows: [row({ overrides: [numbered(1, 3)] })] }],
    [
      'that number in a row from the right',
      { rows: [row({ numbering: 'right', overrides: [numbered(1, 1)] })] },
    ],
    ['a gap with a number', { rows: [row({ overrides: [{ ...gap(1), number: 7 }] })] }],
    ['a gap with features', { rows: [row({ overrides: [{ ...gap(1), features: [] }] })] }],
    ['numbers from the middle', { rows: [row({ numbering: 'middle' })] }],
    ['a feature that is none', { rows: [row({ overrides: [featured(1, 'sofa')] })] }],
    ['a feature twice', { rows: [row({ overrides: [featured(1, 'aisle', 'aisle')] })] }],
    [
      'a wheelchair place for a companion',
      { rows: [row({ overrides: [featured(1, 'wheelchair', 'companion')] })] },
    ],
    ['half a love seat', { rows: [row({ overrides: [featured(1, 'pair')] })] }],
    [
      'a love seat apart',
      { rows: [row({ overrides: [featured(1, 'pair'), featured(3, 'pair')] })] },
    ],
    [
      'one and a half love seats',
      { rows: [row({ overrides: [1, 3, 2].map((position) => featured(position, 'pair')) })] },
    ],
    ['another seat type', { rows: [row({ seatType: 'sofa' })] }],
    ['an unknown key in a row', { rows: [row({ name: 'A' })] }],
    [
      'an unknown key in an override',
      { rows: [row({ overrides: [{ position: 1, price: '1.00' }] })] },
    ],
    ['no time zone', { timezone: '' }],
    ['a city that is none', { timezone: 'Europe/Atlantis' }],
    ['an offset', { timezone: '+02:00' }],
    ['negative cleaning', { turnaroundMinutes: -1 }],
    ['half a minute', { turnaroundMinutes: 0.5 }],
    ['a nameless one', { name: '' }],
    ['an unknown key', { totalSeats: 5 }],
  ])('refuses %s', async (_name, changes) => {
    expect(await codeOf(aTheater(changes as Partial<CreateInput>))).toBe('VALIDATION_ERROR');
  });

  test('takes 2,000 seats, gaps not counted', async () => {
    const rows: Rows = [
      ...many(33, 60),
      { ...row({ seats: 21 }), overrides: [{ position: 9, gap: true }] } as Rows[0],
    ];
    const theater = await aTheater({ rows });
    expect([theater.totalSeats, theater.seats.length]).toEqual([2_000, 2_000]);
  });
});

describe('list', () => {
  const pages = async (tag: string, onPage?: () => Promise<unknown>) => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await anyone.theaters.list({ limit: 1, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map(({ name }) => name).filter((name) => name.includes(tag)));
      cursor = page.nextCursor ?? undefined;
      await onPage?.();
    } while (cursor !== undefined);
    return seen.map((name) => name.slice(0, 1));
  };

  test('goes by name without case, in pages that rows added do not shift', async () => {
    const tag = randomUUID();
    for (const name of ['c', 'A', 'b']) {
      await aTheater({ name: `${name} ${tag}` });
    }
    expect(await pages(tag)).toEqual(['A', 'b', 'c']);
    expect(await pages(tag, () => aTheater({ name: `0 ${randomUUID()}` }))).toEqual([
      'A',
      'b',
      'c',
    ]);
    const { items } = await anyone.theaters.list({ limit: 1 });
    expect(items[0]).not.toHaveProperty('seats');
  });

  test('finds a theater by the end of its id', async () => {
    const [{ id }] = [await aTheater(), await aTheater()];
    const { items } = await anyone.theaters.list({ idEndsWith: id.slice(-6) });
    expect(items.map((theater) => theater.id)).toEqual([id]);
  });

  test('goes by name as people sort', async () => {
    const tag = randomUUID();
    for (const name of ['Zebra', 'Öland', 'élan', 'Elan']) {
      await aTheater({ name: `${name} ${tag}` });
    }
    expect(await pages(tag)).toEqual(['E', 'é', 'Ö', 'Z']);
  });

  test('goes on after a long name in any script', async () => {
    const tag = randomUUID();
    await aTheater({ name: `1 ${tag}${'映'.repeat(200)}` });
    await aTheater({ name: `2 ${tag}` });
    expect(await pages(tag)).toEqual(['1', '2']);
  });
});

describe('update', () => {
  test('keeps what is left out, and refuses an older edition', async () => {
    const { id: theaterId, ...before } = await aTheater();
    const after = await admin.call.theaters.update({
      theaterId,
      name: 'Other',
      timezone: 'Asia/Tokyo',
    });
    const changed = { name: 'Other', timezone: 'Asia/Tokyo', revision: 2 };
    expect(after).toEqual({ ...before, id: theaterId, ...changed });
    const stale = admin.call.theaters.update({ theaterId, name: 'Third', revision: 1 });
    expect(await refusalOf(stale)).toEqual({ code: 'EDIT_CONFLICT', details: { revision: 2 } });
    const lowerCase = admin.call.theaters.update({ theaterId, timezone: 'europe/paris' });
    expect(await codeOf(lowerCase)).toBe('VALIDATION_ERROR');
    expect(await codeOf(admin.call.theaters.update({ theaterId, name: null } as never))).toBe(
      'VALIDATION_ERROR',
    );
  });

  test('a seat with the same label and number keeps its id, wherever it moves', async () => {
    const { id: theaterId, ...theater } = await aTheater({
      rows: [
        { label: 'A', seats: 2 },
        { label: 'B', seats: 2 },
      ],
    });
    const before = idsOf({ id: theaterId, ...theater });
    const after = await admin.call.theaters.update({
      theaterId,
      rows: [
        { label: 'B', seats: 3, seatType: 'vip', overrides: [{ position: 1, gap: true }] },
        { label: 'A', seats: 3 },
      ],
    });
    expect(places(after)).toEqual(['B1 @1.2', 'B2 @1.3', 'A1 @2.1', 'A2 @2.2', 'A3 @2.3']);
    expect(idsOf(after)).toMatchObject(before);
    expect(after.totalSeats).toBe(5);
  });

  test('changes types, places and faults even while seats are held, whose price stays', async () => {
    const { showtime, theater, seatIds } = await aShowtime(running.app, {
      seats: 2,
      price: '10.00',
      seatTypePrices: { vip: '30.00' },
    });
    const user = await aUser(running.app);
    await user.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds });
    const overrides = [
      { position: 2, outOfOrder: true as const },
      { position: 3, gap: true as const },
    ];
    await admin.call.theaters.update({
      theaterId: theater.id,
      rows: [{ label: 'A', seats: 3, seatType: 'vip', overrides }],
    });
    const { seats, counts } = await user.call.showtimes.seats({ showtimeId: showtime.id });
    expect(seats).toMatchObject([
      { price: '10.00', seatType: 'vip' },
      { price: '10.00', yours: true },
    ]);
    expect(counts).toMatchObject({ total: 2, locked: 2, blocked: 0 });
    const bought = await user.call.reservations.create({ showtimeId: showtime.id, seatIds });
    expect(bought.totalPrice).toBe('20.00');
  });

  test('adds and removes no seat while one is held in an upcoming showtime', async () => {
    const { showtime, theater, seatIds } = await aShowtime(running.app, { seats: 3 });
    const [a = '', b = ''] = seatIds;
    const user = await aUser(running.app);
    await user.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: [a, b] });
    const { id } = await user.call.reservations.create({ showtimeId: showtime.id, seatIds: [a] });
    const resize = (seats: number) =>
      admin.call.theaters.update({ theaterId: theater.id, rows: [{ label: 'A', seats }] });
    const details = { showtimes: 1, lockedSeats: 1, reservedSeats: 1 };
    expect(await refusalOf(resize(4))).toEqual({ code: 'IN_USE', details });
    expect(await refusalOf(resize(2))).toEqual({ code: 'IN_USE', details });
    expect(idsOf(await anyone.theaters.get({ theaterId: theater.id }))).toEqual(idsOf(theater));
    await user.call.reservations.cancel({ reservationId: id });
    const expire = `update seat_claims set locked_at = locked_at - interval '1 hour',
      expires_at = date_trunc('milliseconds', clock_timestamp()) where showtime_id = $1`;
    await running.app.pool.query(expire, [showtime.id]);
    await resize(1);
    const after = await anyone.showtimes.get({ showtimeId: showtime.id });
    expect(after.availability).toEqual({ total: 1, available: 1 });
    const kept = await user.call.reservations.get({ reservationId: id });
    expect(kept.seats).toMatchObject([{ id: a, rowLabel: 'A', seatNumber: 1 }]);
  });

  test('archives a seat that was sold once, and brings it back under its id', async () => {
    const { showtime, theater, seatIds } = await aShowtime(running.app, { seats: 3 });
    const user = await aUser(running.app);
    const sold = { showtimeId: showtime.id, seatIds: seatIds.slice(1) };
    await user.call.showtimes.lockSeats(sold);
    const bought = await user.call.reservations.create(sold);
    await letItPass(showtime.id);
    const resize = (seats: number) =>
      admin.call.theaters.update({ theaterId: theater.id, rows: [{ label: 'A', seats }] });

    expect((await resize(1)).seats).toHaveLength(1);
    expect((await user.call.reservations.get({ reservationId: bought.id })).seats).toEqual(
      bought.seats,
    );
    const past = await anyone.showtimes.seats({ showtimeId: showtime.id });
    expect(past.counts).toMatchObject({ total: 3, reserved: 2 });
    const startTime = new Date(Date.now() + days(2));
    const { id: movieId } = { id: showtime.movie.id };
    const next = await admin.call.showtimes.create({
      movieId,
      theaterId: theater.id,
      startTime,
      price: '1.00',
    });
    const gone = user.call.showtimes.lockSeats({ showtimeId: next.id, seatIds: seatIds.slice(2) });
    expect(await refusalOf(gone)).toEqual({
      code: 'NOT_FOUND',
      details: { seatIds: seatIds.slice(2) },
    });
    expect(idsOf(await resize(3))).toEqual(idsOf(theater));
  });
});

describe('delete', () => {
  test('is refused while a showtime has not ended, with what needs it', async () => {
    const { theater, showtime, movieId, seatIds } = await aShowtime(running.app, {
      startsIn: hours(3),
    });
    const theaterId = theater.id;
    const started = new Date(Date.now() - hours(1));
    await admin.call.showtimes.create({ movieId, theaterId, startTime: started, price: '1.00' });
    const user = await aUser(running.app);
    const input = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 2) };
    await user.call.showtimes.lockSeats(input);
    await user.call.reservations.create({ ...input, seatIds: seatIds.slice(0, 1) });
    expect(await refusalOf(admin.call.theaters.delete({ theaterId }))).toEqual({
      code: 'IN_USE',
      details: { showtimes: 2, lockedSeats: 1, reservedSeats: 1 },
    });
    await expect(anyone.theaters.get({ theaterId })).resolves.toBeDefined();
  });

  test('erases a theater that no reservation names, with its past showtimes', async () => {
    const { theater, showtime } = await aShowtime(running.app, { startsIn: -days(1) });
    const theaterId = theater.id;
    expect(await admin.call.theaters.delete({ theaterId })).toEqual({
      id: theaterId,
      archived: false,
    });
    expect(await codeOf(anyone.theaters.get({ theaterId }))).toBe('NOT_FOUND');
    expect(await codeOf(anyone.showtimes.get({ showtimeId: showtime.id }))).toBe('NOT_FOUND');
    const { rows } = await running.app.pool.query('select 1 from seats where theater_id = $1', [
      theaterId,
    ]);
    expect(rows).toEqual([]);
  });

  test('archives a theater that a cancelled reservation names: no more shows in it', async () => {
    const { theater, showtime, seatIds, movieId } = await aShowtime(running.app);
    const theaterId = theater.id;
    const user = await aUser(running.app);
    const input = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 1) };
    await user.call.showtimes.lockSeats(input);
    const { id: reservationId } = await user.call.reservations.create(input);
    await user.call.reservations.cancel({ reservationId });
    await letItPass(showtime.id);
    expect(await admin.call.theaters.delete({ theaterId })).toEqual({
      id: theaterId,
      archived: true,
    });
    const { items } = await anyone.theaters.list({ limit: 100 });
    expect(items.map(({ id }) => id)).not.toContain(theaterId);
    expect(await codeOf(admin.call.theaters.update({ theaterId, name: 'x' }))).toBe('NOT_FOUND');
    const again = { movieId, theaterId, startTime: new Date(), price: '1.00' };
    const refusal = { code: 'NOT_FOUND', details: { field: 'theaterId' } };
    expect(await refusalOf(admin.call.showtimes.create(again))).toEqual(refusal);
    const kept = await user.call.reservations.get({ reservationId });
    expect(kept.showtime.theater).toEqual({ id: theaterId, name: theater.name });
  });

  test('and scheduling at once: one of the two is refused', async () => {
    const { id: theaterId } = await aTheater();
    const movie = await admin.call.movies.create({ title: 'x', genre: 'y', durationMinutes: 1 });
    const startTime = new Date(Date.now() + days(1));
    const create = { movieId: movie.id, theaterId, startTime, price: '1.00' };
    const calls = [admin.call.theaters.delete({ theaterId }), admin.call.showtimes.create(create)];
    const results = await Promise.allSettled(calls);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const lost =
      calls[results.findIndex(({ status }) => status === 'rejected')] ?? Promise.resolve();
    expect(['IN_USE', 'NOT_FOUND']).toContain(await codeOf(lost));
  });
});
