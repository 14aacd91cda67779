import { aShowtime, days, password } from '@matinee/api/testing';
import { callerOf, mainSite, procedureRows } from '../procedures.ts';
import type { Access, ProcedureRow, Who } from '../procedures.ts';
import {
  aWorld,
  deskExchange,
  deskReseat,
  deskSale,
  entry,
  factorToRemove,
  madePayment,
  movie,
  newApiKey,
  newMovie,
  newPriceList,
  newSchedule,
  newShow,
  newTheater,
  newTicketType,
  none,
  openShifts,
  pending,
  priceList,
  providerOf,
  reservation,
  show,
  standardTicketType,
  theater,
  unknownId,
  unusedTheaterWithShows,
  waitingRefund,
} from '../world.ts';
import type { InputOf, World } from '../world.ts';
import { operationIdOf } from './document.ts';

/** A request that succeeds. */
export interface Success {
  operationId: string;
  who: Who;
  input: InputOf;
}

/** A request that is refused. */
export interface Refusal extends Success {
  outcome: string;
  /** `invalid`: the request contradicts the document; `valid`: only the server can refuse it. */
  validity: Validity;
}
export type Validity = 'valid' | 'invalid';

const routed = procedureRows.filter(({ route }) => route !== undefined);
const whoBy = (access: Access) => (access === 'P' ? 'anonymous' : callerOf(access));
const toSuccess = ({ name, access, good }: ProcedureRow): Success => ({
  operationId: operationIdOf(name),
  who: whoBy(access),
  // The proxy reads a response to its end, which a live map has when its show has ended.
  input: name === 'showtimes.events' ? endedShow : good,
});

/** One request that succeeds for each operation. */
export const basics: readonly Success[] = routed.map(toSuccess);

const success = (operationId: string, who: Who, input: InputOf): Success => {
  return { operationId, who, input };
};
const ranged = (groupBy: string) => () => ({ groupBy, from: '2026-11-01', to: '2027-12-31' });

/** Other requests that succeed. */
export const variants: readonly Success[] = [
  success('authLogout', 'user', () => ({ everywhere: true })),
  success('moviesList', 'user', () => ({ date: '2026-11-22' })),
  success('moviesShowtimes', 'anonymous', (world) => ({
    ...movie(world),
    from: '2026-01-01',
    to: '2026-01-02',
  })),
  success('moviesCreate', 'admin', () => ({
    ...newMovie(),
    description: 'In space.',
    releaseDate: '1979-05-25',
    contentRating: 'R',
  })),
  success('theatersCreate', 'admin', () => ({
    ...newTheater(),
    turnaroundMinutes: 15,
    rows: [
      { label: 'A', seats: 2, seatType: 'vip', overrides: [{ position: 1, outOfOrder: true }] },
    ],
  })),
  success('showtimesList', 'user', () => ({ from: '2020-01-01', limit: 100 })),
  success('showtimesGet', 'anonymous', async (world) => cancelledShow(await aWorld(world))),
  success('showtimesEvents', 'user', async (world) => {
    const ended = await endedShow(world);
    const { version } = await world.user.call.showtimes.seats(ended);
    return { ...ended, lastEventId: version };
  }),
  success('showtimesSeats', 'user', show),
  success('showtimesExtendLock', 'user', show),
  success('showtimesUnlockSeats', 'user', ({ seat, seats }) => ({
    ...seat,
    seatIds: [seats[0], seats[3]],
  })),
  success('reservationsGet', 'admin', async ({ app }) => {
    const world = await aWorld({ app });
    await world.user.call.reservations.cancel(reservation(world));
    return reservation(world);
  }),
  ...['showtime', 'date', 'movie', 'theater'].flatMap((groupBy) => [
    success('adminReportsCapacity', 'admin', ranged(groupBy)),
    success('adminReportsRevenue', 'admin', ranged(groupBy)),
  ]),
  success('adminReportsRevenue', 'admin', none),
  success('adminReportsPopularMovies', 'admin', () => ({ limit: 3, to: '2027-12-31' })),
  ...['theater', 'date', 'weekday', 'hour'].map((groupBy) =>
    success('adminReportsOccupancy', 'admin', () => ({ groupBy })),
  ),
  success('adminReservationsList', 'admin', none),
];

