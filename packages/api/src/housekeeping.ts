import type { App } from './app.ts';
import { query, queryOne, statement } from './db/query.ts';
import { databaseOf } from './service-context.ts';

/** Rows in one statement: short transactions, however much has piled up. */
const batchSize = 1_000;

/** How many rows a sweep has removed. */
export interface Swept {
  /** And seats whose block has been released. */
  seatLocks: number;
  seatBlocks: number;
  sessions: number;
  idempotencyKeys: number;
  rateLimits: number;
  signInAttempts: number;
  facts: number;
  providerEvents: number;
  webhookAttempts: number;
  webhookSecrets: number;
  webhookListeners: number;
  auditEvents: number;
}

/** What a sweep removes: the table, its key, and what makes a row removable. */
type Rule = readonly [table: string, key: string, expired: string];

const past = (column: string) => `${column} <= clock_timestamp()`;

/**
 * Facts stay for a week, those that webhook endpoints have received for a month, and as long as
 * something that follows from them is not done.
 */
const oldFacts = `expanded_at is not null
  and ${past(`coalesce(kept_until, created_at + interval '7 days')`)}
  and not exists (select from deliveries d where d.outbox_id = outbox.id and d.done_at is null)`;

const withoutSeats = `not exists (
  select from seat_claims c
  where c.showtime_id = seat_blocks.showtime_id and c.block_id = seat_blocks.id)`;

/** An endpoint without an address belongs to a command that should have deleted it. */
const forgottenListener = `url is null and ${past(`created_at + interval '1 day'`)}
  and not exists (
    select from deliveries d
    where d.target = webhook_endpoints.id::text and d.target <> '' and d.done_at is null
      and d.dead_at is null)`;

const rules: Readonly<Record<Exclude<keyof Swept, 'auditEvents'>, Rule>> = {
  seatLocks: ['seat_claims', 'showtime_id, seat_id', expiredLock('expires_at')],
  // A block that no seat has any more: it was released, replaced or ended.
  seatBlocks: ['seat_blocks', 'id', withoutSeats],
  sessions: ['sessions', 'id', past('expires_at')],
  idempotencyKeys: ['idempotency_keys', 'user_id, key', past(`created_at + interval '24 hours'`)],
  rateLimits: ['rate_limits', 'key', 'expire <= extract(epoch from clock_timestamp()) * 1000'],
  signInAttempts: ['sign_in_attempts', 'id, key', past(`at + interval '15 minutes'`)],
  facts: ['outbox', 'id', oldFacts],
  // Providers repeat a message for three days.
  providerEvents: [
    'provider_events',
    'provider, event_id',
    past(`received_at + interval '30 days'`),
  ],
  webhookAttempts: ['webhook_attempts', 'id', past(`at + interval '30 days'`)],
  webhookSecrets: ['webhook_secrets', 'id', past('expires_at')],
  webhookListeners: ['webhook_endpoints', 'id', forgottenListener],
};

const removals = Object.entries(rules).map(([name, rule]) => ({
  name: name as keyof typeof rules,
  removal: removalBy(rule),
}));

/** A seat that is locked again soon keeps its old hard cap, so the row has to be there as long. */
const removalOfKept = removalBy([
  'seat_claims',
  'showtime_id, seat_id',
  expiredLock(`expires_at + interval '15 minutes'`),
]);

function expiredLock(end: string): string {
  return `reservation_id is null and ${past(end)}`;
}

/**
 * A row that was locked stays as it is, so its condition is not asked for again: by an index of that
 * condition alone, each row would be compared with each other.
 */
function removalBy([table, key, expired]: Rule) {
  // A seat that was given back has a lock of no length.
  const hasLapsed = table === 'seat_claims' ? `kind = 'lock' and locked_at < expires_at` : 'false';
  return statement(
    `with old as (
       select ${key} from ${table} where ${expired} limit ${batchSize} for update skip locked)
     delete from ${table} where (${key}) in (select ${key} from old)
     returning ${hasLapsed} as "hasLapsed"`,
    { hasLapsed: 'bool' },
  );
}

/** Of the audit log, from which the role of the server may not delete. */
const forgetEvents = statement('select audit_forget() as removed', { removed: 'int' });

