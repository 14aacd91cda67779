import { v7 } from 'uuid';
import { asPeopleSort } from '../db/collation.ts';
import { given, selection } from '../db/conditions.ts';
import { defaultSite } from '../db/entities/theater.ts';
import { query, queryOne, statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import { ConflictError, noSuch, ValidationError } from '../errors.ts';
import { readTextCursor, toPage } from '../paging.ts';
import type { Page } from '../paging.ts';
import type { ServiceContext } from '../service-context.ts';
import { assertTimeZone } from '../theaters/service.ts';
import type { CreateSite, ListSites, RefundPolicy, Site, UpdateSite } from './schema.ts';

const siteRow = {
  id: 'uuid',
  name: 'text',
  timezone: 'text',
  currency: 'text?',
  address: 'text?',
  taxRateBp: 'int',
  refundPolicy: jsonOf<RefundPolicy>(),
  lateSalesMinutes: 'int',
  businessDayStartsAt: 'text?',
  revision: 'int',
  createdAt: 'instant',
} as const;

const siteColumns = `id, name, timezone, currency, address, tax_rate_bp as "taxRateBp",
  refund_policy as "refundPolicy", late_sales_minutes as "lateSalesMinutes",
  business_day_starts_at as "businessDayStartsAt", revision, created_at as "createdAt"`;

const sites = selection({
  columns: siteRow,
  fixed: 1,
  text: (conditions) => `
    select ${siteColumns} from sites
    where archived_at is null and ${conditions} order by name ${asPeopleSort}, id limit $1`,
  conditions: {
    id: 'id = $1',
    after: `(name ${asPeopleSort}, id) > ($1::text, $2::uuid)`,
  },
});

/** Sites by name. */
export async function listSites(ctx: ServiceContext, input: ListSites): Promise<Page<Site>> {
  const after = readTextCursor(input.cursor);
  const bound = sites.where([input.limit + 1], { after });
  return toPage(await ctx.app.replicas.list(ctx, ...bound), input.limit, {
    keyOf: ({ name, id }) => [name, id],
    toItem: (row) => toSite(ctx, row),
  });
}

/** One site. @throws NotFoundError */
export async function getSite(ctx: ServiceContext, siteId: string): Promise<Site> {
  const [row] = await query(ctx, ...sites.where([1], { id: given(siteId) }));
  if (!row) {
    throw noSuch('site');
  }
  return toSite(ctx, row);
}

const siteForUpdate = statement(
  'select revision from sites where id = $1 and archived_at is null for update',
  { revision: 'int' },
);

const updateRow = statement(
  `update sites set name = coalesce($2, name), timezone = coalesce($3, timezone),
     currency = coalesce($4, currency),
     address = case when $5 then $6 else address end,
     tax_rate_bp = coalesce($7, tax_rate_bp), refund_policy = coalesce($8, refund_policy),
     late_sales_minutes = coalesce($9, late_sales_minutes),
     business_day_starts_at = case when $10 then $11 else business_day_starts_at end,
     revision = revision + 1
   where id = $1`,
);

/**
 * Changes a site. Its tax rate and its policy hold for what is sold from then on.
 *
 * @throws NotFoundError
 * @throws ConflictError `EDIT_CONFLICT`
 */
export async function updateSite(ctx: ServiceContext, input: UpdateSite): Promise<Site> {
  const [row] = await query(ctx, siteForUpdate, [input.siteId]);
  if (!row) {
    throw noSuch('site');
  }
  if (input.revision !== undefined && input.revision !== row.revision) {
    throw new ConflictError('EDIT_CONFLICT', { revision: row.revision });
  }
  await assertPlace(ctx, input);
  await query(ctx, updateRow, [
    input.siteId,
    input.name,
    input.timezone,
    input.currency,
    input.address !== undefined,
    input.address ?? null,
    toBasisPoints(input.taxRate),
    input.refundPolicy === undefined ? null : JSON.stringify(input.refundPolicy),
    input.lateSalesMinutes,
    input.businessDayStartsAt !== undefined,
    input.businessDayStartsAt ?? null,
  ]);
  return getSite(ctx, input.siteId);
}

const insertRow = statement(
  `insert into sites (id, name, timezone, currency, address, tax_rate_bp, refund_policy,
     late_sales_minutes, business_day_starts_at)
   values ($1, $2, $3, $4, $5, coalesce($6, 0), $7, coalesce($8, 15), $9)`,
);

/** Of a site that is made without one, as the migration gave it to the default site. */
const fullRefunds: RefundPolicy = {
  tiers: [{ hoursBefore: 0, percent: 100 }],
  feeRefundable: true,
};

/** Makes a site. @throws ValidationError for a time zone that there is not, or another currency */
export async function createSite(ctx: ServiceContext, input: CreateSite): Promise<Site> {
  await assertPlace(ctx, input);
  const id = v7();
  await query(ctx, insertRow, [
    id,
    input.name,
    input.timezone,
    input.currency,
    input.address ?? null,
    toBasisPoints(input.taxRate),
    JSON.stringify(input.refundPolicy ?? fullRefunds),
    input.lateSalesMinutes,
    input.businessDayStartsAt ?? null,
  ]);
  return getSite(ctx, id);
}

/** @throws ValidationError */
async function assertPlace(
  ctx: ServiceContext,
  { timezone, currency }: Pick<UpdateSite, 'timezone' | 'currency'>,
): Promise<void> {
  if (timezone !== undefined) {
    await assertTimeZone(ctx, timezone);
  }
  if (currency !== undefined && currency !== ctx.app.config.currency) {
    const message = `must be the configured one, ${ctx.app.config.currency}`;
    throw new ValidationError([{ path: ['currency'], message }]);
  }
}

function toBasisPoints(percent: number | undefined): number | null {
  return percent === undefined ? null : Math.round(percent * 100);
}

const use = statement(
  `select count(*)::int as theaters, coalesce(sum((
       select count(*) from showtimes s
       where s.theater_id = t.id and s.end_time > clock_timestamp() and s.archived_at is null
         and s.cancelled_at is null)), 0)::int as showtimes
   from theaters t where t.site_id = $1 and t.archived_at is null`,
  { theaters: 'int', showtimes: 'int' },
);

const archive = statement(
  `update sites set archived_at = date_trunc('milliseconds', clock_timestamp()),
     revision = revision + 1
   where id = $1`,
);

/**
 * Takes a site away. Reservations and reports keep it.
 *
 * @throws NotFoundError
 * @throws ConflictError `IN_USE` while a theater belongs to it; the default site always
 */
export async function deleteSite(
  ctx: ServiceContext,
  siteId: string,
): Promise<{ id: string; archived: true }> {
  // A theater that comes here holds the row FOR KEY SHARE.
  if ((await query(ctx, siteForUpdate, [siteId])).length === 0) {
    throw noSuch('site');
  }
  const { theaters, showtimes } = await queryOne(ctx, use, [siteId]);
  if (theaters > 0 || siteId === defaultSite) {
    throw new ConflictError('IN_USE', { showtimes, lockedSeats: 0, reservedSeats: 0 });
  }
  await query(ctx, archive, [siteId]);
  return { id: siteId, archived: true };
}

function toSite(ctx: ServiceContext, { taxRateBp, currency, ...row }: RowOf<typeof siteRow>): Site {
  return { ...row, currency: currency ?? ctx.app.config.currency, taxRate: taxRateBp / 100 };
}
