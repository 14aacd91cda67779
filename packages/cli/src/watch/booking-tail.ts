/** The keys of a booking that the tail reads. */
export interface Booked {
  id: string;
  createdAt: Date;
}

interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** A booking that is stored late can be older than one that was printed already. */
const latestMs = 60_000;

/** The most pages of one reading. A list that grows faster cannot be read anyway. */
const mostPages = 20;

/** Finds the new bookings in a list that has the newest first. */
export class BookingTail<Item extends Booked> {
  readonly #readPage: (cursor: string | undefined) => Promise<Page<Item>>;
  readonly #seen = new Map<string, Date>();
  #since: Date | undefined;

  constructor(readPage: (cursor: string | undefined) => Promise<Page<Item>>) {
    this.#readPage = readPage;
  }

  /** The last bookings so far, oldest first. @param most their number */
  async start(most: number): Promise<Item[]> {
    const { items } = await this.#readPage(undefined);
    this.#remember(items);
    this.#since = items[0]?.createdAt ?? new Date(0);
    return items.slice(0, most).toReversed();
  }

  /** The bookings since the last reading, oldest first, each once. */
  async next(): Promise<Item[]> {
    const earliest = (this.#since ?? new Date(0)).getTime() - latestMs;
    const isNew = ({ id, createdAt }: Item) =>
      !this.#seen.has(id) && createdAt.getTime() >= earliest;
    const found: Item[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const { items, nextCursor } = await this.#readPage(cursor);
      const fresh = items.filter(isNew);
      found.push(...fresh);
      this.#remember(fresh);
      if (fresh.length < items.length || nextCursor === null) {
        break;
      }
      cursor = nextCursor;
    }
    this.#forget();
    return found.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  }

  #remember(items: readonly Item[]): void {
    for (const { id, createdAt } of items) {
      this.#seen.set(id, createdAt);
    }
  }

  /** Moves on to the newest booking, and forgets those that are too old to be new. */
  #forget(): void {
    const times = [...this.#seen.values()].map((at) => at.getTime());
    const newest = Math.max(this.#since?.getTime() ?? 0, ...times);
    this.#since = new Date(newest);
    for (const [id, createdAt] of this.#seen) {
      if (createdAt.getTime() < newest - latestMs) {
        this.#seen.delete(id);
      }
    }
  }
}
