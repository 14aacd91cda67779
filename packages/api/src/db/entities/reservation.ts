import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, id, instant, isAmount } from '../columns.ts';
import { Showtime } from './showtime.ts';
import type { RefundPolicy } from './site.ts';
import { Theater } from './theater.ts';
import { User } from './user.ts';

export const reservationStatuses = ['pending', 'confirmed', 'cancelled'] as const;
export type Channel = 'web' | 'desk' | 'api';
export type CancelReason =
  | 'customer'
  | 'show_cancelled'
  | 'payment_expired'
  | 'seats_gone'
  | 'staff';

const ReservationSchema = defineEntity({
  name: 'Reservation',
  tableName: 'reservations',
  indexes: [
    { name: 'idx_reservations_user', properties: ['user', 'createdAt', 'id'] },
    { name: 'idx_reservations_created', properties: ['createdAt', 'id'] },
    {
      // Only those that are being paid for.
      name: 'idx_reservations_pending',
      expression:
        'create index "idx_reservations_pending" on "reservations" ("payment_deadline") ' +
        `where "status" = 'pending'`,
    },
    {
      // What guests have booked with an address; bookings without one write nothing to it.
      name: 'idx_reservations_contact',
      expression:
        'create index "idx_reservations_contact" on "reservations" (lower("contact_email")) ' +
        'where "contact_email" is not null',
    },
    {
      // What reports add to the prices; a reservation without fees writes nothing to it.
      name: 'idx_reservations_fees',
      expression:
        'create index "idx_reservations_fees" on "reservations" ("showtime_id") ' +
        'include ("status", "fees") where "fees" > 0',
    },
  ],
  uniques: [
    { name: 'reservations_reference_unique', properties: ['reference'] },
    {
      name: 'reservations_place_unique',
      properties: ['showtime', 'id', 'theater'],
      // What reports add up: they read it from the index alone, and a booking writes no index more.
      include: ['status', 'seatCount', 'totalPrice'],
    },
  ],
  checks: [
    { name: 'reservations_total_is_amount', expression: isAmount('total_price') },
    {
      name: 'reservations_sale_is_sound',
      expression:
        `${isAmount('fees')} and channel in ('web', 'desk', 'api') and (cancel_reason is null or ` +
        `cancel_reason in ('customer', 'show_cancelled', 'payment_expired', 'seats_gone', 'staff'))`,
    },
    {
      name: 'reservations_cancelled_at_matches',
      expression: "(status = 'cancelled') = (cancelled_at is not null)",
    },
  ],
  properties: {
    id: id(),
    /** Eight characters that can be read out over the telephone. */
    reference: p.character().length(8),
    user: () =>
      p
        .manyToOne(User)
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('reservations_user_fk'),
    showtime: () => p.manyToOne(Showtime).createForeignKeyConstraint(false).index(false),
    /** The showtime's: in every table that grows with sales, so that they can be split by it. */
    theater: () => p.manyToOne(Theater).createForeignKeyConstraint(false).index(false),
    showtimeOfTheater: () =>
      p
        .manyToOne(Showtime)
        .joinColumns('theater_id', 'showtime_id')
        .referencedColumnNames('theater_id', 'id')
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('reservations_place_fk')
        .index(false)
        .nullable()
        .hydrate(false),
    status: p.enum(reservationStatuses).default('confirmed'),
    /** Wider than a price: fifty of the dearest seats fit. */
    totalPrice: p.decimal().precision(12).scale(2),
    /** How many seats it is for; reports read it instead of every seat. */
    seatCount: p.integer(),
    currency: p.character().length(3),
    /** What is charged beside the seats. */
    fees: p.decimal().precision(12).scale(2).default('0'),
    channel: p.string().columnType('text').default('web').$type<Channel>(),
    customerName: p.string().length(255).nullable(),
    contactEmail: p.string().length(255).nullable(),
    contactPhone: p.string().length(50).nullable(),
    /** The customer's language, as a BCP 47 tag. */
    locale: p.string().length(35).nullable(),
    /** While it is pending: until when the customer can pay. */
    paymentDeadline: instant().nullable(),
    cancelReason: p.string().columnType('text').nullable().$type<CancelReason | null>(),
    /** The site's rules when it was made. Null: before there were any. */
    refundPolicy: p.json<RefundPolicy>().columnType('jsonb').nullable(),
    cancelledAt: instant().nullable(),
    createdAt: createdAt(),
    updatedAt: createdAt(),
  },
});

/** What a customer bought. Pending → confirmed → cancelled, never back. */
export class Reservation extends ReservationSchema.class {}
ReservationSchema.setClass(Reservation);
