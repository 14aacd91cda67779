import type { Pool } from 'pg';
import type { Config } from '../config.ts';
import { NaturalBatch } from '../db/natural-batch.ts';
import type { BatchFigures } from '../db/natural-batch.ts';
import { queryTogether } from '../db/query-together.ts';
import { statement } from '../db/query.ts';
import type { Statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import { inDatabaseSpan } from '../tracing.ts';
import type { Outcome } from './outcome.ts';

/** A request of one user for some seats of a showtime, with its idempotency key. */
export interface BookingCall {
  userId: string;
  sessionId: string;
  tokenEndsAt: Date;
  showtimeId: string;
  seatIds: readonly string[];
  /** A wheelchair place is asked for; purchases ignore it. */
  accessibility: boolean;
  /** The address; see `clientNumber`. */
  client: bigint;
  key: string | null;
  fingerprint: string | null;
}

/** A purchase; id and reference are made before the call. */
export interface ConfirmCall extends BookingCall {
  reservationId: string;
  reference: string;
}

const one = { result: jsonOf<Outcome>() } as const;
const many = { place: 'int', result: jsonOf<Outcome>() } as const;

const lock = statement(
  `select place, result from lock_seats_together(
     $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
  many,
);
const confirm = statement(
  'select place, result from confirm_seats_together($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)',
  many,
);

/** The answer of a purchase whose response was lost with its connection, if it was committed. */
const confirmedAnswer = statement(
  `select json_build_object('outcome', 'ok', 'answer', reservation_answer(id)) as result
   from reservations where id = $1`,
  one,
);

/**
 * Requests in one batch, and batches of a kind under way. With a second one under way, batches are
 * half as large and cost a fifth more per request, and two of them wait for each other's row locks;
 * `docs/decisions/0048-a-straight-path.md` has the figures.
 */
const most = 32;
const places = 1;

/** What keeps seats from being hoarded; from the outside contract. */
const hoarding = {
  /** Seats that one user may have locked in all showtimes together. */
  everywhere: 30,
  /** A seat that is locked again by the same user within this time has no fresh clock. */
  keepSeconds: 15 * 60,
  /** Seats of one showtime that accounts younger than a day have locked from one client. */
  ofClient: 40,
  /** Seats of one showtime in confirmed reservations of one user. */
  reserved: 50,
};

/** A batch waits this long for a row lock at most, then each of its requests is sent alone. */
const patience = '20ms';

/** The two hottest writes, several requests in one round trip. */
export class BookingBatches {
  readonly #pool: Pool;
  readonly #lock: NaturalBatch<BookingCall, Outcome>;
  readonly #confirm: NaturalBatch<ConfirmCall, Outcome>;
  /** Seconds of a lock and at most, seats in a showtime. */
  readonly #limits: readonly [ttl: number, most: number, seats: number];
  readonly #hoarding: { [Name in keyof typeof hoarding]: number | null };
  readonly #enabled: boolean;
  /** Users' keys of requests that have no answer yet. */
  readonly #keys = new Set<string>();

  constructor(
    pool: Pool,
    { seatLock, batching, rateLimit }: Pick<Config, 'seatLock' | 'batching' | 'rateLimit'>,
  ) {
    this.#pool = pool;
    this.#enabled = batching;
    const { ttlMinutes, maxMinutes, maxSeats } = seatLock;
    this.#limits = [ttlMinutes * 60, maxMinutes * 60, maxSeats];
    this.#hoarding = rateLimit
      ? hoarding
      : { everywhere: null, keepSeconds: null, ofClient: null, reserved: null };
    const common = {
      most,
      places,
      ownerOf: ({ userId }: BookingCall) => userId,
      groupOf: ({ showtimeId }: BookingCall) => showtimeId,
    };
    this.#lock = new NaturalBatch<BookingCall, Outcome>({
      ...common,
      together: (calls) => this.#together(lock, this.#lockValues(calls, patience)),
      alone: (call) => this.#lockAlone(call),
    });
    this.#confirm = new NaturalBatch<ConfirmCall, Outcome>({
      ...common,
      together: (calls) => this.#together(confirm, this.#confirmValues(calls, patience)),
      alone: (call) => this.#confirmAgain(call),
    });
  }

  /** Locks seats: `lock_seats`. */
  lock(call: BookingCall): Promise<Outcome> {
    return this.#enabled ? this.#once(call, () => this.#lock.run(call)) : this.#lockAlone(call);
  }

  /** Locks seats for somebody who may lock fewer than others. Such requests travel alone. */
  lockFew(call: BookingCall, seats: number): Promise<Outcome> {
    const [ttl, longest, others] = this.#limits;
    const limits = [ttl, longest, Math.min(others, seats)];
    return this.#once(call, () => this.#one(lock, this.#lockValues([call], null, limits)));
  }

  /** Turns seat locks into a reservation: `confirm_seats`. */
  confirm(call: ConfirmCall): Promise<Outcome> {
    return this.#enabled
      ? this.#once(call, () => this.#confirm.run(call))
      : this.#confirmAlone(call);
  }

  /** Seats of one showtime in confirmed reservations of one user; null: any number. */
  get mostReserved(): number | null {
    return this.#hoarding.reserved;
  }

  /** How long a seat may be locked, and a lock that has ended is remembered; undefined: it is not. */
  get memory(): { mostSeconds: number; keepSeconds: number } | undefined {
    const { keepSeconds } = this.#hoarding;
    const [, mostSeconds] = this.#limits;
    return keepSeconds === null ? undefined : { mostSeconds, keepSeconds };
  }

  get figures(): Readonly<Record<'lock' | 'confirm', BatchFigures>> {
    return { lock: this.#lock.figures, confirm: this.#confirm.figures };
  }

  /** A second request with a key is refused while the first is under way, as the database does. */
  async #once({ userId, key }: BookingCall, run: () => Promise<Outcome>): Promise<Outcome> {
    if (key === null) {
      return run();
    }
    const name = `${userId}:${key}`;
    if (this.#keys.has(name)) {
      return { outcome: 'in_progress' };
    }
    this.#keys.add(name);
    try {
      return await run();
    } finally {
      this.#keys.delete(name);
    }
  }

  #lockAlone(call: BookingCall): Promise<Outcome> {
    return this.#one(lock, this.#lockValues([call], null));
  }

  #lockValues(
    calls: readonly BookingCall[],
    lockTimeout: string | null,
    limits: readonly number[] = this.#limits,
  ): unknown[] {
    const { everywhere, keepSeconds, ofClient } = this.#hoarding;
    return [
      ...callersOf(calls),
      calls.map(({ key }) => key),
      calls.map(({ fingerprint }) => fingerprint),
      ...limits,
      everywhere,
      keepSeconds,
      calls.map(({ client }) => client.toString()),
      ofClient,
      calls.map(({ accessibility }) => accessibility),
      lockTimeout,
    ];
  }

  #confirmAlone(call: ConfirmCall): Promise<Outcome> {
    return this.#one(confirm, this.#confirmValues([call], null));
  }

  #confirmValues(calls: readonly ConfirmCall[], lockTimeout: string | null): unknown[] {
    return [
      ...callersOf(calls),
      calls.map(({ reservationId }) => reservationId),
      calls.map(({ reference }) => reference),
      this.#hoarding.reserved,
      calls.map(({ key }) => key),
      calls.map(({ fingerprint }) => fingerprint),
      lockTimeout,
    ];
  }

  /**
   * Repeats a purchase after its batch failed. A batch whose connection was lost may have been
   * committed: the reservation's id tells.
   */
  async #confirmAgain(call: ConfirmCall): Promise<Outcome> {
    const { rows } = await this.#pool.query<{ result: Outcome }>({
      ...confirmedAnswer,
      values: [call.reservationId],
    });
    return rows[0]?.result ?? this.#confirmAlone(call);
  }

  async #one(call: Statement<{ result: Outcome }>, values: unknown[]): Promise<Outcome> {
    const { name, text, summary } = call;
    const { rows } = await inDatabaseSpan(summary, () =>
      this.#pool.query<{ result: Outcome }>({ name, text, values }),
    );
    const [row] = rows;
    if (!row) {
      throw new Error(`No row from: ${text}`);
    }
    return row.result;
  }

  async #together(
    call: Statement<{ place: number; result: Outcome }>,
    values: unknown[],
  ): Promise<Outcome[]> {
    const rows = await queryTogether(this.#pool, call, values);
    return rows.toSorted((a, b) => a.place - b.place).map(({ result }) => result);
  }
}

/** What both functions begin with, a column each; seats as PostgreSQL writes arrays. */
function callersOf(calls: readonly BookingCall[]): unknown[] {
  return [
    calls.map(({ sessionId }) => sessionId),
    calls.map(({ tokenEndsAt }) => tokenEndsAt.toISOString()),
    calls.map(({ userId }) => userId),
    calls.map(({ showtimeId }) => showtimeId),
    calls.map(({ seatIds }) => `{${seatIds.join()}}`),
  ];
}
