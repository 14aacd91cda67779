import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { Caller, TestApp } from '../../test/app.ts';
import { anAdmin, aShowtime, aUser, days, hours, minutes, refusalOf } from '../../test/builders.ts';
import type { Person, Scene } from '../../test/builders.ts';
import { standardTicketType } from '../db/entities/ticket-type.ts';

let running: TestApp;
let admin: Person;
let anyone: Caller;
beforeAll(async () => {
  running = await createTestApp();
  admin = await anAdmin(running.app);
  anyone = callerOf(running.app);
});
afterAll(() => running.close());

type CreateInput = Parameters<Caller['showtimes']['create']>[0];
const unknownId = '00000000-0000-7000-8000-000000000000';
const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;

/** A theater and a movie, with nothing scheduled. */
async function aHall({ timezone = 'UTC', turnaroundMinutes = 0, durationMinutes = 90 } = {}) {
  const rows = [{ label: 'A', seats: 4 }];
  const theater = await admin.call.theaters.create({
    name: randomUUID(),
    timezone,
    turnaroundMinutes,
    rows,
  });
  const movie = await admin.call.movies.create({
    title: randomUUID(),
    genre: 'x',
    durationMinutes,
  });
  const base = { movieId: movie.id, theaterId: theater.id, price: '10.00' };
  const show = (startTime: string, changes: Partial<CreateInput> = {}) =>
    admin.call.showtimes.create({ ...base, startTime, ...changes });
  return { theater, movie, show, ...base };
}
type Hall = Awaited<ReturnType<typeof aHall>>;
const starts = (page: { items: { startTime: Date }[] }) =>
  page.items.map(({ startTime }) => startTime.toISOString().replace(':00.000Z', 'Z'));

/** One seat locked and one bought, by one user. */
async function hold({ showtime, seatIds }: Pick<Scene, 'showtime' | 'seatIds'>) {
  const user = await aUser(running.app);
  const showtimeId = showtime.id;
  await user.call.showtimes.lockSeats({ showtimeId, seatIds: seatIds.slice(0, 2) });
  const { id } = await user.call.reservations.create({ showtimeId, seatIds: seatIds.slice(1, 2) });
  return { user, reservationId: id };
}
const held = { code: 'IN_USE', details: { showtimes: 1, lockedSeats: 1, reservedSeats: 1 } };

describe('create', () => {
  test('ends after the movie’s length, at the prices as sent', async () => {
    const { show, movie, theater } = await aHall({ timezone: 'Asia/Tokyo' });
    const showtime = await show('2032-05-05T20:00:00+09:00', { seatTypePrices: { vip: '25.50' } });
    expect(showtime).toEqual({
      id: expect.any(String) as unknown,
      movie: { id: movie.id, title: movie.title, durationMinutes: 90, posterUrl: null },
      theater: { id: theater.id, name: theater.name, timezone: 'Asia/Tokyo' },
      startTime: new Date('2032-05-05T11:00:00Z'),
      endTime: new Date('2032-05-05T12:30:00Z'),
      price: '10.00',
      priceListId: null,
      seriesId: null,
      ticketTypes: [
        {
          id: standardTicketType,
          code: 'standard',
          name: 'Standard',
          prices: { regular: '10.00', vip: '25.50' },
        },
      ],
      seatTypePrices: { vip: '25.50' },
      currency: 'USD',
      availability: { total: 4, available: 4 },
      cancelledAt: null,
      cancelReason: null,
      revision: 1,
      createdAt: expect.any(Date) as unknown,
    });
    expect(await anyone.showtimes.get({ showtimeId: showtime.id })).toEqual(showtime);
  });

  test('accepts a start in the past, and a price of nothing', async () => {
    const { show } = await aHall();
    await expect(show('2020-01-01T00:00:00Z', { price: '0.00' })).resolves.toMatchObject({
      price: '0.00',
    });
  });

  test.each([
    { price: 10 },
    { price: '10' },
    { price: '10.0' },
    { price: '-1.00' },
    { price: '1e2' },
    { price: 'NaN' },
    { price: '100000000.00' },
    { price: ' 1.00' },
    { startTime: '2032-05-05T20:00:00' },
    { startTime: '2032-05-05' },
    { startTime: '2032-02-30T00:00:00Z' },
    { startTime: 0 },
    { startTime: '2032-05-05T20:00:00+25:00' },
    { seatTypePrices: { regular: '1.00' } },
    { seatTypePrices: { vip: 1 } },
    { movieId: 'x' },
    { endTime: '2032-05-05T20:00:00Z' },
    { currency: 'EUR' },
  ])('refuses %j', async (change) => {
    const { show } = await aHall();
    const { startTime = '2032-05-05T20:00:00Z', ...rest } = change as { startTime?: string };
    expect(await codeOf(show(startTime, rest))).toBe('VALIDATION_ERROR');
  });

  test.each([['movieId'], ['theaterId']])('says which id is unknown: %s', async (field) => {
    const { show } = await aHall();
    const refusal = await refusalOf(show('2032-05-05T20:00:00Z', { [field]: unknownId }));
    expect(refusal).toEqual({ code: 'NOT_FOUND', details: { field } });
  });
});

