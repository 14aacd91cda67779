import { v7 } from 'uuid';
import { isAmong, lackOfRight } from '../auth/rights.ts';
import type { Sites } from '../auth/rights.ts';
import { asPeopleSort } from '../db/collation.ts';
import { given, selection } from '../db/conditions.ts';
import { query, queryOne, statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import { ConflictError, ForbiddenError, noSuch, ValidationError } from '../errors.ts';
import { readTextCursor, toPage } from '../paging.ts';
import type { Page } from '../paging.ts';
import { assertRevision } from '../patch.ts';
import type { ServiceContext, StaffContext } from '../service-context.ts';
import type { CreatePriceList, ListPriceLists, PriceList, UpdatePriceList } from './schema.ts';
import { saveVersion } from './versions.ts';

const listRow = {
  id: 'uuid',
  version: 'int',
  name: 'text',
  siteId: 'uuid?',
  currency: 'text',
  bookingFee: 'numeric?',
  taxRateBp: 'int?',
  items: jsonOf<PriceList['items']>(),
  createdAt: 'instant',
} as const;

const lists = selection({
  columns: listRow,
  fixed: 1,
  text: (conditions) => `
    select v.list_id as id, v.version, v.name, v.site_id as "siteId", v.currency,
      v.booking_fee as "bookingFee", v.tax_rate_bp as "taxRateBp", v.created_at as "createdAt",
      (select json_agg(json_build_object('ticketTypeId', i.ticket_type_id,
            'seatType', i.seat_type, 'price', i.price::text)
          order by i.ticket_type_id <> v.default_type_id, k.sort_order, k.code, i.seat_type)
        from price_list_items i join ticket_types k on k.id = i.ticket_type_id
        where i.price_list_id = v.id) as items
    from price_lists v
    where v.archived_at is null and not exists (
        select from price_lists n where n.list_id = v.list_id and n.version > v.version)
      and ${conditions}
    order by v.name ${asPeopleSort}, v.list_id limit $1`,
  conditions: {
    id: 'v.list_id = $1',
    sites: 'v.site_id is null or v.site_id = any($1)',
    after: `(v.name ${asPeopleSort}, v.list_id) > ($1::text, $2::uuid)`,
  },
});

type ListRow = RowOf<typeof listRow>;

/** The lists that showtimes of the caller's sites can use, by name: those of all sites too. */
export async function listPriceLists(
  ctx: StaffContext,
  input: ListPriceLists,
): Promise<Page<PriceList>> {
  const after = readTextCursor(input.cursor);
  const sites: Sites = input.siteId === undefined ? ctx.sites : [input.siteId];
  const bound = lists.where([input.limit + 1], { sites: given(sites ?? undefined), after });
  return toPage(await query(ctx, ...bound), input.limit, {
    keyOf: ({ name, id }) => [name, id],
    toItem: toPriceList,
  });
}

/** The newest version of a list. @throws NotFoundError */
export async function getPriceList(ctx: StaffContext, priceListId: string): Promise<PriceList> {
  return toPriceList(await readable(ctx, priceListId));
}

async function readable(ctx: StaffContext, priceListId: string): Promise<ListRow> {
  const [row] = await query(ctx, ...lists.where([1], { id: given(priceListId) }));
  if (!row) {
    throw noSuch('price list');
  }
  if (row.siteId !== null && !isAmong(ctx.sites, row.siteId)) {
    throw lackOfRight(ctx.caller, row.siteId, noSuch('price list'));
  }
  return row;
}

/** Lists of all sites are changed by administrators. @throws ForbiddenError */
function assertOwn({ sites }: StaffContext, { siteId }: Pick<ListRow, 'siteId'>): void {
  if (siteId === null && sites !== null) {
    throw new ForbiddenError();
  }
}

const siteById = statement(
  'select currency from sites where id = $1 and archived_at is null for key share',
  { currency: 'text?' },
);

async function siteTerms(
  ctx: ServiceContext,
  siteId: string,
): Promise<{ currency: string | null }> {
  const [site] = await query(ctx, siteById, [siteId]);
  if (!site) {
    throw noSuch('site', 'siteId');
  }
  return site;
}

/**
 * Makes a price list. Runs in a transaction.
 *
 * @throws NotFoundError for a site or a ticket type that does not exist
 * @throws ForbiddenError for a list of all sites, unless an administrator makes it
 * @throws ValidationError when the currency is not that of the site
 */
export async function createPriceList(
  tx: StaffContext,
  input: CreatePriceList,
): Promise<PriceList> {
  const siteId = input.siteId ?? null;
  assertOwn(tx, { siteId });
  const site = siteId === null ? null : await siteTerms(tx, siteId);
  const currency = site?.currency ?? tx.app.config.currency;
  if (input.currency !== undefined && input.currency !== currency) {
    throw new ValidationError([{ path: ['currency'], message: `must be ${currency}` }]);
  }
  const listId = v7();
  await saveVersion(tx, {
    listId,
    version: 1,
    name: input.name,
    siteId,
    currency,
    bookingFee: input.bookingFee ?? null,
    taxRateBp: toBasisPoints(input.taxRate ?? null),
    items: input.items,
  });
  return getPriceList(tx, listId);
}

/** The first version stands for the list: who changes or deletes it holds that row. */
const listForUpdate = statement(
  'select list_id as id from price_lists where list_id = $1 and version = 1 for update',
  { id: 'uuid' },
);

/**
 * Makes the next version of a list. Shows that use the list and have not ended sell at its prices from
 * then on; what is locked or sold keeps its own. Runs in a transaction.
 *
 * @throws NotFoundError
 * @throws ForbiddenError for a list of all sites, unless an administrator changes it
 * @throws ConflictError `EDIT_CONFLICT`
 */
export async function updatePriceList(
  tx: StaffContext,
  input: UpdatePriceList,
): Promise<PriceList> {
  const { priceListId, revision } = input;
  await query(tx, listForUpdate, [priceListId]);
  const present = await readable(tx, priceListId);
  assertOwn(tx, present);
  assertRevision(present.version, revision);
  const { id: listId, version, siteId, currency } = present;
  await saveVersion(tx, {
    listId,
    version: version + 1,
    siteId,
    currency,
    name: input.name ?? present.name,
    bookingFee: input.bookingFee === undefined ? present.bookingFee : input.bookingFee,
    taxRateBp: input.taxRate === undefined ? present.taxRateBp : toBasisPoints(input.taxRate),
    items: input.items ?? present.items,
  });
  return getPriceList(tx, priceListId);
}

const openShowsOf = statement(
  `select count(*)::int as showtimes from showtimes
   where price_list_id = $1 and end_time > clock_timestamp() and archived_at is null
     and cancelled_at is null`,
  { showtimes: 'int' },
);

const archiveList = statement(
  `update price_lists set archived_at = date_trunc('milliseconds', clock_timestamp())
   where list_id = $1`,
);

/**
 * Takes a list out of use. Its versions stay for what was sold. Runs in a transaction.
 *
 * @throws NotFoundError, ForbiddenError
 * @throws ConflictError `IN_USE` while a show that has not ended uses it
 */
export async function deletePriceList(
  tx: StaffContext,
  priceListId: string,
): Promise<{ id: string; archived: true }> {
  await query(tx, listForUpdate, [priceListId]);
  assertOwn(tx, await readable(tx, priceListId));
  const { showtimes } = await queryOne(tx, openShowsOf, [priceListId]);
  if (showtimes > 0) {
    throw new ConflictError('IN_USE', { showtimes, lockedSeats: 0, reservedSeats: 0 });
  }
  await query(tx, archiveList, [priceListId]);
  return { id: priceListId, archived: true };
}

const listsOfType = statement(
  `select f.list_id as id from price_lists f
   where f.version = 1 and f.archived_at is null and exists (
     select from price_lists v join price_list_items i on i.price_list_id = v.id
     where v.list_id = f.list_id and i.ticket_type_id = $1)
   order by f.list_id for update`,
  { id: 'uuid' },
);

const firstType = statement(
  `select k.id from ticket_types k
   where k.id = any($1) order by k.sort_order, k.code limit 1`,
  { id: 'uuid' },
);

/** Makes the next version of each list whose first ticket type is another one now. */
export async function renewLists(tx: ServiceContext, ticketTypeId: string): Promise<void> {
  const affected = await query(tx, listsOfType, [ticketTypeId]);
  for (const { id: listId } of affected) {
    const [present] = await query(tx, ...lists.where([1], { id: given(listId) }));
    const types = present?.items.map((item) => item.ticketTypeId) ?? [];
    const [first] = await query(tx, firstType, [types]);
    if (present && first && first.id !== types[0]) {
      await saveVersion(tx, { ...present, listId, version: present.version + 1 });
    }
  }
}

function toBasisPoints(percent: number | null): number | null {
  return percent === null ? null : Math.round(percent * 100);
}

function toPriceList({ taxRateBp, ...list }: ListRow): PriceList {
  return {
    ...list,
    revision: list.version,
    taxRate: taxRateBp === null ? null : taxRateBp / 100,
  };
}
