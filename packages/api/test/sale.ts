import type { App } from '../src/app.ts';
import { consequences } from '../src/consequences.ts';
import { OutboxWorker } from '../src/outbox/worker.ts';
import type { Reservation } from '../src/reservations/schema.ts';
import { aShowtime, aUser } from './builders.ts';
import type { Person, Scene, ShowtimeOptions } from './builders.ts';
import type { FakeProvider } from './fake-provider.ts';

/** A purchase on its way, with what a test does to it. */
export interface Purchase extends Scene {
  user: Person;
  showtimeId: string;
  /** As it was created. */
  reservation: Reservation;
  reservationId: string;
  paymentId: string;
  /** The input that names the seats at these places. */
  at(...places: number[]): { showtimeId: string; seatIds: string[] };
  read(): Promise<Reservation>;
  /** Starts the payment. @returns the provider's name of it */
  start(): Promise<string>;
  /** Starts the payment, and pays it at the provider; the product does not know yet. */
  pay(): Promise<string>;
  sync(): ReturnType<Person['call']['payments']['sync']>;
}

/** A pending reservation of the first two seats. */
export async function aPurchase(
  app: App,
  provider: FakeProvider,
  options: ShowtimeOptions & { user?: Person; scene?: Scene; places?: number[] } = {},
): Promise<Purchase> {
  const scene = options.scene ?? (await aShowtime(app, options));
  const user = options.user ?? (await aUser(app));
  const showtimeId = scene.showtime.id;
  const at = (...places: number[]) => ({
    showtimeId,
    seatIds: places.map((place) => scene.seatIds[place] ?? ''),
  });
  const wanted = at(...(options.places ?? [0, 1]));
  await user.call.showtimes.lockSeats(wanted);
  const reservation = await user.call.reservations.create(wanted);
  const reservationId = reservation.id;
  const paymentId = reservation.payment?.id ?? '';
  const start = async () => {
    await user.call.payments.start({ reservationId });
    return `pi_${paymentId}`;
  };
  return {
    ...scene,
    user,
    showtimeId,
    reservation,
    reservationId,
    paymentId,
    at,
    read: () => user.call.reservations.get({ reservationId }),
    start,
    pay: async () => {
      const ref = await start();
      provider.pay(ref, { amount: reservation.total });
      return ref;
    },
    sync: () => user.call.payments.sync({ paymentId }),
  };
}

/** A paid reservation. */
export async function aPaidPurchase(
  ...args: Parameters<typeof aPurchase>
): Promise<Purchase & { ref: string }> {
  const purchase = await aPurchase(...args);
  const ref = await purchase.pay();
  await purchase.sync();
  return { ...purchase, ref };
}

/** Carries out everything that follows from what has happened, as the worker would in its own time. */
export async function followUp(app: App): Promise<void> {
  const open = () =>
    app.pool.query(
      `select from outbox where expanded_at is null
       union all select from deliveries where done_at is null and dead_at is null
         and available_at <= clock_timestamp()`,
    );
  while (((await open()).rowCount ?? 0) > 0) {
    const worker = new OutboxWorker(app, consequences);
    await worker.round();
    await worker.idle();
  }
}

/** Lets the time to pay of a reservation run out, and its seat locks too if asked. */
export async function letPaymentExpire(
  app: App,
  reservationId: string,
  { locks }: { locks: boolean },
): Promise<void> {
  await app.pool.query(
    `update reservations
     set payment_deadline = date_trunc('milliseconds', clock_timestamp()) where id = $1`,
    [reservationId],
  );
  if (locks) {
    await app.pool.query(
      `update seat_claims set expires_at = date_trunc('milliseconds', clock_timestamp()),
         locked_at = locked_at - interval '1 hour' where paying_id = $1`,
      [reservationId],
    );
  }
}
