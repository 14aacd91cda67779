/*
 * What a stranger's program does with a client that was generated from the document. Each file
 * beside this one does it with the client of one generator, and with nothing else of ours.
 */

/** The seats of one customer, through a generated client. */
export interface Customer {
  /** Creates an account and signs it in. */
  register(account: { email: string; password: string }): Promise<void>;
  listShowtimes(): Promise<{ id: string; movie: { title: string } }[]>;
  listSeats(showtimeId: string): Promise<{ id: string; status: string }[]>;
  lock(showtimeId: string, seatIds: string[]): Promise<Lock | Refusal>;
  /** @returns the ids of the seats that were given back */
  unlock(showtimeId: string, seatIds: string[]): Promise<string[]>;
  reserve(showtimeId: string, seatIds: string[]): Promise<Reservation>;
  cancel(reservationId: string): Promise<Reservation | Refusal>;
}

interface Lock {
  seats: unknown[];
  totalPrice: string;
  currency: string;
}

interface Reservation {
  id: string;
  status: 'pending' | 'confirmed' | 'cancelled';
  seats: unknown[];
  totalPrice: string;
  cancelledAt: string | null;
}

export interface Refusal {
  code: string;
  /** Why each seat is not available. */
  reasons?: ('locked' | 'reserved' | 'blocked')[];
}

/**
 * Two customers want the same seats of a show, which has four.
 *
 * @param title title of the show's movie
 * @returns what happened, a line for each step
 */
export async function book(
  title: string,
  [first, second]: readonly [Customer, Customer],
): Promise<string[]> {
  for (const customer of [first, second]) {
    const email = `${crypto.randomUUID()}@example.com`;
    await customer.register({ email, password: crypto.randomUUID() });
  }
  const showtimes = await first.listShowtimes();
  const showtime = showtimes.find(({ movie }) => movie.title === title);
  if (!showtime) {
    throw new Error(`There is no show of ${title}.`);
  }
  const seats = await first.listSeats(showtime.id);
  const free = seats.filter(({ status }) => status === 'available').map(({ id }) => id);
  const [two, others] = [free.slice(0, 2), free.slice(2, 4)];

  const events = [tell(await first.lock(showtime.id, [...two, ...others]))];
  events.push(tell(await second.lock(showtime.id, two)));
  const freed = await first.unlock(showtime.id, others);
  events.push(`gave back ${freed.length}`);
  const reservation = await first.reserve(showtime.id, two);
  events.push(tell(reservation));
  events.push(tell(await second.lock(showtime.id, two)));
  events.push(tell(await first.cancel(reservation.id)));
  events.push(tell(await first.cancel(reservation.id)));
  return events;
}

function tell(result: Lock | Reservation | Refusal): string {
  if ('code' in result) {
    return [result.code, ...(result.reasons ?? [])].join(' ');
  }
  const { seats, totalPrice } = result;
  return 'status' in result
    ? `${result.status} ${seats.length} for ${totalPrice}`
    : `locked ${seats.length} for ${totalPrice} ${result.currency}`;
}
