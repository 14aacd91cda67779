/*
 * What services and database functions write into the outbox, in the transaction of the effect.
 * `consequences.ts` says what follows from each.
 */

/** The payload of each kind of fact. */
export interface Facts {
  /** Written by the database function `confirm_seats`. */
  'reservation.confirmed': { reservationId: string };
  'reservation.cancelled': { reservationId: string; cause: 'cancelled' | 'show_cancelled' };
}

export type FactKind = keyof Facts;

/** A fact of one kind, as a consequence receives it. */
export interface Fact<Kind extends FactKind = FactKind> {
  readonly id: string;
  readonly kind: Kind;
  /** One intent per key: a fact with a key that is there already is not written again. */
  readonly key: string;
  readonly payload: Facts[Kind];
  readonly createdAt: Date;
}
