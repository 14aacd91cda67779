import type { Matinee } from './api.ts';
import type { MutationOptions } from './call.ts';
import { isMatineeError } from './errors.ts';
import type { MatineeError } from './errors.ts';
import type { LiveState } from './live.ts';
import { viewSeatMap } from './seat-map-view.ts';
import type { OwnLock } from './seat-map-view.ts';
import type { Seat, SeatLock, SeatMap, SeatsEvent, UnlockedSeats } from './types.ts';

/** What a seat picker shows. A new object whenever something in it changed. */
export interface SeatMapState {
  /** How the changes arrive; `seatMap` is what is known, whatever this says. */
  readonly live: LiveState;
  /** The seats as they are now; `undefined` until they have been read. */
  readonly seatMap: SeatMap | undefined;
  /** The seats that you have locked. */
  readonly yours: readonly Seat[];
  /** Until the first of them is given up, by the server's clock; `null` without any. */
  readonly secondsLeft: number | null;
  /** Why nothing more comes, after `failed`. */
  readonly error: MatineeError | undefined;
}

const nothingYet: SeatMapState = {
  live: 'connecting',
  seatMap: undefined,
  yours: [],
  secondsLeft: null,
  error: undefined,
};

/**
 * What a watched map says of one's own seats may be a moment older than one's own lock: the server
 * looks every 250 ms. Whoever asks after that knows.
 */
const settledAfterMs = 300;
/** Pages that missed changes together do not read together. */
const readWithinMs = 1_000;
/** How often the map is read while changes do not come: the line is down, or the server is full. */
const awayMs = 4_000;

/** How `SeatMapStore` locks seats. */
export interface LockOptions extends MutationOptions {
  /** The party needs a wheelchair place. */
  accessibility?: true | undefined;
}

/**
 * Keeps the seat map of a showtime true for as long as somebody looks: reads it, applies changes in
 * order, reads it again when some were missed, and counts down your own locks. Free of frameworks;
 * fits React's `useSyncExternalStore`.
 *
 * @example
 * ```ts
 * import { SeatMapStore } from '@matinee/sdk';
 *
 * const store = new SeatMapStore(matinee, { showtimeId });
 * const stop = store.subscribe(() => {
 *   const { seatMap, yours, secondsLeft } = store.getSnapshot();
 *   console.log(seatMap?.counts.available, yours.length, secondsLeft);
 * });
 * await store.lockSeats(seatIds);
 * stop();
 * ```
 */