describe('overlaps', () => {
  /** 12:00 to 13:30, cleaned until 13:45. */
  test.each([
    ['10:15', 'ok'],
    ['10:16', 'overlaps'],
    ['12:00', 'overlaps'],
    ['12:30', 'overlaps'],
    ['13:30', 'overlaps'],
    ['13:44', 'overlaps'],
    ['13:45', 'ok'],
  ])('a show at %s beside one at 12:00, with 15 minutes of cleaning: %s', async (time, outcome) => {
    const { show } = await aHall({ turnaroundMinutes: 15 });
    const first = await show('2032-05-05T12:00:00Z');
    const second = show(`2032-05-05T${time}:00Z`);
    const conflict = { code: 'SHOWTIME_OVERLAP', details: { conflictingShowtimeIds: [first.id] } };
    const expected = outcome === 'ok' ? 'ok' : conflict;
    expect(
      await second.then(
        () => 'ok',
        () => refusalOf(second),
      ),
    ).toEqual(expected);
  });

  test('are all named, by time; another theater is not in the way', async () => {
    const [{ show }, elsewhere] = [await aHall(), await aHall()];
    const late = await show('2032-05-05T14:00:00Z');
    const early = await show('2032-05-05T12:00:00Z');
    await elsewhere.show('2032-05-05T13:00:00Z');
    const refusal = await refusalOf(show('2032-05-05T13:00:00Z'));
    expect(refusal.details).toEqual({ conflictingShowtimeIds: [early.id, late.id] });
  });

  test('are none with what was cancelled or deleted', async () => {
    const { show } = await aHall();
    const startTime = new Date(Date.now() + days(9)).toISOString();
    const cancelled = await show(startTime);
    await admin.call.showtimes.cancel({ showtimeId: cancelled.id, reason: 'Flood' });
    const deleted = await show(startTime);
    await admin.call.showtimes.delete({ showtimeId: deleted.id });
    await expect(show(startTime)).resolves.toBeDefined();
  });

  test('are impossible for eight admins in the same instant', async () => {
    const { show } = await aHall();
    const calls = Array.from({ length: 8 }, (_, index) => show(`2032-05-05T12:0${index}:00Z`));
    const results = await Promise.allSettled(calls);
    const winner = results.flatMap((each) => (each.status === 'fulfilled' ? each.value.id : []));
    expect(winner).toHaveLength(1);
    const lost = calls.filter((_call, index) => results[index]?.status === 'rejected');
    for (const refusal of await Promise.all(lost.map(refusalOf))) {
      const details = { conflictingShowtimeIds: winner };
      expect(refusal).toEqual({ code: 'SHOWTIME_OVERLAP', details });
    }
  });

  test('count instants and not wall clocks when summer time begins and ends', async () => {
    const paris = await aHall({ timezone: 'Europe/Paris' });
    await paris.show('2031-03-30T01:30:00+01:00');
    expect(await codeOf(paris.show('2031-03-30T03:59:00+02:00'))).toBe('SHOWTIME_OVERLAP');
    await expect(paris.show('2031-03-30T04:00:00+02:00')).resolves.toBeDefined();
    const newYork = await aHall({ timezone: 'America/New_York' });
    await newYork.show('2031-11-02T01:00:00-04:00');
    expect(await codeOf(newYork.show('2031-11-02T01:20:00-05:00'))).toBe('SHOWTIME_OVERLAP');
    await expect(newYork.show('2031-11-02T01:30:00-05:00')).resolves.toBeDefined();
  });

  test('follow new cleaning times and lengths for what is scheduled afterwards', async () => {
    const { show, theaterId, movieId } = await aHall();
    const first = await show('2032-05-05T12:00:00Z');
    await admin.call.theaters.update({ theaterId, turnaroundMinutes: 30 });
    await admin.call.movies.update({ movieId, durationMinutes: 120 });
    const second = await show('2032-05-05T13:30:00Z');
    expect(second.endTime).toEqual(new Date('2032-05-05T15:30:00Z'));
    const priced = await admin.call.showtimes.update({ showtimeId: first.id, price: '1.00' });
    expect(priced.endTime).toEqual(first.endTime);
    expect(await codeOf(show('2032-05-05T15:59:00Z'))).toBe('SHOWTIME_OVERLAP');
    const moved = admin.call.showtimes.update({
      showtimeId: first.id,
      startTime: '2032-05-05T11:01:00Z',
    });
    expect(await codeOf(moved)).toBe('SHOWTIME_OVERLAP');
  });
});

