import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { anAdmin, aShowtime, aUser, hours, minutes, refusalOf } from '../../test/builders.ts';
import type { Person, Scene } from '../../test/builders.ts';
import { FakeProvider } from '../../test/fake-provider.ts';
import { brokenInvariants } from '../../test/index.ts';
import { aPaidPurchase, aPurchase, followUp } from '../../test/sale.ts';
import { defaultSite } from '../db/entities/theater.ts';
import { standardTicketType } from '../db/entities/ticket-type.ts';
import { compareWithProviders } from '../payments/reconcile.ts';
import type { Exchange, Reseat, SellAtDesk, Shift } from './schema.ts';

/* Seats that are moved, and reservations that are exchanged, at the desk. */

let running: TestApp;
let admin: Person;
const provider = new FakeProvider('stripe');
beforeAll(async () => {
  running = await createTestApp({}, undefined, { payments: [provider] });
  admin = await anAdmin(running.app);
});
afterAll(() => running.close());

const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;
const lineOf = ({ lines }: Shift, tender: string) => lines.find((line) => line.tender === tender);

/** Somebody at the box office, with 100.00 in the drawer. */
async function aClerk(siteId: string = defaultSite): Promise<Person> {
  const clerk = await aUser(running.app);
  await admin.call.admin.staff.grant({ userId: clerk.id, siteId, role: 'box_office' });
  await clerk.call.desk.openShift({ siteId, float: '100.00' });
  return clerk;
}

/** A row of four regular seats, then two premium ones: 10.00 and 14.00. */
async function aHall({ startsIn = hours(24) } = {}): Promise<Scene> {
  const overrides = [5, 6].map((position) => ({ position, seatType: 'premium' as const }));
  const scene = await aShowtime(running.app, {
    rows: [{ label: 'A', seats: 6, overrides }],
    startsIn,
  });
  await admin.call.showtimes.update({
    showtimeId: scene.showtime.id,
    seatTypePrices: { premium: '14.00' },
  });
  return scene;
}

const seatsAt = ({ seatIds }: Scene, places: number[]) =>
  places.map((place) => ({ seatId: seatIds[place] ?? '', ticketTypeId: standardTicketType }));

async function sold(
  clerk: Person,
  scene: Scene,
  places: number[],
  changes: Partial<SellAtDesk> = {},
): Promise<string> {
  const { reservation } = await clerk.call.desk.sell({
    showtimeId: scene.showtime.id,
    seats: seatsAt(scene, places),
    tender: 'cash',
    ...changes,
  });
  return reservation.id;
}

const moving = (
  { seatIds }: Scene,
  reservationId: string,
  moves: [from: number, to: number][],
  changes: Partial<Reseat> = {},
): Reseat => ({
  reservationId,
  moves: moves.map(([from, to]) => ({ from: seatIds[from] ?? '', to: seatIds[to] ?? '' })),
  ...changes,
});

const exchanging = (
  scene: Scene,
  reservationId: string,
  places: number[],
  changes: Partial<Exchange> = {},
): Exchange => ({
  reservationId,
  showtimeId: scene.showtime.id,
  seats: seatsAt(scene, places),
  ...changes,
});

const labelsOf = (reservation: { seats: { seatNumber: number; cancelledAt: Date | null }[] }) =>
  reservation.seats.filter((seat) => !seat.cancelledAt).map(({ seatNumber }) => seatNumber);

async function statusesOf({ showtime }: Scene): Promise<string[]> {
  const { seats } = await admin.call.showtimes.seats({ showtimeId: showtime.id });
  return seats.map(({ status }) => status);
}

/** Lets a show of an hour begin then, in milliseconds from now. */
async function startIn({ showtime }: Scene, ms: number) {
  await running.app.pool.query(
    `update showtimes set start_time = at, end_time = at + interval '1 hour',
       blocked_until = at + interval '1 hour'
     from (select date_trunc('milliseconds', clock_timestamp()) + $2::interval as at) begun
     where id = $1`,
    [showtime.id, `${ms} milliseconds`],
  );
}

