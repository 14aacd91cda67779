import type { Seat } from '@matinee/sdk';

type Place = Pick<Seat, 'rowLabel' | 'seatNumber'>;

/** The name on the ticket: "C5". */
export function seatName({ rowLabel, seatNumber }: Place): string {
  return `${rowLabel}${seatNumber}`;
}

/** "C5, C6 and C7" */
export function seatNames(seats: readonly Place[]): string {
  return new Intl.ListFormat('en').format(seats.map((seat) => seatName(seat)));
}

/** The state of a seat. A newer server may send a status that is not here. */
export const statusWords: Record<string, string> = {
  available: 'free',
  yours: 'yours',
  locked: 'locked by another customer',
  reserved: 'sold',
  blocked: 'out of order',
};

export const typeWords: Record<string, string> = {
  regular: 'Regular',
  premium: 'Premium',
  vip: 'VIP',
};
