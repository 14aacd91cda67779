import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { compareWithProviders, createApp, expirePayments, reconcilePayments } from '@matinee/api';
import type { App } from '@matinee/api';
import { aShowtime, aUser, brokenInvariants, followUp, testConfig } from '@matinee/api/testing';
import type { Person } from '@matinee/api/testing';
import { Client } from 'pg';
import type { Pool } from 'pg';
import { createStripeProvider } from '../../src/payments/stripe.ts';
import { StripeStandIn } from '../payments/stripe-stand-in.ts';
import { exchange } from './exchange.ts';
import { openPool, startServerProcess } from './processes.ts';
import type { ServerProcess } from './processes.ts';
import { ProviderGate } from './provider-gate.ts';
import type { Stop } from './provider-gate.ts';

/*
 * A server in a process of its own that sells for money, and what is killed round it. Used by
 * `payment-kills.test.ts` and by `scripts/torture-payments.ts`, which does not run under vitest.
 */

/** What was answered to a customer, and must be true for ever. */
type Told = Partial<Record<'created' | 'paid' | 'cancelled', true>>;

/** One purchase of two seats at 10.00. */
export interface Customer {
  reservationId: string;
  paymentId: string;
  told: Told;
}

export interface TillOptions {
  databaseUrl: string;
  /** Decides what customers do afterwards. */
  random: () => number;
  /** Kills PostgreSQL, which comes back by itself. */
  killDatabase?: () => Promise<void>;
}

const seatsPerShow = 20;

/** Between two kills of PostgreSQL: a restarted postmaster gives up after five crashes a minute. */
const databaseRestMs = 15_000;

export class Till {
  readonly stripe: StripeStandIn;
  readonly customers: Customer[] = [];
  readonly #options: TillOptions;
  readonly #gate: ProviderGate;
  readonly #pool: Pool;
  #server: ServerProcess | undefined;
  #app: App | undefined;
  #buyer: Person | undefined;
  #freeSeats: { showtimeId: string; seatIds: string[] }[] = [];
  #serverKills = 0;
  #databaseKills = 0;
  #databaseKilledAt = Number.NEGATIVE_INFINITY;

  private constructor(options: TillOptions, stripe: StripeStandIn, gate: ProviderGate) {
    this.#options = options;
    this.stripe = stripe;
    this.#gate = gate;
    this.#pool = openPool(options.databaseUrl);
  }

  static async open(options: TillOptions): Promise<Till> {
    const stripe = await StripeStandIn.start();
    const till = new Till(options, stripe, await ProviderGate.start(stripe.url));
    try {
      await till.#startServer();
      till.#app = await till.#createApp();
      till.#buyer = await aUser(till.#app);
    } catch (error) {
      await till.close();
      throw error;
    }
    return till;
  }

  async close(): Promise<void> {
    await this.#server?.kill();
    await this.#app?.close();
    await this.#pool.end();
    await this.#gate.close();
    await this.stripe.stop();
  }

