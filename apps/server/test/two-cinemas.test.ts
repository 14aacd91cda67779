import {
  anAdmin,
  brokenInvariants,
  FakeProvider,
  followUp,
  hours,
  password,
} from '@matinee/api/testing';
import { createMatinee } from '@matinee/sdk';
import type { Matinee, Reservation, Seat } from '@matinee/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCommand } from './command.ts';
import type { Command } from './command.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

/*
 * A week of two cinemas: customers and guests buy on the web and pay by card, clerks sell at the desk,
 * people cancel, move and exchange, and a show falls through. The ledger of this test knows the prices
 * by itself; reports, drawers and the provider must agree with it to the cent.
 */

const provider = new FakeProvider('stripe');
let server: TestServer;
let command: Command;
beforeAll(async () => {
  server = await startTestServer({}, undefined, { payments: [provider] });
  command = await aCommand(server.url, { MATINEE_PASSWORD: password });
});
afterAll(async () => {
  await command.close();
  await server.close();
});

/** Prices in cents. */
interface Prices {
  adult: number;
  child: number;
  /** An adult on a VIP seat. */
  vip: number;
  fee: number;
}

const houses = {
  Northgate: { adult: 1_200, child: 750, vip: 1_800, fee: 100 },
  Southbank: { adult: 1_130, child: 695, vip: 1_655, fee: 50 },
} satisfies Record<string, Prices>;

type Kind = 'adult' | 'child';

/** One cinema, with what this test has done there. */
interface House {
  name: string;
  siteId: string;
  prices: Prices;
  showtimeIds: string[];
  clerk: Matinee;
  manager: Matinee;
  /** In cents: what was sold and not returned, and what came by which way. */
  books: { revenue: number; stripe: number; cash: number; card: number; seats: number };
}

/** A reservation that was bought on the web or at the desk. */
interface Sale {
  buyer: Matinee;
  reservation: Reservation;
}

interface Sales {
  web: Sale[];
  desk: Sale[];
}

let types: Record<Kind, string>;

test('a week of two cinemas closes to the cent', { timeout: 120_000 }, async () => {
  const admin = await anAdmin(server.app);
  expect((await command.run('login', '--email', admin.email)).code).toBe(0);
  types = await makeTypes();
  const owner = createMatinee({ url: server.url, token: admin.token });
  const [north, south] = [await openHouse('Northgate'), await openHouse('Southbank')];
  const [northSales, southSales] = await Promise.all([sellWeek(north), sellWeek(south)]);

  await giveOneSeatBack(north, saleAt(northSales.web, north.showtimeIds[1]));
  await cancelLate(south, saleAt(southSales.web, south.showtimeIds[0]));
  await moveToVip(north, saleAt(northSales.desk, north.showtimeIds[0]));
  await exchangeForTomorrow(north, saleAt(northSales.web, north.showtimeIds[0]));
  await loseShow(south, southSales);
  await followUp(server.app);

  for (const house of [north, south]) {
    await closeShift(house);
    await expectReports(owner, house);
  }
  const stripe = north.books.stripe + south.books.stripe;
  const desk = [north, south].reduce((sum, { books }) => sum + books.cash + books.card, 0);
  expect(await providerBalance()).toBe(stripe);
  const { totals } = await owner.admin.reports.payments({});
  expect(totals.map((each) => [each.provider, cents(each.net)]).toSorted()).toEqual([
    ['desk', desk],
    ['stripe', stripe],
  ]);
  expect(north.books.revenue + south.books.revenue).toBe(stripe + desk);
  expect((await owner.admin.incidents.list({})).items).toEqual([]);
  expect(await brokenInvariants(server.app.pool)).toEqual({});
});

const cents = (amount: string) => Math.round(Number(amount) * 100);
const amount = (value: number) => (value / 100).toFixed(2);

async function makeTypes(): Promise<Record<Kind, string>> {
  const make = (code: string, ...more: string[]) =>
    command.json<{ id: string }>(
      ...['ticket-types', 'create', '--code', code, '--name', code, ...more],
    );
  const adult = await make('adult', '--sort-order', '1');
  const child = await make('child', '--sort-order', '2', '--max-age', '12');
  return { adult: adult.id, child: child.id };
}

