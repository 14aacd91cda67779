import { createHmac, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { MikroORM } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { PasswordHasher } from './auth/password.ts';
import { RateLimits } from './auth/rate-limits.ts';
import type { Config } from './config.ts';
import type { AppHandle } from './context.ts';
import { ormOptions } from './db/orm.ts';
import { Replicas } from './db/replicas.ts';
import { SeatMapHub } from './showtimes/seat-map-hub.ts';

/** Where the product says what happened. pino fits. */
export interface Log {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
}

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
  readonly jwtKey: KeyObject;
  readonly fingerprintKey: Buffer;
  readonly passwords: PasswordHasher;
  readonly rateLimits: RateLimits;
  readonly seatMaps: SeatMapHub;
  close(): Promise<void>;
}

/**
 * Connects to the database and builds everything that requests share.
 *
 * @throws when the database cannot be reached
 */
export async function createApp(
  config: Config,
  { log, clock = () => new Date() }: { log: Log; clock?: () => Date },
): Promise<App> {
  let pool: Pool | undefined;
  const options = ormOptions(config.database, (created) => (pool = created));
  const orm = await MikroORM.init(options);
  await orm.em.execute('select 1');
  if (!pool) {
    throw new Error('The database driver made no pool.');
  }
  const seatMaps = new SeatMapHub({ em: orm.em.fork(), pool }, log);
  const replicas = new Replicas(config.database, log);
  const secret = Buffer.from(config.jwt.secret);
  const app: Omit<App, keyof AppHandle> = {
    config,
    log,
    clock,
    startedAt: clock(),
    orm,
    pool,
    replicas,
    jwtKey: createSecretKey(secret),
    // A key of its own: what is stored with it must not help to forge a token.
    fingerprintKey: createHmac('sha256', secret).update('idempotency fingerprint').digest(),
    passwords: new PasswordHasher(config.bcryptCost),
    rateLimits: new RateLimits(pool, config.rateLimit),
    seatMaps,
    close: async () => {
      seatMaps.close();
      await replicas.close();
      await orm.close();
    },
  };
  return app as App;
}
