import type { Reservation, Seat } from '@matinee/sdk';
import { CliError, exitCodes, interrupted } from '../failure.ts';
import { onInterrupt } from '../interrupt.ts';
import { plain } from '../output/text.ts';
import { askWithCountdown } from './countdown.ts';
import type { Deadline } from './countdown.ts';
import { seatName } from './seat-names.ts';
import { reportRefusal } from './seats.ts';
import type { Desk, Lock } from './seats.ts';

/** @returns undefined if the seat lock has expired, and the seats must be chosen again */
export async function confirmBooking(
  desk: Desk,
  seats: Seat[],
  lock: Lock,
): Promise<Reservation | undefined> {
  const { session, matinee, showtime } = desk;
  const seatIds = seats.map(({ id }) => id);
  const giveBack = async () => {
    await matinee.showtimes.unlockSeats({ showtimeId: showtime.id, seatIds });
    session.talk('The seats are free again.');
  };
  const forget = onInterrupt(() => {
    session.talk('');
    return giveBack();
  });
  let isSettled = false;
  try {
    if (!(await waitForYes(desk, seats, lock))) {
      return undefined;
    }
    const reservation = await matinee.reservations.create({ showtimeId: showtime.id, seatIds });
    isSettled = true;
    return reservation;
  } catch (error) {
    await reportRefusal(session, error, seats);
    return undefined;
  } finally {
    forget();
    if (!isSettled) {
      await giveBack().catch(() => {
        session.talk('The seats could not be released. They are free again when the lock expires.');
      });
    }
  }
}

/** @returns false if the seat lock has expired @throws CliError if the user declines */
async function waitForYes(desk: Desk, seats: Seat[], lock: Lock): Promise<boolean> {
  const { session } = desk;
  const names = seats.map(seatName).join(', ');
  const question = `Book ${plain(names)} for ${lock.totalPrice} ${lock.currency}?`;
  let deadline: Deadline = lock;
  for (;;) {
    const key = await askWithCountdown(session, question, deadline);
    if (key === 'yes') {
      return true;
    }
    if (key === 'expired') {
      session.talk('Your seat lock has expired. Choose seats again.');
      return false;
    }
    if (key === 'stop') {
      throw interrupted();
    }
    if (key === 'no') {
      throw new CliError(exitCodes.error, 'Nothing was booked.');
    }
    deadline = (await extend(desk, seats)) ?? deadline;
  }
}

async function extend(
  { session, matinee, showtime }: Desk,
  seats: Seat[],
): Promise<Deadline | undefined> {
  const seatIds = seats.map(({ id }) => id);
  try {
    const lock = await matinee.showtimes.extendLock({ showtimeId: showtime.id, seatIds });
    return { ...lock, readAt: performance.now() };
  } catch (error) {
    await reportRefusal(session, error, seats);
    return undefined;
  }
}
