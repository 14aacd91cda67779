import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { anAdmin, aShowtime, aUser, days, password, refusalOf } from '../../test/builders.ts';
import type { Person, Scene } from '../../test/builders.ts';
import { FakeProvider } from '../../test/fake-provider.ts';
import { defaultSite } from '../db/entities/theater.ts';
import { standardTicketType } from '../db/entities/ticket-type.ts';
import type { CreatePriceList, CreateTicketType, PriceList } from './schema.ts';

let running: TestApp;
let paying: TestApp;
let admin: Person;
/** The types of a cinema, in their order. */
let types: { adult: string; child: string; senior: string };
const otherSite = randomUUID();
beforeAll(async () => {
  running = await createTestApp();
  const payments = [new FakeProvider('stripe')];
  paying = await createTestApp({}, running.databaseUrl, { payments });
  admin = await anAdmin(running.app);
  types = {
    adult: await aType({ sortOrder: 1 }),
    child: await aType({ sortOrder: 2, maxAge: 12 }),
    senior: await aType({ sortOrder: 3, minAge: 65 }),
  };
  await running.app.pool.query(
    `insert into sites (id, name, timezone, refund_policy)
     select $1, 'Another', timezone, refund_policy from sites where id = $2`,
    [otherSite, defaultSite],
  );
});
afterAll(async () => {
  await paying.close();
  await running.close();
});

const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;
async function aType(input: Partial<CreateTicketType> = {}): Promise<string> {
  const code = `t-${randomUUID()}`.slice(0, 40);
  return (await admin.call.ticketTypes.create({ code, name: code, ...input })).id;
}

const items = (child = '6.00') =>
  [
    [types.adult, 'regular', '12.00'],
    [types.adult, 'vip', '20.00'],
    [types.child, 'regular', child],
    [types.senior, 'regular', '9.00'],
    [types.senior, 'vip', '15.00'],
  ].map(([ticketTypeId = '', seatType, price = '']) => ({
    ticketTypeId,
    seatType: seatType === 'vip' ? ('vip' as const) : ('regular' as const),
    price,
  }));
const aList = (input: Partial<CreatePriceList> = {}): Promise<PriceList> =>
  admin.call.priceLists.create({ name: `List ${randomUUID()}`, items: items(), ...input });

interface ListedScene extends Scene {
  list: PriceList;
  showtimeId: string;
}

/** A show with two regular seats, then two VIP ones and more regular ones, that sells by a list. */
async function aListedShow(input: Partial<CreatePriceList> = {}): Promise<ListedScene> {
  const list = await aList(input);
  const vip = [3, 4].map((position) => ({ position, seatType: 'vip' as const }));
  const scene = await aShowtime(running.app, {
    rows: [{ label: 'A', seats: 12, overrides: vip }],
  });
  const showtimeId = scene.showtime.id;
  await admin.call.showtimes.update({ showtimeId, priceListId: list.id });
  return { ...scene, list, showtimeId };
}

const seatsOf = ({ seatIds }: Scene, ...wanted: [place: number, ticketTypeId: string][]) =>
  wanted.map(([place, ticketTypeId]) => ({ seatId: seatIds[place] ?? '', ticketTypeId }));
const ageLimit = (scene: Scene, ageRule: 'advisory' | 'accompanied' | 'restricted') =>
  admin.call.movies.update({ movieId: scene.movieId, minimumAge: 18, ageRule });

