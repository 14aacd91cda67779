import { createHmac, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { MikroORM } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { Refusals } from './audit/refusals.ts';
import { ApiKeyLookup } from './auth/api-key-lookup.ts';
import { BookingLinks } from './auth/booking-links.ts';
import { PasswordHasher } from './auth/password.ts';
import { RateLimits } from './auth/rate-limits.ts';
import { SessionLookup } from './auth/session-lookup.ts';
import { SessionUses } from './auth/session-uses.ts';
import { SignedTokens } from './auth/signed-tokens.ts';
import { Tokens } from './auth/tokens.ts';
import { guestSeconds, tokenSeconds } from './config.ts';
import type { Config } from './config.ts';
import type { AppHandle } from './context.ts';
import { DatabaseWatch } from './db/database-watch.ts';
import { installationIdentity } from './db/installation.ts';
import { ormOptions } from './db/orm.ts';
import { observeWaits } from './db/pool-waits.ts';
import type { Database } from './db/query.ts';
import { Replicas } from './db/replicas.ts';
import { FairTurns } from './fair-turns.ts';
import { toAppError } from './funnel.ts';
import { IdempotencyRoom } from './idempotency-room.ts';
import type { Log } from './log.ts';
import { noMailer } from './notifications/mailer.ts';
import type { Mailer } from './notifications/mailer.ts';
import { noTexter } from './notifications/texter.ts';
import type { Texter } from './notifications/texter.ts';
import { noObserver } from './observer.ts';
import type { Observer } from './observer.ts';
import { WakeUp } from './outbox/wake-up.ts';
import { OwnTurns } from './own-turns.ts';
import type { PaymentProvider } from './payments/provider.ts';
import { PaymentProviders } from './payments/providers.ts';
import { ProviderQuestions } from './payments/questions.ts';
import { BookingBatches } from './seats/booking-batches.ts';
import { SeatMapHub } from './seats/seat-map-hub.ts';
import { Viewers } from './seats/viewers.ts';
import { SecretBox } from './secret-box.ts';
import { SharedSnapshots } from './shared-snapshots.ts';
import type { SnapshotStore } from './shared-snapshots.ts';
import { Programmes } from './showtimes/programmes.ts';
import { TicketDrawing } from './tickets/drawing.ts';
import { TicketKeys } from './tickets/keys.ts';
import type { TicketPrinter } from './tickets/sheet.ts';
import { noWebhookSender } from './webhooks/sender.ts';
import type { WebhookSender } from './webhooks/sender.ts';

/** The running product: made once per process, shared by all requests. */
export interface App extends AppHandle {
  readonly config: Config;
  readonly log: Log;
  /** The application's clock: for uptime and tokens, never for a decision about a seat. */
  readonly clock: () => Date;
  readonly startedAt: Date;
  readonly orm: MikroORM;
  readonly pool: Pool;
  /** Whether the primary responds. */
  readonly database: DatabaseWatch;
  readonly replicas: Replicas;
  readonly tokens: Tokens;
  readonly bookingLinks: BookingLinks;
  /** Links to the files of tickets. */
  readonly fileLinks: BookingLinks;
  /** Tokens of mailed links that set a new password, about the one that it replaces. */
  readonly passwordResets: SignedTokens;
  /** Tokens of mailed links that prove an address, about that address. */
  readonly emailProofs: SignedTokens;
  /** Encrypts the secrets of second factors. */
  readonly factorSecrets: SecretBox;
  /** Tokens of links that end reminders, each of a reservation. */
  readonly unsubscriptions: SignedTokens;
  readonly ticketKeys: TicketKeys;
  readonly tickets: TicketDrawing;
  readonly sessions: SessionLookup;
  readonly sessionUses: SessionUses;
  /** Tokens that renew sessions, each about one renewal. */
  readonly refreshTokens: SignedTokens;
  readonly apiKeys: ApiKeyLookup;
  /** What the secrets of API keys are made with. */
  readonly apiKeySecret: Buffer;
  readonly fingerprintKey: KeyObject;
  readonly passwords: PasswordHasher;
  readonly rateLimits: RateLimits;
  readonly refusals: Refusals;
  readonly idempotencyRoom: IdempotencyRoom;
  /** Reports read a lot, so few are made at a time. */
  readonly reportTurns: FairTurns;
  /** Writes of each caller, of whom one must not take the connections of all. */
  readonly callerTurns: OwnTurns;
  readonly programmes: Programmes;
  /** What servers share with each other; undefined where there is no store. */
  readonly snapshots: SharedSnapshots | undefined;
  readonly seatMaps: SeatMapHub;
  readonly viewers: Viewers;
  readonly bookings: BookingBatches;
  readonly mailer: Mailer;
  /** Whether the mailer sends anything. */
  readonly sendsMail: boolean;
  readonly texter: Texter;
  /** Whether the texter sends anything. */
  readonly sendsTexts: boolean;
  /** What codes for telephone numbers are made with. */
  readonly phoneCodeKey: Buffer;
  readonly payments: PaymentProviders;
  readonly providerQuestions: ProviderQuestions;
  readonly webhooks: WebhookSender;
  /** Encrypts what signs webhooks. */
  readonly webhookSecrets: SecretBox;
  readonly observer: Observer;
  readonly outbox: WakeUp;
  close(): Promise<void>;
}

/** What the host brings. */
export interface Surroundings {
  log: Log;
  clock?: () => Date;
  /** Sends nothing by default. */
  mailer?: Mailer;
  /** Sends nothing by default. */
  texter?: Texter;
  /** With whom customers pay, the default first; none by default. */
  payments?: readonly PaymentProvider[];
  /** Draws nothing by default: files of tickets are not available then. */
  printer?: TicketPrinter;
  /** Sends nothing by default. */
  webhooks?: WebhookSender;
  /** Where servers share snapshots for anonymous callers; nowhere by default. */
  snapshots?: SnapshotStore | undefined;
  /** Counts nothing by default. */
  observer?: Observer;
}

/**
 * Connects to the database and builds everything that requests share.
 *
 * @throws when the database cannot be reached
 */
export async function createApp(config: Config, surroundings: Surroundings): Promise<App> {
  const { log, clock = () => new Date() } = surroundings;
  const { mailer = noMailer, observer = noObserver, payments = [], printer } = surroundings;
  const { texter = noTexter, webhooks = noWebhookSender } = surroundings;
  const { orm, pool, database } = await connect(config, log);
  observeWaits(pool, (seconds) => observer.waited('primary', seconds));
  const db = { em: orm.em.fork(), pool };
  const snapshots = await shareIn(surroundings.snapshots, config, db);
  const seatMaps = new SeatMapHub(db, { log, observer, snapshots });
  const apiKeys = new ApiKeyLookup(pool, { batching: config.batching, log });
  const refusals = new Refusals({ log, observer, pool, fork: () => orm.em.fork(), clock });
  const replicas = new Replicas(config.database, { log, primary: pool });
  const sessionUses = new SessionUses({ em: orm.em.fork(), pool }, log);
  const ticketKeys = new TicketKeys(config);
  await ticketKeys.prepare({ em: orm.em.fork(), pool });
  const parts: Omit<App, keyof AppHandle> = {
    config,
    log,
    clock,
    startedAt: clock(),
    orm,
    pool,
    database,
    replicas,
    ...signersOf(config, clock),
    ticketKeys,
    tickets: new TicketDrawing(printer, observer),
    sessions: new SessionLookup(pool, config.batching),
    sessionUses,
    apiKeys,
    passwords: new PasswordHasher(config.bcryptCost),
    rateLimits: new RateLimits(pool, config.rateLimit),
    refusals,
    reportTurns: new FairTurns(reportsAtATime),
    callerTurns: new OwnTurns(config.rateLimit ? writesOfCaller : Infinity, restAfterRefusal),
    idempotencyRoom: new IdempotencyRoom(pool, config.rateLimit),
    programmes: new Programmes({ observer, snapshots }),
    snapshots,
    seatMaps,
    viewers: new Viewers(config.rateLimit),
    bookings: new BookingBatches(pool, config),
    mailer,
    sendsMail: mailer !== noMailer,
    texter,
    sendsTexts: texter !== noTexter,
    payments: new PaymentProviders(payments),
    providerQuestions: new ProviderQuestions(config.rateLimit),
    webhooks,
    observer,
    outbox: new WakeUp(),
    close: async () => {
      seatMaps.close();
      await refusals.settle();
      await sessionUses.settle();
      await apiKeys.settle();
      await replicas.close();
      database.close();
      await orm.close();
    },
  };
  const app = parts as App;
  running.add(app);
  return app;
}

/** @throws when the database cannot be reached */
async function connect(
  config: Config,
  log: Log,
): Promise<{ orm: MikroORM; pool: Pool; database: DatabaseWatch }> {
  let pool: Pool | undefined;
  let database: DatabaseWatch | undefined;
  const options = ormOptions(config.database, (created) => {
    pool = created;
    database = new DatabaseWatch(created, config.database, { log });
  });
  const orm = await MikroORM.init(options);
  await orm.em.execute('select 1');
  if (!pool || !database) {
    throw new Error('The database driver made no pool.');
  }
  return { orm, pool, database };
}

/** Undefined without a store. */
async function shareIn(
  store: SnapshotStore | undefined,
  { version, jwt }: Config,
  db: Database,
): Promise<SharedSnapshots | undefined> {
  if (!store) {
    return undefined;
  }
  const identity = await installationIdentity(db);
  return new SharedSnapshots(store, { identity, version, secret: jwt.secret });
}

/** What signs and verifies with the secret of the configuration, each with a key of its own. */
function signersOf(
  config: Config,
  clock: () => Date,
): Pick<
  App,
  | 'tokens'
  | 'refreshTokens'
  | 'bookingLinks'
  | 'fileLinks'
  | 'passwordResets'
  | 'emailProofs'
  | 'factorSecrets'
  | 'apiKeySecret'
  | 'phoneCodeKey'
  | 'unsubscriptions'
  | 'webhookSecrets'
  | 'fingerprintKey'
> {
  const { secret, previousSecrets } = config.jwt;
  const secrets = [secret, ...previousSecrets];
  const lifeSeconds = tokenSeconds(config);
  return {
    tokens: new Tokens({ secret, previousSecrets, lifeSeconds, guestSeconds, clock }),
    refreshTokens: new SignedTokens('session renewal', secrets, { isAbout: true }),
    bookingLinks: new BookingLinks('booking link', secrets),
    fileLinks: new BookingLinks('ticket files', secrets),
    passwordResets: new SignedTokens('password reset', secrets, { isAbout: true }),
    emailProofs: new SignedTokens('email proof', secrets, { isAbout: true }),
    factorSecrets: new SecretBox('second factor', secrets),
    apiKeySecret: createHmac('sha256', secret).update('api key').digest(),
    phoneCodeKey: createHmac('sha256', secret).update('phone code').digest(),
    unsubscriptions: new SignedTokens('unsubscription', secrets),
    webhookSecrets: new SecretBox('webhook secret', secrets),
    // A key of its own: what is stored with it must not help to forge a token.
    fingerprintKey: createSecretKey(
      createHmac('sha256', secret).update('idempotency fingerprint').digest(),
    ),
  };
}

/** Each is read by one connection, and its rows are made by the one thread. */
const reportsAtATime = 2;

/** A fifth of the connections of the pool. */
const writesOfCaller = 4;

/**
 * A write that is one too many keeps its caller's place for a moment after its answer. Refused as fast as
 * they come, the writes of nine accounts took 1.7 of 2 cores (`npm run abuse`, hashes-in-transactions).
 */
function restAfterRefusal(error: unknown): Promise<void> | undefined {
  return toAppError(error).code === 'RATE_LIMITED'
    ? new Promise((resolve) => void setTimeout(resolve, refusedRestMs).unref())
    : undefined;
}

const refusedRestMs = 500;

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
