import { v7 } from 'uuid';
import { query, queryOne, statement } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import type { ServiceContext } from '../service-context.ts';
import type { NewFact } from './enqueue.ts';
import type { FactKind } from './facts.ts';

const insertExpanded = statement(
  `with fact as (
     insert into outbox (id, kind, key, payload, created_at, expanded_at, kept_until)
     values ($1, $2::text, $2::text || ':' || $3::text, $4::jsonb, clock_timestamp(),
       clock_timestamp(), clock_timestamp() + interval '30 days')
     returning id, key
   )
   insert into deliveries (id, outbox_id, consequence, target, key, available_at, created_at)
   select gen_random_uuid(), id, $5::text, $6::text, concat_ws(':', key, $5::text, $6::text),
     date_trunc('milliseconds', clock_timestamp()), clock_timestamp()
   from fact returning id`,
  { id: 'uuid' },
);

/**
 * Writes a fact with its one delivery, which is due now.
 *
 * @param to the name of the consequence, and the webhook endpoint
 * @returns the id of the delivery
 */
export async function enqueueTo<Kind extends FactKind>(
  tx: ServiceContext,
  { kind, subject, payload }: NewFact<Kind>,
  to: { consequence: string; target: string },
): Promise<string> {
  const values = [v7(), kind, subject, JSON.stringify(payload), to.consequence, to.target];
  const { id } = await queryOne(tx, insertExpanded, values);
  tx.facts.written = true;
  return id;
}

const dropAll = statement(
  `update deliveries set done_at = clock_timestamp(), dead_at = null, leased_by = null,
     leased_until = null, last_error = concat_ws('; ', last_error, 'the endpoint was deleted')
   where target = $1 and target <> '' and done_at is null`,
);

/** Gives up what is open or dead at an endpoint. The caller holds the endpoint FOR UPDATE. */
export async function dropDeliveriesTo(tx: ServiceContext, target: string): Promise<void> {
  await query(tx, dropAll, [target]);
}

const recover = statement(
  `update deliveries set done_at = clock_timestamp(), dead_at = null
   where id = $1 and dead_at is not null`,
);

/** Marks a delivery that had failed for good as done: it has arrived nevertheless. */
export async function markRecovered(db: Database, deliveryId: string): Promise<void> {
  await query(db, recover, [deliveryId]);
}
