import type { Showtime } from '@matinee/sdk';

/** A server of release 0.1.0 does not send price lists. */
export type AboutLists = 'priceListId' | 'ticketTypes';

/** The part of a show that has its prices. */
type Priced = Pick<Showtime, 'seatTypePrices'> & Partial<Pick<Showtime, 'ticketTypes'>>;

/** What premium and VIP seats of a show cost for its first ticket type, where that is not `price`. */
export function otherPrices(showtime: Priced): Showtime['seatTypePrices'] {
  const [first] = showtime.ticketTypes ?? [];
  if (!first) {
    // oxlint-disable-next-line typescript/no-deprecated -- release 0.1.0 has the figures here alone
    return showtime.seatTypePrices;
  }
  const { regular: _regular, ...others } = first.prices;
  return others;
}
