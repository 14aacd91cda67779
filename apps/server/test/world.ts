import { randomUUID } from 'node:crypto';
import { consequences, OutboxWorker } from '@matinee/api';
import type { App } from '@matinee/api';
import {
  aGuest,
  anApiKey,
  aPurchase,
  aShowtime,
  aUser,
  callerOf,
  days,
  FakeProvider,
  password,
  phoneCodeOf,
  proofTokenOf,
  resetTokenOf,
  stepAt,
  totpCode,
} from '@matinee/api/testing';
import type { Person, Purchase, Scene } from '@matinee/api/testing';

type Payment = NonNullable<Purchase['reservation']['payment']>;

/** A showtime with one seat locked and one bought by `user`; the other two are free. */
export interface World extends Scene {
  app: App;
  user: Person;
  seats: [string, string, string, string];
  /** The locked one. */
  seat: { showtimeId: string; seatIds: string[] };
  reservationId: string;
}

/**
 * A world of a test's own, with a new user unless one is given; its lock has a minute less, so that
 * it can be extended.
 *
 * @param scene where it is: four seats that no other world has, in a showtime of its own by default
 */
export async function aWorld({ app }: { app: App }, owner?: Person, scene?: Scene): Promise<World> {
  const { seatIds, ...place } = scene ?? (await aShowtime(app, { seats: 4, ...prices }));
  const user = owner ?? (await aUser(app));
  const seats = seatIds as World['seats'];
  const showtimeId = place.showtime.id;
  await user.call.showtimes.lockSeats({ showtimeId, seatIds: [seats[0], seats[1]] });
  const bought = await user.call.reservations.create({ showtimeId, seatIds: [seats[1]] });
  await payFor(app, user, bought);
  const sooner = `update seat_claims set expires_at = expires_at - interval '1 minute'
    where showtime_id = $1 and seat_id = $2`;
  await app.pool.query(sooner, [showtimeId, seats[0]]);
  const seat = { showtimeId, seatIds: [seats[0]] };
  return { ...place, app, seatIds, user, seats, seat, reservationId: bought.id };
}

/** The places of ten worlds: rows of four seats in one theater, which has one showtime. */
export async function rowsOfSeats({ app }: { app: App }): Promise<Scene[]> {
  const rows = [...'ABCDEFGHIJ'].map((label) => ({ label, seats: 4 }));
  const scene = await aShowtime(app, { rows, ...prices });
  return rows.map((_, row) => ({ ...scene, seatIds: scene.seatIds.slice(row * 4, row * 4 + 4) }));
}

const prices = { seatTypePrices: { vip: '20.00' } };

/** Where customers pay, they do. */
async function payFor(
  app: App,
  { call }: Person,
  { id: reservationId, total, payment }: { id: string; total: string; payment: Payment | null },
): Promise<void> {
  if (payment) {
    await call.payments.start({ reservationId });
    providerOf(app).pay(`pi_${payment.id}`, { amount: total });
    await call.payments.sync({ paymentId: payment.id });
  }
}

/** The provider in memory of a server that `startPayingServer` has started. */
export function providerOf(app: App): FakeProvider {
  const provider = app.payments.get('stripe');
  if (!(provider instanceof FakeProvider)) {
    throw new TypeError('The world needs a provider that the tests made.');
  }
  return provider;
}

/** What a procedure is called with. */
export type Input = Record<string, unknown>;
export type InputOf = (world: World) => Input | Promise<Input>;

// The inputs that name one thing of a world.

export const unknownId = '00000000-0000-7000-8000-000000000000';
export const none = () => ({});
export const unknown = (key: string) => () => ({ [key]: unknownId });
export const movie = ({ movieId }: World) => ({ movieId });
export const theater = (world: World) => ({ theaterId: world.theater.id });
export const show = ({ showtime }: World) => ({ showtimeId: showtime.id });
export const reservation = ({ reservationId }: World) => ({ reservationId });
export const user = (world: World) => ({ userId: world.user.id });

/** A purchase of one more seat, which waits for its payment. */
const buy = (world: World) =>
  aPurchase(world.app, providerOf(world.app), { scene: world, user: world.user, places: [2] });

export const pending = async (world: World) => {
  const { reservationId } = await buy(world);
  return { reservationId };
};

/** The payment of the world's purchase. */
export const madePayment = async ({ user: { call }, reservationId }: World) => {
  const { payment } = await call.reservations.get({ reservationId });
  return { paymentId: payment?.id };
};

/** The link that is mailed to a guest, who buys a free seat of the world. */
export const mailedLink = async ({ app, showtime, seats }: World) => {
  const { call } = await aGuest(app);
  const input = { showtimeId: showtime.id, seatIds: [seats[3]] };
  await call.showtimes.lockSeats(input);
  const { id: reservationId } = await call.reservations.create(input);
  const expiresAt = new Date(Date.now() + days(2));
  const token = app.bookingLinks.sign({ reservationId, expiresAt });
  await call.reservations.cancel({ reservationId });
  return { token };
};