const invalid = (operationId: string, who: Who, input: InputOf): Refusal => ({
  ...success(operationId, who, input),
  outcome: '400 VALIDATION_ERROR',
  validity: 'invalid',
});
const valid = (operationId: string, outcome: string, who: Who, input: InputOf): Refusal => ({
  ...success(operationId, who, input),
  outcome,
  validity: 'valid',
});

/** Refusals from the table whose requests agree with the document. */
const tabled = routed
  .filter(({ refusal }) => !/VALIDATION_ERROR|AUTHENTICATION_REQUIRED|FORBIDDEN/.test(refusal))
  .map(({ name, refusal, access, bad }) => valid(operationIdOf(name), refusal, whoBy(access), bad));

/** Refusals of single operations; those that all operations share are in prism.test.ts. */
export const refusals: readonly Refusal[] = [
  ...tabled,
  valid('ticketsReissue', '422 ALREADY_CANCELLED', 'admin', async (world) => {
    await world.user.call.reservations.cancel(reservation(world));
    return reservation(world);
  }),
  valid('ticketsPdf', '422 LINK_INVALID', 'user', (world) => ({
    ...reservation(world),
    link: 'forged',
  })),
  valid('ticketsPicture', '422 LINK_INVALID', 'user', ({ reservationId, seats: [, seatId] }) => ({
    reservationId,
    seatId,
    link: 'forged',
  })),
  valid('checkInsUndo', '422 ALREADY_CANCELLED', 'admin', async (world) => {
    const undo = await entry(world);
    await world.admin.call.checkIns.undo(undo);
    return undo;
  }),
  invalid('ticketsPdf', 'user', () => ({ reservationId: '1' })),
  invalid('ticketsCalendar', 'user', () => ({ reservationId: '1' })),
  invalid('ticketsPicture', 'user', (world) => ({ ...reservation(world), seatId: '1' })),
  invalid('theatersPicture', 'anonymous', () => ({ theaterId: '1' })),
  invalid('showtimesPicture', 'anonymous', () => ({ showtimeId: '1' })),
  invalid('moviesSearch', 'anonymous', () => ({ q: '' })),
  valid('moviesSearch', '404 NOT_FOUND', 'anonymous', () => ({ q: 'a', siteId: unknownId })),
  invalid('moviesRecommended', 'user', () => ({ limit: 0 })),
  invalid('schedulesPreview', 'admin', (world) => ({ ...newSchedule(world), times: [] })),
  valid('schedulesPreview', '404 NOT_FOUND', 'admin', (world) => ({
    ...newSchedule(world),
    movieId: unknownId,
  })),
  invalid('schedulesCreate', 'admin', (world) => ({ ...newSchedule(world), dst: 'guess' })),
  valid('schedulesCreate', '404 NOT_FOUND', 'admin', (world) => ({
    ...newSchedule(world),
    movieId: unknownId,
  })),
  invalid('schedulesCopyWeek', 'admin', (world) => ({ ...theater(world), from: '1', to: '2' })),
  valid('schedulesCopyWeek', '404 NOT_FOUND', 'admin', () => ({
    theaterId: unknownId,
    from: '2034-05-01',
    to: '2034-06-05',
  })),
  valid('schedulesCopyWeek', '409 SCHEDULE_CONFLICT', 'admin', async (world) => {
    const { theaterId } = await unusedTheaterWithShows(world);
    return { theaterId, from: '2034-05-01', to: '2034-05-08' };
  }),
  invalid('schedulesDelete', 'admin', () => ({ seriesId: '1' })),
  invalid('showtimesProgramme', 'anonymous', () => ({ date: '2026-02-30' })),
  invalid('authRegister', 'anonymous', () => ({ email: 'no address', password })),
  invalid('moviesList', 'anonymous', () => ({ limit: 0 })),
  invalid('moviesList', 'anonymous', () => ({ date: '2026-02-30' })),
  invalid('moviesGet', 'anonymous', () => ({ movieId: '1' })),
  invalid('theatersCreate', 'admin', () => ({ ...newTheater(), rows: [] })),
  invalid('showtimesCreate', 'admin', (world) => ({ ...newShow(world), price: 12.5 })),
  invalid('showtimesCancel', 'admin', show),
  invalid('showtimesLockSeats', 'user', ({ seat }) => ({ ...seat, seatIds: [] })),
  invalid('showtimesLockSeats', 'user', ({ seat, seats: [first] }) => ({
    ...seat,
    seatIds: [first, first],
  })),
  invalid('showtimesUnlockSeats', 'user', (world) => ({ ...show(world), seatIds: ['A1'] })),
  invalid('reservationsList', 'user', () => ({ when: 'never' })),
  invalid('adminReportsRevenue', 'admin', () => ({ groupBy: 'color' })),
  invalid('adminReservationsList', 'admin', () => ({ status: 'paid' })),

  valid('authChangePassword', '400 VALIDATION_ERROR', 'user', () => ({
    currentPassword: 'wrong-password',
    newPassword: 'another-password',
  })),
  valid('moviesList', '400 VALIDATION_ERROR', 'anonymous', () => ({ cursor: 'bad' })),
  valid('moviesShowtimes', '400 VALIDATION_ERROR', 'anonymous', (world) => ({
    ...movie(world),
    from: '2026-02-02',
    to: '2026-02-01',
  })),
  valid('theatersUpdate', '409 EDIT_CONFLICT', 'admin', (world) => ({
    ...theater(world),
    revision: 7,
  })),
  valid('showtimesCreate', '404 NOT_FOUND', 'admin', (world) => ({
    ...newShow(world),
    movieId: unknownId,
  })),
  valid('showtimesUpdate', '409 EDIT_CONFLICT', 'admin', (world) => ({
    ...show(world),
    revision: 7,
  })),
  valid('showtimesUpdate', '404 NOT_FOUND', 'admin', (world) => ({
    ...show(world),
    theaterId: unknownId,
  })),
  valid('showtimesUpdate', '409 SHOWTIME_OVERLAP', 'admin', async (world) => {
    const { id: showtimeId } = await world.admin.call.showtimes.create(newShow(world));
    return { showtimeId, startTime: world.showtime.startTime.toISOString() };
  }),
  valid('showtimesUpdate', '422 SHOWTIME_CANCELLED', 'admin', async (world) => ({
    ...(await cancelledShow(world)),
    price: '9.00',
  })),
  valid('showtimesCancel', '422 ALREADY_CANCELLED', 'admin', async (world) => ({
    ...(await cancelledShow(world)),
    reason: 'Fire',
  })),
  valid('showtimesCancel', '422 SHOWTIME_STARTED', 'admin', async (world) => ({
    ...(await endedShow(world)),
    reason: 'Fire',
  })),
  valid('showtimesLockSeats', '409 SEATS_UNAVAILABLE', 'admin', ({ seat, seats }) => ({
    ...seat,
    seatIds: seats.slice(0, 3),
  })),
  valid('showtimesLockSeats', '404 NOT_FOUND', 'user', ({ seat }) => ({
    ...seat,
    seatIds: [unknownId],
  })),
  valid('showtimesLockSeats', '422 SEAT_LIMIT_EXCEEDED', 'user', tooManySeats),
  valid('showtimesLockSeats', '422 SHOWTIME_STARTED', 'user', seatOf(startedShow)),
  valid('showtimesLockSeats', '422 SHOWTIME_CANCELLED', 'user', seatOf(cancelledShow)),
  valid('showtimesBlockSeats', '409 SEATS_UNAVAILABLE', 'admin', ({ seat }) => ({
    ...seat,
    kind: 'hold',
  })),
  valid('showtimesBlockSeats', '404 NOT_FOUND', 'admin', ({ seat }) => ({
    ...seat,
    seatIds: [unknownId],
    kind: 'hold',
  })),
  valid('showtimesBlockSeats', '422 SHOWTIME_STARTED', 'admin', async ({ app }) => {
    const { showtime, seatIds } = await aShowtime(app, { startsIn: -days(1) });
    return { showtimeId: showtime.id, seatIds: seatIds.slice(0, 1), kind: 'hold' };
  }),
  valid('showtimesBlockSeats', '422 SHOWTIME_CANCELLED', 'admin', async (world) => ({
    ...(await seatOf(cancelledShow)(world)),
    kind: 'hold',
  })),
  valid('showtimesExtendLock', '422 LOCK_EXTENSION_LIMIT', 'user', async (world) => {
    const atTheCap = `update seat_claims
      set expires_at = clock_timestamp() + interval '1 minute',
          locked_at = clock_timestamp() - interval '29 minutes'
      where showtime_id = $1 and reservation_id is null`;
    await world.app.pool.query(atTheCap, [world.showtime.id]);
    return world.seat;
  }),
  valid('showtimesExtendLock', '422 SHOWTIME_STARTED', 'user', startedShow),
  valid('showtimesExtendLock', '422 SHOWTIME_CANCELLED', 'user', cancelledShow),
  valid('reservationsCreate', '409 LOCK_EXPIRED', 'user', ({ seat, seats }) => ({
    ...seat,
    seatIds: [seats[2], seats[3]],
  })),
  valid('reservationsCreate', '404 NOT_FOUND', 'user', ({ seat }) => ({
    ...seat,
    showtimeId: unknownId,
  })),
  valid('reservationsCreate', '422 SHOWTIME_STARTED', 'user', seatOf(startedShow)),
  valid('reservationsCreate', '422 SHOWTIME_CANCELLED', 'user', seatOf(cancelledShow)),
  valid('reservationsCancel', '422 ALREADY_CANCELLED', 'user', async (world) => {
    await world.user.call.reservations.cancel(reservation(world));
    return reservation(world);
  }),
  valid('reservationsCancel', '422 SHOWTIME_STARTED', 'user', async (world) => {
    await startedShow(world);
    return reservation(world);
  }),
  valid('reservationsCancel', '409 PRICE_CHANGED', 'user', (world) => ({
    ...reservation(world),
    expectedRefund: '0.01',
  })),
  valid('reservationsCancel', '422 NOT_REFUNDABLE', 'user', disputed),
  valid('adminApiKeysCreate', '404 NOT_FOUND', 'admin', () => ({
    ...newApiKey(),
    siteId: unknownId,
  })),
  valid('reservationsCancel', '403 FORBIDDEN', 'user', (world) => ({
    ...reservation(world),
    refund: 'full',
  })),
  valid('reservationsCreate', '409 PAYMENT_PENDING', 'user', async ({ user: { call }, seat }) => {
    await call.reservations.create(seat);
    return seat;
  }),
  valid('reservationsCreate', '409 PRICE_CHANGED', 'user', ({ seat }) => ({
    ...seat,
    expectedTotal: '0.01',
  })),
  valid('reservationsCreate', '422 AMOUNT_TOO_SMALL', 'user', async ({ app, seat }) => {
    const cheap = `update seat_claims set price = 0.10
      where showtime_id = $1 and reservation_id is null`;
    await app.pool.query(cheap, [seat.showtimeId]);
    return seat;
  }),
  valid('reservationsCreate', '422 TICKET_TYPE_NOT_ALLOWED', 'user', otherTicket),
  valid('reservationsQuote', '422 TICKET_TYPE_NOT_ALLOWED', 'user', otherTicket),
  ...(['deskSell', 'deskReseat', 'deskExchange', 'deskPayOut', 'deskOpenShift'] as const).map(
    (operationId) =>
      valid(operationId, '404 NOT_FOUND', 'admin', (world) => ({
        ...deskInput(world)[operationId],
      })),
  ),
  valid('deskOpenShift', '409 SHIFT_OPEN', 'admin', async (world) => {
    await openShifts(world);
    return { siteId: mainSite, float: '0.00' };
  }),
  valid('deskSell', '409 NO_OPEN_SHIFT', 'admin', (world) => ({
    ...deskSale(world),
    tender: 'cash',
  })),
  valid('deskSell', '409 SEATS_UNAVAILABLE', 'admin', async (world) => {
    await world.admin.call.desk.sell(deskSale(world));
    return deskSale(world);
  }),
  valid('deskSell', '422 SHOWTIME_STARTED', 'admin', async (world) => {
    await startedShow(world);
    const late = `update sites set late_sales_minutes = 0`;
    await world.app.pool.query(late);
    return deskSale(world);
  }),
  valid('deskSell', '422 SHOWTIME_CANCELLED', 'admin', async (world) => {
    await cancelledShow(world);
    return deskSale(world);
  }),
  valid('deskSell', '422 TICKET_TYPE_NOT_ALLOWED', 'admin', (world) => ({
    ...deskSale(world),
    seats: deskSale(world).seats.map((seat) => ({ ...seat, ticketTypeId: unknownId })),
  })),
  valid('deskSell', '422 AGE_RESTRICTED', 'admin', async (world) => {
    await tooYoung(world);
    const { ticketTypes } = await world.admin.call.showtimes.get(show(world));
    const [first] = ticketTypes;
    const [seat] = deskSale(world).seats;
    return { ...deskSale(world), seats: [{ ...seat, ticketTypeId: first?.id }] };
  }),
  valid('deskReseat', '409 SEATS_SOLD', 'admin', async (world) => {
    const [, , , seatId] = world.seats;
    await world.admin.call.desk.sell(deskSale(world));
    return { ...deskReseat(world), moves: [{ from: world.seats[1], to: seatId }] };
  }),
  valid('deskReseat', '409 SEATS_UNAVAILABLE', 'admin', (world) => ({
    ...deskReseat(world),
    moves: [{ from: world.seats[1], to: world.seats[0] }],
  })),
  valid('deskReseat', '409 PRICE_CHANGED', 'admin', (world) => ({
    ...deskReseat(world),
    expectedDifference: '-0.01',
  })),
  ...([deskReseat, deskExchange] as const).flatMap((wanted) => {
    const operationId = wanted === deskReseat ? 'deskReseat' : 'deskExchange';
    return [
      valid(operationId, '409 NO_OPEN_SHIFT', 'admin', (world) => ({
        ...wanted(world),
        tender: 'cash',
      })),
      valid(operationId, '409 PAYMENT_PENDING', 'admin', async (world) => {
        const { reservationId } = await pending(world);
        return { ...wanted(world), reservationId };
      }),
      valid(operationId, '422 ALREADY_CANCELLED', 'admin', async (world) => {
        await world.user.call.reservations.cancel(reservation(world));
        return wanted(world);
      }),
      valid(operationId, '422 NOT_REFUNDABLE', 'admin', async (world) => {
        await disputed(world);
        return wanted(world);
      }),
    ];
  }),
  valid('deskReseat', '422 SHOWTIME_STARTED', 'admin', async (world) => {
    await endShow(world);
    return deskReseat(world);
  }),
  valid('deskExchange', '409 SEATS_UNAVAILABLE', 'admin', async (world) => {
    await world.admin.call.desk.sell(deskSale(world));
    return deskExchange(world);
  }),
  valid('deskExchange', '422 SHOWTIME_STARTED', 'admin', async (world) => {
    const { showtime, seatIds } = await aShowtime(world.app, { startsIn: -days(1) });
    const seats = [{ seatId: seatIds[0], ticketTypeId: standardTicketType }];
    return { ...deskExchange(world), showtimeId: showtime.id, seats };
  }),
  valid('deskExchange', '422 SHOWTIME_CANCELLED', 'admin', async (world) => {
    const other = await world.admin.call.showtimes.create(newShow(world, days(4)));
    await world.admin.call.showtimes.cancel({ showtimeId: other.id, reason: 'Flood' });
    return { ...deskExchange(world), showtimeId: other.id };
  }),
  valid('deskExchange', '422 TICKET_TYPE_NOT_ALLOWED', 'admin', (world) => ({
    ...deskExchange(world),
    seats: [{ seatId: world.seats[3], ticketTypeId: unknownId }],
  })),
  valid('deskExchange', '422 AGE_RESTRICTED', 'admin', async (world) => {
    await tooYoung(world);
    const { ticketTypes } = await world.admin.call.showtimes.get(show(world));
    const [first] = ticketTypes;
    return {
      ...deskExchange(world),
      seats: [{ seatId: world.seats[3], ticketTypeId: first?.id }],
    };
  }),
  valid('deskPayOut', '409 NO_OPEN_SHIFT', 'admin', async (world) => {
    const wanted = await waitingRefund(world);
    await world.app.pool.query(
      `update shifts set closed_at = clock_timestamp(), counted_cash = 0,
         counted_card_terminal = 0 where closed_at is null`,
    );
    return wanted;
  }),
  valid('deskPayOut', '422 REFUND_TOO_LARGE', 'admin', async (world) => {
    await openShifts(world);
    return reservation(world);
  }),
  valid('reservationsCreate', '422 AGE_RESTRICTED', 'user', tooYoung),
  valid('reservationsQuote', '422 AGE_RESTRICTED', 'user', tooYoung),
  valid('showtimesLockSeats', '422 SEAT_RULE', 'user', async ({ app, seat, seats }) => {
    const makePlace = `update seats set features = '{wheelchair}' where id = $1`;
    await app.pool.query(makePlace, [seats[3]]);
    return { ...seat, seatIds: [seats[3]] };
  }),
  ...['adminPaymentsList', 'adminIncidentsList', 'priceListsList'].map((operationId) =>
    valid(operationId, '404 NOT_FOUND', 'admin', () => ({ siteId: unknownId })),
  ),
  valid('theatersCreate', '404 NOT_FOUND', 'admin', () => ({
    ...newTheater(),
    siteId: unknownId,
  })),
  ...[
    'moviesList',
    'theatersList',
    'showtimesList',
    'adminReportsCapacity',
    'adminReportsRevenue',
    'adminReportsOccupancy',
    'adminReportsPopularMovies',
    'adminReportsPayments',
  ].map((operationId) =>
    valid(operationId, '404 NOT_FOUND', 'admin', () => ({ siteId: unknownId })),
  ),
  valid('priceListsCreate', '404 NOT_FOUND', 'admin', () => ({
    ...newPriceList(),
    siteId: unknownId,
  })),
  valid('priceListsDelete', '409 IN_USE', 'admin', async (world) => {
    const { priceListId } = await priceList(world);
    await world.admin.call.showtimes.update({ ...show(world), priceListId });
    return { priceListId };
  }),
  valid('paymentsStart', '422 NOT_PENDING', 'user', reservation),
  valid('paymentsStart', '402 PAYMENT_FAILED', 'user', async (world) => {
    const wanted = await pending(world);
    providerOf(world.app).switches.refuse = true;
    return wanted;
  }),
  valid('sitesUpdate', '409 EDIT_CONFLICT', 'admin', () => ({ siteId: mainSite, revision: 7_000 })),
  valid('adminPaymentsRefund', '422 REFUND_TOO_LARGE', 'admin', async (world) => ({
    ...(await madePayment(world)),
    amount: '900.00',
    reason: 'The sound was bad',
  })),
  valid('adminPaymentsRefund', '422 NOT_REFUNDABLE', 'admin', async (world) => {
    await disputed(world);
    return { ...(await madePayment(world)), amount: '1.00', reason: 'The sound was bad' };
  }),
  valid('authLogin', '401 SECOND_FACTOR_REQUIRED', 'anonymous', async (world) => {
    await factorToRemove(world);
    return { email: world.user.email, password };
  }),
  valid('authRefresh', '401 TOKEN_EXPIRED', 'anonymous', ({ app }) => ({
    refreshToken: app.refreshTokens.sign({ id: unknownId, expiresAt: new Date(0), about: '0' }),
  })),
  valid('authLink', '422 LINK_INVALID', 'anonymous', () => ({ token: 'unknown' })),
  valid('adminUsersDemote', '422 LAST_ADMIN', 'admin', lastAdmin),
  valid('adminUsersDisable', '422 LAST_ADMIN', 'admin', lastAdmin),
  valid('authDeleteAccount', '422 LAST_ADMIN', 'admin', async (world) => {
    await lastAdmin(world);
    return { password };
  }),
  valid('authDeleteAccount', '422 PAID_SHOWS_AHEAD', 'user', async (world) => {
    const paid = `update payments set status = 'succeeded' where reservation_id = $1`;
    await world.app.pool.query(paid, [world.reservationId]);
    return { password };
  }),
];

