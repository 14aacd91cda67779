import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { Pool } from 'pg';

/** How long the calls of all buyers took since the last look. */
export interface Waits {
  calls: number;
  /** Milliseconds. */
  p99: number;
  longest: number;
  failed: number;
}

/** Between two purchases of a buyer. */
const pauseMs = 30;

interface Sale {
  showtimeId: string;
  theaterId: string;
  seatIds: string[];
}

interface Purchase extends Sale {
  userId: string;
  reservationId: string;
  /** With zeros, which the references of the history do not have. */
  reference: string;
}

/**
 * Customers in plain SQL that every version of the schema takes: the row locks and the rows of the
 * booking functions, and the seat map. Each buyer has one connection.
 */
export class SqlBuyers {
  readonly #sales: Sale[];
  readonly #users: string[];
  readonly #running: Promise<void>;
  #times: number[] = [];
  #failed = 0;
  #sold = 0;
  #isStopping = false;

  private constructor(
    { sales, users }: { sales: Sale[]; users: string[] },
    { url, count }: { url: string; count: number },
  ) {
    this.#sales = sales;
    this.#users = users;
    const buyers = Array.from({ length: count }, () => this.#buy(url));
    this.#running = Promise.all(buyers).then(() => {});
  }

  static async start(pool: Pool, options: { url: string; count: number }): Promise<SqlBuyers> {
    const sales = await pool.query<Sale>(
      `select s.id as "showtimeId", s.theater_id as "theaterId",
         array_agg(seat.id order by seat.row_index, seat.position) as "seatIds"
       from showtimes s join seats seat on seat.theater_id = s.theater_id
       where s.start_time > now() group by s.id order by s.start_time, s.id`,
    );
    const users = await pool.query<{ id: string }>('select id from users order by id limit 5000');
    return new SqlBuyers({ sales: sales.rows, users: users.rows.map(({ id }) => id) }, options);
  }

  /** Forgets the calls that it returns. */
  takeWaits(): Waits {
    const times = this.#times.toSorted((a, b) => a - b);
    const failed = this.#failed;
    this.#times = [];
    this.#failed = 0;
    const p99 = times[Math.floor(times.length * 0.99)] ?? 0;
    return { calls: times.length, p99, longest: times.at(-1) ?? 0, failed };
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
  }

  async #buy(url: string): Promise<void> {
    const client = new Client({ connectionString: url, application_name: 'buyer' });
    await client.connect();
    // The product's own limits.
    await client.query(`set lock_timeout = '5s'; set statement_timeout = '15s'`);
    while (!this.#isStopping) {
      await this.#purchase(client);
      await delay(pauseMs);
    }
    await client.end();
  }

  async #purchase(client: Client): Promise<void> {
    const purchase = this.#next();
    for (const step of [lock, confirm, readMap]) {
      const began = performance.now();
      const isDone = await step(client, purchase).then(
        () => true,
        (error: unknown) => {
          process.stderr.write(`A call failed: ${String(error)}\n`);
          return false;
        },
      );
      this.#times.push(performance.now() - began);
      if (!isDone) {
        this.#failed += 1;
        return;
      }
    }
  }

  /** The next two seats, spread over the showtimes on sale. */
  #next(): Purchase {
    const number = this.#sold;
    this.#sold += 1;
    const sale = this.#sales[number % this.#sales.length];
    const first = Math.floor(number / this.#sales.length) * 2;
    const userId = this.#users[number % this.#users.length];
    if (!sale || userId === undefined || first + 2 > sale.seatIds.length) {
      throw new Error('There are not enough seats on sale.');
    }
    const seatIds = sale.seatIds.slice(first, first + 2);
    const reference = number.toString(36).padStart(8, '0');
    return { ...sale, seatIds, userId, reservationId: randomUUID(), reference };
  }
}

async function lock(client: Client, { showtimeId, theaterId, userId, seatIds }: Purchase) {
  await inTransaction(client, async () => {
    await client.query('select from showtimes where id = $1 for key share', [showtimeId]);
    await client.query('select from users where id = $1 for no key update', [userId]);
    await client.query(
      `insert into seat_claims
         (showtime_id, seat_id, theater_id, user_id, price, locked_at, expires_at)
       select $1, seat, $2, $3, 12.50, clock_timestamp(), clock_timestamp() + interval '10 minutes'
       from unnest($4::uuid[]) seat`,
      [showtimeId, theaterId, userId, seatIds],
    );
    await client.query(keep, [userId, randomUUID()]);
  });
}

async function confirm(client: Client, purchase: Purchase) {
  const { showtimeId, theaterId, userId, seatIds, reservationId, reference } = purchase;
  await inTransaction(client, async () => {
    await client.query('select from showtimes where id = $1 for key share', [showtimeId]);
    await client.query(
      `insert into reservations
         (id, reference, user_id, showtime_id, total_price, seat_count, currency)
       values ($1, $2, $3, $4, 25.00, 2, 'USD')`,
      [reservationId, reference, userId, showtimeId],
    );
    await client.query(
      `insert into reservation_seats (reservation_id, seat_id, showtime_id, theater_id, price)
       select $1, seat, $2, $3, 12.50 from unnest($4::uuid[]) seat`,
      [reservationId, showtimeId, theaterId, seatIds],
    );
    await client.query(
      `update seat_claims set reservation_id = $1, expires_at = null
       where showtime_id = $2 and seat_id = any($3)`,
      [reservationId, showtimeId, seatIds],
    );
    await client.query(
      `insert into reservation_events (reservation_id, step, actor_id)
       values ($1, 'confirmed', $2)`,
      [reservationId, userId],
    );
    await client.query(keep, [userId, randomUUID()]);
  });
}

const keep = `insert into idempotency_keys (user_id, key, procedure, fingerprint, answer)
  values ($1, $2, 'reservations.create', repeat('f', 43), '{}')`;

async function readMap(client: Client, { showtimeId, theaterId }: Purchase) {
  await client.query(
    `select s.id, s.row_label, s.seat_number, c.reservation_id, c.expires_at
     from seats s left join seat_claims c on c.showtime_id = $1 and c.seat_id = s.id
     where s.theater_id = $2 and s.archived_at is null order by s.row_index, s.position`,
    [showtimeId, theaterId],
  );
}

async function inTransaction(client: Client, work: () => Promise<void>): Promise<void> {
  await client.query('begin');
  try {
    await work();
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}
