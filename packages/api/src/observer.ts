import type { Surface } from './context.ts';
import type { ErrorCode } from './errors.ts';

/** What has happened to seats of a showtime, and to how many. */
export interface SeatsChange {
  /**
   * `expired`: locks that ran out, counted when a sweep removes them; `cancelled`: sold seats that are
   * free again; `moved`: at the desk, to other seats of the show; `unblocked`: by staff, before their
   * release.
   */
  event:
    | 'locked'
    | 'extended'
    | 'released'
    | 'expired'
    | 'confirmed'
    | 'cancelled'
    | 'moved'
    | 'blocked'
    | 'unblocked';
  seats: number;
  /** Reservations that were made or cancelled with it. */
  reservations?: number;
}

/** A code that a door scanned, and what came of it. */
export interface ScannedCode {
  result: 'admitted' | 'already_admitted' | 'refused';
  reason: string | null;
  isLate: boolean;
}

/** A call of a procedure that has ended, whatever its result. */
export interface EndedCall {
  procedure: string;
  surface: Surface | undefined;
  seconds: number;
}

/**
 * What the product reports of its work, for the host to count. Every name comes from the product,
 * never from a request. A method returns at once and throws nothing.
 */
export interface Observer {
  called(call: EndedCall): void;
  /** A call was refused, or failed. */
  refused(procedure: string, code: ErrorCode): void;
  /** A call begins again because the database asked for it: deadlock, serialization failure. */
  repeated(procedure: string): void;
  /** A call was answered with what its idempotency key has stored. */
  replayed(procedure: string): void;
  /** A password did not fit, or its account does not exist. */
  signInFailed(): void;
  /** Reported after the commit. */
  seatsChanged(change: SeatsChange): void;
  /** A payment was read from its provider; `settlement` as `payments/settle.ts` has it. */
  paymentSettled(provider: string, settlement: string): void;
  /** A door scanned a code; `isLate`: it told afterwards, having had no network. */
  ticketScanned(scan: ScannedCode): void;
  /** The tickets of a reservation were drawn, or could not be. */
  ticketsDrawn(outcome: 'drawn' | 'failed', seconds: number): void;
  /**
   * An attempt to send an event has ended: the endpoint took it, answered something else, or could not
   * be asked; `forbidden`: its address is none that events are sent to.
   */
  webhookAttempted(
    outcome: 'delivered' | 'refused' | 'unreachable' | 'forbidden',
    seconds: number,
  ): void;
  /**
   * A snapshot for many callers was read from the database, or found in the store that the servers share;
   * `ignored`: what the store had was of use to no one.
   */
  snapshotTaken(snapshot: string, from: 'database' | 'store' | 'ignored'): void;
  /** A connection of a pool was handed out, or could not be. */
  waited(pool: string, seconds: number): void;
}

/** Counts nothing. */
export const noObserver: Observer = {
  called: () => {},
  refused: () => {},
  repeated: () => {},
  replayed: () => {},
  signInFailed: () => {},
  seatsChanged: () => {},
  paymentSettled: () => {},
  ticketScanned: () => {},
  ticketsDrawn: () => {},
  webhookAttempted: () => {},
  snapshotTaken: () => {},
  waited: () => {},
};
