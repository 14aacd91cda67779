import { queryOne, statement } from '../db/query.ts';
import type { RowOf } from '../db/row.ts';
import type { ServiceContext } from '../service-context.ts';

const standingRow = {
  open: 'int',
  late: 'int',
  refundsPending: 'int',
  refundsSeconds: 'float',
  incidents: 'int',
} as const;

const standing = statement(
  `select
     (select count(*)::int from reservations where status = 'pending') as open,
     (select count(*)::int from reservations
       where status = 'pending' and payment_deadline <= clock_timestamp()) as late,
     f.count as "refundsPending", f.seconds as "refundsSeconds",
     (select count(*)::int from incidents where resolved_at is null) as incidents
   from (
     select count(*)::int,
       coalesce(extract(epoch from clock_timestamp() - min(r.created_at)), 0)::float8 as seconds
     from refunds r join payments p on p.id = r.payment_id and p.provider <> 'desk'
     where r.status = 'pending') f`,
  standingRow,
);

/**
 * How money stands: reservations that wait for a payment, those past their time, refunds on their way
 * and the age of the oldest in seconds, incidents that are open.
 */
export type MoneyStanding = RowOf<typeof standingRow>;

/** How the money of the fleet stands, for `/metrics`. */
export function moneyStanding(db: Pick<ServiceContext, 'em' | 'pool'>): Promise<MoneyStanding> {
  return queryOne(db, standing);
}
