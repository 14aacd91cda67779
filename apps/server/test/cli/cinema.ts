import { consequences, OutboxWorker } from '@matinee/api';
import { aPaidPurchase, callerOf, FakeProvider, password } from '@matinee/api/testing';
import { createMatinee, isMatineeError } from '@matinee/sdk';
import type { Matinee } from '@matinee/sdk';
import { quietTexter, startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { aBinary } from './binary.ts';
import type { Binary } from './binary.ts';

export { password };

/** A server, an administrator, and the command signed in as that administrator. */
export interface Cinema {
  server: TestServer;
  matinee: Matinee;
  admin: { id: string; email: string; token: string };
  binary: Binary;
  close(): Promise<void>;
}

export async function aCinema(
  overrides?: Parameters<typeof startTestServer>[0],
  email = 'ada@example.com',
): Promise<Cinema> {
  const answer = { status: 204, retryAfter: undefined, text: '' };
  const webhooks = { send: async () => answer };
  return cinemaOf(await startTestServer(overrides, undefined, { webhooks }), email);
}

/** A cinema whose customers pay in advance, with a provider in memory. */
export async function aPayingCinema(email = 'ada@example.com') {
  const provider = new FakeProvider('stripe');
  const server = await startTestServer({}, undefined, {
    payments: [provider],
    texter: quietTexter,
  });
  return { ...(await cinemaOf(server, email)), provider };
}

export type PayingCinema = Awaited<ReturnType<typeof aPayingCinema>>;

async function cinemaOf(server: TestServer, email: string): Promise<Cinema> {
  const admin = await aStaffMember(server, email);
  const binary = await aBinary(server.url, { MATINEE_TOKEN: admin.token });
  return {
    server,
    admin,
    matinee: createMatinee({ url: server.url, token: admin.token }),
    binary,
    close: async () => {
      await binary.close();
      await server.close();
    },
  };
}

async function aStaffMember({ app }: TestServer, email: string): Promise<Cinema['admin']> {
  const { user, accessToken } = await callerOf(app).auth.register({
    email,
    password,
    firstName: 'Ada',
    lastName: 'King',
  });
  await app.pool.query(`update users set role = 'admin' where id = $1`, [user.id]);
  return { id: user.id, email, token: accessToken };
}

/** A customer with an account. */
export async function aCustomer(cinema: Cinema, email: string): Promise<Matinee> {
  const anyone = createMatinee({ url: cinema.server.url });
  const { accessToken } = await anyone.auth.register({ email, password });
  return createMatinee({ url: cinema.server.url, token: accessToken });
}

/** In the future for every test, and the same day on every screen. */
export const premiere = { date: '2031-03-14', startTime: '2031-03-14T19:00:00Z' };

/** A gap, two more expensive types and a broken seat, for the drawing. */
export const rows = [
  { label: 'A', seats: 11, overrides: [{ position: 6, gap: true as const }] },
  {
    label: 'B',
    seats: 11,
    overrides: [
      { position: 6, gap: true as const },
      { position: 9, outOfOrder: true as const },
    ],
  },
  { label: 'C', seats: 11, seatType: 'premium' as const },
  { label: 'D', seats: 11, seatType: 'vip' as const },
];

export async function aTheater({ matinee }: Cinema, name = 'Grand') {
  return matinee.theaters.create({ name, timezone: 'Europe/Paris', turnaroundMinutes: 20, rows });
}

export async function aMovie({ matinee }: Cinema, title = 'The Third Man') {
  return matinee.movies.create({
    title,
    genre: 'Thriller',
    durationMinutes: 104,
    releaseDate: '1949-08-31',
  });
}

/** A ticket type of children, whose code is also its name. */
export async function aTicketType({ matinee }: Cinema, code: string) {
  return matinee.ticketTypes.create({ code, name: code, maxAge: 12 });
}

/** A list with the standard ticket type on regular and VIP seats. */
export async function aPriceList({ matinee }: Cinema, name: string) {
  const { items } = await matinee.ticketTypes.list({});
  const ticketTypeId = items.find(({ code }) => code === 'standard')?.id ?? '';
  return matinee.priceLists.create({
    name,
    items: [
      { ticketTypeId, seatType: 'regular', price: '12.00' },
      { ticketTypeId, seatType: 'vip', price: '20.00' },
    ],
  });
}

/** A show on the evening of the premiere, in its own theater. */
export async function aShow(cinema: Cinema, theaterName = 'Grand') {
  const theater = await aTheater(cinema, theaterName);
  const movie = await aMovie(cinema);
  const showtime = await cinema.matinee.showtimes.create({
    movieId: movie.id,
    theaterId: theater.id,
    startTime: premiere.startTime,
    price: '12.50',
    seatTypePrices: { premium: '15.00', vip: '20.00' },
  });
  const seatId = (name: string) =>
    theater.seats.find((seat) => `${seat.rowLabel}${seat.seatNumber}` === name)?.id ?? '';
  return { theater, movie, showtime, seatIds: (...names: string[]) => names.map(seatId) };
}

/** A show that begins in twenty minutes, with tickets for A1 and A2. */
export async function aShowAtTheDoor(cinema: Cinema, theaterName = 'Grand') {
  const { matinee } = cinema;
  const theater = await aTheater(cinema, theaterName);
  const movie = await aMovie(cinema);
  const showtime = await matinee.showtimes.create({
    movieId: movie.id,
    theaterId: theater.id,
    startTime: new Date(Date.now() + 20 * 60_000),
    price: '12.50',
  });
  const seatIds = theater.seats.slice(0, 2).map(({ id }) => id);
  const seats = { showtimeId: showtime.id, seatIds };
  await matinee.showtimes.lockSeats(seats);
  const { id: reservationId, reference } = await matinee.reservations.create(seats);
  const tickets = await matinee.tickets.list({ reservationId });
  const codes = tickets.map(({ code }) => code);
  return { showtimeId: showtime.id, reservationId, reference, codes };
}

/** An entry of a moment ago. */
export async function anEntry(cinema: Cinema): Promise<{ id: string }> {
  const { showtimeId, codes } = await aShowAtTheDoor(cinema, 'With an entry');
  const [code = ''] = codes;
  const scan = { code, showtimeId, deviceId: 'east-1', nonce: showtimeId };
  return cinema.matinee.checkIns.create(scan);
}

/** Makes a show sell by a list with standard and child tickets, and a fee of 1.00. */
export async function sellByList(cinema: Cinema, showtimeId: string): Promise<void> {
  const { matinee } = cinema;
  const child = await aTicketType(cinema, 'child');
  await matinee.ticketTypes.update({ ticketTypeId: child.id, sortOrder: 10 });
  const { items } = await matinee.ticketTypes.list({});
  const standard = items.find(({ code }) => code === 'standard')?.id ?? '';
  const list = await matinee.priceLists.create({
    name: 'House',
    bookingFee: '1.00',
    items: [
      { ticketTypeId: standard, seatType: 'regular', price: '12.00' },
      { ticketTypeId: child.id, seatType: 'regular', price: '8.00' },
    ],
  });
  await matinee.showtimes.update({ showtimeId, priceListId: list.id });
}

/** Opens a shift of the administrator, unless one is open. */
export async function openShift({ matinee }: Cinema): Promise<void> {
  const { items } = await matinee.sites.list({});
  const open = { siteId: items[0]?.id ?? '', float: '100.00' };
  await matinee.desk.openShift(open).catch(unless('SHIFT_OPEN'));
}

/** Closes the shift of the administrator, if one is open. */
export async function closeShift({ matinee }: Cinema): Promise<void> {
  const counted = { cash: '100.00', card_terminal: '0.00' };
  await matinee.desk.closeShift({ counted }).catch(unless('NO_OPEN_SHIFT'));
}

function unless(code: string) {
  return (error: unknown) => {
    if (!isMatineeError(error) || error.code !== code) {
      throw error;
    }
  };
}

/**
 * Sells a seat at the desk and cancels it without an open shift, so that its refund waits. Then opens a
 * shift.
 *
 * @returns the id of the reservation
 */
export async function aRefundAtDesk(cinema: Cinema): Promise<string> {
  const { matinee } = cinema;
  const { showtime, seatIds } = await aShow(cinema, 'For a refund');
  await openShift(cinema);
  const [seatId = ''] = seatIds('A1');
  const ticketTypeId = showtime.ticketTypes[0]?.id ?? '';
  const { reservation } = await matinee.desk.sell({
    showtimeId: showtime.id,
    seats: [{ seatId, ticketTypeId }],
    tender: 'cash',
  });
  await closeShift(cinema);
  await matinee.reservations.cancel({ reservationId: reservation.id });
  await openShift(cinema);
  return reservation.id;
}

type Consequences = ConstructorParameters<typeof OutboxWorker>[1];

/** Sells B1 and B2 of a new show at the desk. @returns the reference */
export async function aDeskSale(cinema: Cinema, title: string): Promise<string> {
  const { matinee } = cinema;
  const { showtime, seatIds } = await aShow(cinema, title);
  const ticketTypeId = showtime.ticketTypes[0]?.id ?? '';
  const { reservation } = await matinee.desk.sell({
    showtimeId: showtime.id,
    seats: seatIds('B1', 'B2').map((seatId) => ({ seatId, ticketTypeId })),
    tender: 'cash',
  });
  return reservation.reference;
}

/**
 * Sells a seat of a new show, and attempts the mail that follows from it.
 *
 * @param send replaces the mail; it may throw
 */
export async function aDelivery(
  cinema: Cinema,
  theaterName: string,
  send: Consequences['reservation.confirmed'][string] = consequences['reservation.confirmed']
    .sendConfirmation,
) {
  const { showtime, seatIds } = await aShow(cinema, theaterName);
  const seats = { showtimeId: showtime.id, seatIds: seatIds('A1') };
  await cinema.matinee.showtimes.lockSeats(seats);
  const { id } = await cinema.matinee.reservations.create(seats);
  const attempted = { ...consequences, 'reservation.confirmed': { sendConfirmation: send } };
  // A round has twenty facts, and other tests may have left more.
  for (let isMore = true; isMore;) {
    isMore = await new OutboxWorker(cinema.server.app, attempted).round();
  }
  const deliveries = await cinema.matinee.admin.outbox.list.all({}).toArray();
  const delivery = deliveries.find(({ fact }) => fact.key === `reservation.confirmed:${id}`);
  if (!delivery) {
    throw new Error(`No delivery follows from the reservation ${id}.`);
  }
  return delivery;
}

/** A payment of 20.00 USD for two seats. */
export async function aPayment({ server, provider }: PayingCinema): Promise<{ id: string }> {
  const { paymentId } = await aPaidPurchase(server.app, provider);
  return { id: paymentId };
}

/** A dispute of a payment, which a person has to judge. */
export async function anIncident(cinema: PayingCinema): Promise<{ id: string; paymentId: string }> {
  const { id: paymentId } = await aPayment(cinema);
  const data = { provider: 'stripe', amount: '20.00', currency: 'USD', reason: 'fraudulent' };
  await cinema.server.app.pool.query(
    `select open_incident('dispute', $1, $2, $3, clock_timestamp())`,
    [`dispute ${paymentId}`, paymentId, JSON.stringify(data)],
  );
  const incidents = await cinema.matinee.admin.incidents.list.all({}).toArray();
  const incident = incidents.find((each) => each.paymentId === paymentId);
  if (!incident) {
    throw new Error(`No incident is open for the payment ${paymentId}.`);
  }
  return { id: incident.id, paymentId };
}
