import { given, selection } from '../db/conditions.ts';
import { query, queryOne, statement } from '../db/query.ts';
import { textOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import { noSuch } from '../errors.ts';
import { readInstantCursor, toPage } from '../paging.ts';
import type { Page } from '../paging.ts';
import type { ServiceContext } from '../service-context.ts';
import type { Delivery, ListDeliveries } from './schema.ts';

const state = `case when d.done_at is not null then 'done' when d.dead_at is not null then 'dead'
  else 'open' end`;

const columns = `d.id, d.consequence, d.target, d.attempts, d.last_error as "lastError",
  d.available_at as "availableAt", d.done_at as "doneAt", d.created_at as "createdAt",
  o.id as "factId", o.kind, o.key, ${state} as state`;

const deliveryRow = {
  id: 'uuid',
  consequence: 'text',
  target: 'text',
  attempts: 'int',
  lastError: 'text?',
  availableAt: 'instant',
  doneAt: 'instant?',
  createdAt: 'instant',
  factId: 'uuid',
  kind: 'text',
  key: 'text',
  state: textOf<Delivery['state']>(),
} as const;

const deliveries = selection({
  columns: deliveryRow,
  fixed: 1,
  text: (conditions) => `select ${columns}
    from deliveries d join outbox o on o.id = d.outbox_id
    where ${conditions} order by d.created_at desc, d.id desc limit $1`,
  conditions: {
    state: `${state} = $1`,
    idEndsWith: `d.id::text like '%' || $1`,
    after: '(d.created_at, d.id) < ($1::timestamptz, $2::uuid)',
  },
});

/** What follows from facts, newest first. */
export async function listDeliveries(
  ctx: ServiceContext,
  input: ListDeliveries,
): Promise<Page<Delivery>> {
  const after = readInstantCursor(input.cursor);
  const bound = deliveries.where([input.limit + 1], {
    state: given(input.state),
    idEndsWith: given(input.idEndsWith),
    after,
  });
  return toPage(await query(ctx, ...bound), input.limit, {
    keyOf: ({ createdAt, id }) => [createdAt.getTime(), id],
    toItem: toDelivery,
  });
}

const change = (assignments: string) =>
  statement(
    `with changed as (
       update deliveries set ${assignments}, leased_by = null, leased_until = null
       where id = $1 returning *)
     select ${columns} from changed d join outbox o on o.id = d.outbox_id`,
    deliveryRow,
  );

const retry = change(
  `available_at = date_trunc('milliseconds', clock_timestamp()), attempts = 0, done_at = null,
   dead_at = null`,
);

const drop = change(
  `last_error = case when done_at is null then concat_ws('; ', last_error, 'dropped')
     else last_error end,
   done_at = coalesce(done_at, clock_timestamp()), dead_at = null`,
);

/**
 * Makes a delivery due now, with all its attempts before it; also one that is done or dead.
 *
 * @throws NotFoundError
 */
export async function retryDelivery(ctx: ServiceContext, deliveryId: string): Promise<Delivery> {
  const [row] = await query(ctx, retry, [deliveryId]);
  if (!row) {
    throw noSuch('delivery');
  }
  ctx.facts.written = true;
  return toDelivery(row);
}

/** Gives a delivery up: it counts as done, and keeps its last error. @throws NotFoundError */
export async function dropDelivery(ctx: ServiceContext, deliveryId: string): Promise<Delivery> {
  const [row] = await query(ctx, drop, [deliveryId]);
  if (!row) {
    throw noSuch('delivery');
  }
  return toDelivery(row);
}

const standing = statement(
  `select count(*) filter (where dead_at is null)::int as open,
     count(*) filter (where dead_at is not null)::int as dead,
     coalesce(extract(epoch from clock_timestamp() - min(created_at)
       filter (where dead_at is null)), 0)::float8 as "oldestSeconds"
   from deliveries where done_at is null`,
  { open: 'int', dead: 'int', oldestSeconds: 'float' },
);

/** How many deliveries are open and dead, and the age of the oldest open one in seconds. */
export type OutboxStanding = RowOf<{ open: 'int'; dead: 'int'; oldestSeconds: 'float' }>;

/** How the outbox of the fleet stands, for `/metrics`. */
export function outboxStanding(db: Pick<ServiceContext, 'em' | 'pool'>): Promise<OutboxStanding> {
  return queryOne(db, standing);
}

function toDelivery({ factId, kind, key, ...row }: RowOf<typeof deliveryRow>): Delivery {
  return {
    id: row.id,
    fact: { id: factId, kind, key },
    consequence: row.consequence,
    target: row.target,
    state: row.state,
    attempts: row.attempts,
    lastError: row.lastError,
    availableAt: row.availableAt,
    doneAt: row.doneAt,
  };
}
