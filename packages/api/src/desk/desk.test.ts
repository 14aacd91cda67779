import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { anAdmin, aShowtime, aUser, hours, minutes, refusalOf } from '../../test/builders.ts';
import type { Person, Scene, ShowtimeOptions } from '../../test/builders.ts';
import { FakeProvider } from '../../test/fake-provider.ts';
import { defaultSite } from '../db/entities/theater.ts';
import { standardTicketType } from '../db/entities/ticket-type.ts';
import type { SellAtDesk, Shift } from './schema.ts';

let running: TestApp;
let admin: Person;
beforeAll(async () => {
  running = await createTestApp({}, undefined, { payments: [new FakeProvider('stripe')] });
  admin = await anAdmin(running.app);
});
afterAll(() => running.close());

const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;

/** Somebody at the box office, with 100.00 in the drawer unless told otherwise. */
async function aClerk(options: { drawer?: false } = {}): Promise<Person> {
  const clerk = await aUser(running.app);
  const grant = { userId: clerk.id, siteId: defaultSite, role: 'box_office' as const };
  await admin.call.admin.staff.grant(grant);
  if (options.drawer !== false) {
    await clerk.call.desk.openShift({ siteId: defaultSite, float: '100.00' });
  }
  return clerk;
}

const sale = (
  { showtime, seatIds }: Scene,
  places: number[],
  changes: Partial<SellAtDesk> = {},
): SellAtDesk => ({
  showtimeId: showtime.id,
  seats: places.map((place) => ({
    seatId: seatIds[place] ?? '',
    ticketTypeId: standardTicketType,
  })),
  tender: 'cash',
  ...changes,
});
const aShow = (options: ShowtimeOptions = {}) => aShowtime(running.app, options);
const started = ({ showtime }: Scene, ago: number) =>
  running.app.pool.query(
    `update showtimes set start_time = date_trunc('milliseconds', clock_timestamp()) - $2::interval
     where id = $1`,
    [showtime.id, `${ago} milliseconds`],
  );
const lineOf = ({ lines }: Shift, tender: string) => lines.find((line) => line.tender === tender);