describe('list', () => {
  /** Where the day begins and ends. */
  test.each([
    ['Europe/Paris', '2026-03-29', 'summer time begins', '2026-03-28T23:00Z', '2026-03-29T22:00Z'],
    ['Europe/Paris', '2026-10-25', 'summer time ends', '2026-10-24T22:00Z', '2026-10-25T23:00Z'],
    [
      'America/New_York',
      '2026-03-08',
      'summer time begins',
      '2026-03-08T05:00Z',
      '2026-03-09T04:00Z',
    ],
    [
      'America/New_York',
      '2026-11-01',
      'summer time ends',
      '2026-11-01T04:00Z',
      '2026-11-02T05:00Z',
    ],
    ['Pacific/Kiritimati', '2026-06-10', 'far east', '2026-06-09T10:00Z', '2026-06-10T10:00Z'],
    ['Pacific/Pago_Pago', '2026-06-10', 'far west', '2026-06-10T11:00Z', '2026-06-11T11:00Z'],
    ['Asia/Kathmandu', '2026-06-10', 'a quarter', '2026-06-09T18:15Z', '2026-06-10T18:15Z'],
  ])('%s on %s (%s) is the day of the theater', async (...night) => {
    const [timezone, date, , begin, end] = night;
    const { show, theaterId, movieId } = await aHall({ timezone, durationMinutes: 1 });
    const minuteBefore = (time: string) =>
      new Date(new Date(time).getTime() - minutes(1)).toISOString().replace(':00.000Z', 'Z');
    const times = [minuteBefore(begin), begin, minuteBefore(end), end];
    for (const time of times) {
      await show(time.replace('Z', ':00Z'));
    }
    const [before, first, last, after] = times;
    const list = async (input: object) =>
      starts(await anyone.showtimes.list({ theaterId, ...input }));
    expect(await list({ date })).toEqual([first, last]);
    expect(await list({ from: date, to: date })).toEqual([first, last]);
    expect(await list({ from: date })).toEqual([first, last, after]);
    expect(await list({ to: date })).toEqual([before, first, last]);
    expect(starts(await anyone.movies.showtimes({ movieId, date }))).toEqual([first, last]);
    expect((await anyone.movies.list({ date, limit: 100 })).items.map(({ id }) => id)).toContain(
      movieId,
    );
  });

  test('without dates has what has not ended, running shows too, by start', async () => {
    const { show, theaterId, movieId } = await aHall();
    const at = (offset: number) => new Date(Date.now() + offset).toISOString();
    const [soon, running_, _over] = [
      await show(at(hours(5))),
      await show(at(-minutes(80))),
      await show(at(-hours(4))),
    ];
    const ids = (page: { items: { id: string }[] }) => page.items.map(({ id }) => id);
    expect(ids(await anyone.showtimes.list({ theaterId }))).toEqual([running_.id, soon.id]);
    expect(ids(await anyone.showtimes.list({ movieId }))).toEqual([running_.id, soon.id]);
    expect(ids(await anyone.movies.showtimes({ movieId }))).toEqual([running_.id, soon.id]);
    expect(
      ids(await anyone.showtimes.list({ movieId, theaterId: (await aHall()).theaterId })),
    ).toEqual([]);
  });

  test('finds a showtime by the end of its id, also one that has ended', async () => {
    const { show } = await aHall();
    const over = await show(new Date(Date.now() - hours(4)).toISOString());
    await show(new Date(Date.now() + hours(4)).toISOString());
    const found = async (input: object) =>
      (await anyone.showtimes.list({ idEndsWith: over.id.slice(-6), ...input })).items;
    expect(await found({})).toEqual([over]);
    expect(await found({ from: '2199-01-01' })).toEqual([]);
  });

  test.each([
    { date: '2026-01-01', from: '2026-01-01' },
    { date: '2026-01-01', to: '2026-01-01' },
    { from: '2026-01-02', to: '2026-01-01' },
    { date: '2026-02-29' },
    { date: '2026-1-1' },
    { date: '20260101' },
    { limit: 0 },
    { limit: 101 },
    { cursor: 'x' },
    { genre: 'x' },
    { cursor: Buffer.from(JSON.stringify([-8e15 + 1, unknownId])).toString('base64url') },
    { cursor: Buffer.from(JSON.stringify([1.5, unknownId])).toString('base64url') },
  ])('refuses %j', async (input) => {
    expect(await codeOf(anyone.showtimes.list(input))).toBe('VALIDATION_ERROR');
  });

  test('pages by start, stable while shows are added before', async () => {
    const { show, theaterId } = await aHall();
    for (const day of ['04', '02', '03', '05']) {
      await show(`2033-01-${day}T12:00:00Z`);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await anyone.showtimes.list({
        theaterId,
        limit: 1,
        ...(cursor ? { cursor } : {}),
      });
      seen.push(...starts(page));
      cursor = page.nextCursor ?? undefined;
      await show(`2033-01-01T${String(seen.length * 2).padStart(2, '0')}:00:00Z`);
    } while (cursor !== undefined);
    expect(seen.map((start) => start.slice(8, 10))).toEqual(['02', '03', '04', '05']);
  });
});

