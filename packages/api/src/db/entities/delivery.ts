import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, id, instant } from '../columns.ts';
import { OutboxFact } from './outbox-fact.ts';

const DeliverySchema = defineEntity({
  name: 'Delivery',
  tableName: 'deliveries',
  indexes: [
    {
      name: 'idx_deliveries_open',
      expression:
        'create index "idx_deliveries_open" on "deliveries" ("available_at", "id") ' +
        'where "done_at" is null and "dead_at" is null',
    },
    { name: 'idx_deliveries_created', properties: ['createdAt', 'id'] },
    {
      name: 'idx_deliveries_target_open',
      expression:
        'create index "idx_deliveries_target_open" on "deliveries" ("target", "available_at", "id") ' +
        `where "done_at" is null and "dead_at" is null and "target" <> ''`,
    },
    {
      name: 'idx_deliveries_target_created',
      expression:
        'create index "idx_deliveries_target_created" on "deliveries" ("target", "created_at", "id") ' +
        `where "target" <> ''`,
    },
  ],
  uniques: [{ name: 'deliveries_key_unique', properties: ['key'] }],
  checks: [
    { name: 'deliveries_done_or_dead', expression: 'done_at is null or dead_at is null' },
    {
      name: 'deliveries_leased_by_someone',
      expression: '(leased_by is null) = (leased_until is null)',
    },
  ],
  properties: {
    id: id(),
    outbox: () =>
      p
        .manyToOne(OutboxFact)
        .deleteRule('cascade')
        .updateRule('no action')
        .foreignKeyName('deliveries_outbox_fk')
        .index('idx_deliveries_outbox'),
    consequence: p.string().length(100),
    /** Who receives it, when a consequence has several; else empty. */
    target: p.string().length(255).default(''),
    /** Fact, consequence and target. */
    key: p.string().length(500),
    availableAt: instant(),
    attempts: p.integer().default(0),
    leasedUntil: instant().nullable(),
    leasedBy: p.uuid().nullable(),
    doneAt: instant().nullable(),
    /** Failed for good, unless somebody retries it. */
    deadAt: instant().nullable(),
    lastError: p.text().nullable(),
    createdAt: createdAt(),
  },
});

/** One consequence of a fact that is to be carried out, once. */
export class Delivery extends DeliverySchema.class {}
DeliverySchema.setClass(Delivery);
