import type { DetailsOf, MissingLock, SeatRule, UnavailableSeat } from '../errors.ts';
import type { IdempotencyOutcome } from '../idempotency-outcome.ts';

/** Everything that the database functions of the booking core return (`db/functions`). */
export type Outcome =
  | { outcome: 'ok'; answer: unknown }
  | { outcome: 'showtime_not_found' | 'showtime_cancelled' | 'user_disabled' | 'busy' }
  | { outcome: 'reference_taken' | 'session_over' }
  | { outcome: 'seats_not_found'; seatIds: string[] }
  | { outcome: 'showtime_started'; startTime: string }
  | SeatLimit
  | { outcome: 'seats_unavailable'; seats: UnavailableSeat[] }
  | { outcome: 'lock_expired'; seats: MissingLock[] }
  | { outcome: 'extension_limit'; maxExpiresAt: string }
  | { outcome: 'payment_pending'; reservationId: string }
  | { outcome: 'price_changed'; expected: string; actual: string }
  | { outcome: 'ticket_type_not_allowed'; ticketTypeId: string; reason: string }
  | { outcome: 'age_restricted'; minimumAge: number }
  | { outcome: 'seat_rule'; seatIds: string[]; rule: SeatRule }
  | { outcome: 'amount_too_small'; minimum: string; currency: string }
  | { outcome: 'release_past' }
  | { outcome: 'tender_needed'; amount: string }
  | ({ outcome: 'seats_sold' } & DetailsOf<'SEATS_SOLD'>)
  | IdempotencyOutcome;

interface SeatLimit {
  outcome: 'seat_limit';
  limit: number;
  locked: number;
  requested: number;
  /** Absent when it is the limit of locked seats in the showtime. */
  scope?: 'account' | 'address' | 'showtime';
}
