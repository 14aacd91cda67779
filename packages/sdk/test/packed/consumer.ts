/*
 * Compiled against the packed package, never run. Every line below a `@ts-expect-error` is wrong:
 * if the types ever become `any`, the compiler says that the error is missing.
 */
import { createMatinee, isMatineeError, MatineeError, SeatMapStore } from '@matinee/sdk';
import type {
  CancelPreview,
  ErrorCode,
  Incident,
  Items,
  Movie,
  Page,
  Payment,
  Quote,
  Reservation,
  ReservationWithUser,
  SeatLock,
  SeatMap,
  Showtime,
  Site,
  Theater,
  TheaterWithSeats,
  User,
} from '@matinee/sdk';

const matinee = createMatinee({ url: 'http://127.0.0.1:8000', token: async () => null });

createMatinee({ url: 'x', token: 'abc', timeoutMs: 1, retries: 0, debug: true, fetch });
// @ts-expect-error: the address is required
createMatinee({});
// @ts-expect-error: no such option
createMatinee({ url: 'x', tokn: 'abc' });
// @ts-expect-error: a token is text
createMatinee({ url: 'x', token: 5 });

export async function calls(): Promise<void> {
  const movie: Movie = await matinee.movies.get({ movieId: 'm' });
  const created: Date = movie.createdAt;
  const description: string | null = movie.description;
  // @ts-expect-error: a date is no text
  const text: string = movie.createdAt;
  // @ts-expect-error: not every movie has a description
  const always: string = movie.description;
  // @ts-expect-error: no such key
  void movie.duration;
  // @ts-expect-error: what is required is missing
  await matinee.movies.get({});
  // @ts-expect-error: nothing at all is given
  await matinee.movies.get();
  // @ts-expect-error: an unknown key
  await matinee.movies.get({ movieId: 'm', id: 'm' });
  // @ts-expect-error: an id is text
  await matinee.movies.get({ movieId: 7 });
  // @ts-expect-error: no such procedure
  await matinee.movies.find({ movieId: 'm' });
  // @ts-expect-error: no such namespace
  void matinee.films;
  // @ts-expect-error: an answer is a promise
  void matinee.movies.get({ movieId: 'm' }).title;
  void [created, description, text, always];

  const me: User = await matinee.auth.me();
  const role: 'admin' | 'user' | 'guest' | 'staff' = me.role;
  // @ts-expect-error: there are others
  const customer: 'user' = me.role;
  void [role, customer];
  await matinee.auth.logout();
  await matinee.auth.logout({ everywhere: true });

  const theater: TheaterWithSeats = await matinee.theaters.get({ theaterId: 't' });
  const seatType: 'regular' | 'premium' | 'vip' | undefined = theater.seats[0]?.seatType;
  const { items }: Page<Theater> = await matinee.theaters.list();
  // @ts-expect-error: seats are on `get`
  void items[0]?.seats;
  void seatType;
}

export async function changes(): Promise<void> {
  const options = { idempotencyKey: 'k', timeoutMs: 5, signal: new AbortController().signal };
  const reservation: Reservation = await matinee.reservations.create(
    { showtimeId: 's', seatIds: ['a'] },
    options,
  );
  const status: 'pending' | 'confirmed' | 'cancelled' = reservation.status;
  // @ts-expect-error: money is a decimal string
  const price: number = reservation.totalPrice;
  // @ts-expect-error: seats are named by a list
  await matinee.reservations.create({ showtimeId: 's', seatIds: 'a' });
  // @ts-expect-error: no such option
  await matinee.reservations.create({ showtimeId: 's', seatIds: ['a'] }, { retry: 5 });
  // @ts-expect-error: a query has no key
  await matinee.reservations.get({ reservationId: 'r' }, { idempotencyKey: 'k' });
  const lock: SeatLock = await matinee.showtimes.lockSeats({ showtimeId: 's', seatIds: ['a'] });
  const until: Date = lock.expiresAt;

  const common = { movieId: 'm', theaterId: 't', price: '12.50' };
  const showtime: Showtime = await matinee.showtimes.create({ ...common, startTime: new Date() });
  await matinee.showtimes.create({ ...common, startTime: '2026-03-29T20:00:00+02:00' });
  // @ts-expect-error: an instant is no number
  await matinee.showtimes.create({ ...common, startTime: 0 });
  // @ts-expect-error: money is no number
  await matinee.showtimes.create({ ...common, startTime: new Date(), price: 12.5 });
  const starts: Date = showtime.startTime;
  const moved: Movie = await matinee.movies.uploadPoster({ movieId: 'm', file: new Blob(['']) });
  // @ts-expect-error: a file is no path
  await matinee.movies.uploadPoster({ movieId: 'm', file: './poster.png' });
  void [status, price, until, starts, moved];
}

