import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, instant } from '../columns.ts';

const OutboxFactSchema = defineEntity({
  name: 'OutboxFact',
  tableName: 'outbox',
  indexes: [
    {
      name: 'idx_outbox_unexpanded',
      expression:
        'create index "idx_outbox_unexpanded" on "outbox" ("id") where "expanded_at" is null',
    },
  ],
  uniques: [{ name: 'outbox_key_unique', properties: ['key'] }],
  properties: {
    /** In the order of time: made by the application, as all ids are. */
    id: p.uuid().primary(),
    kind: p.string().length(100),
    /** Kind and subject: one intent per key. */
    key: p.string().length(255),
    payload: p.json().columnType('jsonb'),
    createdAt: createdAt(),
    /** When its deliveries were made. */
    expandedAt: instant().nullable(),
    /** Longer than other facts: its deliveries to endpoints can be sent again. */
    keptUntil: instant().nullable(),
  },
});

/** Something that happened, written in the transaction in which it did. */
export class OutboxFact extends OutboxFactSchema.class {}
OutboxFactSchema.setClass(OutboxFact);
