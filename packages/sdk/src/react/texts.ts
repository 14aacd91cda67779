import type { MatineeError, Seat } from '@matinee/sdk';

/** Every text of the seat picker, to be replaced by another language. */
export interface SeatPickerTexts {
  seats: string;
  screen: string;
  loading: string;
  row: (label: string) => string;
  /** The name of a seat for screen readers; `status` and `price` are texts already. */
  seat: (seat: Seat, told: { type: string; status: string; price: string }) => string;
  types: Record<Seat['seatType'], string>;
  statuses: Record<Seat['status'] | 'yours', string>;
  nothingChosen: string;
  /** What is chosen, `A1, A2`. */
  chosen: (seats: string) => string;
  /** The label of the ticket types of a seat, `A1`. */
  ticketFor: (seat: string) => string;
  /** What is charged beside the seats. */
  fee: (amount: string) => string;
  /** Minutes and seconds, `9:41`. */
  timeLeft: (time: string) => string;
  book: (total: string) => string;
  extend: string;
  clear: string;
  reconnecting: string;
  ended: string;
  problem: (error: MatineeError) => string;
}

/** Texts that differ from the English ones. */
export type SeatPickerOverrides = Partial<Omit<SeatPickerTexts, 'types' | 'statuses'>> & {
  types?: Partial<SeatPickerTexts['types']>;
  statuses?: Partial<SeatPickerTexts['statuses']>;
};

/** All texts, with those that are given in place of the English ones. */
export function textsWith(given: SeatPickerOverrides = {}): SeatPickerTexts {
  return {
    ...english,
    ...given,
    types: { ...english.types, ...given.types },
    statuses: { ...english.statuses, ...given.statuses },
  };
}

const english: SeatPickerTexts = {
  seats: 'Seats',
  screen: 'Screen',
  loading: 'Loading the seats …',
  row: (label) => `Row ${label}`,
  seat: ({ rowLabel, seatNumber }, { type, status, price }) =>
    `Row ${rowLabel} seat ${seatNumber}, ${type}, ${price}, ${status}`,
  types: { regular: 'Regular', premium: 'Premium', vip: 'VIP' },
  statuses: {
    available: 'free',
    locked: 'taken',
    reserved: 'sold',
    blocked: 'not for sale',
    yours: 'yours',
  },
  nothingChosen: 'Choose your seats.',
  chosen: (seats) => `Your seats: ${seats}`,
  ticketFor: (seat) => `Ticket for ${seat}`,
  fee: (amount) => `Booking fee ${amount}`,
  timeLeft: (time) => `Held for ${time}`,
  book: (total) => `Book for ${total}`,
  extend: 'More time',
  clear: 'Give back',
  reconnecting: 'The connection is lost. Trying again …',
  ended: 'Seats are no longer sold for this show.',
  problem: ({ status, userMessage }) => (status === 401 ? 'Sign in to choose seats.' : userMessage),
};
