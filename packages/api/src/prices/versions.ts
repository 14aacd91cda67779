import { v7 } from 'uuid';
import { query, statement } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import { textOf } from '../db/row.ts';
import { noSuch } from '../errors.ts';
import type { ServiceContext } from '../service-context.ts';
import type { CreatePriceList, PriceList } from './schema.ts';

/** What a version of a list consists of; a tax rate is in basis points. */
export interface NewVersion {
  listId: string;
  version: number;
  name: string;
  siteId: string | null;
  currency: string;
  bookingFee: string | null;
  taxRateBp: number | null;
  items: CreatePriceList['items'];
}

const typesInOrder = statement(
  `select id from ticket_types where id = any($1) and archived_at is null
   order by sort_order, code for key share`,
  { id: 'uuid' },
);

const insertVersion = statement(
  `insert into price_lists (id, list_id, version, name, site_id, currency, default_type_id,
     booking_fee, tax_rate_bp)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);

const insertItems = statement(
  `insert into price_list_items (price_list_id, ticket_type_id, seat_type, price)
   select $1, * from unnest($2::uuid[], $3::text[], $4::numeric[])`,
);

const openShows = statement(
  `select id from showtimes
   where price_list_id = $1 and end_time > clock_timestamp() and archived_at is null
   order by id for no key update`,
  { id: 'uuid' },
);

/** A seat type without a price of its own has none here either, and costs what a regular seat does. */
const applyVersion = statement(
  `update showtimes t set price_version_id = $2, price = p.regular, premium_price = p.premium,
     vip_price = p.vip
   from (
     select max(price) filter (where seat_type = 'regular') as regular,
       max(price) filter (where seat_type = 'premium') as premium,
       max(price) filter (where seat_type = 'vip') as vip
     from price_list_items where price_list_id = $2 and ticket_type_id = $3) p
   where t.id = any($1)`,
);

/**
 * Writes a version of a price list, and gives its prices to the shows that use the list and have not
 * ended: what is locked or sold keeps its own. The caller holds the list FOR UPDATE.
 *
 * @throws NotFoundError when a ticket type does not exist
 */
export async function saveVersion(tx: Database, version: NewVersion): Promise<void> {
  const { listId, items } = version;
  const wanted = [...new Set(items.map(({ ticketTypeId }) => ticketTypeId))];
  const types = await query(tx, typesInOrder, [wanted]);
  const [first] = types;
  if (first === undefined || types.length < wanted.length) {
    throw noSuch('ticket type', 'items');
  }
  const id = v7();
  await query(tx, insertVersion, [
    id,
    listId,
    version.version,
    version.name,
    version.siteId,
    version.currency,
    first.id,
    version.bookingFee,
    version.taxRateBp,
  ]);
  await query(tx, insertItems, [
    id,
    items.map(({ ticketTypeId }) => ticketTypeId),
    items.map(({ seatType }) => seatType),
    items.map(({ price }) => price),
  ]);
  const shows = await query(tx, openShows, [listId]);
  await query(tx, applyVersion, [shows.map((show) => show.id), id, first.id]);
}

const listForShare = statement(
  `select list_id as id from price_lists where list_id = $1 and version = 1 for share`,
  { id: 'uuid' },
);

const newest = statement(
  `select v.id, v.site_id as "siteId", v.currency, v.default_type_id as "typeId", i.seat_type as "seatType", i.price
   from (
     select * from price_lists where list_id = $1 and archived_at is null
     order by version desc limit 1) v
   join price_list_items i on i.price_list_id = v.id and i.ticket_type_id = v.default_type_id`,
  {
    id: 'uuid',
    siteId: 'uuid?',
    currency: 'text',
    typeId: 'uuid',
    seatType: textOf<PriceList['items'][number]['seatType']>(),
    price: 'numeric',
  },
);

/** What a show takes from the newest version of its list. */
export interface ListedPrices {
  versionId: string;
  siteId: string | null;
  currency: string;
  price: string;
  premiumPrice: string | null;
  vipPrice: string | null;
}

/**
 * The prices of the first ticket type of a list. The list stays as it is until the transaction ends.
 *
 * @throws NotFoundError
 */
export async function listedPrices(tx: ServiceContext, listId: string): Promise<ListedPrices> {
  await query(tx, listForShare, [listId]);
  const rows = await query(tx, newest, [listId]);
  const [first] = rows;
  const priceOf = (seatType: string) =>
    rows.find((row) => row.seatType === seatType)?.price ?? null;
  const price = priceOf('regular');
  if (first === undefined || price === null) {
    throw noSuch('price list', 'priceListId');
  }
  const { id: versionId, siteId, currency } = first;
  const prices = { price, premiumPrice: priceOf('premium'), vipPrice: priceOf('vip') };
  return { versionId, siteId, currency, ...prices };
}
