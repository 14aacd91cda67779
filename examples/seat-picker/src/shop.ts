import type { Matinee, Showtime } from '@matinee/sdk';
import type { HeldSeats } from './held-seats.ts';
import type { Session } from './session.ts';

/** What the views share. */
export interface Shop {
  readonly matinee: Matinee;
  readonly serverUrl: string;
  readonly session: Session;
  readonly held: HeldSeats;
  /** The seat that the customer chose before signing in. */
  wanted: { showtimeId: string; seatId: string } | undefined;
}

/** Whether the seats of a show can still be sold. */
export function isOnSale({ startTime, cancelledAt }: Showtime): boolean {
  return startTime > new Date() && cancelledAt === null;
}
