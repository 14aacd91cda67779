import { createHash } from 'node:crypto';
import { query, statement } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import type { SeatMap, SeatsEvent, SeatStatus } from './schema.ts';
import type { SeatLayout, SeatLayouts } from './seat-layouts.ts';

/** A seat map as the database has it at one moment, with who has locked what. */
export interface SeatMapReading {
  readonly map: SeatMap;
  /** No seat can be locked any more: started or cancelled. */
  readonly closed: boolean;
  /** Live locks by seat: the holder, the price fixed at the lock, the end. */
  readonly locks: ReadonlyMap<string, { userId: string; price: string; expiresAt: Date }>;
  /** Everything that the map was drawn from but the clock. */
  readonly digest: string;
  /** What the map was drawn from, without the claims. */
  readonly standing: Standing;
  readonly layout: SeatLayout;
}

/** The parts that readings share. */
export interface ReadingParts {
  db: Database;
  layouts: SeatLayouts;
}

/** A claim that counts now: a seat that is sold or blocked, or a live lock with its price and its end. */
type Claim =
  | [seatId: string]
  | [seatId: string, kind: 'block']
  | [seatId: string, userId: string, price: string, expiresAt: string];

const standingRow = {
  now: 'instant',
  closed: 'bool',
  cancelled: 'bool',
  currency: 'text',
  theaterId: 'uuid',
  revision: 'int',
  layoutUntil: 'instant?',
  regular: 'numeric',
  premium: 'numeric',
  vip: 'numeric',
  priceListId: 'uuid?',
  ticketTypes: jsonOf<SeatMap['ticketTypes']>(),
  claims: 'text',
} as const;

/**
 * One row: what a sale changes. A show that has ended keeps the layout that it was played in, and its
 * sold seats are those of its reservations; blocks have ended with it. Claims are found by the front of their key,
 * and in the order of their seats, so that equal texts are equal claims. An expired lock or a released block is free
 * whether it was swept or not; what has no end is sold, or blocked until further notice.
 */
const standing = statement(
  `select x.now, s.cancelled_at is not null or s.start_time <= x.now as closed,
     s.cancelled_at is not null as cancelled, s.currency,
     s.theater_id as "theaterId", t.revision, s.price_list_id as "priceListId",
     show_ticket_types(s.price_version_id, s.price, s.premium_price, s.vip_price) as "ticketTypes",
     seat_price('regular', s.price, s.premium_price, s.vip_price) as regular,
     seat_price('premium', s.price, s.premium_price, s.vip_price) as premium,
     seat_price('vip', s.price, s.premium_price, s.vip_price) as vip,
     case when s.end_time <= x.now then (
       select min(l.until) from past_layouts l
       where l.theater_id = s.theater_id and l.until >= s.end_time) end as "layoutUntil",
     coalesce(case when s.end_time <= x.now then (
       select json_agg(json_build_array(rs.seat_id) order by rs.seat_id)::text
       from reservations r join reservation_seats rs on rs.reservation_id = r.id
       where r.showtime_id = s.id and r.status = 'confirmed' and rs.cancelled_at is null)
     else (
       select json_agg(
         case when c.reservation_id is not null then json_build_array(c.seat_id)
           when c.kind = 'block' then json_build_array(c.seat_id, c.kind)
           else json_build_array(c.seat_id, c.user_id, c.price::text,
             lock_end(c.expires_at, c.paying_id)) end
         order by c.seat_id)::text
       from seat_claims c
       where c.showtime_id = s.id and (c.expires_at is null or c.expires_at > x.now)) end,
       '[]') as claims
   from (select date_trunc('milliseconds', clock_timestamp()) as now) x
   cross join showtimes s
   join theaters t on t.id = s.theater_id
   where s.id = $1 and s.archived_at is null`,
  standingRow,
);

/** What is known of a show beside its claims. */
export type Standing = Omit<RowOf<typeof standingRow>, 'claims'>;

/**
 * Reads a map; undefined when the showtime does not exist. One statement while the layout is known.
 *
 * @param before an earlier reading of the showtime: what has not changed since is shared with it
 */
