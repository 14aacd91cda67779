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
  blocked: 'not for sale',
};

/** What a seat offers, or what has to be known before it is chosen. */
export const featureWords: Record<Seat['features'][number], string> = {
  wheelchair: 'wheelchair place',
  companion: 'companion seat',
  transferArm: 'transfer armrest',
  aisle: 'on the aisle',
  noSteps: 'no steps',
  hearingLoop: 'hearing loop',
  restrictedView: 'restricted view',
  pair: 'love seat',
};

/** Features that give a seat rules, and a symbol in the hall; a seat has one of them at most. */
const marked = ['wheelchair', 'companion', 'pair'] as const;
export type MarkedFeature = (typeof marked)[number];

export function markedFeature({ features }: Pick<Seat, 'features'>): MarkedFeature | undefined {
  return marked.find((feature) => features.includes(feature));
}

export const typeWords: Record<string, string> = {
  regular: 'Regular',
  premium: 'Premium',
  vip: 'VIP',
};