async function cancelledShow(world: World) {
  await world.admin.call.showtimes.cancel({ ...show(world), reason: 'Flood' });
  return show(world);
}

async function startedShow(world: World) {
  const start = 'update showtimes set start_time = clock_timestamp() where id = $1';
  await world.app.pool.query(start, [world.showtime.id]);
  return show(world);
}

async function endedShow({ app }: World) {
  const { showtime } = await aShowtime(app, { startsIn: -days(1) });
  return { showtimeId: showtime.id };
}

/** Lets the world's show end now, after what was sold for it. */
async function endShow({ app, showtime }: World): Promise<void> {
  await app.pool.query(
    `update showtimes set start_time = at - interval '1 millisecond', end_time = at,
       blocked_until = at
     from (select date_trunc('milliseconds', clock_timestamp()) as at) ended where id = $1`,
    [showtime.id],
  );
}

/** The world's reservation, whose payment the customer has disputed. */
async function disputed(world: World) {
  const { paymentId } = await madePayment(world);
  const dispute = { status: 'open', amount: '10.00' } as const;
  providerOf(world.app).change(`pi_${paymentId}`, { dispute });
  await world.user.call.payments.sync({ paymentId: paymentId ?? '' });
  return reservation(world);
}

function otherTicket({ seat: { showtimeId, seatIds } }: World) {
  return { showtimeId, seats: seatIds.map((seatId) => ({ seatId, ticketTypeId: unknownId })) };
}

