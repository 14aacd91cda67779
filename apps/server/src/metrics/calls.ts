import type { EndedCall, Observer } from '@matinee/api';
import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

const seatEvents = [
  'locked',
  'extended',
  'released',
  'expired',
  'confirmed',
  'cancelled',
  'blocked',
  'moved',
  'unblocked',
] as const;

/** What the product reports: calls of procedures, refusals, and what happened to seats. */
export class CallMetrics {
  readonly #durations: Histogram<'procedure' | 'surface'>;
  /** The histogram's part for each procedure and surface: finding it by its labels costs more. */
  readonly #known = new Map<string, Histogram.Internal<'procedure' | 'surface'>>();
  readonly #refusals: Counter<'procedure' | 'code'>;
  readonly #repeated: Counter<'procedure'>;
  readonly #replayed: Counter<'procedure'>;
  readonly #signInFailures: Counter;
  readonly #seats: Counter<'event'>;
  readonly #reservations: Counter<'event'>;

  constructor(registers: Registry[]) {
    this.#durations = new Histogram({
      name: 'matinee_procedure_duration_seconds',
      help: 'Time of a call from its admission to its result, by procedure and surface (rest, trpc, internal). Of a live map: until it begins.',
      labelNames: ['procedure', 'surface'],
      buckets: [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    });
    this.#refusals = new Counter({
      name: 'matinee_refusals_total',
      help: 'Calls that were refused or failed, by procedure and error code. The procedure is none if the request reached no procedure.',
      labelNames: ['procedure', 'code'],
      registers,
    });
    this.#repeated = new Counter({
      name: 'matinee_repeated_calls_total',
      help: 'Repetitions of calls after a deadlock or a serialization failure, by procedure.',
      labelNames: ['procedure'],
      registers,
    });
    this.#replayed = new Counter({
      name: 'matinee_idempotent_replays_total',
      help: 'Calls that were answered with the stored result of their idempotency key, by procedure.',
      labelNames: ['procedure'],
      registers,
    });
    this.#signInFailures = new Counter({
      name: 'matinee_sign_in_failures_total',
      help: 'Passwords that did not fit an account, and sign-ins to accounts that do not exist.',
      registers,
    });
    this.#seats = new Counter({
      name: 'matinee_seats_total',
      help: 'Seats by event: locked, extended, released (by the customer), expired (counted when a sweep removes the lock), confirmed, cancelled, moved (at the desk, to other seats), blocked and unblocked (by staff).',
      labelNames: ['event'],
      registers,
    });
    this.#reservations = new Counter({
      name: 'matinee_reservations_total',
      help: 'Reservations by event: confirmed, cancelled.',
      labelNames: ['event'],
      registers,
    });
    // A rate needs the zero before the first event.
    seatEvents.forEach((event) => this.#seats.inc({ event }, 0));
    this.#reservations.inc({ event: 'confirmed' }, 0);
    this.#reservations.inc({ event: 'cancelled' }, 0);
  }

  readonly observer: Omit<
    Observer,
    | 'waited'
    | 'paymentSettled'
    | 'ticketScanned'
    | 'ticketsDrawn'
    | 'webhookAttempted'
    | 'snapshotTaken'
  > = {
    called: (call) => this.#called(call),
    refused: (procedure, code) => this.#refusals.inc({ procedure, code }),
    repeated: (procedure) => this.#repeated.inc({ procedure }),
    replayed: (procedure) => this.#replayed.inc({ procedure }),
    signInFailed: () => this.#signInFailures.inc(),
    seatsChanged: ({ event, seats, reservations }) => {
      this.#seats.inc({ event }, seats);
      if (reservations !== undefined) {
        this.#reservations.inc({ event }, reservations);
      }
    },
  };

  #called({ procedure, surface: brought, seconds }: EndedCall): void {
    const surface = brought ?? 'internal';
    const key = `${surface} ${procedure}`;
    let known = this.#known.get(key);
    if (!known) {
      known = this.#durations.labels({ procedure, surface });
      this.#known.set(key, known);
    }
    known.observe(seconds);
  }
}
