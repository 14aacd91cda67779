import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, id, instant } from '../columns.ts';
import { Payment } from './payment.ts';
import { User } from './user.ts';

export const incidentKinds = [
  'amount_mismatch',
  'paid_without_seats',
  'unknown_payment',
  'refund_elsewhere',
  'dispute',
  'provider_differs',
] as const;

const IncidentSchema = defineEntity({
  name: 'Incident',
  tableName: 'incidents',
  indexes: [
    { name: 'idx_incidents_opened', properties: ['openedAt', 'id'] },
    { name: 'idx_incidents_payment', properties: ['payment'] },
  ],
  uniques: [{ name: 'incidents_key_unique', properties: ['key'] }],
  checks: [
    {
      name: 'incidents_resolved_with_words',
      expression: '(resolved_at is null) = (resolution is null)',
    },
  ],
  properties: {
    id: id(),
    kind: p.enum(incidentKinds),
    /** Kind and subject: the same difference is reported once. */
    key: p.string().length(255),
    payment: () =>
      p
        .manyToOne(Payment)
        .nullable()
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('incidents_payment_fk')
        .index(false),
    /** What a person needs to judge it. */
    data: p.json().columnType('jsonb'),
    openedAt: createdAt(),
    resolvedAt: instant().nullable(),
    resolution: p.string().length(500).nullable(),
    resolvedBy: () =>
      p
        .manyToOne(User)
        .joinColumn('resolved_by')
        .nullable()
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('incidents_resolved_by_fk')
        .index(false),
  },
});

/** A difference about money that a person has to judge. */
export class Incident extends IncidentSchema.class {}
IncidentSchema.setClass(Incident);