describe('a show with a price list', () => {
  test('has the prices of its first ticket type, and all types', async () => {
    const scene = await aListedShow();
    const { showtimeId } = scene;
    const shown = await admin.call.showtimes.get({ showtimeId });
    expect(shown).toMatchObject({
      priceListId: scene.list.id,
      price: '12.00',
      seatTypePrices: { vip: '20.00' },
      ticketTypes: [
        { id: types.adult, prices: { regular: '12.00', vip: '20.00' } },
        { id: types.child, prices: { regular: '6.00' } },
        { id: types.senior, prices: { regular: '9.00', vip: '15.00' } },
      ],
    });
    const map = await admin.call.showtimes.seats({ showtimeId });
    expect(map).toMatchObject({ priceListId: scene.list.id, ticketTypes: shown.ticketTypes });
    expect(map.seats.map(({ price }) => price).slice(1, 4)).toEqual(['12.00', '20.00', '20.00']);
  });

  test('gives every type its price on the seat in the lock', async () => {
    const scene = await aListedShow();
    const { call } = await aUser(running.app);
    const seatIds = scene.seatIds.slice(1, 3);
    const { seats, totalPrice } = await call.showtimes.lockSeats({
      showtimeId: scene.showtimeId,
      seatIds,
    });
    expect(seats.map(({ prices }) => prices)).toEqual([
      [
        { ticketTypeId: types.adult, price: '12.00' },
        { ticketTypeId: types.child, price: '6.00' },
        { ticketTypeId: types.senior, price: '9.00' },
      ],
      [
        { ticketTypeId: types.adult, price: '20.00' },
        { ticketTypeId: types.child, price: '6.00' },
        { ticketTypeId: types.senior, price: '15.00' },
      ],
    ]);
    expect(totalPrice).toBe('32.00');
  });

  test('is taken off the list by prices of its own', async () => {
    const { showtimeId } = await aListedShow();
    const both = { showtimeId, price: '1.00', priceListId: (await aList()).id };
    expect(await codeOf(admin.call.showtimes.update(both))).toBe('VALIDATION_ERROR');
    expect(await admin.call.showtimes.update({ showtimeId, price: '7.00' })).toMatchObject({
      priceListId: null,
      price: '7.00',
      ticketTypes: [{ id: standardTicketType, prices: { regular: '7.00', vip: '20.00' } }],
    });
  });

  test('needs prices, and a list that its site can use', async () => {
    const { theater, movieId } = await aShowtime(running.app);
    const show = {
      theaterId: theater.id,
      movieId,
      startTime: new Date(Date.now() + days(3)),
    };
    const { create } = admin.call.showtimes;
    expect(await codeOf(create(show))).toBe('VALIDATION_ERROR');
    const foreign = await aList({ siteId: otherSite });
    const gone = await aList();
    await admin.call.priceLists.delete({ priceListId: gone.id });
    for (const priceListId of [foreign.id, gone.id, randomUUID()]) {
      expect(await refusalOf(create({ ...show, priceListId }))).toMatchObject({
        code: 'NOT_FOUND',
        details: { field: 'priceListId' },
      });
    }
    await running.app.pool.query(`update price_lists set currency = 'CHF' where list_id = $1`, [
      foreign.id,
    ]);
    await running.app.pool.query('update theaters set site_id = $1 where id = $2', [
      otherSite,
      theater.id,
    ]);
    expect(await codeOf(create({ ...show, priceListId: foreign.id }))).toBe('VALIDATION_ERROR');
  });

  test('does not take the list of its site to another one', async () => {
    const scene = await aListedShow({ siteId: defaultSite });
    const there = await aShowtime(running.app, { startsIn: days(9) });
    await running.app.pool.query('update theaters set site_id = $1 where id = $2', [
      otherSite,
      there.theater.id,
    ]);
    const { showtimeId } = scene;
    const move = { showtimeId, theaterId: there.theater.id };
    expect(await codeOf(admin.call.showtimes.update(move))).toBe('NOT_FOUND');
    expect(await admin.call.showtimes.update({ ...move, price: '5.00' })).toMatchObject({
      priceListId: null,
    });
  });
});