export async function money(): Promise<string | undefined> {
  const payment: Payment = await matinee.payments.start({ reservationId: 'r' });
  const until: Date | null = payment.payBefore;
  // @ts-expect-error: an instant is no text
  const text: string = payment.createdAt;
  // @ts-expect-error: which way to pay is not known yet
  void payment.clientAction.url;
  // @ts-expect-error: no such provider
  await matinee.payments.start({ reservationId: 'r', provider: 'cash' });
  const preview: CancelPreview = await matinee.reservations.previewCancel({ reservationId: 'r' });
  const valid: Date | null = preview.validUntil;
  const { total }: Quote = await matinee.reservations.quote({ showtimeId: 's', seatIds: ['a'] });
  // @ts-expect-error: money is a decimal string
  const number: number = total;
  const site: Site = await matinee.sites.get({ siteId: 's' });
  const percent: number | undefined = site.refundPolicy.tiers[0]?.percent;
  const incidents: Incident[] = await matinee.admin.incidents.list.all().toArray();
  const resolved: Date | null | undefined = incidents[0]?.resolvedAt;
  // @ts-expect-error: a refund has a reason
  await matinee.admin.payments.refund({ paymentId: 'p', amount: '5.00' });
  void [until, text, valid, number, percent, resolved];
  switch (payment.clientAction?.type) {
    case 'redirect':
      // @ts-expect-error: a page has no secret
      void payment.clientAction.clientSecret;
      return payment.clientAction.url;
    case 'stripe_payment_intent':
      // @ts-expect-error: a card form has no address
      void payment.clientAction.url;
      return payment.clientAction.clientSecret;
    default:
      return undefined;
  }
}

export async function lists(): Promise<void> {
  const page: Page<Movie> = await matinee.movies.list({ genre: 'Drama', limit: 5 });
  const cursor: string | null = page.nextCursor;
  // @ts-expect-error: no such filter
  await matinee.movies.list({ gnre: 'Drama' });
  for await (const movie of matinee.movies.list.all({ genre: 'Drama' })) {
    const title: string = movie.title;
    // @ts-expect-error: a title is no number
    const number: number = movie.title;
    void [title, number];
  }
  const all: Items<Showtime> = matinee.movies.showtimes.all({ movieId: 'm' });
  const first: Showtime[] = await all.toArray({ limit: 3 });
  // @ts-expect-error: of which movie?
  matinee.movies.showtimes.all();
  // @ts-expect-error: all pages start at the first
  matinee.movies.list.all({ cursor: 'c' });
  // @ts-expect-error: what is no list has no pages
  void matinee.movies.get.all;
  const rows: ReservationWithUser[] = await matinee.admin.reservations.list.all().toArray();
  const email: string | null | undefined = rows[0]?.user.email;
  const report = await matinee.admin.reports.revenue({ groupBy: 'movie' });
  const revenue: string | undefined = report.rows[0]?.revenue;
  // @ts-expect-error: this report is not divided by the hour
  await matinee.admin.reports.revenue({ groupBy: 'hour' });
  void [cursor, first, email, revenue];
}

export function failures(error: unknown): string {
  // @ts-expect-error: anything can be thrown
  void error.code;
  if (error instanceof MatineeError && error.code === 'EDIT_CONFLICT') {
    return error.details.revision.toFixed();
  }
  if (!isMatineeError(error)) {
    return 'not ours';
  }
  const known: ErrorCode | 'NETWORK_ERROR' | 'TIMEOUT' | 'ABORTED' | 'BAD_RESPONSE' = error.code;
  // @ts-expect-error: what the details are depends on the code
  void error.details.seats;
  // @ts-expect-error: there is no such code
  void (error.code === 'SEAT_TAKEN');
  if (error.code === 'SEATS_UNAVAILABLE') {
    const reasons: ('locked' | 'reserved' | 'blocked')[] = error.details.seats.map((s) => s.reason);
    // @ts-expect-error: these details have no issues
    void error.details.issues;
    return reasons.join();
  }
  switch (error.code) {
    case 'VALIDATION_ERROR':
      return error.details.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join();
    case 'RATE_LIMITED':
      return error.details.retryAfterSeconds.toFixed();
    case 'PAYMENT_FAILED':
      return error.details.mayRetry ? 'again' : error.details.reason;
    case 'PRICE_CHANGED':
      return `${error.details.expected} ${error.details.actual}`;
    case 'REFUND_TOO_LARGE':
      // @ts-expect-error: these details have no amount
      void error.details.amount;
      return error.details.remaining;
    case 'TIMEOUT':
      return error.details.timeoutMs.toFixed();
    case 'NOT_FOUND':
      return error.details.seatIds?.join() ?? known;
    default:
      return `${error.status} ${error.requestId ?? ''} ${error.isRetryable}`;
  }
}

export function live(): () => void {
  const store = new SeatMapStore(matinee, { showtimeId: 's' });
  const map: SeatMap | undefined = store.getSnapshot().seatMap;
  const left: number | null = store.getSnapshot().secondsLeft;
  void [map, left];
  // @ts-expect-error: changes must be listened to
  matinee.showtimes.onSeatsChanged({ showtimeId: 's' }, { onSnapshot: () => {} });
  return matinee.showtimes.onSeatsChanged(
    { showtimeId: 's' },
    {
      onSnapshot: ({ seats, version }) => {
        const [seat] = seats;
        const status: 'available' | 'locked' | 'reserved' | 'blocked' | undefined = seat?.status;
        const text: string = version;
        void [status, text];
      },
      // @ts-expect-error: a price is not told
      onChange: ({ seats }) => void seats[0]?.price,
      onState: (state: 'connecting' | 'live' | 'reconnecting' | 'ended' | 'failed') => void state,
      onError: (error) => void error.code,
    },
  );
}
