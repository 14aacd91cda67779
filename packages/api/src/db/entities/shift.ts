import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, id, instant, isAmount } from '../columns.ts';
import { Site } from './site.ts';
import { User } from './user.ts';

const ShiftSchema = defineEntity({
  name: 'Shift',
  tableName: 'shifts',
  indexes: [
    {
      // One drawer for one person at a time.
      name: 'shifts_one_open_unique',
      expression:
        'create unique index "shifts_one_open_unique" on "shifts" ("operator_id") ' +
        'where "closed_at" is null',
    },
  ],
  checks: [
    { name: 'shifts_float_is_amount', expression: isAmount('float') },
    {
      name: 'shifts_counted_when_closed',
      expression:
        '(closed_at is null) = (counted_cash is null) and ' +
        '(closed_at is null) = (counted_card_terminal is null)',
    },
  ],
  properties: {
    id: id(),
    site: () =>
      p
        .manyToOne(Site)
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('shifts_site_fk')
        .index(false),
    operator: () =>
      p
        .manyToOne(User)
        .joinColumn('operator_id')
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('shifts_operator_fk')
        .index(false),
    /** The change in the drawer at its beginning. */
    float: p.decimal().precision(12).scale(2),
    countedCash: p.decimal().precision(12).scale(2).nullable(),
    countedCardTerminal: p.decimal().precision(12).scale(2).nullable(),
    openedAt: createdAt(),
    closedAt: instant().nullable(),
  },
});

/** A drawer of the desk, from its first sale to the counting. */
export class Shift extends ShiftSchema.class {}
ShiftSchema.setClass(Shift);
