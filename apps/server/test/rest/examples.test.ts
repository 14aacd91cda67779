import { consequences, errorCodes, OutboxWorker } from '@matinee/api';
import {
  appOf,
  FakeProvider,
  password,
  phoneCodeOf,
  proofTokenOf,
  resetTokenOf,
} from '@matinee/api/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mainSite, procedureRows } from '../procedures.ts';
import { startPayingServer, startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { posterForm } from '../surfaces.ts';
import { standardTicketType } from '../world.ts';
import { freshDocument, operationIdOf } from './document.ts';
import { tellFailures } from './examples-failures.ts';
import { aScene, seatIdsOf, Story } from './story.ts';
import type { Answer } from './story.ts';

/*
 * The examples of the document are answers of the real server: this records them all. Where the
 * document and the server have drifted apart it fails; `npx vitest run apps/server/test/rest/examples
 * -u`, then `npm run openapi`, takes the new ones over.
 */

let server: TestServer;
beforeAll(async () => {
  const answer = { status: 204, retryAfter: undefined, text: '' };
  server = await startTestServer({}, undefined, { webhooks: { send: async () => answer } });
});
afterAll(() => server.close());

const recorded = new URL('../../../../packages/api/src/openapi/examples.json', import.meta.url);

test('the examples in the document are what the server answers', async () => {
  const story = new Story(server, await freshDocument());
  await tellStory(story);
  await tellFailures(story);
  const routed = procedureRows.filter(({ route }) => route !== undefined);
  const untold = routed.filter(({ name }) => !(operationIdOf(name) in story.operations));
  expect(untold.map(({ name }) => `${name}: the story below has no example`)).toEqual([]);
  const operations = routed.map(({ name }) => operationIdOf(name));
  expect(Object.keys(story.operations).toSorted()).toEqual(operations.toSorted());
  expect(Object.keys(story.errors).toSorted()).toEqual(errorCodes.toSorted());
  await expect(story.toText()).toMatchFileSnapshot(recorded.pathname);
});

const ada = { email: 'ada@example.com', password };

async function signIn(story: Story): Promise<{ token: string; admin: string; userId: string }> {
  const names = { firstName: 'Ada', lastName: 'Lovelace' };
  const { user } = await story.record('authRegister', { body: { ...ada, ...names } });
  const { accessToken } = await story.record('authLogin', { body: ada });
  const owner = { email: 'owner@example.com', password };
  const { data } = await story.ask('authRegister', { body: owner });
  await story.server.app.pool.query(`update users set role = 'admin' where email = $1`, [
    owner.email,
  ]);
  return {
    token: String(accessToken),
    admin: String(data.accessToken),
    userId: (user as Answer).id,
  };
}

/** Each route once, in the order in which a cinema meets them. */
async function tellStory(story: Story): Promise<void> {
  const { token, admin, userId } = await signIn(story);
  await story.record('apiIndex');
  await story.record('authMe', { token });
  await story.record('authUpdateMe', { token, body: { lastName: 'King' } });

  const film = {
    title: 'The Third Man',
    description: 'A writer comes to Vienna, where his friend has just been buried.',
    genre: 'Film noir',
    durationMinutes: 104,
    releaseDate: '1949-09-02',
    contentRating: 'PG',
  };
  const movie = await story.record('moviesCreate', { token: admin, body: film });
  const movieId = { movieId: movie.id };
  const edited = { genre: 'Thriller', revision: 1 };
  await story.record('moviesUpdate', { token: admin, parameters: movieId, body: edited });
  await story.record('moviesUploadPoster', {
    token: admin,
    parameters: movieId,
    body: posterForm(),
  });
  const hall = {
    name: 'Gartenbau',
    timezone: 'Europe/Vienna',
    turnaroundMinutes: 20,
    rows: [
      { label: 'A', seats: 4, overrides: [{ position: 3, gap: true }] },
      { label: 'B', seats: 2, seatType: 'vip' },
    ],
  };
  const theater = await story.record('theatersCreate', { token: admin, body: hall });
  const theaterId = { theaterId: theater.id };
  await story.record('theatersUpdate', {
    token: admin,
    parameters: theaterId,
    body: { turnaroundMinutes: 15 },
  });
  const show = {
    ...movieId,
    ...theaterId,
    startTime: '2036-12-05T19:30:00.000Z',
    price: '12.50',
    seatTypePrices: { vip: '20.00' },
  };
  const showtime = await story.record('showtimesCreate', { token: admin, body: show });
  const showtimeId = { showtimeId: showtime.id };
  await tellScheduling(story, { admin, ...movieId, ...theaterId });
  await story.record('showtimesUpdate', {
    token: admin,
    parameters: showtimeId,
    body: { price: '13.00' },
  });
  await tellFinding(story, token);
  await tellBrowsing(story, { ...movieId, ...theaterId, ...showtimeId });
  await tellBooking(story, { token, ...showtimeId, seatIds: seatIdsOf(theater) });
  await tellAdministration(story, { admin, token, userId, ...showtimeId });
  await tellEnding(story, { admin, token });
  await tellPaying(story, admin);
  await tellPrices(story, admin);
  await tellDesk(story, admin);
  await tellDoor(story, admin);
  await tellWebhooks(story, admin);
}

async function tellScheduling(
  story: Story,
  { admin, movieId, theaterId }: { admin: string; movieId: string; theaterId: string },
): Promise<void> {
  const plan = {
    ...{ movieId, theaterId, from: '2036-12-06', to: '2036-12-14', weekdays: [6, 7] },
    ...{ times: ['19:30'], exceptDates: ['2036-12-07'], price: '12.50', dst: 'reject' },
  };
  await story.record('schedulesPreview', { token: admin, body: { ...plan, times: ['02:30'] } });
  const { seriesId } = await story.record('schedulesCreate', { token: admin, body: plan });
  const week = { theaterId, from: '2036-12-08', to: '2037-01-05' };
  await story.record('schedulesCopyWeek', { token: admin, body: week });
  await story.record('schedulesDelete', { token: admin, parameters: { seriesId } });
}

async function tellFinding(story: Story, token: string): Promise<void> {
  await story.record('moviesSearch', { parameters: { q: 'thrid man', limit: 5 } });
  await story.record('moviesRecommended', { token, parameters: { limit: 5 } });
}

async function tellBrowsing(
  story: Story,
  ids: { movieId: string; theaterId: string; showtimeId: string },
): Promise<void> {
  const { movieId, theaterId, showtimeId } = ids;
  const page = { limit: 20 };
  const genre = 'thriller';
  await story.record('moviesList', { parameters: { genre, search: 'third', ...page } });
  await story.record('moviesGenres');
  await story.record('moviesGet', { parameters: { movieId } });
  await story.record('moviesShowtimes', { parameters: { movieId, date: '2036-12-05', ...page } });
  await story.record('theatersList', { parameters: page });
  await story.record('theatersGet', { parameters: { theaterId } });
  const week = { from: '2036-12-01', to: '2036-12-07' };
  await story.record('showtimesList', { parameters: { movieId, theaterId, ...week, ...page } });
  await story.record('showtimesGet', { parameters: { showtimeId } });
  const day = { siteId: mainSite, date: '2036-12-05' };
  await story.record('showtimesProgramme', { parameters: day });
  await story.recordFile('theatersPicture', { parameters: { theaterId } });
  await story.recordFile('showtimesPicture', { parameters: { showtimeId } });
}

async function tellBooking(
  story: Story,
  { token, showtimeId, seatIds }: { token: string; showtimeId: string; seatIds: string[] },
): Promise<void> {
  const at = { token, parameters: { showtimeId } };
  await story.recordStream('showtimesEvents', { parameters: { showtimeId } }, () =>
    story.record('showtimesLockSeats', { ...at, body: { seatIds: seatIds.slice(0, 3) } }),
  );
  await story.server.app.pool.query(
    `update seat_claims set expires_at = expires_at - interval '5 min'`,
  );
  await story.record('showtimesExtendLock', { ...at, body: {} });
  await story.record('showtimesSeats', at);
  await story.record('reservationsListLocks', { token });
  const body = { showtimeId, seatIds: seatIds.slice(0, 2) };
  const { id } = await story.record('reservationsCreate', { token, body });
  await story.record('showtimesUnlockSeats', {
    token,
    parameters: { showtimeId, seatIds: seatIds.slice(2, 3) },
  });
  await story.record('reservationsList', { token, parameters: { when: 'upcoming', limit: 20 } });
  await story.record('reservationsGet', { token, parameters: { reservationId: id } });
  await story.record('reservationsQuote', { token, body });
  await story.record('reservationsPreviewCancel', { token, parameters: { reservationId: id } });
}

async function tellAdministration(
  story: Story,
  { admin, token, userId, showtimeId }: Record<'admin' | 'token' | 'userId' | 'showtimeId', string>,
): Promise<void> {
  const range = { from: '2036-12-01', to: '2036-12-07' };
  const asAdmin = (parameters: object = {}) => ({ token: admin, parameters: { ...parameters } });
  await story.record('adminReportsCapacity', asAdmin({ ...range, groupBy: 'showtime' }));
  await story.record('adminReportsRevenue', asAdmin({ ...range, groupBy: 'movie' }));
  await story.record('adminReportsPopularMovies', asAdmin({ ...range, limit: 10 }));
  await story.record('adminReportsOccupancy', asAdmin({ ...range, groupBy: 'theater' }));
  await story.record('adminUsersList', asAdmin({ email: 'ada', role: 'user' }));
  await story.record('adminReservationsList', asAdmin({ showtimeId, status: 'confirmed' }));
  await story.record('adminStatus', { token: admin });
  await new OutboxWorker(story.server.app, consequences).round();
  const listed = await story.record('adminOutboxList', asAdmin({ state: 'done', limit: 1 }));
  const [delivery] = listed.items as Answer[];
  await story.record('adminOutboxRetry', asAdmin({ deliveryId: delivery?.id }));
  await story.record('adminOutboxDrop', asAdmin({ deliveryId: delivery?.id }));
  await story.record('adminUsersPromote', asAdmin({ userId }));
  await story.record('adminUsersDemote', asAdmin({ userId }));
  await story.record('adminStaffGrant', {
    ...asAdmin({ userId }),
    body: { siteId: mainSite, role: 'box_office' },
  });
  await story.record('adminStaffList', asAdmin({ siteId: mainSite }));
  await story.record('adminStaffRevoke', asAdmin({ userId, siteId: mainSite }));
  const { id: apiKeyId } = await story.record('adminApiKeysCreate', {
    ...asAdmin(),
    body: { name: 'Kiosk in the foyer', scopes: ['sell', 'read'], siteId: mainSite },
  });
  await story.record('adminApiKeysList', asAdmin());
  await story.record('adminApiKeysRevoke', asAdmin({ apiKeyId }));
  await story.record('adminAuditList', asAdmin({ action: 'admin.users.promote', limit: 1 }));
  const { data } = await story.ask('reservationsList', { token });
  const [reservation] = data.items as Answer[];
  await story.record('reservationsCancel', {
    token,
    parameters: { reservationId: reservation?.id },
  });
  const { data: map } = await story.ask('showtimesSeats', { parameters: { showtimeId } });
  const seatIds = (map.seats as Answer[]).slice(0, 2).map(({ id }) => id);
  await story.record('showtimesBlockSeats', {
    ...asAdmin({ showtimeId }),
    body: { seatIds, kind: 'house', reason: 'Guests', releaseAt: '2036-12-05T18:00:00.000Z' },
  });
  await story.record('showtimesUnblockSeats', asAdmin({ showtimeId, seatIds: seatIds.slice(1) }));
  await story.record('showtimesCancel', {
    ...asAdmin({ showtimeId }),
    body: { reason: 'The projector is broken' },
  });
  await story.record('adminUsersRequestPasswordReset', asAdmin({ userId }));
  await story.record('adminUsersResetSecondFactor', asAdmin({ userId }));
  await story.record('adminUsersDisable', asAdmin({ userId }));
  await story.record('adminUsersEnable', asAdmin({ userId }));
}

async function tellPrices(story: Story, admin: string): Promise<void> {
  const asAdmin = (parameters: object = {}) => ({ token: admin, parameters: { ...parameters } });
  // The migration made it long before the story, when the tests' database was made.
  await story.server.app.pool.query('update ticket_types set created_at = clock_timestamp()');
  const child = await story.record('ticketTypesCreate', {
    token: admin,
    body: { code: 'child', name: 'Child', sortOrder: 10, maxAge: 12 },
  });
  const ticketTypeId = { ticketTypeId: child.id };
  await story.record('ticketTypesUpdate', { ...asAdmin(ticketTypeId), body: { maxAge: 14 } });
  await story.record('ticketTypesList', { parameters: { limit: 20 } });
  const items = [
    { ticketTypeId: standardTicketType, seatType: 'regular', price: '13.00' },
    { ticketTypeId: standardTicketType, seatType: 'vip', price: '20.00' },
    { ...ticketTypeId, seatType: 'regular', price: '8.00' },
  ];
  const list = await story.record('priceListsCreate', {
    token: admin,
    body: { name: 'House', siteId: mainSite, bookingFee: '1.00', items },
  });
  const priceListId = { priceListId: list.id };
  await story.record('priceListsList', asAdmin({ limit: 20 }));
  await story.record('priceListsGet', asAdmin(priceListId));
  await story.record('priceListsUpdate', {
    ...asAdmin(priceListId),
    body: { items: items.slice(0, 2), revision: 1 },
  });
  await story.record('ticketTypesDelete', asAdmin(ticketTypeId));
  await story.record('priceListsDelete', asAdmin(priceListId));
}

async function tellDesk(story: Story, admin: string): Promise<void> {
  const { showtimeId, seatIds } = await aScene(story, admin);
  const { data } = await story.ask('authRegister', {
    body: { email: 'emmy@example.com', password },
  });
  const customer = data.user as Answer;
  await story.record('deskOpenShift', {
    token: admin,
    body: { siteId: mainSite, float: '100.00' },
  });
  const seats = seatIds.slice(0, 2).map((seatId) => ({ seatId, ticketTypeId: standardTicketType }));
  const made = await story.record('deskSell', {
    token: admin,
    body: { showtimeId, seats, tender: 'cash', tendered: '50.00', customer: { name: 'Emmy' } },
  });
  const kept = (made.reservation as Answer).id;
  const [, , third = '', fourth = ''] = seatIds;
  const other = seatIds.slice(2, 3).map((seatId) => ({ seatId, ticketTypeId: standardTicketType }));
  const { data: sold } = await story.ask('deskSell', {
    token: admin,
    body: { showtimeId, seats: other, tender: 'cash', customer: { userId: customer.id } },
  });
  const reservationId = (sold.reservation as Answer).id;
  const token = String(data.accessToken);
  await story.ask('reservationsCancel', { token, parameters: { reservationId } });
  await story.record('deskReseat', {
    token: admin,
    body: { reservationId: kept, moves: [{ from: seatIds[0], to: third }] },
  });
  await story.record('deskExchange', {
    token: admin,
    body: {
      reservationId: kept,
      showtimeId,
      seats: [third, fourth].map((seatId) => ({ seatId, ticketTypeId: standardTicketType })),
    },
  });
  await story.record('deskPayOut', { token: admin, body: { reservationId } });
  await story.record('deskShift', { token: admin });
  await story.record('deskCloseShift', {
    token: admin,
    body: { counted: { cash: '119.50', card_terminal: '0.00' } },
  });
}

/** Tickets, and the door that lets their holders in. */
async function tellDoor(story: Story, admin: string): Promise<void> {
  const { showtimeId, seatIds } = await aScene(story, admin, '2036-12-07T19:30:00.000Z');
  const { data } = await story.ask('authRegister', {
    body: { email: 'hedy@example.com', password },
  });
  const token = String(data.accessToken);
  const wanted = { seatIds: seatIds.slice(0, 2) };
  await story.ask('showtimesLockSeats', { token, parameters: { showtimeId }, body: wanted });
  const body = { showtimeId, ...wanted };
  const { data: reservation } = await story.ask('reservationsCreate', { token, body });
  const own = { token, parameters: { reservationId: reservation.id } };
  await story.record('ticketsList', own);
  await story.recordFile('ticketsPdf', own);
  await story.recordFile('ticketsCalendar', own);
  const one = { ...own.parameters, seatId: seatIds[0] };
  await story.recordFile('ticketsPicture', { token, parameters: one });
  await story.record('ticketsKeys');
  const again = { parameters: own.parameters, body: { seatIds: wanted.seatIds } };
  const tickets = await story.record('ticketsReissue', { token: admin, ...again });
  const codes = (tickets as unknown as Answer[]).map(({ code }) => code);
  const door = { token: admin, parameters: { showtimeId } };
  await story.record('checkInsManifest', door);
  const device = { showtimeId, gate: 'East', deviceId: 'east-1' };
  const scan = { code: codes[0], ...device, nonce: '2f9a-0001', force: true };
  const { id: checkInId } = await story.record('checkInsCreate', { token: admin, body: scan });
  const late = { code: codes[1], ...device, nonce: '2f9a-0002', at: '2036-12-07T19:20:00.000Z' };
  await story.record('checkInsUpload', { token: admin, body: { scans: [late] } });
  await story.record('checkInsList', { ...door, parameters: { showtimeId, limit: 20 } });
  await story.record('checkInsFind', { ...door, parameters: { showtimeId, q: 'A2' } });
  await story.record('checkInsUndo', {
    token: admin,
    parameters: { checkInId },
    body: { reason: 'The wrong person was let in.' },
  });
}

/** Where events are sent, and how that went. */
async function tellWebhooks(story: Story, admin: string): Promise<void> {
  const asAdmin = (parameters: object = {}) => ({ token: admin, parameters: { ...parameters } });
  const made = await story.record('adminWebhooksCreate', {
    token: admin,
    body: {
      url: 'https://shop.example.com/matinee',
      events: ['reservation.confirmed', 'reservation.cancelled'],
      description: 'The newsletter',
    },
  });
  const webhookId = { webhookId: made.id };
  await story.record('adminWebhooksGet', asAdmin(webhookId));
  await story.record('adminWebhooksUpdate', {
    ...asAdmin(webhookId),
    body: { events: ['reservation.confirmed'] },
  });
  const { id: deliveryId } = await story.record('adminWebhooksTest', asAdmin(webhookId));
  const worker = new OutboxWorker(story.server.app, consequences);
  await worker.round();
  await worker.idle();
  const one = { ...webhookId, deliveryId };
  await story.record(
    'adminWebhooksDeliveries',
    asAdmin({ ...webhookId, state: 'done', limit: 20 }),
  );
  await story.record('adminWebhooksEvent', asAdmin(one));
  await story.record('adminWebhooksReplay', { ...asAdmin(webhookId), body: { deliveryId } });
  await story.record('adminWebhooksList', asAdmin({ limit: 20 }));
  await story.record('adminWebhooksRotateSecret', asAdmin(webhookId));
  await story.record('adminWebhooksDelete', asAdmin(webhookId));
}

/** The same, where customers pay in advance. */
async function tellPaying(story: Story, admin: string): Promise<void> {
  const free = story.server;
  const provider = new FakeProvider('stripe');
  story.server = await startTestServer({}, free.databaseUrl, { payments: [provider] });
  const asAdmin = (parameters: object = {}) => ({ token: admin, parameters: { ...parameters } });
  // The migration made it long before the story, when the tests' database was made.
  await free.app.pool.query('update sites set created_at = clock_timestamp()');
  const scene = await aScene(story, admin);
  const { showtimeId, seatIds } = scene;
  const { data } = await story.ask('authRegister', {
    body: { email: 'charles@example.com', password },
  });
  const token = String(data.accessToken);
  const wanted = { seatIds: seatIds.slice(0, 2) };
  await story.ask('showtimesLockSeats', { token, parameters: { showtimeId }, body: wanted });
  const body = { showtimeId, ...wanted };
  const { data: reservation } = await story.ask('reservationsCreate', { token, body });
  const paymentId = (reservation.payment as Answer).id;
  await story.record('paymentsStart', {
    token,
    parameters: { reservationId: reservation.id },
    body: { provider: 'stripe' },
  });
  provider.pay(`pi_${paymentId}`, { amount: String(reservation.total) });
  await story.record('paymentsSync', { token, parameters: { paymentId } });
  await story.record('paymentsGet', { token, parameters: { paymentId } });
  await story.record('adminPaymentsList', asAdmin({ status: 'succeeded', limit: 20 }));
  await story.record('adminPaymentsRefund', {
    ...asAdmin({ paymentId }),
    body: { amount: '2.50', reason: 'The sound failed for ten minutes' },
  });
  provider.refundElsewhere(`pi_${paymentId}`, '1.00');
  await story.ask('paymentsSync', { token, parameters: { paymentId } });
  const { items } = await story.record('adminIncidentsList', asAdmin({ state: 'open', limit: 20 }));
  const [incident] = items as Answer[];
  await story.record('adminIncidentsResolve', {
    ...asAdmin({ incidentId: incident?.id }),
    body: { resolution: 'Returned by the accountant for a wrong seat' },
  });
  await story.record('adminReportsPayments', asAdmin());
  await story.record('sitesList', { parameters: { limit: 20 } });
  const siteId = '00000000-0000-7000-8000-000000000002';
  await story.record('sitesGet', { parameters: { siteId } });
  await story.record('sitesUpdate', {
    ...asAdmin({ siteId }),
    body: {
      name: 'Gartenbau',
      taxRate: 13,
      refundPolicy: {
        tiers: [
          { hoursBefore: 24, percent: 100 },
          { hoursBefore: 2, percent: 50 },
        ],
        feeRefundable: false,
      },
    },
  });
  const riverside = await story.record('sitesCreate', {
    token: admin,
    body: {
      name: 'Riverside',
      timezone: 'Europe/Vienna',
      address: '2 River Road',
      taxRate: 13,
      businessDayStartsAt: '06:00',
    },
  });
  await story.record('sitesDelete', asAdmin({ siteId: riverside.id }));
  await story.server.close();
  story.server = free;
}

async function tellEnding(
  story: Story,
  { admin }: { admin: string; token: string },
): Promise<void> {
  const scene = await aScene(story, admin);
  const { showtimeId, movieId, theaterId } = scene;
  await story.record('showtimesDelete', { token: admin, parameters: { showtimeId } });
  await story.record('moviesDelete', { token: admin, parameters: { movieId } });
  await story.record('theatersDelete', { token: admin, parameters: { theaterId } });
  const { data } = await story.ask('authLogin', { body: ada });
  const token = await tellSessions(story, data);
  await story.record('authNotifications', { token });
  await story.record('authUpdateNotifications', { token, body: { reminders: false } });
  const change = { currentPassword: password, newPassword: 'correct-horse-battery' };
  const { accessToken } = await story.record('authChangePassword', { token, body: change });
  await story.record('authLogout', { token: String(accessToken), body: { everywhere: true } });
  await tellForgotten(story);
  await tellLeaving(story);
  await tellTelephone(story);
  await tellGuest(story, admin);
}

/** A session that is renewed, and another one of the account that is ended. */
async function tellSessions(story: Story, { refreshToken }: Answer): Promise<string> {
  const { accessToken } = await story.record('authRefresh', { body: { refreshToken } });
  const token = String(accessToken);
  await story.ask('authLogin', { body: ada });
  const sessions = await story.record('authSessionsList', { token });
  const others = sessions as unknown as { id: string; current: boolean }[];
  const sessionId = others.find(({ current }) => !current)?.id;
  await story.record('authSessionsRevoke', { token, parameters: { sessionId } });
  await tellSecondFactor(story, token);
  return token;
}

/** A second factor that is added, needed, and removed. */
async function tellSecondFactor(story: Story, token: string): Promise<void> {
  const start = { token, body: { password } };
  const { secret, otpauthUrl } = await story.record('authSecondFactorStart', start);
  const code = appOf(String(secret));
  await story.record('authSecondFactorConfirm', { token, body: { code: code(-1) } });
  await story.recordFailure('SECOND_FACTOR_REQUIRED', 'authLogin', { body: ada });
  await story.record('authSecondFactorRemove', { token, body: { password, code: code() } });
  expect(otpauthUrl).toContain(secret);
}

/** A customer who has forgotten the password, and proves the address. */
async function tellForgotten(story: Story): Promise<void> {
  const { app } = story.server;
  const { email } = ada;
  await story.record('authRequestPasswordReset', { body: { email } });
  const { rows } = await app.pool.query<{ id: string }>('select id from users where email = $1', [
    email,
  ]);
  const id = String(rows[0]?.id);
  const newPassword = 'battery-staple-horse';
  const token = await resetTokenOf(app, id);
  await story.record('authResetPassword', { body: { token, newPassword } });
  const { data } = await story.ask('authLogin', { body: { email, password: newPassword } });
  await story.record('authRequestEmailVerification', {
    token: String(data.accessToken),
    body: {},
  });
  await story.record('authVerifyEmail', { body: { token: await proofTokenOf(app, id) } });
}

/** A customer who reads what is kept, and leaves. */
async function tellLeaving(story: Story): Promise<void> {
  const { data } = await story.ask('authRegister', {
    body: { email: 'jean@example.com', password },
  });
  const token = String(data.accessToken);
  await story.record('authExportData', { token });
  await story.record('authDeleteAccount', { token, body: { password } });
}

/** A customer who wants text messages, which this server sends. */
async function tellTelephone(story: Story): Promise<void> {
  const silent = story.server;
  story.server = await startPayingServer({}, silent.databaseUrl);
  const { app } = story.server;
  const { data } = await story.ask('authRegister', {
    body: { email: 'ida@example.com', password },
  });
  const token = String(data.accessToken);
  const phone = '+4915112345678';
  await story.record('authRequestPhoneVerification', { token, body: { phone } });
  const { rows } = await app.pool.query<{ userId: string; since: Date }>(
    'select user_id as "userId", pending_since as since from notification_settings where pending_phone = $1',
    [phone],
  );
  const [pending = { userId: '', since: new Date() }] = rows;
  const code = phoneCodeOf({ app }, { ...pending, phone });
  await story.record('authVerifyPhone', { token, body: { code } });
  await story.server.close();
  story.server = silent;
}

/** A customer without an account, who comes back by the link in the mail. */
async function tellGuest(story: Story, admin: string): Promise<void> {
  const { showtimeId, seatIds } = await aScene(story, admin);
  const token = String((await story.record('authGuest', { body: {} })).accessToken);
  const wanted = { seatIds: seatIds.slice(0, 1) };
  await story.ask('showtimesLockSeats', { token, parameters: { showtimeId }, body: wanted });
  const body = { showtimeId, ...wanted, contactEmail: 'grace@example.com' };
  const { data } = await story.ask('reservationsCreate', { token, body });
  const link = { reservationId: data.id, expiresAt: new Date('2036-12-06T22:00:00Z') };
  await story.record('authLink', { body: { token: story.server.app.bookingLinks.sign(link) } });
}