/** The link that is mailed to an account of its own that has forgotten its password. */
export const resetLink = async ({ app }: World) => {
  const { id } = await aUser(app);
  return { token: await resetTokenOf(app, id), newPassword: 'another-password' };
};

/** The link that is mailed to an account of its own, to prove its address. */
export const proofLink = async ({ app }: World) => {
  const { id } = await aUser(app);
  return { token: await proofTokenOf(app, id) };
};

/** What renews a session of an account of its own. */
export const ownRefreshToken = async ({ app }: World) => {
  const { email } = await aUser(app);
  const { refreshToken } = await callerOf(app).auth.login({ email, password });
  return { refreshToken };
};

/** One more session of the world's user. */
export const otherSession = async ({ app, user: { id } }: World) => {
  const { rows } = await app.pool.query<{ sessionId: string }>(
    `insert into sessions (id, user_id, expires_at)
     values (gen_random_uuid(), $1, now() + interval '1 day') returning id as "sessionId"`,
    [id],
  );
  return { sessionId: rows[0]?.sessionId };
};

/** The code that was sent to a number of the world's user. */
export const phoneCode = async ({ app, ...people }: World) => {
  const { id: userId } = people.user;
  const phone = '+4915112345678';
  const { rows } = await app.pool.query<{ since: Date }>(
    `insert into notification_settings (user_id, pending_phone, pending_since)
     values ($1, $2, date_trunc('milliseconds', clock_timestamp()))
     on conflict (user_id) do update set pending_phone = excluded.pending_phone,
       pending_since = excluded.pending_since, pending_tries = 0
     returning pending_since as since`,
    [userId, phone],
  );
  const [asked = { since: new Date() }] = rows;
  return { code: phoneCodeOf({ app }, { userId, phone, ...asked }) };
};

/** The first code of the world's user and administrator, for whom the secret is the same. */
export const firstCode = async ({ app, ...people }: World) => {
  for (const { id } of [people.user, people.admin]) {
    await app.pool.query(
      `update users set second_factor_secret = $2, second_factor_at = null, second_factor_step = 0
       where id = $1`,
      [id, app.factorSecrets.seal(factorSecret, id)],
    );
  }
  return { code: totpCode(factorSecret, stepAt(new Date())) };
};

/** The same when it has been confirmed. */
export const factorToRemove = async (world: World) => {
  const { code } = await firstCode(world);
  const confirm = 'update users set second_factor_at = now() where id = any($1)';
  await world.app.pool.query(confirm, [[world.user.id, world.admin.id]]);
  return { password, code };
};

const factorSecret = Buffer.from('12345678901234567890');

/** A difference about the payment of the world's purchase. */
export const incident = async (world: World) => {
  const { paymentId } = await madePayment(world);
  const { rows } = await world.app.pool.query<{ id: string }>(
    `insert into incidents (id, kind, key, payment_id, data)
     values (gen_random_uuid(), 'dispute', gen_random_uuid()::text, $1, '{"amount": "10.00"}')
     returning id`,
    [paymentId],
  );
  return { incidentId: rows[0]?.id };
};

/** The mail that follows from the world's purchase. */
export const delivery = async ({ app, admin, reservationId }: World) => {
  const key = `reservation.confirmed:${reservationId}`;
  // Writing the mails of all older worlds first would take seconds.
  const skip = `update outbox set expanded_at = clock_timestamp()
    where expanded_at is null and key <> $1`;
  await app.pool.query(skip, [key]);
  await new OutboxWorker(app, consequences).round();
  const { items } = await admin.call.admin.outbox.list({ limit: 100 });
  return { deliveryId: items.find(({ fact }) => fact.key === key)?.id };
};

/** An endpoint that receives nothing while tests run. */
export const newWebhook = () => ({
  url: 'https://shop.example.com/matinee',
  events: ['incident.opened' as const],
});

export const webhook = async ({ admin }: World) => ({
  webhookId: (await admin.call.admin.webhooks.create(newWebhook())).id,
});

/** A test of an endpoint that is on its way. */
export const webhookDelivery = async (world: World) => {
  const { webhookId } = await webhook(world);
  const { id: deliveryId } = await world.admin.call.admin.webhooks.test({ webhookId });
  return { webhookId, deliveryId };
};

// The door.

/** The ticket of the world's purchase, at the door of its show. */
export const scan = async ({ user: { call }, reservationId, showtime }: World) => {
  const [ticket] = await call.tickets.list({ reservationId });
  const code = ticket?.code ?? '';
  return { code, showtimeId: showtime.id, deviceId: 'east-1', gate: 'East', nonce: randomUUID() };
};

/** Its holder has come, a day early. */
export const entry = async (world: World) => {
  const forced = { ...(await scan(world)), force: true };
  const { id: checkInId } = await world.admin.call.checkIns.create(forced);
  return { checkInId, reason: 'A mistake' };
};