export async function readSeatMap(
  { db, layouts }: ReadingParts,
  showtimeId: string,
  before?: SeatMapReading,
): Promise<SeatMapReading | undefined> {
  for (;;) {
    const [row] = await query(db, standing, [showtimeId]);
    if (!row) {
      return undefined;
    }
    const { claims, ...show } = row;
    const { now, closed, cancelled, currency, theaterId, revision, layoutUntil } = show;
    const { regular, premium, vip } = show;
    const layoutId = layoutUntil?.toISOString() ?? revision;
    const prices = [regular, premium, vip, show.priceListId, JSON.stringify(show.ticketTypes)];
    const digest = [theaterId, layoutId, cancelled, ...prices, claims].join();
    if (before?.digest === digest) {
      return { ...before, map: { ...before.map, now, currency }, closed, standing: show };
    }
    const layout = await layoutOf({ db, layouts }, show);
    // Else an edit between the two statements: the claims belong to the layout before it.
    if (layout) {
      const { statuses, locks } = readClaims(claims);
      const map = drawMap(showtimeId, { standing: show, layout, statuses });
      return { digest, closed, map, locks, standing: show, layout };
    }
  }
}

/** The layout that a show is played in; undefined when there is a later one already. */
export async function layoutOf(
  { db, layouts }: ReadingParts,
  { theaterId, revision, layoutUntil }: Standing,
): Promise<SeatLayout | undefined> {
  if (layoutUntil) {
    return layouts.getPast(db, theaterId, layoutUntil);
  }
  const layout = await layouts.get(db, theaterId, revision);
  return layout.revision === revision ? layout : undefined;
}

function readClaims(claims: string): Pick<SeatMapReading, 'locks'> & {
  statuses: Map<string, SeatStatus>;
} {
  const locks = new Map<string, { userId: string; price: string; expiresAt: Date }>();
  const statuses = new Map<string, SeatStatus>();
  for (const claim of JSON.parse(claims) as Claim[]) {
    if (claim.length === 4) {
      const [seatId, userId, price, expiresAt] = claim;
      locks.set(seatId, { userId, price, expiresAt: new Date(expiresAt) });
    }
    statuses.set(claim[0], statusOf(claim));
  }
  return { locks, statuses };
}

/** What a map is drawn from. */
interface Drawing {
  standing: Standing;
  layout: SeatLayout;
  /** Of seats that are claimed. */
  statuses: ReadonlyMap<string, SeatStatus>;
}

/** Puts the claims on the layout. */
export function drawMap(
  showtimeId: string,
  { standing: show, layout, statuses }: Drawing,
): SeatMap {
  const counts = { total: 0, available: 0, locked: 0, reserved: 0, blocked: 0 };
  const seats: SeatMap['seats'] = [];
  let identity = '';
  for (const place of layout.seats) {
    const unclaimed = place.outOfOrder ? 'blocked' : 'available';
    const status = show.cancelled ? 'blocked' : (statuses.get(place.seat.id) ?? unclaimed);
    if (!place.archived || status === 'reserved') {
      const price = show[place.seat.seatType];
      seats.push({ ...place.seat, price, status });
      identity += `${place.identity}${price}${status};`;
      counts[status] += 1;
      counts.total += 1;
    }
  }
  const { now, currency, priceListId, ticketTypes } = show;
  const version = versionOf(identity);
  const head = { showtimeId, version, now, currency, priceListId, ticketTypes };
  return { ...head, seats, counts };
}

function statusOf(claim: Claim): SeatStatus {
  if (claim.length === 4) {
    return 'locked';
  }
  return claim.length === 2 ? 'blocked' : 'reserved';
}

/** The seats whose status differs. */
export function changesBetween(before: SeatMap, after: SeatMap): SeatsEvent['seats'] {
  const known = new Map(before.seats.map((seat) => [seat.id, seat.status]));
  return after.seats
    .filter((seat) => known.get(seat.id) !== seat.status)
    .map(({ id, status }) => ({ id, status }));
}

/**
 * Equal maps have equal versions on every server, without a counter that customers would queue for:
 * a hash of what all seats show to every caller.
 */
function versionOf(identity: string): string {
  return createHash('sha1').update(identity).digest('base64url').slice(0, 20);
}
