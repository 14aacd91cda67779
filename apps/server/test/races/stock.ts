import type { Pool } from 'pg';
import type { Sale } from './customers.ts';
import type { Entry, Seen } from './log.ts';

/* What the database says of a sale, beside what the customers were told. */

/** Places instants of the database on the clock of `performance.now()`. */
export async function readClockOffset(pool: Pool): Promise<number> {
  await pool.query('select 1');
  const before = performance.now();
  const { rows } = await pool.query<{ ms: number }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms',
  );
  return (rows[0]?.ms ?? 0) - (before + performance.now()) / 2;
}

interface StockRow {
  id: string;
  reservation_id: string | null;
  buyer: string | null;
  holder: string | null;
}

/** Who has which seat in the end, as an entry for the log. */
export async function takeStock(pool: Pool, { showtimeId, seatIds }: Sale): Promise<Entry> {
  const start = performance.now();
  const { rows } = await pool.query<StockRow>(
    `select s.id, r.id as reservation_id, r.user_id as buyer, c.user_id as holder
     from unnest($2::uuid[]) as s (id)
     left join (reservation_seats rs join reservations r
         on r.id = rs.reservation_id and r.status <> 'cancelled')
       on rs.showtime_id = $1 and rs.seat_id = s.id
     left join seat_claims c on c.showtime_id = $1 and c.seat_id = s.id
       and c.reservation_id is null and c.expires_at > clock_timestamp()`,
    [showtimeId, seatIds],
  );
  const end = performance.now();
  const seen = Object.fromEntries(rows.map((row) => [row.id, seenOf(row)]));
  return {
    call: { kind: 'look', showtimeId, seatIds },
    answer: { outcome: 'ok', seen },
    start,
    end,
  };
}

function seenOf({ reservation_id: reservationId, buyer, holder }: StockRow): Seen {
  if (reservationId !== null && buyer !== null) {
    return { status: 'reserved', user: buyer, reservationId };
  }
  return holder === null ? { status: 'available' } : { status: 'locked', user: holder };
}

/**
 * Purchases and cancellations that were acknowledged and of which the database knows nothing. The
 * history checker finds them too; this is a count that one can follow by hand.
 */
export async function lostAcknowledgements(pool: Pool, log: readonly Entry[]): Promise<string[]> {
  const expected = new Map<string, Set<string>>();
  for (const { call, answer } of log) {
    if (call.kind === 'confirm' && answer.outcome === 'ok') {
      expected.set(answer.reservationId ?? '', new Set(['confirmed']));
    }
  }
  for (const { call, answer } of log) {
    if (call.kind === 'cancel' && answer.outcome !== 'refused') {
      const either = answer.outcome === 'unknown' ? expected.get(call.reservationId) : undefined;
      expected.set(call.reservationId, new Set([...(either ?? []), 'cancelled']));
    }
  }
  const { rows } = await pool.query<{ id: string; status: string }>(
    'select id, status from reservations where id = any($1)',
    [[...expected.keys()]],
  );
  const statuses = new Map(rows.map(({ id, status }) => [id, status]));
  return [...expected].flatMap(([id, allowed]) => {
    const status = statuses.get(id) ?? 'missing';
    return allowed.has(status) ? [] : [`${id} is ${status}, not ${[...allowed].join(' or ')}`];
  });
}

/** Seats that two customers were told they own at the same time, by what they were told alone. */
export function doubleSales(log: readonly Entry[]): string[] {
  const given = new Map<string, number>();
  const taken: { seat: string; from: number; to: number }[] = [];
  for (const { call, answer, start } of log) {
    if (call.kind === 'cancel' && answer.outcome !== 'refused') {
      given.set(call.reservationId, Math.min(start, given.get(call.reservationId) ?? Infinity));
    }
  }
  for (const { call, answer, end } of log) {
    if (call.kind === 'confirm' && answer.outcome === 'ok') {
      const to = given.get(answer.reservationId ?? '') ?? Infinity;
      const seats = call.seatIds.map((id) => `${call.showtimeId} ${id}`);
      taken.push(...seats.map((seat) => ({ seat, from: end, to })));
    }
  }
  const sorted = taken.toSorted((a, b) => a.seat.localeCompare(b.seat) || a.from - b.from);
  return sorted.flatMap((each, index) => {
    const next = sorted[index + 1];
    const isDouble = next !== undefined && next.seat === each.seat && next.from < each.to;
    return isDouble ? [`${each.seat}: sold again at ${next.from.toFixed(1)}`] : [];
  });
}
