import { createHmac } from 'node:crypto';
import { MikroORM } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { Refusals } from './audit/refusals.ts';
import { PasswordHasher } from './auth/password.ts';
import { RateLimits } from './auth/rate-limits.ts';
import { SessionLookup } from './auth/session-lookup.ts';
import { Tokens } from './auth/tokens.ts';
import { tokenSeconds } from './config.ts';
import type { Config } from './config.ts';
import type { AppHandle } from './context.ts';
import { ormOptions } from './db/orm.ts';
import { Replicas } from './db/replicas.ts';
import { FairTurns } from './fair-turns.ts';
import { IdempotencyRoom } from './idempotency-room.ts';
import type { Log } from './log.ts';
import { noMailer } from './notifications/mailer.ts';
import type { Mailer } from './notifications/mailer.ts';
import { WakeUp } from './outbox/wake-up.ts';
import { BookingBatches } from './seats/booking-batches.ts';
import { SeatMapHub } from './seats/seat-map-hub.ts';
import { Viewers } from './seats/viewers.ts';

/** The running product: made once per process, shared by all requests. */
export interface App extends AppHandle {
  readonly config: Config;
  readonly log: Log;
  /** The application's clock: for uptime and tokens, never for a decision about a seat. */
  readonly clock: () => Date;
  readonly startedAt: Date;
  readonly orm: MikroORM;
  readonly pool: Pool;
  readonly replicas: Replicas;
  readonly tokens: Tokens;
  readonly sessions: SessionLookup;
  readonly fingerprintKey: Buffer;
  readonly passwords: PasswordHasher;
  readonly rateLimits: RateLimits;
  readonly refusals: Refusals;
  readonly idempotencyRoom: IdempotencyRoom;
  /** Reports read a lot, so few are made at a time. */
  readonly reportTurns: FairTurns;
  readonly seatMaps: SeatMapHub;
  readonly viewers: Viewers;
  readonly bookings: BookingBatches;
  readonly mailer: Mailer;
  readonly outbox: WakeUp;
  close(): Promise<void>;
}

/** What the host brings. */
export interface Surroundings {
  log: Log;
  clock?: () => Date;
  /** Sends nothing by default. */
  mailer?: Mailer;
}

/**
 * Connects to the database and builds everything that requests share.
 *
 * @throws when the database cannot be reached
 */
export async function createApp(config: Config, surroundings: Surroundings): Promise<App> {
  const { log, clock = () => new Date(), mailer = noMailer } = surroundings;
  let pool: Pool | undefined;
  const options = ormOptions(config.database, (created) => (pool = created));
  const orm = await MikroORM.init(options);
  await orm.em.execute('select 1');
  if (!pool) {
    throw new Error('The database driver made no pool.');
  }
  const seatMaps = new SeatMapHub({ em: orm.em.fork(), pool }, log);
  const refusals = new Refusals({ log, pool, fork: () => orm.em.fork(), clock });
  const replicas = new Replicas(config.database, log);
  const parts: Omit<App, keyof AppHandle> = {
    config,
    log,
    clock,
    startedAt: clock(),
    orm,
    pool,
    replicas,
    tokens: new Tokens({
      secret: config.jwt.secret,
      previousSecrets: config.jwt.previousSecrets,
      lifeSeconds: tokenSeconds(config),
      clock,
    }),
    sessions: new SessionLookup(pool, config.batching),
    // A key of its own: what is stored with it must not help to forge a token.
    fingerprintKey: createHmac('sha256', config.jwt.secret)
      .update('idempotency fingerprint')
      .digest(),
    passwords: new PasswordHasher(config.bcryptCost),
    rateLimits: new RateLimits(pool, config.rateLimit),
    refusals,
    reportTurns: new FairTurns(reportsAtATime),
    idempotencyRoom: new IdempotencyRoom(pool, config.rateLimit),
    seatMaps,
    viewers: new Viewers(config.rateLimit),
    bookings: new BookingBatches(pool, config),
    mailer,
    outbox: new WakeUp(),
    close: async () => {
      seatMaps.close();
      await refusals.settle();
      await replicas.close();
      await orm.close();
    },
  };
  const app = parts as App;
  running.add(app);
  return app;
}

/** Each is read by one connection, and its rows are made by the one thread. */
const reportsAtATime = 2;

/** The products of this process. */
const running = new WeakSet<AppHandle>();

/** The product behind a handle. @throws when `createApp` did not make it */
export function appOf(handle: AppHandle): App {
  if (!isRunning(handle)) {
    throw new Error('The context carries no running product.');
  }
  return handle;
}

function isRunning(handle: AppHandle): handle is App {
  return running.has(handle);
}