/** A cinema with a list, a theater, a manager and a clerk, and seven shows. */
async function openHouse(name: keyof typeof houses): Promise<House> {
  const prices = houses[name];
  const { id: siteId } = await command.json<{ id: string }>(
    ...['sites', 'create', '--name', name, '--timezone', 'Europe/Paris', '--tax-rate', '20'],
    ...['--refund-tier', '24:100', '--refund-tier', '0:50', '--no-fee-refundable'],
  );
  const list = await command.json<{ id: string }>(
    ...['price-lists', 'create', '--name', `House of ${name}`, '--site', name],
    ...['--price', `adult=${amount(prices.adult)}`, '--price', `child=${amount(prices.child)}`],
    ...['--price', `adult:vip=${amount(prices.vip)}`, '--booking-fee', amount(prices.fee)],
  );
  const rows = [
    { label: 'A', seats: 20 },
    { label: 'V', seats: 4, seatType: 'vip' },
  ];
  const theater = await command.json<{ id: string }>(
    ...['theaters', 'create', '--name', `One of ${name}`, '--timezone', 'Europe/Paris'],
    ...['--site', name, '--rows', JSON.stringify(rows)],
  );
  const manager = await aMember(name, 'manager');
  const clerk = await aMember(name, 'box_office');
  const movie = await command.json<{ id: string }>(
    ...['movies', 'create', '--title', `A week at ${name}`],
    ...['--genre', 'Drama', '--duration-minutes', '100'],
  );
  const starts = Array.from({ length: 7 }, (_, day) => new Date(Date.now() + hours(5 + 24 * day)));
  const showtimeIds: string[] = [];
  for (const startTime of starts) {
    const ids = { movieId: movie.id, theaterId: theater.id, priceListId: list.id };
    showtimeIds.push((await manager.showtimes.create({ ...ids, startTime })).id);
  }
  await clerk.desk.openShift({ siteId, float: '100.00' });
  const books = { revenue: 0, stripe: 0, cash: 0, card: 0, seats: 0 };
  return { name, siteId, prices, showtimeIds, clerk, manager, books };
}

async function join(email: string): Promise<Matinee> {
  let token: string | undefined;
  const matinee = createMatinee({ url: server.url, token: () => token });
  token = (await matinee.auth.register({ email, password: 'a-password-of-theirs' })).accessToken;
  return matinee;
}

async function aMember(site: string, role: 'manager' | 'box_office'): Promise<Matinee> {
  const email = `${role}@${site.toLowerCase()}.example`;
  const member = await join(email);
  const { code } = await command.run('staff', 'grant', email, role, '--site', site);
  expect(code).toBe(0);
  return member;
}

async function aGuest(): Promise<Matinee> {
  const { accessToken } = await createMatinee({ url: server.url }).auth.guest({});
  return createMatinee({ url: server.url, token: accessToken });
}

/** For each show three customers, two guests, and four sales at the desk, all at once. */
async function sellWeek(house: House): Promise<Sales> {
  const sales: Sales = { web: [], desk: [] };
  for (const [day, showtimeId] of house.showtimeIds.entries()) {
    const { seats } = await house.clerk.showtimes.seats({ showtimeId });
    const free = seats.filter(({ seatType }) => seatType === 'regular');
    const next = (count: number) => free.splice(0, count);
    const people = await Promise.all(
      [0, 1, 2].map((who) => join(`${house.name}-${day}-${who}@example.com`.toLowerCase())),
    );
    const guests = await Promise.all([aGuest(), aGuest()]);
    const web = [
      ...people.map((buyer) => buyOnline(house, buyer, { showtimeId, seats: next(2) })),
      ...guests.map((buyer) => buyOnline(house, buyer, { showtimeId, seats: next(1) })),
    ];
    const desk = [
      sellAtDesk(house, { showtimeId, seats: next(2), tender: 'cash' }),
      sellAtDesk(house, { showtimeId, seats: next(2), tender: 'card_terminal' }),
      sellAtDesk(house, { showtimeId, seats: next(1), tender: 'cash' }),
      sellAtDesk(house, { showtimeId, seats: next(1), tender: 'comp' }),
    ];
    sales.web.push(...(await Promise.all(web)));
    sales.desk.push(...(await Promise.all(desk)));
  }
  return sales;
}