describe('update', () => {
  test('of prices is always possible; they are replaced as a whole', async () => {
    const scene = await aShowtime(running.app, {
      seatTypePrices: { premium: '12.00', vip: '20.00' },
    });
    const showtimeId = scene.showtime.id;
    const { user, reservationId } = await hold(scene);
    const { update } = admin.call.showtimes;
    const replaced = await update({ showtimeId, price: '99.00', seatTypePrices: { vip: '30.00' } });
    expect(replaced).toMatchObject({ price: '99.00', revision: 2 });
    expect(replaced.seatTypePrices).toEqual({ vip: '30.00' });
    expect((await update({ showtimeId, price: '98.00' })).seatTypePrices).toEqual({ vip: '30.00' });
    expect((await update({ showtimeId, seatTypePrices: null })).seatTypePrices).toEqual({});
    const bought = await user.call.reservations.get({ reservationId });
    expect(bought.totalPrice).toBe('10.00');
    const input = { showtimeId, seatIds: scene.seatIds.slice(0, 1) };
    expect((await user.call.reservations.create(input)).totalPrice).toBe('10.00');
  });

  const elsewhere = async (scene: Scene, hall: Hall): Promise<[string, object][]> => [
    ['time', { startTime: new Date(scene.showtime.startTime.getTime() + hours(1)) }],
    ['movie', { movieId: hall.movieId }],
    ['theater', { theaterId: hall.theaterId }],
  ];

  test('of time, movie or theater waits until no seat is held; the theater for ever', async () => {
    const [scene, hall] = [await aShowtime(running.app), await aHall()];
    const showtimeId = scene.showtime.id;
    const { user, reservationId } = await hold(scene);
    const edit = (change: object) => admin.call.showtimes.update({ showtimeId, ...change });
    const changes = await elsewhere(scene, hall);
    for (const [, change] of changes) {
      expect(await refusalOf(edit(change))).toEqual(held);
    }
    await expect(
      edit({ startTime: scene.showtime.startTime, movieId: scene.movieId }),
    ).resolves.toBeDefined();
    await user.call.reservations.cancel({ reservationId });
    await user.call.showtimes.unlockSeats({ showtimeId });
    for (const [name, change] of changes) {
      const outcome = await edit(change).then(
        () => 'ok',
        () => codeOf(edit(change)),
      );
      expect([name, outcome]).toEqual([name, name === 'theater' ? 'IN_USE' : 'ok']);
    }
  });

  test('moves a showtime that nobody holds, expired locks aside, with its seats', async () => {
    const [scene, hall] = [await aShowtime(running.app), await aHall({ turnaroundMinutes: 10 })];
    const showtimeId = scene.showtime.id;
    await (
      await aUser(running.app)
    ).call.showtimes.lockSeats({ showtimeId, seatIds: scene.seatIds });
    const expire = `update seat_claims set locked_at = locked_at - interval '1 hour',
      expires_at = date_trunc('milliseconds', clock_timestamp()) where showtime_id = $1`;
    await running.app.pool.query(expire, [showtimeId]);
    const moved = await admin.call.showtimes.update({ showtimeId, theaterId: hall.theaterId });
    expect(moved.theater.id).toBe(hall.theaterId);
    expect(moved.availability).toEqual({ total: 4, available: 4 });
    const { seats } = await anyone.showtimes.seats({ showtimeId });
    expect(seats.map(({ id }) => id)).toEqual(hall.theater.seats.map(({ id }) => id));
  });

  test('may overlap where the showtime was, and nothing else', async () => {
    const { show } = await aHall();
    const [first, second] = [
      await show('2032-05-05T12:00:00Z'),
      await show('2032-05-05T14:00:00Z'),
    ];
    const move = (startTime: string) =>
      admin.call.showtimes.update({ showtimeId: second.id, startTime });
    await expect(move('2032-05-05T13:30:00Z')).resolves.toBeDefined();
    const details = { conflictingShowtimeIds: [first.id] };
    expect(await refusalOf(move('2032-05-05T13:29:00Z'))).toEqual({
      code: 'SHOWTIME_OVERLAP',
      details,
    });
  });

  test('is refused for an older edition, a cancelled show and unknown ids', async () => {
    const { showtime } = await aShowtime(running.app);
    const edit = (change: object) =>
      admin.call.showtimes.update({ showtimeId: showtime.id, ...change });
    await edit({ price: '11.00', revision: 1 });
    expect(await refusalOf(edit({ price: '12.00', revision: 1 }))).toEqual({
      code: 'EDIT_CONFLICT',
      details: { revision: 2 },
    });
    expect(await refusalOf(edit({ movieId: unknownId }))).toMatchObject({
      details: { field: 'movieId' },
    });
    expect(await refusalOf(edit({ theaterId: unknownId }))).toMatchObject({
      details: { field: 'theaterId' },
    });
    expect(await codeOf(edit({ price: null }))).toBe('VALIDATION_ERROR');
    expect(await refusalOf(edit({ showtimeId: unknownId }))).toEqual({
      code: 'NOT_FOUND',
      details: {},
    });
    await admin.call.showtimes.cancel({ showtimeId: showtime.id, reason: 'Flood' });
    expect(await codeOf(edit({ startTime: '2032-01-01T00:00:00Z' }))).toBe('SHOWTIME_CANCELLED');
  });
});

