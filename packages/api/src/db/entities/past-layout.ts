import { defineEntity, p } from '@mikro-orm/core';
import { instant } from '../columns.ts';
import { Theater } from './theater.ts';

const PastLayoutSchema = defineEntity({
  name: 'PastLayout',
  tableName: 'past_layouts',
  properties: {
    theater: () =>
      p
        .manyToOne(Theater)
        .primary()
        .deleteRule('cascade')
        .updateRule('no action')
        .foreignKeyName('past_layouts_theater_fk'),
    /** The edit that replaced the layout. */
    until: instant().primary(),
    /** The seats, as `seats` has them but with the names of the API. */
    seats: p.json().columnType('jsonb'),
  },
});

/** The seats of a theater before an edit, for the shows that had ended by then. */
export class PastLayout extends PastLayoutSchema.class {}
PastLayoutSchema.setClass(PastLayout);