/** Those that the database has ended so far; calls that met one are repeated, and succeed. */
async function deadlocks(): Promise<string | undefined> {
  const { rows } = await running.app.pool.query<{ deadlocks: string }>(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  return rows[0]?.deadlocks;
}

describe('moving seats', () => {
  test('of one type is free, keeps the reference, and frees the old ones', async () => {
    const [clerk, scene] = [await aClerk(), await aHall()];
    const id = await sold(clerk, scene, [0, 1]);
    const before = await clerk.call.reservations.get({ reservationId: id });
    const { reservation, difference } = await clerk.call.desk.reseat(
      moving(scene, id, [[0, 3]], { expectedDifference: '0.00' }),
    );
    expect(difference).toBe('0.00');
    expect(reservation).toMatchObject({
      id,
      reference: before.reference,
      total: '20.00',
      refunded: '0.00',
    });
    expect(labelsOf(reservation)).toEqual([2, 4]);
    expect((await statusesOf(scene)).slice(0, 4)).toEqual([
      'available',
      'reserved',
      'available',
      'reserved',
    ]);
    const { rows } = await running.app.pool.query<{ version: number }>(
      `select ticket_version as version from reservation_seats
       where reservation_id = $1 order by ticket_version`,
      [id],
    );
    expect(rows.map(({ version }) => version)).toEqual([1, 2]);
    expect(lineOf(await clerk.call.desk.shift(), 'cash')).toMatchObject({ sold: '20.00' });
  });

  test('changes two seats of a reservation for each other', async () => {
    const [clerk, scene] = [await aClerk(), await aHall()];
    const id = await sold(clerk, scene, [0, 4]);
    const { reservation, difference } = await clerk.call.desk.reseat(
      moving(scene, id, [
        [0, 4],
        [4, 0],
      ]),
    );
    expect(difference).toBe('0.00');
    expect(reservation.seats.map(({ price }) => price)).toEqual(['10.00', '14.00']);
  });

  test('to dearer ones is paid, to cheaper ones returned, and all of it on a cancellation', async () => {
    const [clerk, scene] = [await aClerk(), await aHall()];
    const id = await sold(clerk, scene, [0, 1]);
    const dearer = (changes: Partial<Reseat>) =>
      clerk.call.desk.reseat(moving(scene, id, [[0, 4]], changes));
    expect(await codeOf(dearer({}))).toBe('VALIDATION_ERROR');
    expect(await refusalOf(dearer({ tender: 'cash', expectedDifference: '3.00' }))).toEqual({
      code: 'PRICE_CHANGED',
      details: { expected: '3.00', actual: '4.00' },
    });
    const up = await dearer({ tender: 'card_terminal', expectedDifference: '4.00' });
    expect(up).toMatchObject({ difference: '4.00', reservation: { total: '24.00' } });
    expect(up.reservation.payment).toMatchObject({ amount: '20.00' });
    expect(await brokenInvariants(running.app.pool)).toEqual({});
    const down = await clerk.call.desk.reseat(moving(scene, id, [[4, 2]]));
    expect(down).toMatchObject({
      difference: '-4.00',
      reservation: { total: '20.00', refunded: '4.00' },
    });
    await clerk.call.desk.reseat(moving(scene, id, [[2, 5]], { tender: 'cash' }));
    expect(await brokenInvariants(running.app.pool)).toEqual({});
    const cancelled = await clerk.call.reservations.cancel({ reservationId: id, refund: 'full' });
    expect(cancelled).toMatchObject({ total: '24.00', refunded: '28.00' });
    const shift = await clerk.call.desk.shift();
    const [cash, card] = [lineOf(shift, 'cash'), lineOf(shift, 'card_terminal')];
    expect(Number(cash?.sold) + Number(card?.sold)).toBe(28);
    expect(Number(cash?.refunded) + Number(card?.refunded)).toBe(28);
    expect(await brokenInvariants(running.app.pool)).toEqual({});
  });

  test('may be waived with a reason, and costs a comp nothing', async () => {
    const [clerk, scene] = [await aClerk(), await aHall()];
    const id = await sold(clerk, scene, [0]);
    const free = moving(scene, id, [[0, 4]], { tender: 'comp' });
    expect(await codeOf(clerk.call.desk.reseat(free))).toBe('VALIDATION_ERROR');
    const waived = await clerk.call.desk.reseat({ ...free, reason: 'The seat was broken' });
    expect(waived).toMatchObject({
      difference: '0.00',
      reservation: { total: '10.00', discount: '4.00' },
    });
    // What was waived is not returned.
    const back = await clerk.call.desk.reseat(moving(scene, id, [[4, 2]]));
    expect(back).toMatchObject({
      difference: '0.00',
      reservation: { total: '10.00', discount: '0.00' },
    });
    const comp = await sold(clerk, scene, [1], { tender: 'comp', reason: 'Press' });
    const moved = await clerk.call.desk.reseat(moving(scene, comp, [[1, 5]]));
    expect(moved).toMatchObject({
      difference: '0.00',
      reservation: { total: '0.00', discount: '14.00' },
    });
  });

  test('takes nothing that others have', async () => {
    const [clerk, scene, other] = [await aClerk(), await aHall(), await aUser(running.app)];
    const id = await sold(clerk, scene, [0]);
    const theirs = await sold(clerk, scene, [1]);
    const { reference } = await clerk.call.reservations.get({ reservationId: theirs });
    const seat = (place: number) => ({
      showtimeId: scene.showtime.id,
      seatIds: [scene.seatIds[place] ?? ''],
    });
    await other.call.showtimes.lockSeats(seat(2));
    expect(await refusalOf(clerk.call.desk.reseat(moving(scene, id, [[0, 1]])))).toEqual({
      code: 'SEATS_SOLD',
      details: { reservations: [{ id: theirs, reference, seatIds: [scene.seatIds[1]] }] },
    });
    expect(await refusalOf(clerk.call.desk.reseat(moving(scene, id, [[0, 2]])))).toEqual({
      code: 'SEATS_UNAVAILABLE',
      details: { seats: [{ seatId: scene.seatIds[2], reason: 'locked' }] },
    });
    await admin.call.showtimes.blockSeats({ ...seat(3), kind: 'broken' });
    expect(await codeOf(clerk.call.desk.reseat(moving(scene, id, [[0, 3]])))).toBe(
      'SEATS_UNAVAILABLE',
    );
    expect(await statusesOf(scene)).toEqual([
      'reserved',
      'reserved',
      'locked',
      'blocked',
      'available',
      'available',
    ]);
    await admin.call.showtimes.unblockSeats(seat(3));
    await admin.call.showtimes.blockSeats({ ...seat(3), kind: 'house' });
    await clerk.call.desk.reseat(moving(scene, id, [[0, 3]]));
    await clerk.call.showtimes.lockSeats(seat(0));
    await clerk.call.desk.reseat(moving(scene, id, [[3, 0]]));
    expect((await statusesOf(scene))[0]).toBe('reserved');
  });

  test('asks for seats that are there, and for a reservation that is sold', async () => {
    const [clerk, scene] = [await aClerk(), await aHall()];
    const id = await sold(clerk, scene, [0, 1]);
    const stranger = moving(scene, id, [[2, 3]]);
    expect(await refusalOf(clerk.call.desk.reseat(stranger))).toMatchObject({
      code: 'NOT_FOUND',
      details: { seatIds: [scene.seatIds[2]] },
    });
    const nowhere = {
      ...moving(scene, id, []),
      moves: [{ from: scene.seatIds[0] ?? '', to: randomUUID() }],
    };
    expect(await codeOf(clerk.call.desk.reseat(nowhere))).toBe('NOT_FOUND');
    for (const moves of [
      [[0, 0]],
      [
        [0, 2],
        [0, 3],
      ],
      [
        [0, 2],
        [1, 2],
      ],
    ] as [number, number][][]) {
      expect(await codeOf(clerk.call.desk.reseat(moving(scene, id, moves)))).toBe(
        'VALIDATION_ERROR',
      );
    }
    const seatIds = [scene.seatIds[1] ?? ''];
    await clerk.call.reservations.cancel({ reservationId: id, seatIds });
    expect(await codeOf(clerk.call.desk.reseat(moving(scene, id, [[1, 2]])))).toBe(
      'ALREADY_CANCELLED',
    );
    expect(await codeOf(clerk.call.desk.reseat(moving(scene, id, [[0, 1]])))).toBe(
      'VALIDATION_ERROR',
    );
    await clerk.call.reservations.cancel({ reservationId: id });
    expect(await codeOf(clerk.call.desk.reseat(moving(scene, id, [[0, 2]])))).toBe(
      'ALREADY_CANCELLED',
    );
    const both = await sold(clerk, scene, [0, 1]);
    expect(await codeOf(clerk.call.desk.reseat(moving(scene, both, [[0, 1]])))).toBe(
      'VALIDATION_ERROR',
    );
    const pending = await aPurchase(running.app, provider, { scene, places: [2] });
    const paying = moving(scene, pending.reservationId, [[2, 3]]);
    expect(await codeOf(clerk.call.desk.reseat(paying))).toBe('PAYMENT_PENDING');
  });

  test('is possible until the show ends', async () => {
    const [clerk, scene] = [await aClerk(), await aHall()];
    const id = await sold(clerk, scene, [0]);
    await startIn(scene, -minutes(40));
    await clerk.call.desk.reseat(moving(scene, id, [[0, 1]]));
    await startIn(scene, -minutes(61));
    expect(await codeOf(clerk.call.desk.reseat(moving(scene, id, [[1, 2]])))).toBe(
      'SHOWTIME_STARTED',
    );
    // Nothing is sold after the end, which the invariants know.
    await startIn(scene, hours(24));
  });

  test('returns what a card has paid to the card', async () => {
    const [clerk, scene] = [await aClerk(), await aHall()];
    const web = await aPaidPurchase(running.app, provider, { scene, places: [4, 5] });
    const down = await clerk.call.desk.reseat(moving(scene, web.reservationId, [[4, 0]]));
    expect(down.reservation).toMatchObject({
      total: '24.00',
      refunds: [{ amount: '4.00', status: 'pending' }],
    });
    await followUp(running.app);
    expect(await web.read()).toMatchObject({ refunds: [{ status: 'succeeded' }] });
    expect(lineOf(await clerk.call.desk.shift(), 'cash')).toMatchObject({ refunded: '0.00' });
  });

  test('of ten customers into one seat succeeds once', async () => {
    const [clerk, scene] = [await aClerk(), await aShowtime(running.app, { seats: 12 })];
    const ids = await Promise.all(
      Array.from({ length: 10 }, (_, place) => sold(clerk, scene, [place])),
    );
    const codes = await Promise.all(
      ids.map((id, place) =>
        clerk.call.desk.reseat(moving(scene, id, [[place, 11]])).then(
          () => 'moved',
          (error: { cause: { code: string } }) => error.cause.code,
        ),
      ),
    );
    expect(codes.toSorted()).toEqual(['SEATS_SOLD', ...Array(8).fill('SEATS_SOLD'), 'moved']);
    expect(await brokenInvariants(running.app.pool)).toEqual({});
  });
});

describe('an exchange', () => {
  test('counts what was paid in cash, and takes the rest', async () => {
    const [clerk, from, to] = [await aClerk(), await aHall(), await aHall({ startsIn: hours(30) })];
    const id = await sold(clerk, from, [0, 1], { customer: { name: 'Ada' } });
    const ask = (changes: Partial<Exchange>) =>
      clerk.call.desk.exchange(exchanging(to, id, [4, 5], changes));
    expect(await refusalOf(ask({}))).toMatchObject({
      code: 'VALIDATION_ERROR',
      details: { issues: [{ path: ['tender'] }] },
    });
    expect(await statusesOf(from)).toContain('reserved');
    const { reservation, difference } = await ask({ tender: 'card_terminal' });
    expect(difference).toBe('8.00');
    expect(reservation).toMatchObject({
      status: 'confirmed',
      total: '28.00',
      customerName: 'Ada',
      channel: 'desk',
      showtime: { id: to.showtime.id },
    });
    const old = await clerk.call.reservations.get({ reservationId: id });
    expect(old).toMatchObject({ status: 'cancelled', cancelReason: 'staff', refunded: '20.00' });
    expect(await statusesOf(from)).not.toContain('reserved');
    const shift = await clerk.call.desk.shift();
    expect(lineOf(shift, 'cash')).toMatchObject({ sold: '20.00', refunded: '0.00' });
    expect(lineOf(shift, 'card_terminal')).toMatchObject({ sold: '8.00', refunded: '0.00' });
    // What was exchanged is the desk's, and is returned there.
    await clerk.call.reservations.cancel({ reservationId: reservation.id, refund: 'full' });
    const after = await clerk.call.desk.shift();
    expect(lineOf(after, 'cash')).toMatchObject({ sold: '20.00', refunded: '20.00' });
    expect(lineOf(after, 'card_terminal')).toMatchObject({ sold: '8.00', refunded: '8.00' });
    expect(await brokenInvariants(running.app.pool)).toEqual({});
  });

  test('returns what is left to the card, and the books of the provider agree', async () => {
    const [clerk, from, to] = [await aClerk(), await aHall(), await aHall({ startsIn: hours(30) })];
    const web = await aPaidPurchase(running.app, provider, { scene: from, places: [4, 5] });
    const { reservation, difference } = await clerk.call.desk.exchange(
      exchanging(to, web.reservationId, [0]),
    );
    expect(difference).toBe('-18.00');
    expect(reservation).toMatchObject({ total: '10.00', refunded: '0.00' });
    await followUp(running.app);
    expect(await web.read()).toMatchObject({ status: 'cancelled', refunded: '28.00' });
    expect((await web.user.call.reservations.list({})).items).toHaveLength(2);
    await compareWithProviders(running.app);
    expect((await admin.call.admin.incidents.list({})).items).toEqual([]);
    const { totals } = await admin.call.admin.reports.payments({});
    expect(totals.find((each) => each.provider === 'stripe')?.refunded).toBeDefined();
    await admin.call.showtimes.cancel({ showtimeId: to.showtime.id, reason: 'Flood' });
    const paid = await clerk.call.desk.payOut({ reservationId: reservation.id });
    expect(paid).toMatchObject({ amount: '10.00', tender: 'cash' });
    expect(lineOf(await clerk.call.desk.shift(), 'cash')).toMatchObject({ refunded: '10.00' });
    expect(await brokenInvariants(running.app.pool)).toEqual({});
  });

  test('within one show changes ticket types, and a comp stays one', async () => {
    const [clerk, scene] = [await aClerk(), await aHall()];
    const id = await sold(clerk, scene, [0, 1]);
    const fewer = await clerk.call.desk.exchange(exchanging(scene, id, [0]));
    expect(fewer).toMatchObject({ difference: '-10.00', reservation: { total: '10.00' } });
    const comp = await sold(clerk, scene, [2], { tender: 'comp', reason: 'Press' });
    const more = exchanging(scene, comp, [2, 3]);
    expect(await codeOf(clerk.call.desk.exchange(more))).toBe('VALIDATION_ERROR');
    const paid = exchanging(scene, comp, [5], { tender: 'cash' });
    expect(await codeOf(clerk.call.desk.exchange(paid))).toBe('VALIDATION_ERROR');
    const moved = await clerk.call.desk.exchange(exchanging(scene, comp, [5]));
    expect(moved).toMatchObject({
      difference: '0.00',
      reservation: { total: '0.00', discount: '14.00' },
    });
    expect(await brokenInvariants(running.app.pool)).toEqual({});
  });

  test('is refused where a sale or a cancellation would be', async () => {
    const [clerk, from, to] = [await aClerk(), await aHall(), await aHall({ startsIn: hours(30) })];
    const id = await sold(clerk, from, [0]);
    await sold(clerk, to, [0]);
    const ask = (places: number[]) => clerk.call.desk.exchange(exchanging(to, id, places));
    expect(await codeOf(ask([0]))).toBe('SEATS_UNAVAILABLE');
    expect(await statusesOf(from)).toContain('reserved');
    const nowhere = { ...exchanging(to, id, [1]), showtimeId: randomUUID() };
    expect(await codeOf(clerk.call.desk.exchange(nowhere))).toBe('NOT_FOUND');
    await startIn(from, -minutes(5));
    expect(await codeOf(ask([1]))).toBe('SHOWTIME_STARTED');
    const managed = await admin.call.desk.exchange(exchanging(to, id, [1]));
    expect(managed.difference).toBe('0.00');
    expect(await codeOf(ask([2]))).toBe('ALREADY_CANCELLED');
    const pending = await aPurchase(running.app, provider, { scene: to, places: [2] });
    const paying = exchanging(to, pending.reservationId, [3]);
    expect(await codeOf(clerk.call.desk.exchange(paying))).toBe('PAYMENT_PENDING');
    const stranger = await aUser(running.app);
    expect(await codeOf(stranger.call.desk.exchange(exchanging(to, id, [3])))).toBe('FORBIDDEN');
  });

  test('counts no more than is left of what was paid', async () => {
    const [clerk, from, to] = [await aClerk(), await aHall(), await aHall({ startsIn: hours(30) })];
    const id = await sold(clerk, from, [0, 1]);
    const { payment } = await clerk.call.reservations.get({ reservationId: id });
    const goodwill = { paymentId: payment?.id ?? '', amount: '15.00', reason: 'Late start' };
    await admin.call.admin.payments.refund(goodwill);
    const { difference } = await clerk.call.desk.exchange(
      exchanging(to, id, [0], { tender: 'cash' }),
    );
    expect(difference).toBe('5.00');
    expect(await brokenInvariants(running.app.pool)).toEqual({});
  });

  test('of what cost nothing is paid for, and of an invoice is refused', async () => {
    const [clerk, to] = [await aClerk(), await aHall({ startsIn: hours(30) })];
    const free = await aShowtime(running.app, { price: '0.00' });
    const customer = await aUser(running.app);
    const seats = { showtimeId: free.showtime.id, seatIds: [free.seatIds[0] ?? ''] };
    await customer.call.showtimes.lockSeats(seats);
    const { id } = await customer.call.reservations.create(seats);
    expect(await codeOf(clerk.call.desk.exchange(exchanging(to, id, [4])))).toBe(
      'VALIDATION_ERROR',
    );
    const bought = await clerk.call.desk.exchange(exchanging(to, id, [4], { tender: 'cash' }));
    expect(bought).toMatchObject({ difference: '14.00', reservation: { total: '14.00' } });
    expect(lineOf(await clerk.call.desk.shift(), 'cash')).toMatchObject({ sold: '14.00' });
    const billed = await sold(clerk, to, [0], { tender: 'invoice' });
    expect(await codeOf(clerk.call.desk.exchange(exchanging(to, billed, [1])))).toBe(
      'NOT_REFUNDABLE',
    );
  });

  test('says what waits at the desk, and a pay-out says how it was paid', async () => {
    const [clerk, from, to] = [await aClerk(), await aHall(), await aHall({ startsIn: hours(30) })];
    const id = await sold(clerk, from, [0, 1]);
    const { reference } = await clerk.call.reservations.get({ reservationId: id });
    // Somebody without a drawer.
    const cheaper = await admin.call.desk.exchange(exchanging(to, id, [0]));
    expect(cheaper).toMatchObject({
      difference: '-10.00',
      waiting: '10.00',
      previous: { id, reference },
    });
    const both = await sold(clerk, to, [1]);
    await clerk.call.desk.reseat(moving(to, both, [[1, 4]], { tender: 'card_terminal' }));
    await admin.call.showtimes.cancel({ showtimeId: to.showtime.id, reason: 'Flood' });
    const paid = await clerk.call.desk.payOut({ reservationId: both });
    expect(paid).toMatchObject({
      amount: '14.00',
      tender: 'cash',
      lines: [
        { tender: 'cash', amount: '10.00' },
        { tender: 'card_terminal', amount: '4.00' },
      ],
    });
  });

  test('crosses with others in both directions without a deadlock', async () => {
    const [one, two] = [await aHall(), await aHall({ startsIn: hours(30) })];
    const places = [0, 1, 2];
    const there = await Promise.all(places.map(() => aClerk()));
    const back = await Promise.all(places.map(() => aClerk()));
    const before = await deadlocks();
    for (let round = 0; round < 5; round += 1) {
      const sellAll = (scene: Scene) =>
        Promise.all(
          back.map((clerk, place) => sold(clerk, scene, [place], { customer: { name: 'Ada' } })),
        );
      const [fromOne, fromTwo] = [await sellAll(one), await sellAll(two)];
      const exchanges = places.flatMap((place) => [
        there[place]?.call.desk.exchange(exchanging(two, fromOne[place] ?? '', [place])),
        back[place]?.call.desk.exchange(exchanging(one, fromTwo[place] ?? '', [place])),
      ]);
      const outcomes = await Promise.allSettled(exchanges);
      const codes = outcomes.flatMap((each) =>
        each.status === 'rejected' ? [(each.reason as { cause: { code: string } }).cause.code] : [],
      );
      expect(codes.filter((code) => code !== 'SEATS_UNAVAILABLE')).toEqual([]);
      const ids = [...fromOne, ...fromTwo];
      const made = outcomes.flatMap((each) =>
        each.status === 'fulfilled' && each.value ? [each.value.reservation.id] : [],
      );
      for (const reservationId of [...ids, ...made]) {
        const { status } = await admin.call.reservations.get({ reservationId });
        if (status === 'confirmed') {
          await admin.call.reservations.cancel({ reservationId });
        }
      }
    }
    expect(await deadlocks()).toBe(before);
    expect(await brokenInvariants(running.app.pool)).toEqual({});
  });
});