const deskInput = (world: World) => ({
  deskSell: { ...deskSale(world), showtimeId: unknownId },
  deskReseat: { ...deskReseat(world), reservationId: unknownId },
  deskExchange: { ...deskExchange(world), reservationId: unknownId },
  deskPayOut: { reservationId: unknownId },
  deskOpenShift: { siteId: unknownId, float: '0.00' },
});

/** A list whose first type is a child's, for a film that children may not see. */
async function tooYoung(world: World) {
  const { admin, seat, movieId } = world;
  const child = { ...newTicketType(), sortOrder: -1, maxAge: 12 };
  const { id: ticketTypeId } = await admin.call.ticketTypes.create(child);
  await admin.call.movies.update({ movieId, minimumAge: 18, ageRule: 'restricted' });
  const items = [{ ticketTypeId, seatType: 'regular' as const, price: '5.00' }];
  const list = await admin.call.priceLists.create({ ...newPriceList(), items });
  await admin.call.showtimes.update({ ...show(world), priceListId: list.id });
  await world.user.call.showtimes.unlockSeats(seat);
  await world.user.call.showtimes.lockSeats(seat);
  return seat;
}

/** The seat that the user has locked, after the show has been changed. */
function seatOf(changed: InputOf): InputOf {
  return async (world) => ({ ...world.seat, ...(await changed(world)) });
}

async function tooManySeats({ app }: World) {
  const { showtime, seatIds } = await aShowtime(app, { seats: 11 });
  return { showtimeId: showtime.id, seatIds };
}

async function lastAdmin({ app, admin }: World) {
  await app.pool.query(`update users set role = 'user' where id <> $1`, [admin.id]);
  return { userId: admin.id };
}