describe('a purchase by a list', () => {
  test('costs what was listed at the lock, for every type, whatever is edited since', async () => {
    const scene = await aListedShow({ bookingFee: '1.50', taxRate: 19 });
    const { showtimeId, list } = scene;
    const { call } = await aUser(running.app);
    const seats = seatsOf(scene, [0, types.adult], [1, types.child], [2, types.senior]);
    await call.showtimes.lockSeats({ showtimeId, seatIds: seats.map(({ seatId }) => seatId) });
    const before = await call.reservations.quote({ showtimeId, seats });
    const edited = await admin.call.priceLists.update({
      priceListId: list.id,
      bookingFee: '9.00',
      taxRate: 7,
      items: items('8.00').map((item) => ({ ...item, price: '30.00' })),
    });
    expect(edited).toMatchObject({ version: 2, revision: 2, bookingFee: '9.00' });
    expect(await call.reservations.quote({ showtimeId, seats })).toEqual(before);
    const sold = await call.reservations.create({ showtimeId, seats, expectedTotal: '34.50' });
    expect(sold).toMatchObject({
      status: 'confirmed',
      totalPrice: '33.00',
      fees: '1.50',
      total: '34.50',
      tax: before.tax,
    });
    expect(sold.seats.map(({ ticketType, price, tax }) => [ticketType.id, price, tax])).toEqual([
      [types.adult, '12.00', '1.92'],
      [types.child, '6.00', '0.96'],
      [types.senior, '15.00', '2.39'],
    ]);
    expect(before).toMatchObject({ totalPrice: '33.00', fees: '1.50', total: '34.50' });
    const later = seatsOf(scene, [5, types.child]);
    expect(await call.reservations.quote({ showtimeId, seats: later })).toMatchObject({
      total: '39.00',
    });
  });

  test('waits for its payment at those prices, fee included', async () => {
    const scene = await aListedShow({ bookingFee: '1.00' });
    const { showtimeId } = scene;
    const { call } = await aUser(paying.app);
    const seats = seatsOf(scene, [0, types.child], [3, types.senior]);
    await call.showtimes.lockSeats({ showtimeId, seatIds: seats.map(({ seatId }) => seatId) });
    await admin.call.priceLists.update({ priceListId: scene.list.id, items: items('99.00') });
    const changed = call.reservations.create({ showtimeId, seats, expectedTotal: '21.00' });
    expect(await refusalOf(changed)).toMatchObject({
      code: 'PRICE_CHANGED',
      details: { expected: '21.00', actual: '22.00' },
    });
    const made = await call.reservations.create({ showtimeId, seats });
    expect(made).toMatchObject({ status: 'pending', total: '22.00', payment: { amount: '22.00' } });
    expect((await call.reservations.listLocks())[0]?.seats.map(({ price }) => price)).toEqual([
      '6.00',
      '15.00',
    ]);
  });

  test('by seats alone buys the first type, alone and among others', async () => {
    const scene = await aListedShow({ bookingFee: '0.50', taxRate: 7.7 });
    const { showtimeId } = scene;
    const lock = async (place: number) => {
      const { call } = await aUser(running.app);
      const input = { showtimeId, seatIds: [scene.seatIds[place] ?? ''] };
      await call.showtimes.lockSeats(input);
      return { call, buy: () => call.reservations.create(input) };
    };
    const customers = await Promise.all([0, 1, 4, 5, 6, 7, 8, 9, 10, 11].map(lock));
    const [first, ...others] = customers;
    const alone = await first?.buy();
    const before = running.app.bookings.figures.confirm.batches;
    const sold = [alone, ...(await Promise.all(others.map(({ buy }) => buy())))];
    expect(running.app.bookings.figures.confirm.batches - before).toBeLessThan(4);
    for (const [index, made] of sold.entries()) {
      expect(made).toMatchObject({
        totalPrice: '12.00',
        fees: '0.50',
        total: '12.50',
        tax: '0.86',
      });
      expect(made?.seats[0]?.ticketType.id).toBe(types.adult);
      const get = customers[index]?.call.reservations.get;
      expect(await get?.({ reservationId: made?.id ?? '' })).toEqual(made);
    }
  });

  test('of a seat whose lock ran out is by the version of the new lock', async () => {
    const scene = await aListedShow();
    const { showtimeId, seatIds } = scene;
    const input = (place: number) => ({ showtimeId, seatIds: [seatIds[place] ?? ''] });
    const places = [0, 1, 4, 5, 6, 7, 8, 9];
    const early = await aUser(running.app);
    await early.call.showtimes.lockSeats({
      showtimeId,
      seatIds: places.map((at) => seatIds[at] ?? ''),
    });
    await running.app.pool.query(
      `update seat_claims set locked_at = locked_at - interval '2 hours',
         expires_at = expires_at - interval '2 hours' where showtime_id = $1`,
      [showtimeId],
    );
    await admin.call.priceLists.update({ priceListId: scene.list.id, items: items('7.77') });
    const late = await Promise.all(places.map(() => aUser(running.app)));
    const lock = (index: number) =>
      late[index]?.call.showtimes.lockSeats(input(places[index] ?? 0));
    await lock(0);
    await Promise.all(places.slice(1).map((_, index) => lock(index + 1)));
    for (const [index, { call }] of late.entries()) {
      const seats = seatsOf(scene, [places[index] ?? 0, types.child]);
      expect(await call.reservations.create({ showtimeId, seats })).toMatchObject({
        total: '7.77',
      });
    }
  });

  test('takes types of its list only', async () => {
    const scene = await aListedShow();
    const person = await aUser(running.app);
    const { call } = person;
    const { showtimeId } = scene;
    const stranger = await aType();
    for (const ticketTypeId of [stranger, standardTicketType, randomUUID()]) {
      const seats = seatsOf(scene, [0, types.adult], [1, ticketTypeId]);
      const expected = { code: 'TICKET_TYPE_NOT_ALLOWED', details: { ticketTypeId } };
      expect(await refusalOf(call.reservations.quote({ showtimeId, seats }))).toMatchObject(
        expected,
      );
      await call.showtimes.lockSeats({ showtimeId, seatIds: seats.map(({ seatId }) => seatId) });
      for (const app of [running.app, paying.app]) {
        const { create } = (await signedIn(app, person)).reservations;
        expect(await refusalOf(create({ showtimeId, seats }))).toMatchObject(expected);
      }
    }
  });
});

