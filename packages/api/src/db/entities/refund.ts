import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, id, instant } from '../columns.ts';
import { Payment } from './payment.ts';
import { Shift } from './shift.ts';
import { User } from './user.ts';

export const refundStatuses = ['pending', 'succeeded', 'failed'] as const;
export const refundCauses = [
  'cancellation',
  'show_cancelled',
  'seats_gone',
  'amount_mismatch',
  'goodwill',
  'elsewhere',
  'reseated',
  'exchanged',
] as const;

const RefundSchema = defineEntity({
  name: 'Refund',
  tableName: 'refunds',
  indexes: [
    { name: 'idx_refunds_payment', properties: ['payment'] },
    { name: 'idx_refunds_created', properties: ['createdAt'] },
    {
      name: 'idx_refunds_shift',
      expression:
        'create index "idx_refunds_shift" on "refunds" ("shift_id") ' +
        'where "shift_id" is not null',
    },
    {
      name: 'idx_refunds_pending',
      expression: `create index "idx_refunds_pending" on "refunds" ("created_at") where "status" = 'pending'`,
    },
    {
      name: 'refunds_ref_unique',
      expression:
        'create unique index "refunds_ref_unique" on "refunds" ("payment_id", "provider_ref")',
    },
  ],
  checks: [{ name: 'refunds_amount_is_positive', expression: `amount > 0 and amount <> 'NaN'` }],
  properties: {
    /** Part of the provider's idempotency key. */
    id: id(),
    payment: () =>
      p
        .manyToOne(Payment)
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('refunds_payment_fk')
        .index(false),
    amount: p.decimal().precision(12).scale(2),
    currency: p.character().length(3),
    status: p.enum(refundStatuses).default('pending'),
    cause: p.enum(refundCauses),
    reason: p.string().length(500).nullable(),
    /** The drawer that it was paid out of. */
    shift: () =>
      p
        .manyToOne(Shift)
        .nullable()
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('refunds_shift_fk')
        .index(false),
    /** The provider's name of it. */
    providerRef: p.string().length(255).nullable(),
    requestedBy: () =>
      p
        .manyToOne(User)
        .joinColumn('requested_by')
        .nullable()
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('refunds_requested_by_fk')
        .index(false),
    /** When the provider was first asked: after that it is looked for before it is sent again. */
    sentAt: instant().nullable(),
    lastError: p.string().length(500).nullable(),
    createdAt: createdAt(),
    settledAt: instant().nullable(),
  },
});

/** Money that goes back. Pending ones count: what is left of a payment is never returned twice. */
export class Refund extends RefundSchema.class {}
RefundSchema.setClass(Refund);
