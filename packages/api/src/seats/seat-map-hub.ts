import { setTimeout as delay } from 'node:timers/promises';
import { BoundedMap } from '../bounded-map.ts';
import type { Database } from '../db/query.ts';
import { noSuch, NotFoundError, UnavailableError } from '../errors.ts';
import { LastingProblem } from '../lasting-problem.ts';
import type { Log } from '../log.ts';
import type { Observer } from '../observer.ts';
import type { SharedSnapshots } from '../shared-snapshots.ts';
import { SnapshotCache } from '../snapshot-cache.ts';
import { changesBetween, readSeatMap } from './read-seat-map.ts';
import type { SeatMapReading } from './read-seat-map.ts';
import type { LiveSeats, SeatsEvent } from './schema.ts';
import { SeatLayouts } from './seat-layouts.ts';
import type { SeatLayout } from './seat-layouts.ts';
import { SharedReadings } from './shared-reading.ts';

/** How old an anonymous map may be, and how often a watched one is read again. */
const freshForMs = 250;
/** Changes kept for viewers who come back: about a minute of a lively sale. */
const changesKept = 256;

/** Readings kept so that the next one shares what has not changed: some 50 kB for 200 seats. */
const newestKept = 100;

/** A watched showtime on this server: its newest reading, and the changes that led to it. */
interface Channel {
  reading: SeatMapReading;
  /** Each with the version it starts from. */
  changes: { from: string; event: SeatsEvent }[];
  watchers: Set<() => void>;
  ended: boolean;
}

/** A reading under way, and the one that those who came after its begin wait for. */
interface Round {
  now: Promise<SeatMapReading>;
  next: Promise<SeatMapReading> | undefined;
}

/** Who watches: with the version that the watcher has, and until the signal. */
interface Watcher {
  /** Known changes follow it without a snapshot. */
  since?: string | undefined;
  signal: AbortSignal;
}

interface Surroundings {
  log: Log;
  observer: Observer;
  /** With which servers share anonymous readings. */
  snapshots: SharedSnapshots | undefined;
}

/**
 * One reading of the seat map per server and showtime, shared by all viewers, and by all servers where there is a
 * store for snapshots. Customers who buy
 * write nothing for it and notify no one: the hub compares each map with the one before.
 */
export class SeatMapHub {
  readonly #db: Database;
  readonly #unreadable: LastingProblem;
  readonly #recent: SnapshotCache<SeatMapReading>;
  readonly #channels = new Map<string, Promise<Channel>>();
  readonly #rounds = new Map<string, Round>();
  readonly #newest = new BoundedMap<string, SeatMapReading>(newestKept);
  readonly #layouts = new SeatLayouts();
  readonly #closing = new AbortController();

