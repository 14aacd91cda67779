import { defineEntity, p } from '@mikro-orm/core';
import { instant, isAmount, money } from '../columns.ts';
import { Reservation } from './reservation.ts';
import { Seat } from './seat.ts';
import { Showtime } from './showtime.ts';

const SeatClaimSchema = defineEntity({
  name: 'SeatClaim',
  tableName: 'seat_claims',
  indexes: [
    {
      // Locked seats only: a user's own locks and the sweep read it, sold seats never touch it.
      name: 'idx_seat_claims_locked',
      expression:
        'create index "idx_seat_claims_locked" on "seat_claims" ("user_id", "showtime_id") ' +
        'where "reservation_id" is null',
    },
    // Keeps the erasing of a seat, which must look for claims on it, from reading every claim.
    { name: 'idx_seat_claims_seat', properties: ['seatId'] },
    {
      // What new accounts of one client have locked: few rows, and none that is sold.
      name: 'idx_seat_claims_client',
      expression:
        'create index "idx_seat_claims_client" on "seat_claims" ("showtime_id", "client") ' +
        'where "reservation_id" is null and "client" is not null',
    },
  ],
  checks: [
    { name: 'seat_claims_price_is_amount', expression: isAmount('price') },
    {
      name: 'seat_claims_locked_or_blocked_or_sold',
      expression:
        "case when reservation_id is not null then kind = 'lock' and expires_at is null " +
        'and paying_id is null and block_id is null ' +
        "when kind = 'block' then block_id is not null and paying_id is null " +
        "else kind in ('lock', 'offer') and expires_at is not null and block_id is null end",
    },
  ],
  properties: {
    showtimeId: p.uuid().primary(),
    seatId: p.uuid().primary(),
    theaterId: p.uuid(),
    /** No foreign key: whoever writes a claim holds the user's row, and users outlive it. */
    userId: p.uuid(),
    /** A hash of the address, of accounts younger than a day; null once sold. */
    client: p.bigint().nullable(),
    price: money(),
    /** When the present holder locked the seat; the hard cap counts from here. */
    lockedAt: instant(),
    /** End of the seat lock; null once sold. */
    expiresAt: instant().nullable(),
    /** End of all extensions where it is not `lockedAt` and the configured maximum. */
    hardCapAt: instant().nullable(),
    reservationId: p.uuid().nullable(),
    kind: p.string().columnType('text').default('lock').$type<'lock' | 'offer' | 'block'>(),
    /**
     * The pending reservation while its customer pays. No foreign key, as with the others: its
     * transaction holds the reservation, which is never erased.
     */
    payingId: p.uuid().nullable(),
    blockId: p.uuid().nullable(),
    /** The version of the price list that the price was read from, and the point of time in it. */
    priceListId: p.uuid().nullable(),
    pricePointId: p.uuid().nullable(),
    showtime: () =>
      p
        .manyToOne(Showtime)
        .joinColumns('theater_id', 'showtime_id')
        .referencedColumnNames('theater_id', 'id')
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('seat_claims_showtime_fk')
        .index(false)
        .nullable()
        .hydrate(false),
    seat: () =>
      p
        .manyToOne(Seat)
        .joinColumns('theater_id', 'seat_id')
        .referencedColumnNames('theater_id', 'id')
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('seat_claims_seat_fk')
        .index(false)
        .nullable()
        .hydrate(false),
    reservation: () =>
      p
        .manyToOne(Reservation)
        .joinColumns('theater_id', 'showtime_id', 'reservation_id')
        .referencedColumnNames('theater_id', 'showtime_id', 'id')
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('seat_claims_place_fk')
        .index(false)
        .nullable()
        .hydrate(false),
  },
});

/**
 * Who has a seat of a showtime: locked until `expiresAt`, blocked by staff, or sold. No row means free. The primary
 * key is the last word on double booking. Written by SQL only (see `functions/`).
 */
export class SeatClaim extends SeatClaimSchema.class {}
SeatClaimSchema.setClass(SeatClaim);
