import { query, queryOne, statement } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import { jsonOf, textOf } from '../db/row.ts';
import type { Fact, FactKind, Facts } from './facts.ts';

/** Who leases, and for how long. */
export interface Lessee {
  /** Of one worker, new with each start. */
  id: string;
  leaseSeconds: number;
}

/** A delivery that is this worker's until the lease ends. */
export interface LeasedDelivery {
  id: string;
  consequence: string;
  /** This one included. */
  attempts: number;
  fact: Fact;
}

/** The consequences that a worker knows, as two columns. */
interface Known {
  kinds: string[];
  names: string[];
}

// Columns round instants to milliseconds, and up as well: a delivery would be due a moment later.
const expand = statement(
  `with facts as (
     select id, kind, key from outbox
     where expanded_at is null and kind = any($1)
     order by id limit $3 for update skip locked
   ), expanded as (
     update outbox o set expanded_at = clock_timestamp() from facts where o.id = facts.id
   ), added as (
     insert into deliveries (id, outbox_id, consequence, target, key, available_at, created_at)
     select gen_random_uuid(), facts.id, following.name, '', facts.key || ':' || following.name,
       date_trunc('milliseconds', clock_timestamp()), clock_timestamp()
     from facts join unnest($1::text[], $2::text[]) as following (kind, name)
       on following.kind = facts.kind
     on conflict (key) do nothing
   )
   select count(*)::int as expanded from facts`,
  { expanded: 'int' },
);

/**
 * Expands facts, oldest first, into one delivery per consequence. Facts of a kind that this version
 * does not know stay for a server that does.
 *
 * @returns how many were expanded
 */
export async function expandFacts(
  db: Database,
  { kinds, names }: Known,
  most: number,
): Promise<number> {
  return (await queryOne(db, expand, [kinds, names, most])).expanded;
}

const lease = statement(
  `with due as (
     select id from deliveries
     where done_at is null and dead_at is null and consequence = any($1)
       and available_at <= clock_timestamp()
       and (leased_until is null or leased_until <= clock_timestamp())
     order by available_at, id limit $2 for update skip locked
   )
   update deliveries d set attempts = attempts + 1, leased_by = $3,
     leased_until = clock_timestamp() + make_interval(secs => $4)
   from due, outbox o
   where d.id = due.id and o.id = d.outbox_id
   returning d.id, d.consequence, d.attempts, o.id as "factId", o.kind, o.key, o.payload,
     o.created_at as "createdAt"`,
  {
    id: 'uuid',
    consequence: 'text',
    attempts: 'int',
    factId: 'uuid',
    kind: textOf<FactKind>(),
    key: 'text',
    payload: jsonOf<Facts[FactKind]>(),
    createdAt: 'instant',
  },
);

/** Leases what is due, oldest first, `most` at most. */
export async function leaseDeliveries(
  db: Database,
  { id: lessee, leaseSeconds }: Lessee,
  { names, most }: Pick<Known, 'names'> & { most: number },
): Promise<LeasedDelivery[]> {
  const rows = await query(db, lease, [names, most, lessee, leaseSeconds]);
  return rows.map(({ id, consequence, attempts, factId, ...fact }) => ({
    id,
    consequence,
    attempts,
    fact: { id: factId, ...fact },
  }));
}

/** A worker that was too slow has lost its lease, and leaves the row to the next. */
const stillLeased = 'id = $1 and leased_by = $2 and attempts = $3';

const done = statement(
  `update deliveries set done_at = clock_timestamp(), last_error = $4, leased_by = null,
     leased_until = null
   where ${stillLeased}`,
);

/** Marks a delivery as done. */
export async function markDone(
  db: Database,
  lessee: Lessee,
  { delivery, note }: { delivery: LeasedDelivery; note: string | undefined },
): Promise<void> {
  await query(db, done, [delivery.id, lessee.id, delivery.attempts, note ?? null]);
}

const failed = statement(
  `update deliveries set last_error = $4, leased_by = null, leased_until = null,
     available_at = clock_timestamp() + make_interval(secs => coalesce($5, 0)),
     dead_at = case when $5::float8 is null then clock_timestamp() end
   where ${stillLeased}`,
);

/** Marks a failed attempt; without `retryAfter`, in seconds, the delivery is dead. */
export async function markFailed(
  db: Database,
  lessee: Lessee,
  attempt: { delivery: LeasedDelivery; reason: string; retryAfter: number | undefined },
): Promise<void> {
  const { delivery, reason, retryAfter } = attempt;
  const values = [delivery.id, lessee.id, delivery.attempts];
  await query(db, failed, [...values, reason.slice(0, 2_000), retryAfter ?? null]);
}

const back = statement(
  `update deliveries set attempts = attempts - 1, leased_by = null, leased_until = null
   where ${stillLeased}`,
);

/** Gives a leased delivery back that was not attempted. */
export async function giveBack(
  db: Database,
  lessee: Lessee,
  { id, attempts }: LeasedDelivery,
): Promise<void> {
  await query(db, back, [id, lessee.id, attempts]);
}
