import { query, queryOne, statement } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import { jsonOf, textOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
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
  /** The webhook endpoint that it is for; else empty. */
  target: string;
  /** This one included. */
  attempts: number;
  fact: Fact;
}

/** The consequences that a worker knows, as columns. */
export interface Known {
  kinds: string[];
  names: string[];
  /** Whether each webhook endpoint has a delivery of its own. */
  areForEndpoints: boolean[];
}

// Columns round instants to milliseconds, and up as well: a delivery would be due a moment later.
const expand = statement(
  `with facts as (
     select id, kind, key, payload from outbox
     where expanded_at is null and kind = any($1)
     order by id limit $4 for update skip locked
   ), endpoints as materialized (
     select id::text as target, events, disabled_at is null as is_enabled from webhook_endpoints
     where exists (select from facts) for key share
   ), following as materialized (
     select facts.id, facts.key, known.name, coalesce(endpoints.target, '') as target
     from facts
     join unnest($1::text[], $2::text[], $3::boolean[]) as known (kind, name, is_for_endpoints)
       on known.kind = facts.kind
     left join endpoints on is_for_endpoints and case when facts.payload ? 'endpointId'
       then endpoints.target = facts.payload->>'endpointId'
       else is_enabled and (facts.kind = any(events) or '*' = any(events)) end
     where not is_for_endpoints or endpoints.target is not null
   ), expanded as (
     update outbox o set expanded_at = clock_timestamp(),
       kept_until = case when exists (
         select from following where following.id = o.id and target <> '')
         then o.created_at + interval '30 days' end
     from facts where o.id = facts.id
   ), added as (
     insert into deliveries (id, outbox_id, consequence, target, key, available_at, created_at)
     select gen_random_uuid(), id, name, target, concat_ws(':', key, name, nullif(target, '')),
       date_trunc('milliseconds', clock_timestamp()), clock_timestamp()
     from following
     on conflict (key) do nothing
   )
   select count(*)::int as expanded from facts`,
  { expanded: 'int' },
);

/**
 * Expands facts, oldest first, into one delivery per consequence, and for webhooks one per endpoint
 * that wants them, or that they name. Facts of a kind that this version does not know stay for a server
 * that does. An endpoint is not deleted meanwhile.
 *
 * @returns how many were expanded
 */
export async function expandFacts(
  db: Database,
  { kinds, names, areForEndpoints }: Known,
  most: number,
): Promise<number> {
  return (await queryOne(db, expand, [kinds, names, areForEndpoints, most])).expanded;
}

const leasedRow = {
  id: 'uuid',
  consequence: 'text',
  target: 'text',
  attempts: 'int',
  factId: 'uuid',
  kind: textOf<FactKind>(),
  key: 'text',
  payload: jsonOf<Facts[FactKind]>(),
  createdAt: 'instant',
} as const;

const isDue = `done_at is null and dead_at is null and consequence = any($1)
  and available_at <= clock_timestamp()
  and (leased_until is null or leased_until <= clock_timestamp())`;

/** @param due the ids of deliveries, locked; `$1` are the names of consequences, `$2` the most */
const leaseOf = (due: string) =>
  statement(
    `with due as (${due})
     update deliveries d set attempts = attempts + 1, leased_by = $3,
       leased_until = clock_timestamp() + make_interval(secs => $4)
     from due, outbox o
     where d.id = due.id and o.id = d.outbox_id
     returning d.id, d.consequence, d.target, d.attempts, o.id as "factId", o.kind, o.key, o.payload,
       o.created_at as "createdAt"`,
    leasedRow,
  );

const lease = leaseOf(
  `select id from deliveries where ${isDue}
   order by available_at, id limit $2 for update skip locked`,
);

/** Leases what is due, oldest first, `most` at most. */
export async function leaseDeliveries(
  db: Database,
  { id: lessee, leaseSeconds }: Lessee,
  { names, most }: Pick<Known, 'names'> & { most: number },
): Promise<LeasedDelivery[]> {
  return (await query(db, lease, [names, most, lessee, leaseSeconds])).map(toLeased);
}

/** Those with the fewest attempts under way come first, so that no endpoint waits behind another. */
const leaseAtEndpoints = leaseOf(
  `select due.id
   from webhook_endpoints e
   left join unnest($5::text[], $6::int[]) as busy (target, attempts) on busy.target = e.id::text
   cross join lateral (
     select id from deliveries where target = e.id::text and target <> '' and ${isDue}
     order by available_at, id limit greatest($7 - coalesce(busy.attempts, 0), 0)
     for update skip locked) due
   where (e.failing_since is not null) = $8
   order by coalesce(busy.attempts, 0), random() limit $2`,
);

/** What a server can attempt at endpoints now. */
export interface EndpointRoom {
  most: number;
  /** At one endpoint, those under way included. */
  mostEach: number;
  /** Whether at endpoints whose last attempt failed, or at the others. */
  areFailing: boolean;
  /** Attempts under way by endpoint. */
  busy: ReadonlyMap<string, number>;
}

/** Leases what is due at endpoints, a few at each. */
export async function leaseEndpointDeliveries(
  db: Database,
  { id: lessee, leaseSeconds }: Lessee,
  { names, room }: Pick<Known, 'names'> & { room: EndpointRoom },
): Promise<LeasedDelivery[]> {
  const { most, mostEach, areFailing, busy } = room;
  const under = [[...busy.keys()], [...busy.values()]];
  const values = [names, most, lessee, leaseSeconds, ...under, mostEach, areFailing];
  return (await query(db, leaseAtEndpoints, values)).map(toLeased);
}

function toLeased({
  id,
  consequence,
  target,
  attempts,
  factId,
  ...fact
}: RowOf<typeof leasedRow>): LeasedDelivery {
  return { id, consequence, target, attempts, fact: { id: factId, ...fact } };
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
     available_at = clock_timestamp() + make_interval(secs => coalesce($5::float8, 0)),
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
