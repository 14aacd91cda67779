import { BoundedMap } from '../bounded-map.ts';
import type { SnapshotForm } from '../snapshot-cache.ts';
import { drawMap, layoutOf } from './read-seat-map.ts';
import type { ReadingParts, SeatMapReading, Standing } from './read-seat-map.ts';
import type { SeatStatus } from './schema.ts';

/*
 * A reading of a seat map as servers share it: what anonymous callers may see. It has no user, no price of a lock
 * and no end of one. Each seat of the layout is one letter, and each server puts them on the layout that it keeps.
 */

const letters: Readonly<Record<SeatStatus, string>> = {
  available: 'a',
  locked: 'l',
  reserved: 'r',
  blocked: 'b',
};
const statusOfLetter = new Map(
  (Object.keys(letters) as SeatStatus[]).map((status) => [letters[status], status]),
);

/** Readings kept so that the next one shares what has not changed. */
const mostKept = 100;

/** What changes with the clock alone; the first line. */
interface Moment {
  now: string;
  closed: boolean;
}

/** The rest; the second line. */
interface Steady {
  standing: Omit<Standing, 'now' | 'closed' | 'layoutUntil'> & { layoutUntil: string | null };
  /** A letter for each seat of the layout. */
  seats: string;
  /** Of the map: what is drawn from this must have it. */
  version: string;
}

/** Writes readings for other servers, and draws the maps of theirs. */
export class SharedReadings implements SnapshotForm<SeatMapReading> {
  readonly #parts: ReadingParts;
  readonly #known = new BoundedMap<string, { steady: string; reading: SeatMapReading }>(mostKept);

  constructor(parts: ReadingParts) {
    this.#parts = parts;
  }

  encode(reading: SeatMapReading, showtimeId: string): string {
    const steady = JSON.stringify(steadyOf(reading));
    this.#known.set(showtimeId, { steady, reading });
    const moment: Moment = { now: reading.map.now.toISOString(), closed: reading.closed };
    return `${JSON.stringify(moment)}\n${steady}`;
  }

  /** Undefined when the layout has been edited since. A reading has no locks: it is for anonymous callers. */
  async decode(text: string, showtimeId: string): Promise<SeatMapReading | undefined> {
    const end = text.indexOf('\n');
    const steady = text.slice(end + 1);
    const { now: instant, closed } = JSON.parse(text.slice(0, end)) as Moment;
    const now = new Date(instant);
    const known = this.#known.get(showtimeId);
    if (known?.steady === steady) {
      const { reading } = known;
      return { ...reading, map: { ...reading.map, now }, closed, locks: new Map() };
    }
    const { standing: show, seats, version } = JSON.parse(steady) as Steady;
    const layoutUntil = show.layoutUntil === null ? null : new Date(show.layoutUntil);
    const standing = { ...show, layoutUntil, now, closed };
    const layout = await layoutOf(this.#parts, standing);
    if (!layout || layout.seats.length !== seats.length) {
      return undefined;
    }
    const statuses = new Map<string, SeatStatus>();
    for (const [place, { seat }] of layout.seats.entries()) {
      const status = statusOfLetter.get(seats.charAt(place));
      if (status !== undefined && status !== 'available') {
        statuses.set(seat.id, status);
      }
    }
    const map = drawMap(showtimeId, { standing, layout, statuses });
    if (map.version !== version) {
      return undefined;
    }
    const reading = { map, closed, locks: new Map(), digest: steady, standing, layout };
    this.#known.set(showtimeId, { steady, reading });
    return reading;
  }
}

function steadyOf({ map, standing, layout }: SeatMapReading): Steady {
  const { now: _now, closed: _closed, layoutUntil, ...show } = standing;
  const statuses = new Map(map.seats.map(({ id, status }) => [id, status]));
  const marks = layout.seats.map(({ seat }) => letters[statuses.get(seat.id) ?? 'available']);
  return {
    standing: { ...show, layoutUntil: layoutUntil?.toISOString() ?? null },
    seats: marks.join(''),
    version: map.version,
  };
}