/** The first sale for a show. */
function saleAt(sales: readonly Sale[], showtimeId: string | undefined): Sale {
  const sale = sales.find(({ reservation }) => reservation.showtime.id === showtimeId);
  if (!sale) {
    throw new Error('Nothing was sold for this show.');
  }
  return sale;
}

interface Wanted {
  showtimeId: string;
  /** The first is for an adult, the others are for children. */
  seats: Seat[];
}

const ticketsFor = (seats: readonly Seat[]) =>
  seats.map(({ id: seatId }, at) => ({
    seatId,
    ticketTypeId: at === 0 ? types.adult : types.child,
  }));

const priceFor = ({ adult, child }: Prices, count: number) => adult + child * (count - 1);

async function buyOnline(
  { prices, books }: House,
  buyer: Matinee,
  { showtimeId, seats }: Wanted,
): Promise<Sale> {
  await buyer.showtimes.lockSeats({ showtimeId, seatIds: seats.map(({ id }) => id) });
  const purchase = { showtimeId, seats: ticketsFor(seats) };
  const total = priceFor(prices, seats.length) + prices.fee;
  const made = await buyer.reservations.create({ ...purchase, expectedTotal: amount(total) });
  const { id: paymentId = '' } = made.payment ?? {};
  await buyer.payments.start({ reservationId: made.id });
  provider.pay(`pi_${paymentId}`, { amount: amount(total) });
  expect((await buyer.payments.sync({ paymentId })).status).toBe('succeeded');
  books.revenue += total;
  books.stripe += total;
  books.seats += seats.length;
  return { buyer, reservation: made };
}

async function sellAtDesk(
  { prices, books, clerk }: House,
  { showtimeId, seats, tender }: Wanted & { tender: 'cash' | 'card_terminal' | 'comp' },
): Promise<Sale> {
  const price = tender === 'comp' ? 0 : priceFor(prices, seats.length);
  const { reservation, changeDue } = await clerk.desk.sell({
    showtimeId,
    seats: ticketsFor(seats),
    tender,
    ...(tender === 'cash' ? { tendered: '50.00' } : {}),
    ...(tender === 'comp' ? { reason: 'Press' } : {}),
  });
  expect(changeDue).toBe(tender === 'cash' ? amount(5_000 - price) : '0.00');
  books.revenue += price;
  books[tender === 'cash' ? 'cash' : 'card'] += price;
  books.seats += seats.length;
  return { buyer: clerk, reservation };
}

/** More than a day before the start: the whole price of the seat. */
async function giveOneSeatBack(
  { prices, books }: House,
  { buyer, reservation }: Sale,
): Promise<void> {
  const child = reservation.seats.find(({ ticketType }) => ticketType.code === 'child');
  const { refunded } = await buyer.reservations.cancel({
    reservationId: reservation.id,
    seatIds: [child?.id ?? ''],
  });
  expect(refunded).toBe(amount(prices.child));
  books.revenue -= prices.child;
  books.stripe -= prices.child;
  books.seats -= 1;
}

/** Less than a day before the start: half of the seats, rounded half up, and no fee. */
async function cancelLate({ prices, books }: House, { buyer, reservation }: Sale): Promise<void> {
  const half = Math.round(priceFor(prices, 2) / 2);
  const { refunded } = await buyer.reservations.cancel({ reservationId: reservation.id });
  expect(refunded).toBe(amount(half));
  books.revenue -= half;
  books.stripe -= half;
  books.seats -= 2;
}

