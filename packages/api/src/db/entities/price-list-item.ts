import { defineEntity, p } from '@mikro-orm/core';
import { isAmount, money } from '../columns.ts';
import { PriceList } from './price-list.ts';
import { TicketType } from './ticket-type.ts';

const PriceListItemSchema = defineEntity({
  name: 'PriceListItem',
  tableName: 'price_list_items',
  checks: [{ name: 'price_list_items_price_is_amount', expression: isAmount('price') }],
  properties: {
    priceList: () =>
      p
        .manyToOne(PriceList)
        .primary()
        .deleteRule('cascade')
        .updateRule('no action')
        .foreignKeyName('price_list_items_list_fk')
        .index(false),
    ticketType: () =>
      p
        .manyToOne(TicketType)
        .primary()
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('price_list_items_type_fk')
        .index(false),
    seatType: p.enum(['regular', 'premium', 'vip'] as const).primary(),
    price: money(),
  },
});

/** The price of one ticket type on one seat type. */
export class PriceListItem extends PriceListItemSchema.class {}
PriceListItemSchema.setClass(PriceListItem);