/** The same user at another server: sessions are in the database. */
async function signedIn(app: TestApp['app'], { email }: Person): Promise<Person['call']> {
  const { accessToken } = await callerOf(app).auth.login({ email, password });
  return callerOf(app, { token: accessToken });
}

describe('the rules of ticket types', () => {
  /** Quotes, and buys at both kinds of server: always the same outcome. */
  async function outcomeOf(
    scene: ListedScene,
    ...wanted: [place: number, ticketTypeId: string][]
  ): Promise<string> {
    const seats = seatsOf(scene, ...wanted);
    const input = { showtimeId: scene.showtimeId, seats };
    const outcomes = [];
    for (const app of [running.app, paying.app]) {
      const { call } = await aUser(app);
      outcomes.push(await outcome(call.reservations.quote(input)));
      const seatIds = seats.map(({ seatId }) => seatId);
      const { showtimeId } = scene;
      await call.showtimes.lockSeats({ showtimeId, seatIds });
      outcomes.push(await outcome(call.reservations.create(input)));
      await call.showtimes.unlockSeats({ showtimeId });
      for (const { id: reservationId } of (await call.reservations.list({})).items) {
        await call.reservations.cancel({ reservationId });
      }
    }
    const [first = ''] = outcomes;
    expect(outcomes).toEqual([first, first, first, first]);
    return first;
  }

  async function outcome(call: Promise<unknown>): Promise<string> {
    try {
      await call;
      return 'ok';
    } catch {
      const { code, details } = await refusalOf(call);
      return `${code} ${JSON.stringify(details)}`;
    }
  }

  test('a child on an 18 is refused everywhere, an adult is not', async () => {
    const scene = await aListedShow();
    await ageLimit(scene, 'restricted');
    const refused = 'AGE_RESTRICTED {"minimumAge":18}';
    expect(await outcomeOf(scene, [0, types.child])).toBe(refused);
    expect(await outcomeOf(scene, [0, types.child], [1, types.adult])).toBe(refused);
    expect(await outcomeOf(scene, [0, types.adult], [1, types.senior])).toBe('ok');
    await ageLimit(scene, 'accompanied');
    expect(await outcomeOf(scene, [0, types.child])).toBe(refused);
    expect(await outcomeOf(scene, [0, types.child], [1, types.adult])).toBe('ok');
    await ageLimit(scene, 'advisory');
    expect(await outcomeOf(scene, [0, types.child])).toBe('ok');
  });

  test('hold for the first type as well, alone and among other purchases', async () => {
    const young = await aType({ maxAge: 12, sortOrder: -5 });
    const list = [...items(), { ticketTypeId: young, seatType: 'regular' as const, price: '5.00' }];
    const scene = await aListedShow({ items: list });
    await ageLimit(scene, 'restricted');
    const { showtimeId } = scene;
    const codes = await Promise.all(
      [0, 1, 4, 5, 6, 7].map(async (place) => {
        const { call } = await aUser(running.app);
        const input = { showtimeId, seatIds: [scene.seatIds[place] ?? ''] };
        await call.showtimes.lockSeats(input);
        return codeOf(call.reservations.create(input));
      }),
    );
    expect(codes).toEqual(codes.map(() => 'AGE_RESTRICTED'));
  });

  test('some are sold with an adult, some in groups', async () => {
    const pupil = await aType({ maxAge: 17, withAdult: true });
    const group = await aType({ minPerBooking: 3 });
    const list = [
      ...items(),
      ...[pupil, group].map((ticketTypeId) => ({
        ticketTypeId,
        seatType: 'regular' as const,
        price: '5.00',
      })),
    ];
    const scene = await aListedShow({ items: list });
    const notAllowed = (ticketTypeId: string, reason: string) =>
      `TICKET_TYPE_NOT_ALLOWED ${JSON.stringify({ ticketTypeId, reason })}`;
    const alone = notAllowed(pupil, 'It is sold together with an adult only.');
    expect(await outcomeOf(scene, [0, pupil], [1, types.child])).toBe(alone);
    expect(await outcomeOf(scene, [0, pupil], [1, types.adult])).toBe('ok');
    const few = notAllowed(group, 'It is sold in groups of at least 3.');
    expect(await outcomeOf(scene, [0, group], [1, group], [4, types.adult])).toBe(few);
    expect(await outcomeOf(scene, [0, group], [1, group], [4, group])).toBe('ok');
  });
});