// The desk.

export const counted = { cash: '100.00', card_terminal: '0.00' };

/** A free seat, sold for a card. */
export const deskSale = ({ showtime, seats }: World) => ({
  showtimeId: showtime.id,
  seats: [{ seatId: seats[3], ticketTypeId: standardTicketType }],
  tender: 'card_terminal' as const,
});

/** The world's purchase, moved to a free seat. */
export const deskReseat = ({ reservationId, seats }: World) => ({
  reservationId,
  moves: [{ from: seats[1], to: seats[2] }],
});

/** The world's purchase, exchanged for a free seat of its show. */
export const deskExchange = ({ reservationId, showtime, seats }: World) => ({
  reservationId,
  showtimeId: showtime.id,
  seats: [{ seatId: seats[3], ticketTypeId: standardTicketType }],
});

/** An API key that nothing uses. */
export const apiKey = async ({ app }: World) => ({ apiKeyId: (await anApiKey(app, ['read'])).id });
export const newApiKey = () => ({
  name: randomUUID(),
  scopes: ['sell' as const, 'read' as const],
  siteId: mainSite,
});

/** Opens the shift of everyone who may have one, but for those whose row a test holds. */
export const openShifts = async ({ app }: Pick<World, 'app'>) => {
  await app.pool.query(
    `insert into shifts (id, site_id, operator_id, float)
     select gen_random_uuid(), $1, id, 100 from (
       select id from users where role in ('admin', 'staff') for key share skip locked) free
     on conflict (operator_id) where closed_at is null do nothing`,
    [mainSite],
  );
  return {};
};

/** What the world's user paid at the desk, and has given back since. */
export const waitingRefund = async (world: World) => {
  const { admin, user: customer } = world;
  const sale = { ...deskSale(world), customer: { userId: customer.id } };
  const { reservation: sold } = await admin.call.desk.sell(sale);
  await customer.call.reservations.cancel({ reservationId: sold.id });
  await openShifts(world);
  return { reservationId: sold.id };
};

// The inputs that make something new.

/** Made by the migrations. */
export const mainSite = '00000000-0000-7000-8000-000000000002';
export const standardTicketType = '00000000-0000-7000-8000-000000000001';

export const newTicketType = () => ({ code: `t-${randomUUID()}`, name: 'Student' });
export const newPriceList = () => ({
  name: randomUUID(),
  siteId: mainSite,
  items: [{ ticketTypeId: standardTicketType, seatType: 'regular' as const, price: '11.00' }],
});

export const newSite = () => ({ name: randomUUID(), timezone: 'Europe/Berlin' });
export const newMovie = () => ({ title: randomUUID(), genre: 'Horror', durationMinutes: 117 });
export const newTheater = () => ({
  name: randomUUID(),
  timezone: 'Europe/Berlin',
  rows: [{ label: 'A', seats: 3, overrides: [{ position: 2, gap: true as const }] }],
});
/** The world's own showtime is a day from now. */
export const newShow = (world: World, startsIn = days(3)) => ({
  ...movie(world),
  ...theater(world),
  startTime: new Date(Date.now() + startsIn).toISOString(),
  price: '12.50',
});

/** Two weeks of a movie in the world's theater, far from its show. */
export const newSchedule = (world: World) => ({
  ...movie(world),
  ...theater(world),
  from: '2034-05-01',
  to: '2034-05-14',
  weekdays: [1, 3],
  times: ['17:00', '20:15'],
  price: '12.50',
  dst: 'reject',
});

/** In a theater of their own: two weeks that have shows. */
export const unusedTheaterWithShows = async (world: World) => {
  const { theaterId } = await unusedTheater(world);
  const plan = { ...newSchedule(world), theaterId, dst: 'reject' as const };
  return { theaterId, seriesId: (await world.admin.call.schedules.create(plan)).seriesId ?? '' };
};

// Things of a world that nobody has used yet.

export const unusedMovie = async ({ admin }: World) => ({
  movieId: (await admin.call.movies.create(newMovie())).id,
});
export const ticketType = async ({ admin }: World) => ({
  ticketTypeId: (await admin.call.ticketTypes.create(newTicketType())).id,
});
export const priceList = async ({ admin }: World) => ({
  priceListId: (await admin.call.priceLists.create(newPriceList())).id,
});
export const unusedTheater = async ({ admin }: World) => ({
  theaterId: (await admin.call.theaters.create(newTheater())).id,
});
/** A site without a theater. */
export const unusedSite = async ({ admin }: World) => ({
  siteId: (await admin.call.sites.create(newSite())).id,
});
export const unsoldShow = async (world: World) => ({
  showtimeId: (
    await world.admin.call.showtimes.create({ ...newShow(world), ...(await unusedTheater(world)) })
  ).id,
});
