/*
 * What a month of a cinema must have brought, by arithmetic of its own: whole cents and nothing of the
 * product. Days are numbered from the first.
 */

export type Taker = 'stripe' | 'paypal';

/** Money that moved at a provider. `lost` to a dispute; less than nothing when it was given back. */
interface Move {
  day: number;
  taker: Taker;
  kind: 'captured' | 'refunded' | 'lost';
  cents: number;
}

/** Hours before the start, and what is returned until then in percent; descending. */
export type Tiers = readonly { hoursBefore: number; percent: number }[];

/** One payment, and the seats that it bought. */
export interface Entry {
  taker: Taker;
  show: string;
  /** Cents for each seat that is still sold, by its id. */
  seats: Map<string, number>;
  tiers: Tiers;
  hoursToStart: number;
  captured: number;
  refunded: number;
  lost: number;
}

/** Cents by kind of one taker on one day, or on all. */
export type Sums = Record<Move['kind'], number>;

export class Ledger {
  day = 0;
  readonly entries: Entry[] = [];
  readonly #moves: Move[] = [];

  capture(entry: Entry, cents: number): void {
    entry.captured += cents;
    this.#move(entry, 'captured', cents);
  }

  refund(entry: Entry, cents: number): void {
    entry.refunded += cents;
    this.#move(entry, 'refunded', cents);
  }

  lose(entry: Entry, cents: number): void {
    entry.lost += cents;
    this.#move(entry, 'lost', cents);
  }

  sums(taker: Taker, day?: number): Sums {
    const total = (kind: Move['kind']) =>
      this.#moves
        .filter((move) => move.taker === taker && move.kind === kind)
        .filter((move) => day === undefined || move.day === day)
        .reduce((sum, { cents }) => sum + cents, 0);
    return { captured: total('captured'), refunded: total('refunded'), lost: total('lost') };
  }

  /** What is left with the cinema of a show. */
  ofShow(show: string): number {
    return this.entries
      .filter((entry) => entry.show === show)
      .reduce((sum, { captured, refunded, lost }) => sum + captured - refunded - lost, 0);
  }

  #move({ taker }: Entry, kind: Move['kind'], cents: number): void {
    this.#moves.push({ day: this.day, taker, kind, cents });
  }
}

/** What can still be returned of a payment. */
export function leftOf({ captured, refunded, lost }: Entry): number {
  return Math.max(0, captured - refunded - lost);
}

/** What giving back these seats returns: half a cent is rounded up. */
export function returnFor(entry: Entry, seatIds: readonly string[], percent?: number): number {
  const paid = seatIds.reduce((sum, id) => sum + (entry.seats.get(id) ?? 0), 0);
  const tier = entry.tiers.find(({ hoursBefore }) => entry.hoursToStart >= hoursBefore);
  const share = percent ?? tier?.percent ?? 0;
  return Math.min(leftOf(entry), Math.floor((paid * share + 50) / 100));
}

/** `1250` is `"12.50"`. */
export function decimal(cents: number): string {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** `"12.50"` is `1250`. */
export function centsOf(text: string): number {
  return Math.round(Number(text) * 100);
}
