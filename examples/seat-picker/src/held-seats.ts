import type { HeldLocks, Matinee } from '@matinee/sdk';
import { serverAheadMs } from './server-clock.ts';

/** Seats of one show that are locked for the customer, or wait for one payment. */
export interface Held extends HeldLocks {
  /** The reservation that they are being paid for; null: they are not bought. */
  reservationId: string | null;
  /** When the first of them is given up, in milliseconds of this browser's clock. */
  endsAt: number;
}

/** The seats that the customer has locked in all shows, as last read. */
export class HeldSeats {
  readonly #matinee: Matinee;
  readonly #onChange: () => void;
  #shows: readonly Held[] = [];
  #readings = 0;

  constructor(matinee: Matinee, onChange: () => void) {
    this.#matinee = matinee;
    this.#onChange = onChange;
  }

  get shows(): readonly Held[] {
    return this.#shows;
  }

  /** The reservation that a seat is being paid for. */
  reservationOf(seatId: string): string | undefined {
    const held = this.#shows.find(({ seats }) => seats.some(({ id }) => id === seatId));
    return held?.reservationId ?? undefined;
  }

  /** Reads the locks from the server. If that fails, the last known ones stay. */
  async read(): Promise<void> {
    this.#readings += 1;
    const reading = this.#readings;
    const shows = await this.#load().catch(() => this.#shows);
    if (reading === this.#readings) {
      this.#set(shows);
    }
  }

  forget(): void {
    this.#readings += 1;
    this.#set([]);
  }

  async #load(): Promise<Held[]> {
    const held = await this.#matinee.reservations.listLocks();
    const [first] = held;
    if (!first) {
      return [];
    }
    const aheadMs = await serverAheadMs(this.#matinee, first.showtime.id);
    return held.flatMap(({ showtime, seats }) => {
      const groups = Map.groupBy(seats, ({ reservationId }) => reservationId);
      return [...groups].map(([reservationId, some]) => ({
        showtime,
        reservationId,
        seats: some,
        endsAt: Math.min(...some.map(({ expiresAt }) => expiresAt.getTime())) - aheadMs,
      }));
    });
  }

  #set(shows: readonly Held[]): void {
    this.#shows = shows;
    this.#onChange();
  }
}