describe('a version', () => {
  test('is made by each edit, also by two at once', async () => {
    const { list, showtimeId } = await aListedShow();
    const edit = (child: string) =>
      admin.call.priceLists.update({ priceListId: list.id, items: items(child) });
    const made = await Promise.all([edit('1.00'), edit('2.00'), edit('3.00')]);
    expect(made.map(({ version }) => version).toSorted()).toEqual([2, 3, 4]);
    const { ticketTypes } = await admin.call.showtimes.get({ showtimeId });
    const last = made.find(({ version }) => version === 4);
    const price = last?.items.find(({ ticketTypeId }) => ticketTypeId === types.child)?.price;
    expect(ticketTypes[1]?.prices.regular).toBe(price);
    const stale = { priceListId: list.id, revision: 3, name: 'Stale' };
    expect(await codeOf(admin.call.priceLists.update(stale))).toBe('EDIT_CONFLICT');
  });

  test('is made while customers lock, who get one price or the other', async () => {
    const scene = await aListedShow();
    const { showtimeId, seatIds, list } = scene;
    const lock = async (place: number) => {
      const { call } = await aUser(running.app);
      return call.showtimes.lockSeats({ showtimeId, seatIds: [seatIds[place] ?? ''] });
    };
    const raised = items('8.00').map((item) => ({ ...item, price: '30.00' }));
    const [, ...locks] = await Promise.all([
      admin.call.priceLists.update({ priceListId: list.id, items: raised }),
      ...[0, 1, 4, 5, 6, 7, 8, 9].map(lock),
    ]);
    for (const { seats } of locks) {
      const prices = seats.flatMap((seat) => seat.prices.map(({ price }) => price));
      expect([
        ['12.00', '6.00', '9.00'],
        ['30.00', '30.00', '30.00'],
      ]).toContainEqual(prices);
    }
  });

  test('follows when another type comes first; what is locked stays', async () => {
    const first = await aType({ sortOrder: -20 });
    const listed = [
      ...items(),
      { ticketTypeId: first, seatType: 'regular' as const, price: '4.00' },
    ];
    const scene = await aListedShow({ items: listed });
    const { showtimeId } = scene;
    const { call } = await aUser(running.app);
    const input = { showtimeId, seatIds: scene.seatIds.slice(0, 1) };
    await call.showtimes.lockSeats(input);
    await admin.call.ticketTypes.update({ ticketTypeId: first, sortOrder: 50 });
    expect(await admin.call.showtimes.get({ showtimeId })).toMatchObject({ price: '12.00' });
    const list = await admin.call.priceLists.get({ priceListId: scene.list.id });
    expect(list).toMatchObject({
      version: 2,
      items: [{ ticketTypeId: types.adult }, {}, {}, {}, {}, {}],
    });
    const sold = await call.reservations.create(input);
    expect(sold).toMatchObject({ totalPrice: '4.00' });
    expect(sold.seats[0]?.ticketType.id).toBe(first);
  });
});

