import { v7 } from 'uuid';
import { given, selection } from '../db/conditions.ts';
import { query, queryOne, statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import { ConflictError } from '../errors.ts';
import { formatMinor, parseMinor } from '../money.ts';
import type { ServiceContext, ActorContext } from '../service-context.ts';
import { holdSite } from '../staff/site.ts';
import type { CloseShift, OpenShift, Shift } from './schema.ts';

type Tender = Shift['lines'][number]['tender'];
const tenders: readonly Tender[] = ['cash', 'card_terminal', 'comp', 'invoice'];

const shiftRow = {
  id: 'uuid',
  siteId: 'uuid',
  operatorId: 'uuid',
  email: 'text?',
  openedAt: 'instant',
  closedAt: 'instant?',
  float: 'numeric',
  currency: 'text?',
  cash: 'numeric?',
  cardTerminal: 'numeric?',
  moved: jsonOf<{ tender: Tender; sold: string; refunded: string }[]>(),
} as const;

const shiftColumns = `f.id, f.site_id as "siteId", f.operator_id as "operatorId", u.email,
  f.opened_at as "openedAt", f.closed_at as "closedAt", f.float, i.currency,
  f.counted_cash as cash, f.counted_card_terminal as "cardTerminal",
  (
    select coalesce(json_agg(json_build_object('tender', tender,
      'sold', sold::text, 'refunded', refunded::text)), '[]')
    from (
      select tender, sum(sold) as sold, sum(refunded) as refunded
      from (
        select tender, captured as sold, 0 as refunded from payments where shift_id = f.id
        union all
        -- What was exchanged is returned in cash.
        select case p.tender when 'exchange' then 'cash' else p.tender end, 0, r.amount
        from refunds r join payments p on p.id = r.payment_id
        where r.shift_id = f.id) each
      group by tender) line) as moved`;

const shiftTables = `from shifts f
  join users u on u.id = f.operator_id join sites i on i.id = f.site_id`;

const shifts = selection({
  columns: shiftRow,
  fixed: 0,
  text: (conditions) => `select ${shiftColumns} ${shiftTables} where ${conditions}`,
  conditions: {
    id: 'f.id = $1',
    openOf: 'f.operator_id = $1 and f.closed_at is null',
  },
});

const openShiftOf = statement(
  `select id, site_id as "siteId" from shifts
   where operator_id = $1 and closed_at is null for share`,
  { id: 'uuid', siteId: 'uuid' },
);

/**
 * The caller's open shift at a site, which stays open until the transaction ends; undefined when there
 * is none there.
 */
export async function openShiftAt(tx: ActorContext, siteId: string): Promise<string | undefined> {
  const [shift] = await query(tx, openShiftOf, [tx.caller.id]);
  return shift?.siteId === siteId ? shift.id : undefined;
}

/** The caller's open shift, as it stands. @throws ConflictError `NO_OPEN_SHIFT` */
export async function getShift(ctx: ActorContext): Promise<Shift> {
  const [row] = await query(ctx, ...shifts.where([], { openOf: given(ctx.caller.id) }));
  if (!row) {
    throw new ConflictError('NO_OPEN_SHIFT');
  }
  return toShift(ctx, row);
}

async function readShift(ctx: ServiceContext, shiftId: string): Promise<Shift> {
  return toShift(ctx, await queryOne(ctx, ...shifts.where([], { id: given(shiftId) })));
}

const insertShift = statement(
  `insert into shifts (id, site_id, operator_id, float) values ($1, $2, $3, $4)
   on conflict (operator_id) where closed_at is null do nothing returning id`,
  { id: 'uuid' },
);

/**
 * Opens a shift with the change that is in the drawer. Runs in a transaction.
 *
 * @throws NotFoundError for a site that does not exist
 * @throws ConflictError `SHIFT_OPEN`
 */
export async function openShift(tx: ActorContext, { siteId, float }: OpenShift): Promise<Shift> {
  await holdSite(tx, siteId);
  const [opened] = await query(tx, insertShift, [v7(), siteId, tx.caller.id, float]);
  if (!opened) {
    throw new ConflictError('SHIFT_OPEN');
  }
  return readShift(tx, opened.id);
}

const close = statement(
  `update shifts set counted_cash = $2, counted_card_terminal = $3,
     closed_at = date_trunc('milliseconds', clock_timestamp())
   where operator_id = $1 and closed_at is null returning id`,
  { id: 'uuid' },
);

/**
 * Closes the caller's shift with what was counted: waits for sales under way, and none comes after it.
 * Runs in a transaction.
 *
 * @throws ConflictError `NO_OPEN_SHIFT`
 */
export async function closeShift(tx: ActorContext, { counted }: CloseShift): Promise<Shift> {
  const values = [tx.caller.id, counted.cash, counted.card_terminal];
  const [closed] = await query(tx, close, values);
  if (!closed) {
    throw new ConflictError('NO_OPEN_SHIFT');
  }
  return readShift(tx, closed.id);
}

function toShift(ctx: ServiceContext, row: RowOf<typeof shiftRow>): Shift {
  const counted: Partial<Record<Tender, string | null>> = {
    cash: row.cash,
    card_terminal: row.cardTerminal,
  };
  const lines = tenders.map((tender) => {
    const moved = row.moved.find((each) => each.tender === tender);
    const [sold, refunded] = [
      parseMinor(moved?.sold ?? '0.00'),
      parseMinor(moved?.refunded ?? '0.00'),
    ];
    const start = tender === 'cash' ? parseMinor(row.float) : 0n;
    const found = counted[tender] ?? null;
    return {
      tender,
      sold: formatMinor(sold),
      refunded: formatMinor(refunded),
      counted: found,
      difference: found === null ? null : formatMinor(parseMinor(found) - start - sold + refunded),
    };
  });
  const { id, siteId, openedAt, closedAt, float } = row;
  return {
    id,
    siteId,
    operator: { id: row.operatorId, email: row.email },
    openedAt,
    closedAt,
    float,
    currency: row.currency ?? ctx.app.config.currency,
    lines,
  };
}