describe('delete', () => {
  test('erases an unsold showtime, keeps one that a reservation names, refuses one with held seats', async () => {
    const [unsold, sold] = [await aShowtime(running.app), await aShowtime(running.app)];
    const remove = ({ showtime }: Scene) =>
      admin.call.showtimes.delete({ showtimeId: showtime.id });
    expect(await remove(unsold)).toEqual({ id: unsold.showtime.id, archived: false });
    expect(await codeOf(remove(unsold))).toBe('NOT_FOUND');
    const { user, reservationId } = await hold(sold);
    expect(await refusalOf(remove(sold))).toEqual(held);
    await user.call.reservations.cancel({ reservationId });
    await user.call.showtimes.unlockSeats({ showtimeId: sold.showtime.id });
    expect(await remove(sold)).toEqual({ id: sold.showtime.id, archived: true });
    expect(await codeOf(anyone.showtimes.get({ showtimeId: sold.showtime.id }))).toBe('NOT_FOUND');
    const listed = await anyone.showtimes.list({ theaterId: sold.theater.id });
    expect(listed.items).toEqual([]);
    const kept = await user.call.reservations.get({ reservationId });
    expect(kept.showtime.id).toBe(sold.showtime.id);
  });

  test('takes a showtime away that has started, sold or not', async () => {
    const { showtime } = await aShowtime(running.app, { startsIn: -minutes(10) });
    const gone = { id: showtime.id, archived: false };
    expect(await admin.call.showtimes.delete({ showtimeId: showtime.id })).toEqual(gone);
  });
});

