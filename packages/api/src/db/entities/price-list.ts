import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, id, instant, isAmount, money } from '../columns.ts';
import { Site } from './site.ts';
import { TicketType } from './ticket-type.ts';

const PriceListSchema = defineEntity({
  name: 'PriceList',
  tableName: 'price_lists',
  uniques: [{ name: 'price_lists_version_unique', properties: ['listId', 'version'] }],
  checks: [
    {
      name: 'price_lists_fee_is_amount',
      expression: `booking_fee is null or (${isAmount('booking_fee')})`,
    },
  ],
  properties: {
    /** Of this version; versions are never changed. */
    id: id(),
    listId: p.uuid(),
    version: p.integer(),
    name: p.string().length(255),
    /** Null: all sites. */
    site: () =>
      p
        .manyToOne(Site)
        .nullable()
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('price_lists_site_fk')
        .index(false),
    currency: p.character().length(3),
    /** The type that a purchase without types buys: the first of the list when it was saved. */
    defaultType: () =>
      p
        .manyToOne(TicketType)
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('price_lists_default_type_fk')
        .index(false),
    /** Charged once for a purchase on the web. */
    bookingFee: money().nullable(),
    /** Null: the site's. */
    taxRateBp: p.integer().nullable(),
    archivedAt: instant().nullable(),
    createdAt: createdAt(),
  },
});

/** One version of what seats cost, by ticket type and seat type. */
export class PriceList extends PriceListSchema.class {}
PriceListSchema.setClass(PriceList);