describe('price lists', () => {
  test('are used by what is ahead before they can be deleted', async () => {
    const { list, showtimeId } = await aListedShow();
    const remove = () => admin.call.priceLists.delete({ priceListId: list.id });
    expect(await refusalOf(remove())).toMatchObject({
      code: 'IN_USE',
      details: { showtimes: 1 },
    });
    await admin.call.showtimes.update({ showtimeId, price: '5.00' });
    expect(await remove()).toEqual({ id: list.id, archived: true });
    expect(await codeOf(remove())).toBe('NOT_FOUND');
  });

  test('are seen and changed at their sites; those of all sites by administrators', async () => {
    const manager = await aUser(running.app);
    await admin.call.admin.staff.grant({
      userId: manager.id,
      siteId: defaultSite,
      role: 'manager',
    });
    const [own, everywhere, foreign] = [
      await aList({ siteId: defaultSite }),
      await aList(),
      await aList({ siteId: otherSite }),
    ];
    const { list, get, update, create, delete: remove } = manager.call.priceLists;
    const ids = (await list({ limit: 100 })).items.map(({ id }) => id);
    expect([own, everywhere, foreign].map(({ id }) => ids.includes(id))).toEqual([
      true,
      true,
      false,
    ]);
    expect(await codeOf(get({ priceListId: foreign.id }))).toBe('NOT_FOUND');
    expect(await codeOf(list({ siteId: otherSite }))).toBe('NOT_FOUND');
    expect(await codeOf(update({ priceListId: everywhere.id, name: 'Mine' }))).toBe('FORBIDDEN');
    expect(await codeOf(remove({ priceListId: everywhere.id }))).toBe('FORBIDDEN');
    expect(await codeOf(create({ name: 'All', items: items() }))).toBe('FORBIDDEN');
    const made = await create({ name: 'Own', siteId: defaultSite, items: items() });
    expect(await update({ priceListId: made.id, name: 'Owned' })).toMatchObject({
      name: 'Owned',
      version: 2,
    });
  });

  test('have a price for regular seats of each type, once, in the currency of the site', async () => {
    const [first, ...others] = items();
    const item = { ...first, ticketTypeId: types.adult, price: '1.00' };
    const refused = [
      [...others, { ...item, seatType: 'vip' as const }, { ...item, seatType: 'vip' as const }],
      [{ ...item, seatType: 'vip' as const }],
    ];
    for (const each of refused) {
      expect(await codeOf(aList({ items: each }))).toBe('VALIDATION_ERROR');
    }
    expect(await codeOf(aList({ currency: 'CHF' }))).toBe('VALIDATION_ERROR');
    const unknown = [{ ...item, ticketTypeId: randomUUID(), seatType: 'regular' as const }];
    expect(await codeOf(aList({ items: unknown }))).toBe('NOT_FOUND');
  });
});

describe('ticket types', () => {
  test('are listed in their order, page by page', async () => {
    const codes: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await admin.call.ticketTypes.list({ limit: 2, ...(cursor ? { cursor } : {}) });
      codes.push(...page.items.map(({ sortOrder, code }) => `${sortOrder} ${code}`));
      cursor = page.nextCursor;
    } while (cursor);
    const orders = codes.map((each) => Number(each.split(' ')[0]));
    expect(orders).toEqual(orders.toSorted((a, b) => a - b));
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes).toContain('0 standard');
  });

  test('have a code of their own', async () => {
    const { code } = await admin.call.ticketTypes.create({ code: 'twice', name: 'Once' });
    expect(await codeOf(admin.call.ticketTypes.create({ code, name: 'Twice' }))).toBe(
      'VALIDATION_ERROR',
    );
    const other = await aType();
    expect(await codeOf(admin.call.ticketTypes.update({ ticketTypeId: other, code }))).toBe(
      'VALIDATION_ERROR',
    );
  });

  test('go when no list has them; the standard one stays', async () => {
    const ticketTypeId = await aType({ name: 'Member', description: 'With a card', maxAge: 99 });
    const changed = await admin.call.ticketTypes.update({
      ticketTypeId,
      name: 'Friend',
      description: null,
      maxAge: null,
    });
    expect(changed).toMatchObject({ name: 'Friend', description: null, maxAge: null });
    const listed = [...items(), { ticketTypeId, seatType: 'regular' as const, price: '1.00' }];
    const list = await aList({ items: listed });
    const remove = (id: string) => admin.call.ticketTypes.delete({ ticketTypeId: id });
    expect(await codeOf(remove(ticketTypeId))).toBe('IN_USE');
    await admin.call.priceLists.update({ priceListId: list.id, items: items() });
    expect(await remove(ticketTypeId)).toEqual({ id: ticketTypeId, archived: true });
    expect(await codeOf(remove(ticketTypeId))).toBe('NOT_FOUND');
    expect(await codeOf(remove(standardTicketType))).toBe('IN_USE');
  });
});