describe('a sale', () => {
  test('for cash gives change, and is paid', async () => {
    const [clerk, scene] = [await aClerk(), await aShow()];
    const { reservation, changeDue } = await clerk.call.desk.sell(
      sale(scene, [0, 1], {
        tendered: '50.00',
        customer: { name: 'Ada', email: 'ada@example.com' },
      }),
    );
    expect(changeDue).toBe('30.00');
    expect(reservation).toMatchObject({
      status: 'confirmed',
      channel: 'desk',
      total: '20.00',
      fees: '0.00',
      customerName: 'Ada',
      contactEmail: 'ada@example.com',
      payment: { provider: 'desk', status: 'succeeded', amount: '20.00' },
    });
    const { seats } = await clerk.call.showtimes.seats({ showtimeId: scene.showtime.id });
    expect(seats.slice(0, 3).map(({ status }) => status)).toEqual([
      'reserved',
      'reserved',
      'available',
    ]);
    const short = sale(scene, [2, 3], { tendered: '19.99' });
    expect(await codeOf(clerk.call.desk.sell(short))).toBe('VALIDATION_ERROR');
    const wrong = sale(scene, [2, 3], { tender: 'card_terminal', tendered: '20.00' });
    expect(await codeOf(clerk.call.desk.sell(wrong))).toBe('VALIDATION_ERROR');
    const map = await clerk.call.showtimes.seats({ showtimeId: scene.showtime.id });
    expect(map.counts).toMatchObject({ reserved: 2, available: 8 });
  });

  test('for cash needs the open shift of its site; a card does not', async () => {
    const [clerk, scene] = [await aClerk({ drawer: false }), await aShow()];
    expect(await codeOf(clerk.call.desk.sell(sale(scene, [0])))).toBe('NO_OPEN_SHIFT');
    const card = await clerk.call.desk.sell(sale(scene, [0], { tender: 'card_terminal' }));
    expect(card).toMatchObject({ changeDue: '0.00', reservation: { total: '10.00' } });
    const elsewhere = randomUUID();
    await running.app.pool.query(
      `insert into sites (id, name, timezone, refund_policy)
       select $1, 'Another', timezone, refund_policy from sites where id = $2`,
      [elsewhere, defaultSite],
    );
    const grant = { userId: clerk.id, siteId: elsewhere, role: 'box_office' as const };
    await admin.call.admin.staff.grant(grant);
    await clerk.call.desk.openShift({ siteId: elsewhere, float: '0.00' });
    expect(await codeOf(clerk.call.desk.sell(sale(scene, [1])))).toBe('NO_OPEN_SHIFT');
  });

  test('may cost nothing, with a reason', async () => {
    const [clerk, scene] = [await aClerk(), await aShow()];
    const comp = sale(scene, [0], { tender: 'comp' });
    expect(await codeOf(clerk.call.desk.sell(comp))).toBe('VALIDATION_ERROR');
    const { reservation } = await clerk.call.desk.sell({ ...comp, reason: 'Press' });
    expect(reservation).toMatchObject({
      total: '0.00',
      discount: '10.00',
      seats: [{ price: '0.00', discount: '10.00', tax: '0.00' }],
    });
  });

  test('is an account’s, or the walk-ups’ of its site, who are one guest', async () => {
    const [clerk, scene, customer] = [await aClerk(), await aShow(), await aUser(running.app)];
    await running.app.pool.query('update sites set walk_up_user_id = null');
    const tickets = await Promise.all(
      [0, 1, 2, 3].map((place) => clerk.call.desk.sell(sale(scene, [place]))),
    );
    const { rows } = await running.app.pool.query<{ id: string; role: string }>(
      `select distinct u.id, u.role from reservations r join users u on u.id = r.user_id
       where r.id = any($1)`,
      [tickets.map(({ reservation }) => reservation.id)],
    );
    expect(rows).toEqual([{ id: expect.any(String) as unknown, role: 'guest' }]);
    const own = await clerk.call.desk.sell(sale(scene, [4], { customer: { userId: customer.id } }));
    const { items } = await customer.call.reservations.list({});
    expect(items.map(({ id }) => id)).toEqual([own.reservation.id]);
    const nobody = sale(scene, [5], { customer: { userId: randomUUID() } });
    expect(await refusalOf(clerk.call.desk.sell(nobody))).toMatchObject({
      code: 'NOT_FOUND',
      details: { field: 'customer.userId' },
    });
  });

  test('for a name or an address is a guest’s own, and walk-ups have no way in', async () => {
    const [clerk, scene] = [await aClerk(), await aShow()];
    const { reservation: own } = await clerk.call.desk.sell(
      sale(scene, [0], { customer: { email: 'ada@example.com' } }),
    );
    const { reservation: walkUps } = await clerk.call.desk.sell(sale(scene, [1]));
    const anyone = callerOf(running.app, { remoteAddress: '203.0.113.9' });
    const link = (reservationId: string) => {
      const expiresAt = new Date(Date.now() + hours(1));
      return { token: running.app.bookingLinks.sign({ reservationId, expiresAt }) };
    };
    const { accessToken: token } = await anyone.auth.link(link(own.id));
    const { items } = await callerOf(running.app, { token }).reservations.list({});
    expect(items.map(({ id }) => id)).toEqual([own.id]);
    expect(await codeOf(anyone.auth.link(link(walkUps.id)))).toBe('LINK_INVALID');
  });

  test('takes what the clerk has locked, and nothing that others have', async () => {
    const [clerk, scene, customer] = [await aClerk(), await aShow(), await aUser(running.app)];
    const seat = (place: number) => ({
      showtimeId: scene.showtime.id,
      seatIds: [scene.seatIds[place] ?? ''],
    });
    await clerk.call.showtimes.lockSeats(seat(0));
    await customer.call.showtimes.lockSeats(seat(1));
    await customer.call.showtimes.lockSeats(seat(2));
    await customer.call.reservations.create(seat(2));
    await clerk.call.desk.sell(sale(scene, [3]));
    expect(await refusalOf(clerk.call.desk.sell(sale(scene, [0, 1, 2, 3, 4])))).toEqual({
      code: 'SEATS_UNAVAILABLE',
      details: {
        seats: [
          { seatId: scene.seatIds[1], reason: 'locked' },
          { seatId: scene.seatIds[2], reason: 'locked' },
          { seatId: scene.seatIds[3], reason: 'reserved' },
        ],
      },
    });
    await clerk.call.desk.sell(sale(scene, [0, 4]));
    await running.app.pool.query(
      `update seat_claims set locked_at = locked_at - interval '1 hour',
         expires_at = clock_timestamp() where showtime_id = $1 and paying_id is null
         and reservation_id is null`,
      [scene.showtime.id],
    );
    await clerk.call.desk.sell(sale(scene, [1]));
  });

  test('ends some minutes after the start, and with the show', async () => {
    const [clerk, scene] = [await aClerk(), await aShow()];
    await started(scene, minutes(14));
    await clerk.call.desk.sell(sale(scene, [0]));
    await started(scene, minutes(16));
    expect(await codeOf(clerk.call.desk.sell(sale(scene, [1])))).toBe('SHOWTIME_STARTED');
    const off = await aShow({ startsIn: hours(30) });
    await admin.call.showtimes.cancel({ showtimeId: off.showtime.id, reason: 'Flood' });
    expect(await codeOf(clerk.call.desk.sell(sale(off, [0])))).toBe('SHOWTIME_CANCELLED');
    const unknown = sale({ ...scene, seatIds: [randomUUID()] }, [0]);
    expect(await codeOf(clerk.call.desk.sell(unknown))).toBe('NOT_FOUND');
  });

  test('sells no seat that is out of order, and keeps the rules of ticket types', async () => {
    const clerk = await aClerk();
    const overrides = [{ position: 1, outOfOrder: true as const }];
    const scene = await aShow({ rows: [{ label: 'A', seats: 4, overrides }] });
    expect(await refusalOf(clerk.call.desk.sell(sale(scene, [0, 1])))).toEqual({
      code: 'SEATS_UNAVAILABLE',
      details: { seats: [{ seatId: scene.seatIds[0], reason: 'blocked' }] },
    });
    const child = await admin.call.ticketTypes.create({
      code: `c-${randomUUID()}`,
      name: 'Child',
      maxAge: 12,
    });
    const item = { ticketTypeId: child.id, seatType: 'regular' as const, price: '6.00' };
    const list = await admin.call.priceLists.create({ name: 'Children', items: [item] });
    const { id: showtimeId } = scene.showtime;
    await admin.call.showtimes.update({ showtimeId, priceListId: list.id });
    expect(await codeOf(clerk.call.desk.sell(sale(scene, [1])))).toBe('TICKET_TYPE_NOT_ALLOWED');
    const { movieId } = scene;
    await admin.call.movies.update({ movieId, minimumAge: 18, ageRule: 'restricted' });
    const seats = [{ seatId: scene.seatIds[1] ?? '', ticketTypeId: child.id }];
    expect(await codeOf(clerk.call.desk.sell({ showtimeId, seats, tender: 'cash' }))).toBe(
      'AGE_RESTRICTED',
    );
  });

  test('takes house seats, and no others that are blocked', async () => {
    const [clerk, scene] = [await aClerk(), await aShow()];
    const block = (place: number, kind: 'house' | 'broken' | 'hold') =>
      admin.call.showtimes.blockSeats({
        showtimeId: scene.showtime.id,
        seatIds: [scene.seatIds[place] ?? ''],
        kind,
      });
    await block(0, 'house');
    await block(1, 'broken');
    await block(2, 'hold');
    await clerk.call.desk.sell(sale(scene, [0]));
    const { details } = await refusalOf(clerk.call.desk.sell(sale(scene, [1, 2, 3])));
    expect(details).toEqual({
      seats: [1, 2].map((place) => ({ seatId: scene.seatIds[place], reason: 'blocked' })),
    });
  });

  test('is one for one seat, whoever sells it and however often it is sent', async () => {
    const scene = await aShow();
    const clerks = await Promise.all([1, 2, 3, 4].map(() => aClerk()));
    const codes = await Promise.all(
      clerks.map(({ call }) =>
        call.desk.sell(sale(scene, [0, 1])).then(
          () => 'sold',
          (error: { cause: { code: string } }) => error.cause.code,
        ),
      ),
    );
    expect(codes.toSorted()).toEqual([
      'SEATS_UNAVAILABLE',
      'SEATS_UNAVAILABLE',
      'SEATS_UNAVAILABLE',
      'sold',
    ]);
  });
});

