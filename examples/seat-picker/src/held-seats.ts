import type { HeldLocks, Matinee } from '@matinee/sdk';

/** Seats of one show that are locked for the customer. */
export interface Held extends HeldLocks {
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
    // The server's clock, because the browser's may be wrong.
    const sentAt = Date.now();
    const { now } = await this.#matinee.showtimes.seats({ showtimeId: first.showtime.id });
    const aheadMs = now.getTime() - sentAt;
    return held.map((show) => ({
      ...show,
      endsAt: Math.min(...show.seats.map(({ expiresAt }) => expiresAt.getTime())) - aheadMs,
    }));
  }

  #set(shows: readonly Held[]): void {
    this.#shows = shows;
    this.#onChange();
  }
}