/**
 * Removes what has expired: seat locks, sessions, idempotency keys, counters, old facts. Nothing
 * depends on it, and any number of servers may do it simultaneously: rows that another one is
 * removing are skipped, and the clock is the database's, read for the row as it is when it is locked.
 */
export async function sweep(app: App): Promise<Swept> {
  const db = databaseOf(app);
  const swept: Swept = {
    seatLocks: 0,
    seatBlocks: 0,
    sessions: 0,
    idempotencyKeys: 0,
    rateLimits: 0,
    signInAttempts: 0,
    facts: 0,
    providerEvents: 0,
    webhookAttempts: 0,
    webhookSecrets: 0,
    webhookListeners: 0,
    auditEvents: 0,
  };
  for (const { name, removal } of removals) {
    const due = name === 'seatLocks' && app.config.rateLimit ? removalOfKept : removal;
    let removed: { hasLapsed: boolean }[];
    do {
      removed = await query(db, due);
      swept[name] += removed.length;
      const seats = removed.filter(({ hasLapsed }) => hasLapsed).length;
      app.observer.seatsChanged({ event: 'expired', seats });
    } while (removed.length === batchSize);
  }
  let forgotten: number;
  do {
    forgotten = (await queryOne(db, forgetEvents)).removed;
    swept.auditEvents += forgotten;
  } while (forgotten === batchSize);
  return swept;
}

/** Nothing about a show is changed that long after its end. */
const retiredAfter = '3 days';

/**
 * The shows that have claims, each found by one look into the index, and of those that ended long
 * ago some claims of seats that are sold or blocked.
 */
const retirement = statement(
  `with recursive claimed as (
     (select showtime_id from seat_claims order by showtime_id limit 1)
     union all
     select (
       select c.showtime_id from seat_claims c where c.showtime_id > claimed.showtime_id
       order by c.showtime_id limit 1)
     from claimed where claimed.showtime_id is not null),
   old as (
     select c.showtime_id, c.seat_id from seat_claims c
     where (c.reservation_id is not null or c.kind = 'block') and c.showtime_id in (
       select s.id from claimed join showtimes s on s.id = claimed.showtime_id
       where s.end_time <= least(clock_timestamp(), $1) - interval '${retiredAfter}')
     limit ${batchSize} for update skip locked)
   delete from seat_claims c using old
   where c.showtime_id = old.showtime_id and c.seat_id = old.seat_id returning 1 as removed`,
  { removed: 'int' },
);

/**
 * Removes the claims of sold and blocked seats in shows that ended days ago. They say nothing that the
 * reservations do not say, and the table that every sale locks rows of stays as small as what is on
 * sale. The clocks of the database and of this server must agree that a show is over: one that has
 * jumped ahead must not free the seats of shows to come.
 *
 * @returns how many were removed
 */
export async function retireClaims(app: App): Promise<number> {
  const db = databaseOf(app);
  let total = 0;
  let removed: number;
  do {
    removed = (await query(db, retirement, [app.clock()])).length;
    total += removed;
  } while (removed === batchSize);
  return total;
}

/**
 * Guests without anything. They are two days old: the session that made them ended a day ago, no other
 * began without a reservation, and no request of theirs is under way that could still write a row. So no
 * claim and no stored answer outlives its user. Older ones than nine days have been looked at before.
 */
const idleGuests = statement(
  `with idle as (
     select u.id from users u
     where u.role = 'guest'
       and u.created_at < clock_timestamp() - interval '2 days'
       and u.created_at > clock_timestamp() - interval '9 days'
       and not exists (select from sessions where user_id = u.id)
       and not exists (select from reservations where user_id = u.id)
       and not exists (
         select from seat_claims where user_id = u.id and reservation_id is null)
       and not exists (select from idempotency_keys where user_id = u.id)
     limit ${batchSize} for update skip locked)
   delete from users u using idle where u.id = idle.id returning 1 as removed`,
  { removed: 'int' },
);

/**
 * Removes guests who have bought nothing and whose session is over. The audit log keeps that they were
 * there.
 *
 * @returns how many were removed
 */
export async function forgetGuests(app: App): Promise<number> {
  const db = databaseOf(app);
  let total = 0;
  let removed: number;
  do {
    removed = (await query(db, idleGuests)).length;
    total += removed;
  } while (removed === batchSize);
  return total;
}