  get kills(): { servers: number; databases: number } {
    return { servers: this.#serverKills, databases: this.#databaseKills };
  }

  // --- What a customer does. A call whose connection breaks has an unknown outcome. ---

  async create(): Promise<Customer> {
    const seats = await this.#nextSeats();
    await this.#call('POST', `/showtimes/${seats.showtimeId}/lock-seats`, {
      seatIds: seats.seatIds,
    });
    const { status, data } = await this.#call('POST', '/reservations', seats);
    const { id: paymentId } = { id: '', ...(data.payment as { id: string } | null) };
    if (status !== 201) {
      throw new Error(`A reservation could not be made: ${status}`);
    }
    const customer = {
      reservationId: String(data.id),
      paymentId,
      told: { created: true } as const,
    };
    this.customers.push(customer);
    return customer;
  }

  async start({ reservationId }: Customer): Promise<void> {
    await this.#call('POST', `/reservations/${reservationId}/payment`);
  }

  /** The customer pays at the provider, if there is something to pay. */
  pay(customer: Customer): void {
    const intent = this.stripe.paymentOf(customer.paymentId);
    if (intent?.status === 'requires_payment_method') {
      this.stripe.pay(intent.id);
    }
  }

  async sync({ paymentId, told }: Customer): Promise<void> {
    const { data } = await this.#call('POST', `/payments/${paymentId}/sync`);
    if (data.status === 'succeeded') {
      told.paid = true;
    }
  }

  async cancel({ reservationId, told }: Customer): Promise<void> {
    const { status } = await this.#call('DELETE', `/reservations/${reservationId}`);
    if (status === 200) {
      told.cancelled = true;
    }
  }

  async deliverMessages(): Promise<void> {
    this.stripe.sendWebhooksTo(`${this.#server?.url}/webhooks/stripe`);
    await this.stripe.deliverWebhooks();
  }

  // --- Kills. ---

  /** Kills the server now, sometimes with its database, and starts another one. */
  async kill(): Promise<void> {
    await Promise.all([this.#server?.kill(), this.#killDatabaseSometimes()]);
    this.#serverKills += 1;
    this.#gate.release();
    await this.#patiently(() => this.#startServer());
  }

  async #killDatabaseSometimes(): Promise<void> {
    const { random, killDatabase } = this.#options;
    const isRested = performance.now() - this.#databaseKilledAt > databaseRestMs;
    if (random() < 0.3 && isRested && killDatabase) {
      this.#databaseKilledAt = performance.now();
      this.#databaseKills += 1;
      await killDatabase();
    }
  }

  /** Kills the server when a request to the provider has come so far. */
  async killAt(stop: Stop, work: () => Promise<void>): Promise<void> {
    const reached = this.#gate.stopAt(stop);
    const working = work().catch(() => {});
    await reached;
    await this.kill();
    await working;
  }

  /** Kills the server while its transaction waits for a row lock. */
  async killWaiting({ reservationId }: Customer, work: () => Promise<void>): Promise<void> {
    const holder = new Client({ connectionString: this.#options.databaseUrl });
    // It may end with the database.
    holder.on('error', () => {});
    await holder.connect();
    await holder.query('begin');
    await holder.query('select from reservations where id = $1 for update', [reservationId]);
    const working = work().catch(() => {});
    await this.#untilWaiting();
    const killing = this.kill();
    await holder.end().catch(() => {});
    await killing;
    await working;
  }

  async #untilWaiting(): Promise<void> {
    const waiting = `select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    for (let attempt = 0; attempt < 1_000; attempt += 1) {
      if (((await this.#pool.query(waiting)).rowCount ?? 0) > 0) {
        return;
      }
      await delay(10);
    }
    throw new Error('Nothing waits for the row.');
  }

  // --- Afterwards. ---

  /** The customer comes back, or does not; then time passes, and the jobs have run. */
  async settleDown(customer: Customer): Promise<void> {
    const { random } = this.#options;
    if (random() < 0.5) {
      await this.#patiently(async () => {
        await this.start(customer);
        this.pay(customer);
        await this.sync(customer);
      });
    }
    if (random() < 0.5) {
      await this.deliverMessages();
    }
    await this.#patiently(() => this.#letTimePass());
    await this.#patiently(() => this.#runJobs());
  }

  /** Hours pass: whatever waited is due, and what was not paid for is late. */
  async #letTimePass(): Promise<void> {
    await this.#pool.query(`update deliveries
      set available_at = date_trunc('milliseconds', clock_timestamp()),
        leased_until = least(leased_until, date_trunc('milliseconds', clock_timestamp()))
      where done_at is null and dead_at is null`);
    await this.#pool.query(`update payments set created_at = created_at - interval '3 minutes'
      where status in ('open', 'processing')`);
    await this.#pool.query(`update refunds set created_at = created_at - interval '11 minutes'
      where status = 'pending'`);
    await this.#pool.query(`update reservations
      set payment_deadline = date_trunc('milliseconds', clock_timestamp()) where status = 'pending'`);
  }

  async #runJobs(): Promise<void> {
    const app = this.#app ?? (await this.#createApp());
    await expirePayments(app);
    await reconcilePayments(app);
    await followUp(app);
    await compareWithProviders(app);
    await followUp(app);
  }

  /** What is wrong with the money and the seats of all customers. */
  async problems(): Promise<string[]> {
    const { rows } = await this.#pool.query<Standing>(standing);
    const standings = new Map(rows.map((row) => [row.id, row]));
    const broken = await brokenInvariants(this.#pool);
    const ours = rows.reduce((sum, row) => sum + row.captured - row.returned, 0);
    const theirs = Math.round(Number(this.stripe.balance().USD ?? '0') * 100);
    return [
      ...this.customers.flatMap((customer) =>
        this.#wrongWith(customer, standings.get(customer.reservationId)),
      ),
      ...(ours === theirs ? [] : [`our books have ${ours} cents, the provider has ${theirs}`]),
      ...Object.entries(broken).map(([name, found]) => `${name}: ${JSON.stringify(found[0])}`),
    ];
  }

  #wrongWith({ reservationId, paymentId, told }: Customer, row: Standing | undefined): string[] {
    if (!row) {
      return [`${reservationId} was created, and is gone`];
    }
    const isPaid = this.stripe.paymentOf(paymentId)?.status === 'succeeded';
    const { status, seats, captured, returned, pending, unsettled } = row;
    const isSold = status === 'confirmed';
    const wrong = {
      'is still to be decided': status === 'pending' || unsettled > 0 || pending > 0,
      'has seats that were not paid for': isSold && !isPaid,
      'was paid for without seats': isPaid && !isSold && returned !== 2_000,
      'has not the seats it bought': isSold ? seats !== 2 : seats !== 0,
      'was returned, and is sold': isSold && returned !== 0,
      'was captured in part': captured !== (isPaid ? 2_000 : 0),
      'was told to be paid': told.paid === true && captured === 0,
      'was told to be cancelled': told.cancelled === true && status !== 'cancelled',
    };
    return Object.entries(wrong).flatMap(([name, isWrong]) =>
      isWrong ? [`${reservationId} ${name}: ${JSON.stringify({ ...row, told, isPaid })}`] : [],
    );
  }

  // --- The scene. ---

  async #nextSeats(): Promise<{ showtimeId: string; seatIds: string[] }> {
    if (this.#freeSeats.length === 0 && this.#app) {
      const app = this.#app;
      const scene = await this.#patiently(() => aShowtime(app, { seats: seatsPerShow }));
      const showtimeId = scene.showtime.id;
      for (let at = 0; at < seatsPerShow; at += 2) {
        this.#freeSeats.push({ showtimeId, seatIds: scene.seatIds.slice(at, at + 2) });
      }
    }
    const seats = this.#freeSeats.pop();
    if (!seats) {
      throw new Error('No seats are left.');
    }
    return seats;
  }

  async #startServer(): Promise<void> {
    const { secretKey, publishableKey, webhookSecret } = this.stripe;
    this.#server = await startServerProcess({
      databaseUrl: this.#options.databaseUrl,
      jobs: true,
      env: {
        PAYMENTS: 'stripe',
        STRIPE_SECRET_KEY: secretKey,
        STRIPE_PUBLISHABLE_KEY: publishableKey,
        STRIPE_WEBHOOK_SECRET: webhookSecret,
        STRIPE_API_BASE: this.#gate.url,
      },
    });
  }

  async #createApp(): Promise<App> {
    const { url: apiBase, secretKey, publishableKey, webhookSecret } = this.stripe;
    const provider = await createStripeProvider({
      secretKey,
      publishableKey,
      webhookSecrets: [webhookSecret],
      apiBase,
      paymentMethods: ['card'],
    });
    const log = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
    return createApp(testConfig(this.#options.databaseUrl), { log, payments: [provider] });
  }

  async #call(method: string, path: string, body?: unknown) {
    const { url = '' } = this.#server ?? {};
    const token = this.#buyer?.token;
    return exchange(url, { method, path, token, key: randomUUID(), body });
  }

  /** Again and again while the database comes back. */
  async #patiently<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (attempt === 40) {
          throw error;
        }
        await delay(250);
      }
    }
  }
}

interface Standing {
  id: string;
  status: 'pending' | 'confirmed' | 'cancelled';
  seats: number;
  /** In cents. */
  captured: number;
  returned: number;
  /** Refunds on their way, and attempts to pay that have not ended. */
  pending: number;
  unsettled: number;
}

const standing = `select r.id, r.status,
    (select count(*)::int from seat_claims where reservation_id = r.id) as seats,
    (select coalesce(sum(captured) * 100, 0)::int from payments where reservation_id = r.id)
      as captured,
    (select coalesce(sum(f.amount) * 100, 0)::int from refunds f
      join payments p on p.id = f.payment_id
      where p.reservation_id = r.id and f.status <> 'failed') as returned,
    (select count(*)::int from refunds f join payments p on p.id = f.payment_id
      where p.reservation_id = r.id and f.status = 'pending') as pending,
    (select count(*)::int from payments
      where reservation_id = r.id and status in ('open', 'processing')) as unsettled
  from reservations r`;