export class SeatMapStore {
  readonly #matinee: Pick<Matinee, 'showtimes'>;
  readonly #showtimeId: string;
  readonly #listeners = new Set<() => void>();
  readonly #statuses = new Map<string, Seat['status']>();
  readonly #own = new Map<string, OwnLock>();
  #state = nothingYet;
  /** The map as it was read: the layout and the prices. The statuses come from the changes. */
  #layout: SeatMap | undefined;
  #known: ReadonlySet<string> = new Set();
  #version: string | undefined;
  /** Server's clock minus one's own. Never too small: a countdown shows no time that is gone. */
  #clockAheadMs = 0;
  #running: AbortController | undefined;
  #readTimer: ReturnType<typeof setTimeout> | undefined;
  #countdown: ReturnType<typeof setTimeout> | undefined;
  #awayTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(matinee: Pick<Matinee, 'showtimes'>, { showtimeId }: { showtimeId: string }) {
    this.#matinee = matinee;
    this.#showtimeId = showtimeId;
  }

  /** Calls the listener after every change. The first one starts the store, the last stops it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    // Wrapped: the same function subscribed twice is two subscribers.
    const entry = () => listener();
    this.#listeners.add(entry);
    if (this.#listeners.size === 1) {
      void this.reload();
    }
    return () => {
      this.#listeners.delete(entry);
      if (this.#listeners.size === 0) {
        this.#stop();
      }
    };
  };

  /** What there is to show now; the same object until something changes. */
  readonly getSnapshot = (): SeatMapState => this.#state;

  /**
   * Locks seats for you, and shows them at once.
   *
   * @throws MatineeError `SEATS_UNAVAILABLE`, `SEAT_RULE`
   */
  async lockSeats(
    seatIds: string[],
    { accessibility, ...options }: LockOptions = {},
  ): Promise<SeatLock> {
    const input = { showtimeId: this.#showtimeId, seatIds, accessibility };
    const sentAt = Date.now();
    return this.#keep(await this.#matinee.showtimes.lockSeats(input, options), sentAt);
  }

  /** Gives your locks a fresh time; all of them without `seatIds`. @throws MatineeError */
  async extendLock(seatIds?: string[], options?: MutationOptions): Promise<SeatLock> {
    const input = { showtimeId: this.#showtimeId, seatIds };
    const sentAt = Date.now();
    return this.#keep(await this.#matinee.showtimes.extendLock(input, options), sentAt);
  }

  /** Gives seats back; all of yours without `seatIds`. @throws MatineeError */
  async unlockSeats(seatIds?: string[], options?: MutationOptions): Promise<UnlockedSeats> {
    const input = { showtimeId: this.#showtimeId, seatIds };
    const freed = await this.#matinee.showtimes.unlockSeats(input, options);
    for (const seatId of freed.seatIds) {
      this.#own.delete(seatId);
      this.#statuses.set(seatId, 'available');
    }
    this.#publish();
    return freed;
  }

  /** Reads the map again: after a booking, or when somebody has signed in or out. */
  async reload(): Promise<void> {
    if (this.#listeners.size > 0 && !this.#running) {
      this.#watch();
    }
    await this.#read();
  }

  #watch(): void {
    const run = new AbortController();
    this.#running = run;
    let told = false;
    const input = { showtimeId: this.#showtimeId };
    const close = this.#matinee.showtimes.onSeatsChanged(input, {
      onSnapshot: (event) => {
        this.#hear(event);
        if (told) {
          // Changes were missed, and with them perhaps a new layout or other prices.
          this.#readIn(Math.random() * readWithinMs);
        }
        told = true;
      },
      onChange: (event) => this.#hear(event),
      onState: (live) => {
        this.#publish({ live });
        this.#readWhileAway();
      },
      onError: (error) => this.#fail(error),
    });
    run.signal.addEventListener('abort', close);
  }

  async #read(): Promise<void> {
    clearTimeout(this.#readTimer);
    this.#readTimer = undefined;
    const run = this.#running;
    const sentAt = Date.now();
    try {
      const input = { showtimeId: this.#showtimeId };
      const map = await this.#matinee.showtimes.seats(input, { signal: run?.signal });
      if (run === this.#running) {
        this.#take(map, sentAt);
      }
    } catch (error) {
      if (run !== this.#running || !isMatineeError(error)) {
        return;
      }
      if (error.isRetryable) {
        this.#readIn(readWithinMs * (1 + Math.random()));
      } else {
        this.#fail(error);
      }
    }
  }

  #readWhileAway(): void {
    clearTimeout(this.#awayTimer);
    if (this.#state.live === 'reconnecting') {
      this.#awayTimer = setTimeout(
        () => {
          void this.#read();
          this.#readWhileAway();
        },
        awayMs * (0.5 + Math.random()),
      );
    }
  }

  #stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    clearTimeout(this.#readTimer);
    clearTimeout(this.#countdown);
    clearTimeout(this.#awayTimer);
    this.#readTimer = undefined;
    this.#statuses.clear();
  }

  #take(map: SeatMap, sentAt: number): void {
    this.#setClock(map.now, sentAt);
    this.#layout = map;
    this.#known = new Set(map.seats.map((seat) => seat.id));
    this.#own.clear();
    if (this.#state.live === 'reconnecting') {
      this.#statuses.clear();
    }
    for (const { id, yours, lockedUntil, price } of map.seats) {
      if (yours && lockedUntil) {
        this.#own.set(id, { price, lockedUntil });
      }
    }
    this.#publish({ error: undefined });
  }

  #fail(error: MatineeError): void {
    this.#stop();
    this.#publish({ live: 'failed', error });
  }

  /** Events come in order; each says how the seats it names are now. */
  #hear({ version, seats }: SeatsEvent): void {
    this.#version = version;
    let surprising = seats.length === 0;
    for (const { id, status } of seats) {
      this.#statuses.set(id, status);
      surprising ||= this.#own.has(id) ? status !== 'locked' : !this.#known.has(id);
    }
    if (surprising && this.#layout) {
      this.#readIn(settledAfterMs);
    }
    this.#publish();
  }

  #keep(lock: SeatLock, sentAt: number): SeatLock {
    this.#setClock(lock.now, sentAt);
    for (const { seatId, price, expiresAt } of lock.seats) {
      this.#own.set(seatId, { price, lockedUntil: expiresAt });
    }
    this.#publish();
    return lock;
  }

  /** Measured from when the question was sent: the answer was written after that. */
  #setClock(now: Date, sentAt: number): void {
    this.#clockAheadMs = now.getTime() - sentAt;
  }

  #readIn(delayMs: number): void {
    if (this.#running) {
      this.#readTimer ??= setTimeout(() => void this.#read(), delayMs);
    }
  }

  /** Puts the state together anew and tells everyone. */
  #publish(changes: Partial<SeatMapState> = {}): void {
    const leftMs = this.#dropExpired();
    const seatMap = this.#view();
    this.#state = {
      ...this.#state,
      ...changes,
      seatMap,
      yours: seatMap?.seats.filter((seat) => seat.yours) ?? [],
      secondsLeft: leftMs === undefined ? null : Math.ceil(leftMs / 1_000),
    };
    clearTimeout(this.#countdown);
    if (this.#running && leftMs !== undefined) {
      // When the number of seconds is the next lower one.
      this.#countdown = setTimeout(() => this.#publish(), leftMs % 1_000 || 1_000);
    }
    for (const listener of this.#listeners) {
      listener();
    }
  }

  #view(): SeatMap | undefined {
    const layout = this.#layout;
    if (!layout) {
      return undefined;
    }
    const version = this.#version ?? layout.version;
    const parts = { layout, statuses: this.#statuses, own: this.#own, version };
    return viewSeatMap(parts, this.#state.seatMap);
  }

  /** Forgets locks that are past their time. Returns what the first of the others has left. */
  #dropExpired(): number | undefined {
    const now = Date.now() + this.#clockAheadMs;
    let first: number | undefined;
    for (const [seatId, { lockedUntil }] of this.#own) {
      const leftMs = lockedUntil.getTime() - now;
      if (leftMs <= 0) {
        this.#own.delete(seatId);
        this.#readIn(settledAfterMs);
      } else {
        first = Math.min(leftMs, first ?? leftMs);
      }
    }
    return first;
  }
}