/** The adult sits in the back from now on, and pays the difference in cash. */
async function moveToVip({ prices, books, clerk }: House, { reservation }: Sale): Promise<void> {
  const { seats } = await clerk.showtimes.seats({ showtimeId: reservation.showtime.id });
  const adult = reservation.seats.find(({ ticketType }) => ticketType.code === 'adult');
  const vip = seats.find(({ seatType, status }) => seatType === 'vip' && status === 'available');
  const { difference } = await clerk.desk.reseat({
    reservationId: reservation.id,
    moves: [{ from: adult?.id ?? '', to: vip?.id ?? '' }],
    tender: 'cash',
  });
  expect(difference).toBe(amount(prices.vip - prices.adult));
  books.revenue += prices.vip - prices.adult;
  books.cash += prices.vip - prices.adult;
}

/** An adult and a child come a day later, as two adults; the card terminal takes the difference. */
async function exchangeForTomorrow(house: House, { reservation }: Sale): Promise<void> {
  const { prices, books, clerk, showtimeIds } = house;
  const [, showtimeId = ''] = showtimeIds;
  const { seats } = await clerk.showtimes.seats({ showtimeId });
  const free = seats.filter(({ seatType, status }) => seatType + status === 'regularavailable');
  const { difference } = await clerk.desk.exchange({
    reservationId: reservation.id,
    showtimeId,
    seats: free.slice(0, 2).map(({ id: seatId }) => ({ seatId, ticketTypeId: types.adult })),
    tender: 'card_terminal',
  });
  const more = 2 * prices.adult - priceFor(prices, 2);
  expect(difference).toBe(amount(more));
  books.revenue += more;
  books.card += more;
}

/** The last show falls through: cards get their money by themselves, the others at the desk. */
async function loseShow(house: House, { web, desk }: Sales): Promise<void> {
  const { prices, books, clerk, manager, showtimeIds } = house;
  const showtimeId = showtimeIds.at(-1) ?? '';
  await manager.showtimes.cancel({ showtimeId, reason: 'The projector is broken' });
  for (const { reservation } of web.filter((sale) => sale.reservation.showtime.id === showtimeId)) {
    const paid = priceFor(prices, reservation.seats.length) + prices.fee;
    books.revenue -= paid;
    books.stripe -= paid;
    books.seats -= reservation.seats.length;
  }
  for (const { reservation } of desk.filter(
    (sale) => sale.reservation.showtime.id === showtimeId,
  )) {
    books.seats -= reservation.seats.length;
    if (reservation.total === '0.00') {
      continue;
    }
    const paid = await clerk.desk.payOut({ reservationId: reservation.id });
    expect(paid.amount).toBe(amount(priceFor(prices, reservation.seats.length)));
    books.revenue -= cents(paid.amount);
    books[paid.tender === 'cash' ? 'cash' : 'card'] -= cents(paid.amount);
  }
}

async function closeShift({ books, clerk }: House): Promise<void> {
  const counted = { cash: amount(10_000 + books.cash), card_terminal: amount(books.card) };
  const { lines } = await clerk.desk.closeShift({ counted });
  const differences = lines.map(({ tender, difference }) => [tender, difference]);
  expect(Object.fromEntries(differences)).toMatchObject({ cash: '0.00', card_terminal: '0.00' });
}

async function expectReports(owner: Matinee, { siteId, books }: House): Promise<void> {
  const day = (ahead: number) =>
    new Date(Date.now() + hours(24 * ahead)).toISOString().slice(0, 10);
  const range = { from: day(-1), to: day(9), siteId };
  const revenue = await owner.admin.reports.revenue(range);
  expect(revenue.totals).toMatchObject({
    revenue: amount(books.revenue),
    seats: books.seats,
  });
  const capacity = await owner.admin.reports.capacity(range);
  expect(capacity.totals.seatsSold).toBe(books.seats);
}

/** What the provider has taken and not returned, in cents. */
async function providerBalance(): Promise<number> {
  let balance = 0;
  for await (const { received, refunds } of provider.list()) {
    balance += cents(received);
    balance -= refunds.reduce((sum, refund) => sum + cents(refund.amount), 0);
  }
  return balance;
}