describe('cancel', () => {
  test('ends every lock and reservation at once, and can still be read', async () => {
    const scene = await aShowtime(running.app);
    const showtimeId = scene.showtime.id;
    const [first, second] = [
      await hold(scene),
      await hold({ ...scene, seatIds: scene.seatIds.slice(2) }),
    ];
    await second.user.call.reservations.cancel({ reservationId: second.reservationId });
    const third = await hold({ ...scene, seatIds: scene.seatIds.slice(4) });
    const answer = await admin.call.showtimes.cancel({ showtimeId, reason: 'Power failure' });
    expect(answer).toMatchObject({
      cancelledReservations: 2,
      seats: 2,
      showtime: { id: showtimeId },
    });
    expect(answer.showtime.cancelledAt).toBeInstanceOf(Date);
    expect(await anyone.showtimes.get({ showtimeId })).toEqual(answer.showtime);
    for (const { user, reservationId } of [first, third]) {
      expect(await user.call.reservations.get({ reservationId })).toMatchObject({
        status: 'cancelled',
      });
      expect(await codeOf(user.call.reservations.cancel({ reservationId }))).toBe(
        'ALREADY_CANCELLED',
      );
      expect(await user.call.reservations.listLocks()).toEqual([]);
    }
    const seat = { showtimeId, seatIds: scene.seatIds.slice(0, 1) };
    for (const call of ['lockSeats', 'extendLock'] as const) {
      expect(await codeOf(first.user.call.showtimes[call](seat))).toBe('SHOWTIME_CANCELLED');
    }
    expect(await codeOf(first.user.call.reservations.create(seat))).toBe('SHOWTIME_CANCELLED');
    expect(await codeOf(admin.call.showtimes.cancel({ showtimeId, reason: 'x' }))).toBe(
      'ALREADY_CANCELLED',
    );
    const audit = `select actor_id, reason from reservation_events where reservation_id = $1 and step = 'cancelled'`;
    const { rows } = await running.app.pool.query(audit, [first.reservationId]);
    expect(rows).toEqual([{ actor_id: admin.id, reason: 'Power failure' }]);
  });

  test('needs a reason, and a show that has not ended', async () => {
    const { showtime } = await aShowtime(running.app, { startsIn: -days(1) });
    const cancel = (reason: string) =>
      admin.call.showtimes.cancel({ showtimeId: showtime.id, reason });
    expect(await codeOf(cancel(' '))).toBe('VALIDATION_ERROR');
    const details = { startTime: showtime.startTime.toISOString() };
    expect(await refusalOf(cancel('Flood'))).toEqual({ code: 'SHOWTIME_STARTED', details });
    const unknown = admin.call.showtimes.cancel({ showtimeId: unknownId, reason: 'Flood' });
    expect(await codeOf(unknown)).toBe('NOT_FOUND');
  });
});
