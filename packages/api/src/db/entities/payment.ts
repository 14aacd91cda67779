import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, id, instant, isAmount } from '../columns.ts';
import { Reservation } from './reservation.ts';
import { Shift } from './shift.ts';
import { Showtime } from './showtime.ts';
import { Theater } from './theater.ts';

export const providerNames = ['stripe', 'paypal', 'desk'] as const;
/** `exchange`: what was paid for another reservation, which was exchanged for this one. */
export const tenders = ['cash', 'card_terminal', 'comp', 'invoice', 'exchange'] as const;
export const paymentStatuses = ['open', 'processing', 'succeeded', 'cancelled'] as const;

const PaymentSchema = defineEntity({
  name: 'Payment',
  tableName: 'payments',
  indexes: [
    { name: 'idx_payments_reservation', properties: ['showtime', 'reservation'] },
    { name: 'idx_payments_created', properties: ['createdAt', 'id'] },
    {
      name: 'idx_payments_disputed',
      expression: `create index "idx_payments_disputed" on "payments" ("id") where "dispute" is not null`,
    },
    {
      name: 'idx_payments_shift',
      expression:
        'create index "idx_payments_shift" on "payments" ("shift_id") ' +
        'where "shift_id" is not null',
    },
    {
      // One attempt at a time; what is cancelled or paid makes room for another.
      name: 'payments_one_attempt_unique',
      expression:
        'create unique index "payments_one_attempt_unique" on "payments" ("reservation_id") ' +
        `where "status" in ('open', 'processing')`,
    },
    {
      name: 'payments_ref_unique',
      expression:
        'create unique index "payments_ref_unique" on "payments" ("provider", "provider_ref")',
    },
  ],
  checks: [
    { name: 'payments_amount_is_amount', expression: isAmount('amount') },
    { name: 'payments_captured_is_amount', expression: isAmount('captured') },
    {
      name: 'payments_ref_has_provider',
      expression: 'provider_ref is null or provider is not null',
    },
    {
      name: 'payments_desk_has_tender',
      expression: "(tender is null) = (provider is distinct from 'desk')",
    },
  ],
  properties: {
    id: id(),
    reservation: () => p.manyToOne(Reservation).createForeignKeyConstraint(false).index(false),
    showtime: () => p.manyToOne(Showtime).createForeignKeyConstraint(false).index(false),
    theater: () => p.manyToOne(Theater).createForeignKeyConstraint(false).index(false),
    reservationOfTheater: () =>
      p
        .manyToOne(Reservation)
        .joinColumns('theater_id', 'showtime_id', 'reservation_id')
        .referencedColumnNames('theater_id', 'showtime_id', 'id')
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('payments_place_fk')
        .index(false)
        .nullable()
        .hydrate(false),
    /** How it was paid at the desk. */
    tender: p.enum(tenders).nullable(),
    shift: () =>
      p
        .manyToOne(Shift)
        .nullable()
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('payments_shift_fk')
        .index(false),
    /** Null until the customer begins to pay. */
    provider: p.enum(providerNames).nullable(),
    /** The provider's name of the payment. */
    providerRef: p.string().length(255).nullable(),
    status: p.enum(paymentStatuses).default('open'),
    amount: p.decimal().precision(12).scale(2),
    currency: p.character().length(3),
    /** What the provider has received. */
    captured: p.decimal().precision(12).scale(2).default('0'),
    /** Where it is not the currency that was asked for. */
    capturedCurrency: p.character().length(3).nullable(),
    /** Why the last attempt was declined. */
    lastError: p.string().length(500).nullable(),
    dispute: p.enum(['open', 'won', 'lost'] as const).nullable(),
    disputed: p.decimal().precision(12).scale(2).nullable(),
    createdAt: createdAt(),
    updatedAt: createdAt(),
    succeededAt: instant().nullable(),
  },
});

/** One attempt to pay for a reservation. Written by SQL only (see `functions/`). */
export class Payment extends PaymentSchema.class {}
PaymentSchema.setClass(Payment);