  constructor(db: Database, { log, observer, snapshots }: Surroundings) {
    this.#db = db;
    this.#recent = new SnapshotCache({
      name: 'seat_map',
      maxAgeMs: freshForMs,
      observer,
      shared: { snapshots, form: new SharedReadings({ db, layouts: this.#layouts }) },
    });
    this.#unreadable = new LastingProblem(log, {
      begins: 'Live seat maps cannot be read',
      ends: 'Live seat maps can be read again',
    });
  }

  /** How many showtimes are watched. */
  get watched(): number {
    return this.#channels.size;
  }

  /**
   * A reading that begins after this call, so that it shows what its caller did before. Callers who
   * come while one is under way share the next.
   *
   * @throws NotFoundError
   */
  read(showtimeId: string): Promise<SeatMapReading> {
    const round = this.#rounds.get(showtimeId);
    if (!round) {
      return this.#begin(showtimeId);
    }
    round.next ??= round.now.then(
      () => this.#begin(showtimeId),
      () => this.#begin(showtimeId),
    );
    return round.next;
  }

  #begin(showtimeId: string): Promise<SeatMapReading> {
    const round: Round = { now: this.#readNow(showtimeId), next: undefined };
    this.#rounds.set(showtimeId, round);
    const end = () => {
      // The next round has replaced this one by itself.
      if (round.next === undefined) {
        this.#rounds.delete(showtimeId);
      }
    };
    round.now.then(end, end);
    return round.now;
  }

  async #readNow(showtimeId: string): Promise<SeatMapReading> {
    const parts = { db: this.#db, layouts: this.#layouts };
    const reading = await readSeatMap(parts, showtimeId, this.#newest.get(showtimeId));
    if (!reading) {
      this.#newest.delete(showtimeId);
      throw noSuch('showtime');
    }
    this.#newest.set(showtimeId, reading);
    return reading;
  }

  /** A reading in a transaction, which shows what the transaction has done. @throws NotFoundError */
  async readIn(tx: Database, showtimeId: string): Promise<SeatMapReading> {
    const reading = await readSeatMap({ db: tx, layouts: this.#layouts }, showtimeId);
    if (!reading) {
      throw noSuch('showtime');
    }
    return reading;
  }

  /** A layout as it was at this revision of its theater, or a later one. */
  layoutOf(db: Database, theaterId: string, revision: number): Promise<SeatLayout> {
    return this.#layouts.get(db, theaterId, revision);
  }

  /**
   * A reading that was begun at most 250 ms ago, perhaps by another server: for anonymous callers, and for
   * those who watch.
   *
   * @throws NotFoundError
   */
  recent(showtimeId: string): Promise<SeatMapReading> {
    return this.#recent.get(showtimeId, () => this.read(showtimeId));
  }

  /**
   * What happens to the seats of a showtime: first whether anything follows, then a snapshot, then every
   * change in order. Ends when the showtime starts, is cancelled or deleted.
   *
   * One generator with few arguments: what it keeps is kept for each of thousands of viewers.
   *
   * @throws NotFoundError
   */
  async *watch(
    showtimeId: string,
    { since, signal }: Watcher,
  ): AsyncGenerator<LiveSeats | SeatsEvent> {
    const channel = await this.#join(showtimeId);
    const isLast = channel.reading.map.version === since;
    yield { isOver: channel.ended && !this.#closing.signal.aborted && isLast };
    let wake: () => void = () => {};
    const watcher = () => wake();
    channel.watchers.add(watcher);
    signal.addEventListener('abort', watcher);
    try {
      let version = since;
      while (!signal.aborted) {
        // Made before the look: a change that comes during the loop wakes the next round.
        const woken = new Promise<void>((resolve) => (wake = resolve));
        for (const event of eventsSince(channel, version)) {
          version = event.version;
          yield event;
        }
        if (channel.ended) {
          this.#assertOpen();
          return;
        }
        if (!signal.aborted) {
          await woken;
        }
      }
    } finally {
      signal.removeEventListener('abort', watcher);
      channel.watchers.delete(watcher);
    }
  }

  /** Ends every watch, so that it goes on at another server. */
  close(): void {
    this.#closing.abort();
  }

  /** A watch that merely ends means that the show has begun: a server that stops must fail it. */
  #assertOpen(): void {
    if (this.#closing.signal.aborted) {
      throw new UnavailableError();
    }
  }

  #join(showtimeId: string): Promise<Channel> {
    const known = this.#channels.get(showtimeId);
    if (known) {
      return known;
    }
    const opening = this.#open(showtimeId);
    this.#channels.set(showtimeId, opening);
    opening.catch(() => this.#channels.delete(showtimeId));
    return opening;
  }

  async #open(showtimeId: string): Promise<Channel> {
    const reading = await this.read(showtimeId);
    const channel = { reading, changes: [], watchers: new Set<() => void>(), ended: false };
    void this.#follow(showtimeId, channel);
    return channel;
  }

  /** Reads the map again and again for as long as it has viewers. */
  async #follow(showtimeId: string, channel: Channel): Promise<void> {
    const { signal } = this.#closing;
    let idle = 0;
    while (!channel.ended && idle < 2) {
      const ended = channel.reading.closed || signal.aborted;
      if (!ended) {
        await delay(freshForMs, undefined, { signal }).catch(() => {});
        await this.#refresh(showtimeId, channel);
      }
      channel.ended = ended || channel.ended;
      for (const watcher of channel.watchers) {
        watcher();
      }
      // A second round without viewers: one who is just joining has joined by then.
      idle = channel.watchers.size === 0 ? idle + 1 : 0;
    }
    this.#channels.delete(showtimeId);
    this.#unreadable.worked(showtimeId);
    channel.ended = true;
    for (const watcher of channel.watchers) {
      watcher();
    }
  }

  /** A database that does not respond is asked again in the next round. */
  async #refresh(showtimeId: string, channel: Channel): Promise<void> {
    try {
      const before = channel.reading;
      const reading = await this.recent(showtimeId);
      if (isBefore(reading, before)) {
        return;
      }
      if (reading.map.version !== before.map.version) {
        const seats = changesBetween(before.map, reading.map);
        const event: SeatsEvent = { type: 'change', version: reading.map.version, seats };
        channel.changes.push({ from: before.map.version, event });
        channel.changes.splice(0, channel.changes.length - changesKept);
      }
      channel.reading = reading;
      this.#unreadable.worked(showtimeId);
    } catch (error) {
      if (error instanceof NotFoundError) {
        channel.ended = true;
      } else {
        this.#unreadable.failed(error, showtimeId);
      }
    }
  }
}

/**
 * Whether a reading of another server was a moment before one that viewers here have seen: they see no change
 * undone. A larger step is another clock, after a failover of the database.
 */
function isBefore(reading: SeatMapReading, shown: SeatMapReading): boolean {
  const stepMs = shown.map.now.getTime() - reading.map.now.getTime();
  return stepMs > 0 && stepMs <= freshForMs;
}

/** What leads from a version to the present one: the known changes, or a snapshot. */
function eventsSince({ reading, changes }: Channel, version: string | undefined): SeatsEvent[] {
  if (version === reading.map.version) {
    return [];
  }
  const first = changes.findLastIndex((change) => change.from === version);
  if (first >= 0) {
    return changes.slice(first).map((change) => change.event);
  }
  return [snapshotOf(reading)];
}

const snapshots = new WeakMap<SeatMapReading, SeatsEvent>();

/** The same event for all who get it. */
function snapshotOf(reading: SeatMapReading): SeatsEvent {
  let snapshot = snapshots.get(reading);
  if (!snapshot) {
    const seats = reading.map.seats.map(({ id, status }) => ({ id, status }));
    snapshot = { type: 'snapshot', version: reading.map.version, seats };
    snapshots.set(reading, snapshot);
  }
  return snapshot;
}
