import type { App } from './app.ts';
import { query, queryOne, statement } from './db/query.ts';

/** Rows in one statement: short transactions, however much has piled up. */
const batchSize = 1_000;

/** How many rows a sweep has removed. */
export interface Swept {
  seatLocks: number;
  sessions: number;
  idempotencyKeys: number;
  rateLimits: number;
  signInAttempts: number;
  facts: number;
  auditEvents: number;
}

/** What a sweep removes: the table, its key, and what makes a row removable. */
type Rule = readonly [table: string, key: string, expired: string];

const past = (column: string) => `${column} <= clock_timestamp()`;

/** Facts stay for a week, and as long as something that follows from them is not done. */
const oldFacts = `expanded_at is not null and ${past(`created_at + interval '7 days'`)}
  and not exists (select from deliveries d where d.outbox_id = outbox.id and d.done_at is null)`;

const rules: Readonly<Record<Exclude<keyof Swept, 'auditEvents'>, Rule>> = {
  seatLocks: ['seat_claims', 'showtime_id, seat_id', expiredLock('expires_at')],
  sessions: ['sessions', 'id', past('expires_at')],
  idempotencyKeys: ['idempotency_keys', 'user_id, key', past(`created_at + interval '24 hours'`)],
  rateLimits: ['rate_limits', 'key', 'expire <= extract(epoch from clock_timestamp()) * 1000'],
  signInAttempts: ['sign_in_attempts', 'id, key', past(`at + interval '15 minutes'`)],
  facts: ['outbox', 'id', oldFacts],
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

function removalBy([table, key, expired]: Rule) {
  return statement(
    `with old as (
       select ${key} from ${table} where ${expired} limit ${batchSize} for update skip locked)
     delete from ${table} where (${key}) in (select ${key} from old) and ${expired}
     returning 1 as removed`,
    { removed: 'int' },
  );
}

/** Of the audit log, from which the role of the server may not delete. */
const forgetEvents = statement('select audit_forget() as removed', { removed: 'int' });

/**
 * Removes what has expired: seat locks, sessions, idempotency keys, counters, old facts. Nothing
 * depends on it, and any number of servers may do it simultaneously: rows that another one is
 * removing are skipped, and the clock is the database's, read again for the row as it is when it is
 * deleted.
 */
export async function sweep(app: App): Promise<Swept> {
  const db = { em: app.orm.em.fork(), pool: app.pool };
  const swept: Swept = {
    seatLocks: 0,
    sessions: 0,
    idempotencyKeys: 0,
    rateLimits: 0,
    signInAttempts: 0,
    facts: 0,
    auditEvents: 0,
  };
  for (const { name, removal } of removals) {
    const due = name === 'seatLocks' && app.config.rateLimit ? removalOfKept : removal;
    let removed: number;
    do {
      removed = (await query(db, due)).length;
      swept[name] += removed;
    } while (removed === batchSize);
  }
  let forgotten: number;
  do {
    forgotten = (await queryOne(db, forgetEvents)).removed;
    swept.auditEvents += forgotten;
  } while (forgotten === batchSize);
  return swept;
}
