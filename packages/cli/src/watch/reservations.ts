import { setTimeout as delay } from 'node:timers/promises';
import type { Reservation, ReservationWithUser } from '@matinee/sdk';
import { usageError } from '../failure.ts';
import { seatsOf } from '../output/reservation.ts';
import type { Zones } from '../output/reservation.ts';
import { cut, plain } from '../output/text.ts';
import { localTime, zoneName } from '../output/time.ts';
import type { Format, Session } from '../session.ts';
import { BookingTail } from './booking-tail.ts';

type Row = Reservation & Partial<Pick<ReservationWithUser, 'user'>>;

export interface WatchedList {
  readPage: (cursor: string | undefined) => Promise<{ items: Row[]; nextCursor: string | null }>;
  zones: Zones;
  /** How many of the last reservations to print at the start. */
  limit: number;
}

/** How long the command waits between two readings. */
const everyMs = 2_000;

/** Prints the last reservations, and each new one when it comes, until Ctrl-C ends the command. */
export async function watchReservations(
  session: Session,
  format: Format,
  { readPage, zones, limit }: WatchedList,
): Promise<void> {
  if (format.csv) {
    throw usageError('--watch cannot be combined with --csv.', 'Use --json, one line for each.');
  }
  const tail = new BookingTail(readPage);
  const print = (rows: readonly Row[]) => {
    for (const row of rows) {
      printRow(session, format, { row, zones });
    }
  };
  print(await tail.start(limit));
  session.hint('Waiting for new reservations. Ctrl-C ends.');
  for (;;) {
    await delay(everyMs);
    print(await untilReached(session, () => tail.next()));
  }
}

/** Reads again for as long as the server cannot be reached. */
async function untilReached<Result>(
  session: Session,
  read: () => Promise<Result>,
): Promise<Result> {
  const { isMatineeError } = await import('@matinee/sdk');
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      if (!isMatineeError(error) || !error.isRetryable) {
        throw error;
      }
      if (attempt === 0) {
        session.hint(`${error.userMessage} Trying again.`);
      }
      await delay(everyMs);
    }
  }
}

/** One line: a table would need all rows to choose its widths. */
function printRow(
  session: Session,
  format: Format,
  { row, zones }: { row: Row; zones: Zones },
): void {
  if (format.json) {
    session.writeJsonLine(row);
    return;
  }
  const zone = zones.get(row.showtime.theater.id) ?? 'UTC';
  const facts = [
    // The booking by the reader's clock, the show by the theater's.
    localTime(row.createdAt, new Intl.DateTimeFormat().resolvedOptions().timeZone),
    row.reference,
    ...(row.status === 'confirmed' && session.width !== undefined ? [] : [row.status]),
    seatsOf(row),
    row.showtime.movie.title,
    `${localTime(row.showtime.startTime, zone)} ${zoneName(row.showtime.startTime, zone)}`,
    `${row.totalPrice} ${row.currency}`,
    ...(row.user ? [row.user.email ?? 'guest'] : []),
  ].map(plain);
  const { width } = session;
  session.write(width === undefined ? facts.join('\t') : cut(facts.join('  '), width));
}
