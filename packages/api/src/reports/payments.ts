import { endOf, reportedDays, startOf } from '../days.ts';
import { statementPlannedEachTime } from '../db/query.ts';
import { textOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import { formatMinor, parseMinor } from '../money.ts';
import type { StaffContext } from '../service-context.ts';
import type { PaymentsInput, PaymentsReport } from './schema.ts';

const movedRow = {
  date: 'date',
  provider: textOf<PaymentsReport['rows'][number]['provider']>(),
  currency: 'text',
  payments: 'int',
  captured: 'numeric',
  refunds: 'int',
  refunded: 'numeric',
  chargedBack: 'numeric',
} as const;

type MovedRow = RowOf<typeof movedRow>;

const isAtSites = `($3::uuid[] is null or p.theater_id in (
  select id from theaters where site_id = any($3)))`;

/**
 * Money by the day on which it moved; what was exchanged for another reservation has not. A payment succeeds within days of its beginning, and a refund
 * within weeks: that is how far their indexes are read back.
 */
const moved = statementPlannedEachTime(
  `select (at at time zone 'UTC')::date as date, provider, currency,
     sum(payments)::int as payments, sum(captured)::numeric(14, 2) as captured,
     sum(refunds)::int as refunds, sum(refunded)::numeric(14, 2) as refunded,
     sum(lost)::numeric(14, 2) as "chargedBack"
   from (
     select succeeded_at as at, provider, coalesce(captured_currency, currency) as currency,
       1 as payments, captured, 0 as refunds, 0 as refunded, 0 as lost
     from payments p
     where status = 'succeeded' and tender is distinct from 'exchange'
       and created_at >= $1::timestamptz - interval '30 days'
       and created_at < $2 and ${isAtSites}
     union all
     select f.settled_at, p.provider, f.currency, 0, 0, 1, f.amount, 0
     from refunds f join payments p on p.id = f.payment_id
     where f.status = 'succeeded' and f.cause <> 'exchanged' and f.created_at >= $1::timestamptz - interval '60 days'
       and f.created_at < $2 and ${isAtSites}
     union all
     select l.created_at, p.provider, p.currency, 0, 0, 0, 0, -l.kept
     from payments p
     join reservation_log l on l.showtime_id = p.showtime_id
       and l.reservation_id = p.reservation_id and l.kind in ('charged_back', 'charge_back_won')
     where p.dispute is not null and ${isAtSites}) money
   where at >= $1 and at < $2
   group by 1, 2, 3 order by 1, 2, 3`,
  movedRow,
);

/** What each provider took and returned, by day in UTC; adds up to the provider's own statement. */
export async function reportPayments(
  ctx: StaffContext,
  input: PaymentsInput,
): Promise<PaymentsReport> {
  const { from, to } = reportedDays(input, ctx.app.clock().toISOString().slice(0, 10));
  const sites = input.siteId === undefined ? ctx.sites : [input.siteId];
  const values = [startOf(from), endOf(to), sites];
  const rows = await ctx.app.replicas.report(ctx, moved, values);
  return { from, to, rows: rows.map((row) => ({ ...row, net: netOf(row) })), totals: sumsOf(rows) };
}

function netOf({ captured, refunded, chargedBack }: MovedRow): string {
  return formatMinor(parseMinor(captured) - parseMinor(refunded) - parseMinor(chargedBack));
}

function sumsOf(rows: readonly MovedRow[]): PaymentsReport['totals'] {
  const sums = new Map<string, MovedRow>();
  for (const row of rows) {
    const key = `${row.provider} ${row.currency}`;
    const sum = sums.get(key);
    sums.set(key, sum ? added(sum, row) : row);
  }
  return [...sums.values()].map((sum) => ({ ...sum, net: netOf(sum) }));
}

function added(a: MovedRow, b: MovedRow): MovedRow {
  const amount = (name: 'captured' | 'refunded' | 'chargedBack') =>
    formatMinor(parseMinor(a[name]) + parseMinor(b[name]));
  return {
    ...a,
    payments: a.payments + b.payments,
    captured: amount('captured'),
    refunds: a.refunds + b.refunds,
    refunded: amount('refunded'),
    chargedBack: amount('chargedBack'),
  };
}