describe('a shift', () => {
  test('is one at a time, and closes with its differences', async () => {
    const clerk = await aClerk({ drawer: false });
    const { desk } = clerk.call;
    expect(await codeOf(desk.shift())).toBe('NO_OPEN_SHIFT');
    const counted = { cash: '0.00', card_terminal: '0.00' };
    expect(await codeOf(desk.closeShift({ counted }))).toBe('NO_OPEN_SHIFT');
    await desk.openShift({ siteId: defaultSite, float: '50.00' });
    const again = desk.openShift({ siteId: defaultSite, float: '50.00' });
    expect(await codeOf(again)).toBe('SHIFT_OPEN');
    const scene = await aShow();
    await desk.sell(sale(scene, [0, 1]));
    await desk.sell(sale(scene, [2], { tender: 'card_terminal' }));
    await desk.sell(sale(scene, [3], { tender: 'invoice' }));
    await desk.sell(sale(scene, [4], { tender: 'comp', reason: 'Press' }));
    expect(await desk.shift()).toMatchObject({
      siteId: defaultSite,
      operator: { id: clerk.id, email: clerk.email },
      closedAt: null,
      lines: [
        { tender: 'cash', sold: '20.00', refunded: '0.00', counted: null, difference: null },
        { tender: 'card_terminal', sold: '10.00' },
        { tender: 'comp', sold: '0.00' },
        { tender: 'invoice', sold: '10.00' },
      ],
    });
    const closed = await desk.closeShift({
      counted: { cash: '69.50', card_terminal: '10.00' },
    });
    expect(closed.closedAt).toBeInstanceOf(Date);
    expect(lineOf(closed, 'cash')).toMatchObject({ counted: '69.50', difference: '-0.50' });
    expect(lineOf(closed, 'card_terminal')).toMatchObject({ difference: '0.00' });
    expect(lineOf(closed, 'invoice')).toMatchObject({ counted: null, difference: null });
    await desk.openShift({ siteId: defaultSite, float: '69.50' });
  });

  test('pays out what its clerk cancels, at once', async () => {
    const [clerk, scene] = [await aClerk(), await aShow()];
    const { reservation } = await clerk.call.desk.sell(sale(scene, [0, 1]));
    const seatIds = [scene.seatIds[0] ?? ''];
    const cancelled = await clerk.call.reservations.cancel({
      reservationId: reservation.id,
      seatIds,
    });
    expect(cancelled).toMatchObject({
      refunded: '10.00',
      refunds: [{ amount: '10.00', status: 'succeeded' }],
    });
    expect(lineOf(await clerk.call.desk.shift(), 'cash')).toMatchObject({
      sold: '20.00',
      refunded: '10.00',
    });
  });

  test('pays out what customers and cancelled shows left waiting', async () => {
    const [clerk, scene, customer] = [await aClerk(), await aShow(), await aUser(running.app)];
    const own = await clerk.call.desk.sell(sale(scene, [0], { customer: { userId: customer.id } }));
    const other = await clerk.call.desk.sell(sale(scene, [1], { tender: 'card_terminal' }));
    const cancelled = await customer.call.reservations.cancel({
      reservationId: own.reservation.id,
    });
    expect(cancelled).toMatchObject({ refunds: [{ amount: '10.00', status: 'pending' }] });
    // Whoever cancels the show has a drawer too, and no customer before it.
    await admin.call.desk.openShift({ siteId: defaultSite, float: '0.00' });
    await admin.call.showtimes.cancel({ showtimeId: scene.showtime.id, reason: 'Flood' });
    expect(lineOf(await admin.call.desk.shift(), 'card_terminal')?.refunded).toBe('0.00');
    await admin.call.desk.closeShift({ counted: { cash: '0.00', card_terminal: '0.00' } });
    const { payOut } = clerk.call.desk;
    expect(await payOut({ reservationId: own.reservation.id })).toMatchObject({
      amount: '10.00',
      tender: 'cash',
      reservation: { refunds: [{ status: 'succeeded' }] },
    });
    const second = payOut({ reservationId: own.reservation.id });
    expect(await codeOf(second)).toBe('REFUND_TOO_LARGE');
    const closed = await aClerk({ drawer: false });
    const late = closed.call.desk.payOut({ reservationId: other.reservation.id });
    expect(await codeOf(late)).toBe('NO_OPEN_SHIFT');
    expect(await payOut({ reservationId: other.reservation.id })).toMatchObject({
      tender: 'card_terminal',
    });
    const shift = await clerk.call.desk.shift();
    expect(lineOf(shift, 'cash')).toMatchObject({ sold: '10.00', refunded: '10.00' });
    expect(lineOf(shift, 'card_terminal')).toMatchObject({ sold: '10.00', refunded: '10.00' });
  });

  test('is the sum of its sales after 1,000 random operations', async () => {
    const clerk = await aClerk();
    const scenes = await Promise.all(
      Array.from({ length: 8 }, (_, at) => aShow({ seats: 50, startsIn: hours(24 + at) })),
    );
    const expected = { cash: 0, card_terminal: 0 };
    const sold: { reservationId: string; tender: 'cash' | 'card_terminal'; seats: string[] }[] = [];
    const places = scenes.flatMap((scene) => scene.seatIds.map((_, place) => ({ scene, place })));
    const operations = async (count: number) => {
      for (let done = 0; done < count; done += 1) {
        const last = sold.length > 0 && randomInt(3) === 0 ? sold.pop() : undefined;
        const next = last ? undefined : places.pop();
        if (last) {
          const { reservationId, tender, seats } = last;
          await clerk.call.reservations.cancel({ reservationId, seatIds: seats });
          expected[tender] -= 1_000 * seats.length;
        } else if (next) {
          const tender = randomInt(2) === 0 ? 'cash' : 'card_terminal';
          const { reservation } = await clerk.call.desk.sell(
            sale(next.scene, [next.place], { tender }),
          );
          expected[tender] += 1_000;
          const seats = reservation.seats.map(({ id }) => id);
          sold.push({ reservationId: reservation.id, tender, seats });
        } else {
          await clerk.call.desk.shift();
        }
      }
    };
    await Promise.all([operations(250), operations(250), operations(250), operations(250)]);
    const counted = {
      cash: (100 + expected.cash / 100).toFixed(2),
      card_terminal: (expected.card_terminal / 100).toFixed(2),
    };
    const closed = await clerk.call.desk.closeShift({ counted });
    expect(lineOf(closed, 'cash')?.difference).toBe('0.00');
    expect(lineOf(closed, 'card_terminal')?.difference).toBe('0.00');
  });
});
