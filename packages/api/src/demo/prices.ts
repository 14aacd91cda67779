import { v7 } from 'uuid';
import { defaultSite } from '../db/entities/theater.ts';
import { standardTicketType } from '../db/entities/ticket-type.ts';
import { query, statement } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import { formatMinor } from '../money.ts';
import { saveVersion } from '../prices/versions.ts';
import type { NewVersion } from '../prices/versions.ts';
import type { TheaterPlan } from './content.ts';

/** Besides the standard type, which adults use here. */
const ticketTypes = [
  { code: 'senior', name: 'Senior', sortOrder: 10, minAge: 65, maxAge: null, proof: 'none' },
  { code: 'student', name: 'Student', sortOrder: 20, minAge: null, maxAge: null, proof: 'gate' },
  { code: 'child', name: 'Child', sortOrder: 30, minAge: null, maxAge: 12, proof: 'none' },
] as const;

/** What the other types cost less than an adult, in minor units. */
const reductions: Readonly<Record<(typeof ticketTypes)[number]['code'], number>> = {
  senior: 250,
  student: 300,
  child: 500,
};

/** Minor units. */
const tuesdayReduction = 300;

const nameStandard = statement(
  `update ticket_types set name = 'Adult' where id = '${standardTicketType}'`,
);
const insertType = statement(
  `insert into ticket_types (id, code, name, sort_order, min_age, max_age, proof)
   values ($1, $2, $3, $4, $5, $6, $7)`,
);

/** Evening shows of a hall that have not ended, on Tuesdays or on the other days. */
const useList = statement(
  `update showtimes t set price_list_id = v.list_id, price_version_id = v.id, price = p.regular,
     premium_price = p.premium, vip_price = p.vip
   from price_lists v
   cross join lateral (
     select max(price) filter (where seat_type = 'regular') as regular,
       max(price) filter (where seat_type = 'premium') as premium,
       max(price) filter (where seat_type = 'vip') as vip
     from price_list_items
     where price_list_id = v.id and ticket_type_id = v.default_type_id) p
   where v.list_id = $1 and t.theater_id = $2 and t.end_time > clock_timestamp()
     and t.price = $3 and (extract(isodow from t.local_start) = 2) = $4`,
);

const restrict = statement(
  'update movies set minimum_age = $2, age_rule = $3, content_rating = $4 where title = $1',
);

/**
 * Writes the ticket types, a house list and a cheaper one for Tuesdays, which the evening shows of the
 * first hall use; the other shows have prices of their own. Two films are not for everyone.
 */
export async function writePrices(
  tx: Database,
  { plan, theaterId, currency }: { plan: TheaterPlan; theaterId: string; currency: string },
): Promise<void> {
  await query(tx, nameStandard);
  const types = ticketTypes.map((type) => ({ ...type, id: v7() }));
  for (const { id, code, name, sortOrder, minAge, maxAge, proof } of types) {
    await query(tx, insertType, [id, code, name, sortOrder, minAge, maxAge, proof]);
  }
  for (const isTuesday of [false, true]) {
    const listId = v7();
    const reduction = isTuesday ? tuesdayReduction : 0;
    const others = types.map(({ id, code }) => ({ id, reduction: reductions[code] }));
    const all = [{ id: standardTicketType, reduction: 0 }, ...others];
    await saveVersion(tx, {
      listId,
      version: 1,
      name: isTuesday ? 'Tuesday' : 'House',
      siteId: defaultSite,
      currency,
      bookingFee: '1.00',
      taxRateBp: null,
      items: all.flatMap((type) => itemsOf(plan, type.id, type.reduction + reduction)),
    });
    await query(tx, useList, [
      listId,
      theaterId,
      formatMinor(BigInt(plan.prices.regular)),
      isTuesday,
    ]);
  }
  await query(tx, restrict, ['Night of the Living Dead', 18, 'restricted', '18']);
  await query(tx, restrict, ['Seven Samurai', 12, 'accompanied', '12A']);
}

function itemsOf(
  { prices }: TheaterPlan,
  ticketTypeId: string,
  reduction: number,
): NewVersion['items'] {
  const { regular, premium, vip } = prices;
  const seatTypes = [
    ['regular', regular],
    ['premium', premium],
    ['vip', vip],
  ] as const;
  return seatTypes.flatMap(([seatType, minor]) =>
    minor === undefined
      ? []
      : [{ ticketTypeId, seatType, price: formatMinor(BigInt(minor - reduction)) }],
  );
}
